"""Texts with the values in them, in the session's language, for eyes and ears."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from scriptengine.expressions import Expression
from scriptengine.interpreter.effects import Piece, Said, Speech, Spoken
from scriptengine.interpreter.formatting import MASK, shown
from scriptengine.interpreter.work import Work
from scriptengine.script import Bold, End, Group, Hint, Info, Part, Pause, Prompt, Question, Say, Text, Value


class _Worded(Protocol):
    @property
    def language(self) -> str: ...


_W = TypeVar("_W", bound=_Worded)
_AUDIENCES = {"desk": ("agent", "both"), "web": ("customer", "both")}


def in_language(texts: Sequence[_W], work: Work) -> list[_W]:
    """The texts of the session's language, of its main form, of the script's own, or the first one's."""
    if len(texts) < 2:
        return list(texts)
    same = [text for text in texts if text.language == work.language]  # nearly always
    if same:
        return same
    for wanted in _wanted(work.language, work.level.program.script.language):
        found = [text for text in texts if text.language.lower() == wanted]
        if found:
            return found
    return [text for text in texts if text.language == texts[0].language]


def _wanted(language: str, own: str) -> tuple[str, ...]:
    folded = language.lower()
    return (folded, folded.partition("-")[0], own.lower())


def label(texts: Sequence[_W], work: Work, parts: Callable[[_W], tuple[Part, ...]]) -> tuple[Piece, ...]:
    """The first text of the session's language; empty when there is none."""
    found = in_language(texts, work)
    return pieces(parts(found[0]), work) if found else ()


def text_of(texts: Sequence[Text], work: Work, *, is_masked: bool = False) -> tuple[Piece, ...]:
    """What is written on the session's channel; several texts stand below each other."""
    shown_here = [text for text in texts if not text.channels or work.channel in text.channels]
    made: list[Piece] = []
    for text in in_language(shown_here, work):
        found = pieces(text.parts, work, is_masked=is_masked)
        made += [Piece("\n"), *found] if made else found
    return tuple(made)


def hints_of(hints: Sequence[Hint], work: Work) -> tuple[tuple[Piece, ...], ...]:
    """The hints for whoever looks at this channel; the agent's never leave for another."""
    audiences = _AUDIENCES.get(work.channel, ())
    here = [hint for hint in hints if hint.audience in audiences]
    return tuple(pieces(hint.parts, work) for hint in in_language(here, work))


def pieces(parts: Sequence[Part], work: Work, *, is_masked: bool = False) -> tuple[Piece, ...]:
    """Text with its values. `is_masked`: sensitive values are not shown."""
    made: list[Piece] = []
    for part in parts:
        if isinstance(part, str):
            made.append(Piece(part))
        elif isinstance(part, Value):
            made.append(Piece(value_text(part, work, is_masked=is_masked)))
        elif isinstance(part, Bold):
            made += [Piece(_inner(inner, work, is_masked=is_masked), True) for inner in part.parts]
        else:
            made.append(Piece("\n"))
    return tuple(piece for piece in made if piece.text)


def plain(parts: Sequence[Piece]) -> str:
    """The words alone."""
    return "".join(piece.text for piece in parts)


def _inner(part: str | Value, work: Work, *, is_masked: bool = False) -> str:
    return part if isinstance(part, str) else value_text(part, work, is_masked=is_masked)


def value_text(value: Value, work: Work, *, is_masked: bool = False) -> str:
    """A value in a text; when it is unanswered, what `else` says."""
    program = work.level.program
    expression = program.read(value, "of")
    found = None if expression is None else expression.evaluate(work.names())
    if is_masked and isinstance(expression, Expression) and expression.names & program.sensitive:
        return MASK
    type = expression.type if isinstance(expression, Expression) else None
    return shown(found, work.language, value.format, type) or (value.otherwise or "")


def speech_of(prompts: Sequence[Prompt], work: Work, attempt: int = 1) -> tuple[Speech, ...]:
    """What is spoken at an attempt: of the prompts of the language those with the highest count not above it."""
    if work.channel != "ivr":
        return ()
    here = [prompt for prompt in in_language(prompts, work) if prompt.count <= attempt]
    highest = max((prompt.count for prompt in here), default=1)
    return tuple(_speech(prompt, work) for prompt in here if prompt.count == highest)


def _speech(prompt: Prompt, work: Work) -> Speech:
    made: list[Spoken] = []
    for part in prompt.parts:
        match part:
            case Pause():
                made.append(Spoken("pause", milliseconds=part.milliseconds))
            case Say():
                made.append(Spoken(part.spoken_as, "".join(_spoken_value(inner, work) for inner in part.parts)))
            case _:
                made.append(Spoken("text", _inner(part, work)))
    return Speech(tuple(made), prompt.audio or "", prompt.can_interrupt)


def _spoken_value(part: str | Value, work: Work) -> str:
    """Inside `say` a value is handed on as it is written, so that its reader can tell digits, dates and amounts."""
    if isinstance(part, str):
        return part
    found = work.value(part, "of")
    return shown(found, "en", "iso") if found is not None else (part.otherwise or "")


def said(node: Info | End, work: Work, depth: int) -> Said:
    """An info or end as it is presented. `depth`: of its level."""
    levels, work.levels = work.levels, work.levels[: depth + 1]
    work.names_changed()
    try:
        hints = hints_of(node.hints, work) if isinstance(node, Info) else ()
        return Said(node.id, text_of(node.texts, work), speech_of(node.prompts, work), hints)
    finally:
        work.levels = levels
        work.names_changed()


def applies(node: Info | Question | Group, work: Work) -> bool:
    """Whether a node is for this channel, and its condition holds."""
    return (not node.channels or work.channel in node.channels) and work.holds(node, node.condition)
