"""A session as desks, the web and calls see it. [pure]"""

from collections.abc import Sequence
from typing import Any

import msgspec

from scriptengine.interpreter import (
    Ask,
    Effect,
    Ended,
    Notice,
    State,
    answers_of,
    traces_of,
)
from scriptengine.interpreter.effects import Said
from scriptengine.program import Program
from scriptengine.script import End, Script, Subdialog
from server.call.dialogs import Crumb, DialogView, ScriptView


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What a session's state does not say. `ended`: how it ended. `revision`: of the step that led here."""

    session: str
    revision: int
    call: str = ""
    customer: str = ""
    agent: str = ""
    ended: Ended | None = None


def view_of(program: Program, state: State, effects: Sequence[Effect], around: Around) -> DialogView:
    """The session after a step that led to these effects."""
    core = state.core
    script = program.script
    ask = next((effect for effect in effects if isinstance(effect, Ask)), None)
    said: tuple[Said, ...] = around.ended.said if around.ended is not None else ()
    agent = core.context.get("agent") or {}
    return DialogView(
        session=around.session,
        script=script.id,
        version=script.version,
        revision=around.revision,
        status=core.status,
        channel=core.channel,
        language=core.language,
        title=title_of(script, core.language),
        languages=script.languages,
        call=around.call,
        customer=around.customer,
        agent=str(agent.get("id") or around.agent),
        ask=ask if core.status == "running" else None,
        ended=around.ended,
        said=said if ask is None else (),
        notices=tuple(effect for effect in effects if isinstance(effect, Notice)),
        crumbs=tuple(Crumb(trace.key, trace.node, trace.label) for trace in traces_of(program, state)),
        answers=named_answers(program, state),
        silence_seconds=script.timeout_seconds,
    )


def named_answers(program: Program, state: State, *, are_masked: bool = True) -> dict[str, Any]:
    """The answers on the path by the name of each: `meter`, in a sub-dialog `ask/meter`, the second time `meter[2]`."""
    answers = answers_of(program, state, are_masked=are_masked)
    return {name_at(key, state): value for key, value in answers.items()}


def name_at(key: str, state: State) -> str:
    """The name of the answer with a key: the key, with the answer's name for the node's id."""
    answer = state.core.answers.get(key)
    if answer is None:
        return key
    outer, slash, last = key.rpartition("/")
    _, bracket, rounds = last.partition("[")
    return f"{outer}{slash}{answer.name}{bracket}{rounds}"


def script_view(program: Program) -> ScriptView:
    """A published script as others see it."""
    script = program.script
    return ScriptView(
        id=script.id,
        version=script.version,
        titles={language: title_of(script, language) for language in script.languages},
        languages=script.languages,
        channels=script.channels,
        events=tuple(sorted({on.event.lower() for on in script.events})),
        person_queue=_person_queue(script),
    )


def _person_queue(script: Script) -> str:
    """A script with sub-dialogs is not looked through: those may have handlers of their own."""
    handlers = [on for on in script.events if on.event.lower() == "person"]
    if len(handlers) != 1 or any(isinstance(node, Subdialog) for node in script.all_nodes()):
        return ""
    (on,) = handlers
    if on.condition is not None or on.actions or on.go is None or on.go.condition is not None or on.go.actions:
        return ""
    end = next((node for node in script.all_nodes() if node.id == on.go.to), None)
    return (end.queue or "") if isinstance(end, End) and not end.actions else ""


def title_of(script: Script, language: str) -> str:
    """The title in a language, in its main form, in the script's own; the id if there is none."""
    main = language.lower().partition("-")[0]
    by_language = {title.language.lower(): title for title in reversed(script.titles)}
    found = by_language.get(language.lower()) or by_language.get(main) or by_language.get(script.language.lower())
    if found is None:
        return script.id
    return " ".join("".join(part for part in found.parts if isinstance(part, str)).split()) or script.id
