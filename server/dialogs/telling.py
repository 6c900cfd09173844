"""Facts of a step: what of it goes into the ledger. Sensitive answers are masked. [pure]"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from scriptengine.interpreter import Begin, Done, Effect, Ended, Event, Failed, Logged, Perform, Rested, State
from scriptengine.program import Program
from server.call import dialog_facts as f
from server.dialogs.actions import name_of, place_of
from server.dialogs.viewing import named_answers

NUMBERS = 1000
"""A step's facts are numbered from its serial times this on: they rise within a session."""
_TOLD_KINDS = ("save", "call")
"""Reading a record is no deed."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What happened. `acted`: the action whose result `event` is. `call`, `customer`: of the session."""

    program: Program
    session: str
    serial: int
    before: State
    after: State
    event: Event
    effects: Sequence[Effect]
    call: str = ""
    customer: str = ""
    acted: Perform | None = None


def facts_of(step: Step) -> tuple[f.DialogFact, ...]:
    """The facts of a step, in order."""
    told = [*_begun(step), *_moved(step), *_acted(step), *_answered(step), *_came_of(step)]
    first = step.serial * NUMBERS + 1
    return tuple(msgspec.structs.replace(fact, number=number) for number, fact in enumerate(told[: NUMBERS - 1], first))


def attached(program: Program, session: str, serial: int, state: State, call: str, ended: Ended | None) -> f.DialogFact:
    """The session belongs to another call."""
    return f.DialogAttached(
        session=session,
        number=serial * NUMBERS + 1,
        call=call,
        script=program.script.id,
        version=program.script.version,
        channel=state.core.channel,
        outcome=ended.outcome or "" if ended is not None else "",
        disposition=ended.disposition or "" if ended is not None else "",
    )


def agent_of(state: State) -> str:
    """The agent at whose desk a session is; empty: at nobody's."""
    agent = state.core.context.get("agent") or {}
    return str(agent.get("id") or "")


def _begun(step: Step) -> Iterator[f.DialogFact]:
    if isinstance(step.event, Begin) and step.serial == 1:
        agent = step.event.agent or {}
        yield f.DialogBegan(
            session=step.session,
            number=0,
            call=step.call,
            script=step.program.script.id,
            version=step.program.script.version,
            channel=step.event.channel,
            language=step.after.core.language or step.event.language,
            customer=step.customer,
            by=str(agent.get("id") or ""),
        )


def _moved(step: Step) -> Iterator[f.DialogFact]:
    before, after = step.before.core, step.after.core
    if before.status == "new" or after.status == "new":
        return
    if (before.channel, before.language, agent_of(step.before)) != (
        after.channel,
        after.language,
        agent_of(step.after),
    ):
        yield f.DialogMoved(
            session=step.session,
            number=0,
            call=step.call,
            channel=after.channel,
            language=after.language,
            by=agent_of(step.after),
        )


def _acted(step: Step) -> Iterator[f.DialogFact]:
    if step.acted is not None and step.acted.kind in _TOLD_KINDS and isinstance(step.event, Done | Failed):
        why = step.event.reason if isinstance(step.event, Failed) else ""
        yield _act(step, step.acted, "failed" if isinstance(step.event, Failed) else "done", why)
    for effect in step.effects:
        if isinstance(effect, Perform) and not effect.is_awaited:
            yield _act(step, effect, "kept", "")


def _act(step: Step, perform: Perform, came: str, why: str) -> f.DialogActed:
    return f.DialogActed(
        session=step.session,
        number=0,
        call=step.call,
        id=place_of(perform.id),
        action=name_of(perform),
        came=came,
        why=why,
    )


def _answered(step: Step) -> Iterator[f.DialogFact]:
    before, after = named_answers(step.program, step.before), named_answers(step.program, step.after)
    told: dict[str, Any] = {name: value for name, value in after.items() if name not in before}
    told |= {name: after[name] for name in _changed(step) if name in after}
    told |= {name: None for name in before if name not in after}
    if told:
        plain = msgspec.to_builtins(told)
        yield f.DialogAnswered(session=step.session, number=0, call=step.call, answers=plain)


def _changed(step: Step) -> list[str]:
    """Names of answers that are others than before, compared in clear: what is masked looks the same."""
    before = named_answers(step.program, step.before, are_masked=False)
    after = named_answers(step.program, step.after, are_masked=False)
    return [name for name, value in after.items() if name in before and before[name] != value]


def _came_of(step: Step) -> Iterator[f.DialogFact]:
    for effect in step.effects:
        match effect:
            case Logged():
                yield f.DialogNoted(session=step.session, number=0, call=step.call, text=effect.text)
            case Rested():
                yield f.DialogLeft(session=step.session, number=0, call=step.call, node=effect.node)
            case Ended():
                yield f.DialogEnded(
                    session=step.session,
                    number=0,
                    call=step.call,
                    script=step.program.script.id,
                    version=step.program.script.version,
                    channel=step.after.core.channel,
                    node=effect.node,
                    outcome=effect.outcome or "",
                    disposition=effect.disposition or "",
                    queue=effect.queue or "",
                    why=effect.reason,
                )
