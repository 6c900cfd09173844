"""What a surface must present while the session waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scriptengine.answering.limits import length_of
from scriptengine.interpreter.asking import first_value, is_required, offered, options
from scriptengine.interpreter.effects import Ask, Button, Item, Said, Speech
from scriptengine.interpreter.rendering import applies, hints_of, in_language, label, pieces, plain, speech_of, text_of
from scriptengine.interpreter.state import Answer, Stop
from scriptengine.interpreter.walking import said_before
from scriptengine.interpreter.work import Work
from scriptengine.script import Choice, Go, Group, Info, Question


def ask(work: Work, stop: Stop, inactive: Mapping[str, Answer], *, can_go_back: bool, reply: tuple[Speech, ...]) -> Ask:
    """The effect for a stop. `reply`: what is said first, because nothing or nothing fitting was keyed."""
    node = work.level.program.node(stop.node)
    items: tuple[Item, ...] = ()
    goes: tuple[Go, ...] = ()
    is_repeated = work.channel == "ivr" and work.attempts != (0, 0)
    before: list[Said] = [] if is_repeated else [*work.heard, *said_before(work)]
    if reply:
        before.append(Said(stop.node, (), reply))
    layout = ""
    if isinstance(node, Group):
        title = in_language(node.titles, work)
        if title:
            before.append(Said(node.id, pieces(title[0].parts, work)))
        items = tuple(_item(work, one, stop, inactive) for one in questions(work, node))
        layout = node.layout
    elif isinstance(node, Question):
        items = (_item(work, node, stop, inactive),)
        goes = node.goes
    elif isinstance(node, Info):
        goes = node.goes
    return Ask(
        stop=stop.key,
        node=stop.node,
        kind=stop.kind,
        channel=work.channel,
        language=work.language,
        before=tuple(before),
        items=items,
        buttons=_buttons(work, goes) if stop.kind != "confirm" else (),
        layout=layout,
        attempt=max(work.attempts) + 1,
        can_go_back=can_go_back,
    )


def questions(work: Work, group: Group) -> list[Question]:
    """The questions of a page that are to be seen now."""
    return [node for node in group.nodes if isinstance(node, Question) and applies(node, work)]


def _buttons(work: Work, goes: tuple[Go, ...]) -> tuple[Button, ...]:
    if work.channel == "ivr":
        return ()
    return tuple(
        Button(number, plain(label(go.labels, work, lambda one: one.parts)), go.needs_confirmation)
        for number, go in enumerate(goes)
        if go.label is not None and work.holds(go, go.condition)
    )


def _item(work: Work, question: Question, stop: Stop, inactive: Mapping[str, Answer]) -> Item:
    key = work.key(question)
    answer = work.answers.get(key) if stop.kind == "page" else None
    value = stop.value if stop.kind == "confirm" else answer.value if answer is not None else None
    least, most = work.value(question, "min"), work.value(question, "max")
    return Item(
        question=question.id,
        name=question.name,
        type=question.type,
        text=text_of(question.texts, work),
        hints=hints_of(question.hints, work),
        speech=speech_of(question.prompts, work, max(work.attempts) + 1),
        options=options(work, question) if _has_options(question) else (),
        is_required=is_required(work, question),
        value=_told(work, question, value),
        suggested=_told(work, question, _suggested(work, question, key, inactive)),
        problem=work.problems.get(question.id, ""),
        least=least,
        most=most,
        lengths=length_of(question),
        pattern=question.pattern or "",
        digits=question.digits,
        terminator=question.terminator,
        has_keys=question.has_keys,
        timeout_seconds=question.timeout_seconds,
        is_sensitive=question.is_sensitive,
    )


def _has_options(question: Question) -> bool:
    return question.type in ("choice", "multi", "object")


def _suggested(work: Work, question: Question, key: str, inactive: Mapping[str, Answer]) -> Any:
    """What was answered before going back, or what is there; a sensitive value is never suggested."""
    if question.is_sensitive:
        return None
    before = inactive.get(key)
    return before.value if before is not None else first_value(work, question)


def _told(work: Work, question: Question, value: Any) -> Any:
    """A value as a surface answers it: of a record its key."""
    if question.type != "object" or not isinstance(value, dict):
        return value
    return next(
        (key for key, one in offered(work, question).items() if not isinstance(one, Choice) and one == value), None
    )
