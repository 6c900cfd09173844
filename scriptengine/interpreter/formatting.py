"""Values as people of a language read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec

from scriptengine.expressions import NameType, Record

MASK = "•••"
"""Instead of a value that must not be shown."""


class Ways(msgspec.Struct, frozen=True):
    """How a language writes. `date`: for `strftime`, numbers only."""

    point: str
    thousands: str
    date: str
    yes: str
    no: str
    joined: str


_WAYS = {
    "en": Ways(".", ",", "%Y-%m-%d", "yes", "no", "and"),
    "en-us": Ways(".", ",", "%m/%d/%Y", "yes", "no", "and"),
    "en-gb": Ways(".", ",", "%d/%m/%Y", "yes", "no", "and"),
    "pt": Ways(",", ".", "%d/%m/%Y", "sim", "não", "e"),
    "de": Ways(",", ".", "%d.%m.%Y", "ja", "nein", "und"),
    "es": Ways(",", ".", "%d/%m/%Y", "sí", "no", "y"),
    "fr": Ways(",", " ", "%d/%m/%Y", "oui", "non", "et"),
    "it": Ways(",", ".", "%d/%m/%Y", "sì", "no", "e"),
    "nl": Ways(",", ".", "%d-%m-%Y", "ja", "nee", "en"),
}


def ways_of(language: str) -> Ways:
    """The ways of a language, of its main form, or English."""
    folded = language.lower()
    return _WAYS.get(folded) or _WAYS.get(folded.partition("-")[0]) or _WAYS["en"]


def shown(value: Any, language: str, format: str | None = None, type: NameType | None = None) -> str:
    """A value as text; empty for None.

    `format`: `upper`, `lower`, `digits` (one by one), `integer`, `decimal:2`, `money`, `money:EUR`, `date`, `time`,
    `iso`; another one, or one that does not fit the value, counts as none. `type`: tells what a record shows.
    """
    ways = ways_of(language)
    word, _, detail = (format or "").partition(":")
    if value is None:
        return ""
    if isinstance(value, bool):
        return ways.yes if value else ways.no
    if isinstance(value, int | Decimal):
        return _number(value, ways, word, detail)
    if isinstance(value, date | time):
        return _dated(value, ways, word)
    if isinstance(value, Mapping):
        attribute = type.shown_as if isinstance(type, Record) else ""
        return shown(value.get(attribute), language) if attribute else ""
    if isinstance(value, list | tuple):
        words = [shown(member, language) for member in value]
        return f" {ways.joined} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
    text = str(value)
    return {"upper": text.upper(), "lower": text.lower(), "digits": " ".join(text)}.get(word, text)


def _number(value: int | Decimal, ways: Ways, word: str, detail: str) -> str:
    if word == "digits":
        return " ".join(str(value))
    if word == "integer":
        value = round(value)
    elif word == "decimal" and detail.isdigit():
        value = round(Decimal(value), min(int(detail), 9))
    elif word == "money":
        value = round(Decimal(value), 2)
    grouped = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}" if word else str(value)
    if not word:
        grouped = grouped.replace(",", "")
    text = grouped.replace(",", "\0").replace(".", ways.point).replace("\0", ways.thousands)
    return f"{text} {detail}" if word == "money" and detail else text


def _dated(value: date | time, ways: Ways, word: str) -> str:
    if word == "iso":
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, datetime) and word != "date":
        return f"{value:%H:%M}" if word == "time" else f"{_day(value, ways)} {value:%H:%M}"
    return _day(value, ways)


def _day(value: date, ways: Ways) -> str:
    """Years before 1000 need their noughts, which `strftime` leaves out."""
    return value.strftime(ways.date.replace("%Y", f"{value.year:04}"))
