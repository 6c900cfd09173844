"""What an answer of the right type must fulfil besides: length, form, smallest and largest."""

from __future__ import annotations

import re
from typing import Any

from scriptengine.answering.patterns import Pattern
from scriptengine.answering.problems import Problem
from scriptengine.script import Question, QuestionType

_LENGTH = re.compile(r"\s*(\d{1,5})?\s*(?:(-|\.\.)\s*(\d{1,5})?)?\s*")
SCALE = (1, 5)
"""Of a scale that says nothing else."""


def length_of(question: Question) -> tuple[int, int | None]:
    """Fewest and most characters; None: as many as the type allows. `8` is just 8, `2-40`, `2-`, `-40`."""
    match = _LENGTH.fullmatch(question.length or "")
    if match is None or (match.group(1) is None and match.group(3) is None):
        return (0, None)
    least, dash, most = match.groups()
    if dash is None:
        return (int(least), int(least))
    return (int(least or 0), int(most) if most else None)


def beyond(question: Question, value: Any, least: Any, most: Any, pattern: Pattern | None) -> Problem | None:
    """What a value does not fulfil; None: nothing. `least`, `most`: of `min` and `max`, None: no limit."""
    return outside(question.type, length_of(question), value, least, most, pattern)


def outside(
    type: QuestionType, lengths: tuple[int, int | None], value: Any, least: Any, most: Any, pattern: Pattern | None
) -> Problem | None:
    """The same for a surface that has no script, only what is presented of a question."""
    if type == "scale":
        least, most = (SCALE[0] if least is None else least), (SCALE[1] if most is None else most)
    if isinstance(value, str):
        problem = _written(lengths, value, pattern)
        if problem is not None:
            return problem
    several = isinstance(value, list | tuple)
    size = len(value) if several or type in ("text", "memo") else value
    prefix = "count-" if several else ""
    if least is not None and _is_comparable(size, least) and size < least:
        return Problem(f"{prefix}min", {"limit": least})
    if most is not None and _is_comparable(size, most) and size > most:
        return Problem(f"{prefix}max", {"limit": most})
    return None


def _written(lengths: tuple[int, int | None], value: str, pattern: Pattern | None) -> Problem | None:
    least, most = lengths
    if len(value) < least or (most is not None and len(value) > most):
        wanted = str(least) if least == most else f"{least}–{most}" if most is not None else f"{least}+"
        return Problem("length", {"wanted": wanted})
    if pattern is not None and not pattern.matches(value):
        return Problem("pattern")
    return None


def _is_comparable(value: Any, limit: Any) -> bool:
    if isinstance(value, bool) or isinstance(limit, bool):
        return False
    numbers = hasattr(value, "__int__") and hasattr(limit, "__int__")
    return numbers or (value.__class__ is limit.__class__ and not isinstance(value, str | dict))
