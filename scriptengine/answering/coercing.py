"""Values from outside (services, records, files, tests) as values of the declared types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from scriptengine.expressions import List, NameType, Record, Type

MAX_TEXT = 10_000
MAX_MEMBERS = 1_000
_TRUE = ("yes", "true")
_FALSE = ("no", "false")


def coerced(value: Any, wanted: NameType | None) -> Any:
    """The value if it is, or is written as, one of the wanted type; otherwise None: unanswered.

    Written forms: `yes`, `no`; decimal points; ISO 8601; members of a list separated by blanks.
    """
    if value is None or wanted is None:
        return None
    if isinstance(wanted, Record):
        return _record(value, wanted)
    if isinstance(wanted, List):
        return _list(value, wanted)
    if wanted is Type.TEXT:
        return value[:MAX_TEXT] if isinstance(value, str) else str(value) if _is_number(value) else None
    if wanted is Type.BOOLEAN:
        return _boolean(value)
    if wanted in (Type.INTEGER, Type.NUMBER):
        return _number(value, wanted is Type.INTEGER)
    return _dated(value, wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    word = value.strip().casefold() if isinstance(value, str) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _number(value: Any, is_whole: bool) -> int | Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value).strip()[:40])
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return None
    if is_whole:
        return int(number) if number == number.to_integral_value() else None
    return number


def _dated(value: Any, wanted: Type) -> date | time | None:
    if isinstance(value, datetime):
        local = value.replace(tzinfo=None)
        return local if wanted is Type.DATETIME else local.date() if wanted is Type.DATE else local.time()
    if isinstance(value, time):
        return value.replace(tzinfo=None) if wanted is Type.TIME else None
    if isinstance(value, date):
        return value if wanted is Type.DATE else None
    if not isinstance(value, str):
        return None
    try:
        if wanted is Type.DATE:
            return date.fromisoformat(value.strip())
        if wanted is Type.TIME:
            return time.fromisoformat(value.strip()).replace(tzinfo=None)
        return datetime.fromisoformat(value.strip()).replace(tzinfo=None)
    except ValueError:
        return None


def _record(value: Any, wanted: Record) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    return {name: coerced(value[name], type) for name, type in wanted.attributes.items() if name in value}


def _list(value: Any, wanted: List) -> list[Any] | None:
    members = value.split() if isinstance(value, str) else value
    if not isinstance(members, list | tuple):
        return None
    found = [member if wanted.of is None else coerced(member, wanted.of) for member in members[:MAX_MEMBERS]]
    return [member for member in found if member is not None]
