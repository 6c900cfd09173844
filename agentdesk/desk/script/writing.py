"""What an agent types, as the written form that scripts know (ISO 8601, decimal points), and back.

Numbers: a comma or a point, as the agent is used to; days first; a date without separators has eight digits. What is
not understood is left as it was typed: judging says what is wrong with it.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from scriptengine.answering.coercing import coerced
from scriptengine.expressions import Type
from scriptengine.interpreter.formatting import shown as shown_in
from scriptengine.script import QuestionType

_TYPES: dict[QuestionType, Type] = {
    "integer": Type.INTEGER,
    "scale": Type.INTEGER,
    "decimal": Type.NUMBER,
    "money": Type.NUMBER,
    "date": Type.DATE,
    "time": Type.TIME,
    "datetime": Type.DATETIME,
}
_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.h]?(\d{2})h?")
_THOUSANDS = {",": re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?"), ".": re.compile(r"-?\d{1,3}(\.\d{3})+(,\d*)?")}


def written(type: QuestionType, typed: str, language: str) -> str:
    """The written form. `language`: the agent's; in English a comma separates thousands, elsewhere a point does."""
    text = typed.strip()
    match type:
        case "integer" | "scale" | "decimal" | "money":
            return _number(text, "," if language.startswith("en") else ".")
        case "date":
            return _date(text)
        case "time":
            return _time(text)
        case "datetime":
            day, _, hour = re.sub(r"\s*,\s*|\s+", " ", text).replace("T", " ").rpartition(" ")
            return f"{_date(day)}T{_time(hour)}" if day else text
        case _:
            return text


def _number(text: str, separator: str) -> str:
    plain = text.replace("\u00a0", "").replace(" ", "")
    if _THOUSANDS[separator].fullmatch(plain):
        plain = plain.replace(separator, "")
    return plain.replace(",", ".") if plain.count(",") + plain.count(".") <= 1 else plain


def _date(text: str) -> str:
    found = _DAY_FIRST.fullmatch(text)
    if found is not None:
        day, month, year = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    if len(text) == 8 and text.isascii() and text.isdigit():
        return f"{text[4:]}-{text[2:4]}-{text[:2]}"
    return text


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    return f"{int(found[1]):02}:{found[2]}" if found is not None else text


def typed(type: QuestionType, value: Any, language: str) -> str:
    """A value of the server's as the agent would type it. None: empty."""
    if value is None:
        return ""
    known = _TYPES.get(type)
    if known is None:
        return " ".join(str(member) for member in value) if isinstance(value, list | tuple) else str(value)
    found = coerced(value, known)
    if isinstance(found, datetime):
        return f"{_day(found)} {found:%H:%M}"
    if isinstance(found, date):
        return _day(found)
    if isinstance(found, time):
        return f"{found:%H:%M}"
    if isinstance(found, Decimal):
        return str(found) if language.startswith("en") else str(found).replace(".", ",")
    return str(value) if found is None else str(found)


def _day(value: date) -> str:
    return f"{value:%d/%m/}{value.year:04}"


def understood(type: QuestionType, answer: str, language: str) -> str:
    """How a written number, date or time was understood, to be compared with what was meant; empty: nothing to tell."""
    value = coerced(answer, _TYPES[type]) if type in _TYPES and type not in ("integer", "scale") else None
    if value is None:
        return ""
    return shown_in(value, language.replace("_", "-"), "money" if type == "money" else None)
