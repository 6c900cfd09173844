"""One step of a session: event in, state and effects out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from scriptengine.interpreter.acting import TOLD
from scriptengine.interpreter.effects import Ask, Effect, Notice, Passed, Perform
from scriptengine.interpreter.events import (
    Answered,
    Back,
    Begin,
    Continued,
    Done,
    Event,
    Failed,
    LanguageChosen,
    Left,
    Resumed,
)
from scriptengine.interpreter.formatting import MASK
from scriptengine.interpreter.pages import began_at, whole_page
from scriptengine.interpreter.presenting import ask
from scriptengine.interpreter.replying import MAX_JOURNAL, Reply
from scriptengine.interpreter.state import Answer, Core, Pending, Recorded, Result, State, StateError
from scriptengine.interpreter.walking import faulty
from scriptengine.interpreter.work import Refused, RunsAway, Waiting, Work, identity
from scriptengine.program import Program

_KEPT = (Begin, LanguageChosen, Resumed)
"""Events that going back does not take back."""


def start(program: Program) -> State:
    """The state of a session that has not begun: its first event is `Begin`."""
    return State(script=identity(program))


def step(program: Program, state: State, event: Event, now: datetime) -> tuple[State, tuple[Effect, ...]]:
    """The state after an event, and what follows from it. An event that does not fit gives a `Notice` and no change.

    While an action is awaited only its result is taken: whoever sends anything else keeps it until then.
    `now`: the wall clock of the company, with its zone where that is known: moments that come in another one are turned
    into it. The journal has them without. The same program, state, event and time always give the same. Raises
    StateError when the state belongs to another script or version.
    """
    if state.script != identity(program):
        name, version, _ = state.script
        raise StateError(f"the session runs version {version} of {name}, which is not the one that was handed over")
    try:
        if len(state.journal) >= MAX_JOURNAL:
            raise Refused(f"the session has more than {MAX_JOURNAL} events")
        if isinstance(event, Done | Failed):
            return _resulted(program, state, event, now)
        zone = now.tzinfo
        if state.pending is not None and not isinstance(event, Left | Resumed):
            raise Refused("the session waits for an action")
        recorded = Recorded(now.replace(tzinfo=None), event, state.core.stop.key if state.core.stop is not None else "")
        if state.pending is not None or isinstance(event, Left):
            return _aside(program, state, recorded, zone)
        if isinstance(event, Back):
            return _back(program, state, event, recorded, zone)
        if isinstance(event, Answered | Continued) and (whole := whole_page(program, state, event)) is not None:
            return _handed_in_anew(program, state, msgspec.structs.replace(recorded, event=whole), zone)
        return _forward(program, state, recorded, zone)
    except Refused as refusal:
        return state, (Notice("refused", str(refusal)),)


def _forward(
    program: Program, state: State, recorded: Recorded, zone: tzinfo | None
) -> tuple[State, tuple[Effect, ...]]:
    journal = (*state.journal, recorded)
    path = (*state.path, len(state.journal))
    made = msgspec.structs.replace(state, journal=journal, path=path)
    return _applied(program, made, state.core, recorded.event, recorded.at, zone)


def _handed_in_anew(
    program: Program, state: State, recorded: Recorded, zone: tzinfo | None
) -> tuple[State, tuple[Effect, ...]]:
    """A whole page takes the place of what was handed in of it before."""
    began = began_at(state)
    kept = [number for number in state.path[began:] if isinstance(state.journal[number].event, _KEPT)]
    path = (*state.path[:began], *kept, len(state.journal))
    before = state.core.answers
    made = msgspec.structs.replace(state, journal=(*state.journal, recorded), path=path)
    return _run_again(program, made, before, zone)


def _applied(
    program: Program,
    state: State,
    core: Core,
    event: Event,
    at: datetime,
    zone: tzinfo | None,
    used: set[str] | None = None,
) -> tuple[State, tuple[Effect, ...]]:
    """Apply an event to a core; when an action is needed first, the state waits for it."""
    work = Work(program, core, state.done, at, used, zone)
    reply = Reply(work)
    try:
        reply.apply(event)
    except Waiting as waiting:
        pending = Pending(waiting.perform.id, core, event, at, waiting.perform.is_idempotent)
        done = {**state.done, **work.marks} if work.marks else state.done
        shown = [effect for effect in work.effects if not isinstance(effect, Ask)]
        return msgspec.structs.replace(state, done=done, pending=pending), (*shown, waiting.perform)
    except RunsAway as error:
        work = Work(program, core, state.done, at, used, zone)
        faulty(work, str(error))
    made = work.core()
    done = {**state.done, **work.marks} if work.marks else state.done
    inactive = {key: answer for key, answer in state.inactive.items() if key not in made.answers}
    for key, answer in core.answers.items():
        if key not in made.answers:
            inactive[key] = answer
    state = msgspec.structs.replace(state, core=made, done=done, inactive=inactive, pending=None)
    passed = (Passed(tuple(work.trail)),) if work.trail else ()
    return state, (*work.effects, *passed, *_asked(work, state, reply))


def _asked(work: Work, state: State, reply: Reply) -> tuple[Effect, ...]:
    if work.status != "running" or work.stop is None:
        return ()
    return (
        ask(
            work, work.stop, state.inactive, can_go_back=_earlier(state, work.stop.key) is not None, reply=reply.speech
        ),
    )


def _earlier(state: State, current: str) -> int | None:
    """The place on the path of the last event that came at another stop than the current one; None: there is none."""
    for place in range(len(state.path) - 1, -1, -1):
        stop = state.journal[state.path[place]].stop
        if stop and stop != current:
            return place
    return None


def _resulted(program: Program, state: State, event: Done | Failed, now: datetime) -> tuple[State, tuple[Effect, ...]]:
    """The result of the action that the session waits for: the event that needed it is applied again."""
    pending = state.pending
    if pending is None or pending.action != event.action:
        raise Refused(f"nothing waits for the action {event.action}")
    result = (
        Result(event.result)
        if isinstance(event, Done)
        else Result(None, event.reason or "it failed", pending.can_retry)
    )
    state = msgspec.structs.replace(
        state,
        journal=(*state.journal, Recorded(now.replace(tzinfo=None), event)),
        done={**state.done, event.action: result},
    )
    return _applied(program, state, pending.core, pending.event, pending.at, now.tzinfo)


def _aside(program: Program, state: State, recorded: Recorded, zone: tzinfo | None) -> tuple[State, tuple[Effect, ...]]:
    """Leaving, and whatever comes while an action is waited for: no step of the dialog."""
    state = msgspec.structs.replace(state, journal=(*state.journal, recorded))
    if state.pending is not None:
        if isinstance(recorded.event, Resumed):
            return state, (Notice("refused", "the session waits for an action; resume it then"),)
        return state, ()
    return _applied(program, state, state.core, recorded.event, recorded.at, zone)


def _back(
    program: Program, state: State, event: Back, recorded: Recorded, zone: tzinfo | None
) -> tuple[State, tuple[Effect, ...]]:
    """To an earlier stop: what came there and later is taken back, the rest of the path is run again."""
    if state.core.status != "running" or state.core.stop is None:
        raise Refused("there is no way back from here")
    place = _earlier(state, state.core.stop.key)
    if place is None:
        raise Refused("this is the first question")
    target = state.journal[state.path[place]].stop if event.to is None else event.to
    cut = _first_at(state, place, target)
    kept = [number for number in state.path[cut:] if isinstance(state.journal[number].event, _KEPT)]
    path = (*state.path[:cut], *kept)
    answers = state.core.answers
    state = msgspec.structs.replace(state, journal=(*state.journal, recorded), path=path)
    return _replayed(program, state, answers, zone)


def _first_at(state: State, place: int, target: str) -> int:
    """Where on the path the last visit to a stop begins; raises Refused if it was never visited."""
    while place >= 0 and state.journal[state.path[place]].stop != target:
        place -= 1
    if place < 0 or not target:
        raise Refused(f"{target} is no earlier question")
    while place > 0 and state.journal[state.path[place - 1]].stop == target:
        place -= 1
    return place


def _replayed(
    program: Program, state: State, before: Mapping[str, Answer], zone: tzinfo | None
) -> tuple[State, tuple[Effect, ...]]:
    """Run the path from the beginning, and stand where it ends."""
    made, effects = _run_again(program, state, before, zone)
    if made.pending is not None or made.core.stop is None:
        return made, effects
    last = [effect for effect in effects if isinstance(effect, Perform)]
    work = Work(program, made.core, made.done, state.journal[-1].at, zone=zone)
    return made, (*last, *_asked(work, made, Reply(work)))


def _run_again(
    program: Program, state: State, before: Mapping[str, Answer], zone: tzinfo | None
) -> tuple[State, tuple[Effect, ...]]:
    """Run the path from the beginning. Every action has its result already: none is done again. What follows from the
    last event is given."""
    made = msgspec.structs.replace(state, core=Core(), inactive={}, pending=None)
    effects: tuple[Effect, ...] = ()
    used: set[str] = set()
    for number in state.path:
        recorded = state.journal[number]
        made, effects = _applied(program, made, made.core, recorded.event, recorded.at, zone, used)
        if made.pending is not None:
            break
    answers = made.core.answers
    inactive = {key: one for key, one in {**state.inactive, **before}.items() if key not in answers}
    forgotten = {id for id, result in made.done.items() if result.can_retry and id not in used}
    done = {id: result for id, result in made.done.items() if id.removesuffix(TOLD) not in forgotten}
    return msgspec.structs.replace(made, inactive=inactive, done=done), effects


def present(program: Program, state: State, now: datetime) -> tuple[Effect, ...]:
    """What a surface that has just attached must present, or the action that is waited for."""
    if state.pending is not None:
        work = Work(program, state.pending.core, state.done, state.pending.at, zone=now.tzinfo)
        try:
            Reply(work).apply(state.pending.event)
        except Waiting as waiting:
            return (waiting.perform,)
        except Refused as refusal:
            return (Notice("refused", str(refusal)),)
    work = Work(program, state.core, state.done, now)
    return _asked(work, state, Reply(work))


def stops_of(state: State) -> list[tuple[str, str]]:
    """The stops on the path, oldest first, each with its key (for `Back`) and its node: the breadcrumb."""
    keys = [state.journal[number].stop for number in state.path]
    found = [key for place, key in enumerate(keys) if key and (place == 0 or keys[place - 1] != key)]
    if state.core.stop is not None and (not found or found[-1] != state.core.stop.key):
        found.append(state.core.stop.key)
    return [(key, key.rpartition("/")[2].partition("[")[0]) for key in found]


def answers_of(program: Program, state: State, *, are_masked: bool = True) -> dict[str, Any]:
    """The answers on the path, in the order of answering, by key. Sensitive ones are masked."""
    found = {}
    for key, answer in state.core.answers.items():
        if answer.value is not None:
            is_secret = are_masked and answer.name in _sensitive(program, key)
            found[key] = MASK if is_secret else answer.value
    return found


def journal_for_reading(program: Program, state: State) -> list[dict[str, Any]]:
    """The journal without answers' values of sensitive questions, and without what actions gave."""
    told = []
    for recorded in state.journal:
        event = msgspec.to_builtins(recorded.event)
        for name in ("values", "before"):
            if name in event:
                secret = _sensitive_ids(program)
                event[name] = {id: MASK if id in secret else value for id, value in event[name].items()}
        for name in ("digits", "result", "given", "known", "caller"):
            if name in event:
                event[name] = MASK
        told.append({"at": recorded.at.isoformat(), "stop": recorded.stop, **event})
    return told


def _sensitive(program: Program, key: str) -> frozenset[str]:
    return program.sensitive if "/" not in key else program.sensitive | _all_sensitive(program)


def _all_sensitive(program: Program) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for inner in program.library.loaded():
        found |= inner.sensitive
    return found


def _sensitive_ids(program: Program) -> set[str]:
    return {
        node.id
        for one in (program, *program.library.loaded())
        for node in one.script.all_nodes()
        if getattr(node, "is_sensitive", False)
    }
