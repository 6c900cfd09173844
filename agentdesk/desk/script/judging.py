"""Whether an answer will be taken: the engine's own rules, asked while the agent types.

What the script's expressions demand is known only to the server; its sentence comes with the step. On a page they may
read what is answered beside it and not handed in yet.
"""

from typing import Any

from msgspec.structs import replace

from scriptengine.answering.coercing import coerced
from scriptengine.answering.kinds import parsed
from scriptengine.answering.limits import outside
from scriptengine.answering.patterns import Pattern, PatternError
from scriptengine.answering.problems import Problem
from scriptengine.expressions import Type
from scriptengine.interpreter import Item, plain

_LIMITS = {
    "integer": Type.INTEGER,
    "scale": Type.INTEGER,
    "text": Type.INTEGER,
    "memo": Type.INTEGER,
    "multi": Type.INTEGER,
    "decimal": Type.NUMBER,
    "money": Type.NUMBER,
    "date": Type.DATE,
    "time": Type.TIME,
    "datetime": Type.DATETIME,
}


def problem(item: Item, answer: Any, language: str) -> str:
    """What is wrong with a written answer, in the agent's language; empty: nothing that could be known here."""
    found = _problem(item, answer)
    return found.said(language.replace("_", "-")) if found is not None else ""


def form_problem(item: Item, answer: Any, language: str) -> str:
    """The same without what other answers of its page can change: whether it is asked at all, whether it must be given,
    and between which limits it lies."""
    return problem(replace(item, is_required=False, least=None, most=None), answer, language)


def _problem(item: Item, answer: Any) -> Problem | None:
    value = parsed(item.type, answer, [option.value for option in item.options])
    if value is None:
        return Problem("required") if item.is_required else None
    if isinstance(value, Problem):
        return value
    if item.type == "multi":
        alone = next((one for one in item.options if one.is_exclusive and one.value in value), None)
        if alone is not None and len(value) > 1:
            return Problem("exclusive", {"value": plain(alone.label) or alone.value})
    kind = _LIMITS.get(item.type)
    return outside(
        item.type, item.lengths, value, coerced(item.least, kind), coerced(item.most, kind), _pattern(item.pattern)
    )


def _pattern(text: str) -> Pattern | None:
    """A pattern that cannot be read is the script's fault, which the server's check tells; nothing is demanded here."""
    try:
        return Pattern(text) if text else None
    except PatternError:
        return None
