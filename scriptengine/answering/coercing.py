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


def coerced(value: Any, wanted: NameType | None, now: datetime | None = None) -> Any:
    """The value if it is, or is written as, one of the wanted type; otherwise None: unanswered.

    Written forms: `yes`, `no`; decimal points; ISO 8601; members of a list separated by blanks. A moment with a zone or
    an offset becomes the local time of the company, whose zone is that of `now`; a time of day is taken as one of that
    day. `now` None, or without a zone: where the company is is not known, and such a moment is none of the type.
    """
    if value is None or wanted is None:
        return None
    if isinstance(wanted, Record):
        return _record(value, wanted, now)
    if isinstance(wanted, List):
        return _list(value, wanted, now)
    if wanted is Type.TEXT:
        return value[:MAX_TEXT] if isinstance(value, str) else str(value) if _is_number(value) else None
    if wanted is Type.BOOLEAN:
        return _boolean(value)
    if wanted in (Type.INTEGER, Type.NUMBER):
        return _number(value, wanted is Type.INTEGER)
    return _dated(value, wanted, now)


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


def _dated(value: Any, wanted: Type, now: datetime | None) -> date | time | None:
    found = _read(value.strip(), wanted) if isinstance(value, str) else value
    if isinstance(found, datetime):
        local = _local(found, now)
        if local is None or wanted is Type.DATETIME:
            return local
        return local.date() if wanted is Type.DATE else local.time()
    if isinstance(found, time):
        return _time_of_day(found, now) if wanted is Type.TIME else None
    return found if isinstance(found, date) and wanted is Type.DATE else None


def _read(text: str, wanted: Type) -> date | time | None:
    try:
        if wanted is Type.DATE:
            return date.fromisoformat(text)
        return time.fromisoformat(text) if wanted is Type.TIME else datetime.fromisoformat(text)
    except ValueError:
        return None


def _local(moment: datetime, now: datetime | None) -> datetime | None:
    if moment.tzinfo is None:
        return moment
    if now is None or now.tzinfo is None:
        return None
    try:
        return moment.astimezone(now.tzinfo).replace(tzinfo=None, fold=0)
    except OverflowError:  # on the first or the last day that there is
        return None


def _time_of_day(value: time, now: datetime | None) -> time | None:
    if value.tzinfo is None:
        return value
    if now is None or now.tzinfo is None:
        return None
    # the day there, which is not always the day here
    local = _local(datetime.combine(now.astimezone(value.tzinfo).date(), value), now)
    return None if local is None else local.time()


def _record(value: Any, wanted: Record, now: datetime | None) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    return {name: coerced(value[name], type, now) for name, type in wanted.attributes.items() if name in value}


def _list(value: Any, wanted: List, now: datetime | None) -> list[Any] | None:
    members = value.split() if isinstance(value, str) else value
    if not isinstance(members, list | tuple):
        return None
    found = [member if wanted.of is None else coerced(member, wanted.of, now) for member in members[:MAX_MEMBERS]]
    return [member for member in found if member is not None]
