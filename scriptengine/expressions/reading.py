"""How nodes are evaluated: plain functions made once, when the expression is compiled.

Each function made here takes the values of the names and gives a value, None for unanswered. Functions made for
conditions always give True or False. None fails for values of the declared types, and none asks the thread for its
decimal settings.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Any

from scriptengine.expressions.nodes import Node, Read
from scriptengine.expressions.words import List, NameType, Record, Type

_DECIMALS = Context(prec=28, traps=[])
LONGEST_TEXT = 10_000
"""Characters of a text that is put together: as many as a name of a script holds."""
LARGEST = 10**31
"""Whole numbers stay below it, as those that a name of a script holds."""
_MAX_DAYS = 4_000_000
_ACCEPTED: dict[Type, type] = {
    Type.BOOLEAN: bool, Type.INTEGER: int, Type.TEXT: str, Type.DATE: date, Type.TIME: time,
}  # fmt: skip

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda member, container: member in container, "not in": lambda member, container: member not in container,
    "starts_with": str.startswith, "ends_with": str.endswith,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[Any, Any], Decimal]] = {
    "+": _DECIMALS.add, "-": _DECIMALS.subtract, "*": _DECIMALS.multiply,
    "/": _DECIMALS.divide, "%": _DECIMALS.remainder,
}  # fmt: skip
_DAY: dict[str, tuple[Type, Callable[[Any], Any]]] = {
    "year": (Type.INTEGER, operator.attrgetter("year")),
    "month": (Type.INTEGER, operator.attrgetter("month")),
    "day": (Type.INTEGER, operator.attrgetter("day")),
    "weekday": (Type.INTEGER, date.isoweekday),
}
_CLOCK: dict[str, tuple[Type, Callable[[Any], Any]]] = {
    "hour": (Type.INTEGER, operator.attrgetter("hour")),
    "minute": (Type.INTEGER, operator.attrgetter("minute")),
}
ATTRIBUTES: dict[Type, dict[str, tuple[Type, Callable[[Any], Any]]]] = {
    Type.TEXT: {
        "length": (Type.INTEGER, len),
        "as_lower": (Type.TEXT, str.lower),
        "as_upper": (Type.TEXT, str.upper),
    },
    Type.DATE: _DAY,
    Type.TIME: _CLOCK,
    Type.DATETIME: {"date": (Type.DATE, datetime.date), "time": (Type.TIME, datetime.time), **_DAY, **_CLOCK},
}
"""What can be asked of a value, by its type. `weekday` is 1 on Monday."""
LIST_ATTRIBUTES: dict[str, tuple[Type, Callable[[Any], Any]]] = {"length": (Type.INTEGER, len)}


def of_name(name: str, declared: NameType, missing: Any) -> Read:
    """The value of a name; `missing` when the values do not hold it."""
    exact = _ACCEPTED.get(declared) if isinstance(declared, Type) else None
    if exact is None:
        return lambda values: checked(name, declared, values.get(name, missing))

    def read(values: Mapping[str, Any]) -> Any:
        value = values.get(name, missing)
        if value is None or value.__class__ is exact:  # the way of nearly every value
            return value
        return checked(name, declared, value)

    return read


def of_attribute(record: Read, path: str, attribute: str, declared: NameType) -> Read:
    """The attribute of a record; unanswered when the record is."""

    def read(values: Mapping[str, Any]) -> Any:
        whole = record(values)
        return None if whole is None else checked(path, declared, whole.get(attribute))

    return read


def checked(name: str, declared: NameType, value: Any) -> Any:
    """The value if it is of the declared type, fractions as Decimal; raises TypeError: the program is wrong, not the
    expression. A number that is not finite is unanswered.
    """
    if value is None:
        return None
    if isinstance(declared, Record):
        right = isinstance(value, Mapping)
    elif isinstance(declared, List):
        right = isinstance(value, (list, tuple))
    elif declared is Type.DATETIME:
        right = isinstance(value, datetime)
        value = value.replace(tzinfo=None) if right else value
    elif declared is Type.DATE:
        right = isinstance(value, date) and not isinstance(value, datetime)
    elif declared is Type.TIME:
        right = isinstance(value, time)
        value = value.replace(tzinfo=None) if right else value
    elif declared is Type.NUMBER:
        right = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    else:
        right = isinstance(value, _ACCEPTED[declared]) and (declared is Type.BOOLEAN or not isinstance(value, bool))
    if not right:
        kind = called(declared)
        raise TypeError(f"{name} is declared as {kind}, its value is of type {type(value).__name__}")
    if isinstance(value, (float, Decimal)):
        value = Decimal(repr(float(value))) if isinstance(value, float) else value  # 0.1 is one tenth
        return value if value.is_finite() else None
    return value


def called(declared: NameType | None) -> str:
    """`a whole number`, for messages."""
    if declared is None or isinstance(declared, List):
        return "a list"
    return "a record" if isinstance(declared, Record) else declared.value


def of_constant(value: Any) -> Read:
    """A literal."""

    def read(_values: Mapping[str, Any]) -> Any:
        return value

    return read


def of_comparison(word: str, left: Read, right: Read, constant: Any = None) -> Read:
    """A comparison; false when a side is unanswered. `constant`: the right side, when it is a literal."""
    compare = _COMPARE[word]
    if constant is not None:

        def read_left(values: Mapping[str, Any]) -> bool:
            value = left(values)
            return value is not None and compare(value, constant)

        return read_left

    def read(values: Mapping[str, Any]) -> bool:
        first = left(values)
        if first is None:
            return False
        second = right(values)
        return second is not None and compare(first, second)

    return read


def of_null_test(value: Read, answered: bool) -> Read:
    """Whether a value is answered, or with `answered` false whether it is not."""
    if answered:
        return lambda values: value(values) is not None
    return lambda values: value(values) is None


def of_not(condition: Read) -> Read:
    """The opposite of a condition; the opposite of an unanswered yes or no is true."""
    return lambda values: not condition(values)


def of_all(conditions: tuple[Read, ...]) -> Read:
    """Whether all conditions hold; stops at the first that does not."""
    if len(conditions) == 2:
        first, second = conditions
        return lambda values: bool(first(values) and second(values))

    def read(values: Mapping[str, Any]) -> bool:
        for condition in conditions:  # noqa: SIM110  # half the time of all()
            if not condition(values):
                return False
        return True

    return read


def of_any(conditions: tuple[Read, ...]) -> Read:
    """Whether one condition holds; stops at the first that does."""
    if len(conditions) == 2:
        first, second = conditions
        return lambda values: bool(first(values) or second(values))

    def read(values: Mapping[str, Any]) -> bool:
        for condition in conditions:  # noqa: SIM110  # half the time of any()
            if condition(values):
                return True
        return False

    return read


def of_flag(value: Read) -> Read:
    """A yes or no as a condition: unanswered is false."""
    return lambda values: bool(value(values))


def of_choice(condition: Read, value: Read, other: Read) -> Read:
    """`condition ? value : other`"""
    return lambda values: value(values) if condition(values) else other(values)


def of_arithmetic(word: str, left: Node, right: Node) -> Read:
    """Two numbers, or with `+` two texts, made one; unanswered when one of them is, or by a division by zero.

    A text ends after `LONGEST_TEXT` characters, and a whole number from `LARGEST` on is unanswered: a row of variables,
    each twice the one before, must not fill the memory.
    """
    first, second = left.read, right.read
    whole = left.type is Type.INTEGER and right.type is Type.INTEGER and word in "+-*"
    if left.type is Type.TEXT or whole:
        compute: Callable[[Any, Any], Any] = {"+": operator.add, "-": operator.sub, "*": operator.mul}[word]
    else:
        compute = _ARITHMETIC[word]

    def read(values: Mapping[str, Any]) -> Any:
        a, b = first(values), second(values)
        if a is None or b is None:
            return None
        value = compute(a, b)
        if value.__class__ is str:
            return value[:LONGEST_TEXT]
        if value.__class__ is int:
            return value if -LARGEST < value < LARGEST else None
        return None if isinstance(value, Decimal) and not value.is_finite() else value

    return read


def of_days(word: str, first: Read, second: Read) -> Read:
    """A date and a number of days made a date; unanswered when one of them is, or beyond the years 1 to 9999."""

    def read(values: Mapping[str, Any]) -> Any:
        day, days = first(values), second(values)
        if day is None or days is None or abs(days) > _MAX_DAYS:
            return None
        try:
            return day + timedelta(days=days if word == "+" else -days)
        except OverflowError:
            return None

    return read


def of_days_between(first: Read, second: Read) -> Read:
    """Whole days from the second date to the first."""

    def read(values: Mapping[str, Any]) -> Any:
        later, earlier = first(values), second(values)
        return None if later is None or earlier is None else (later - earlier).days

    return read


def of_minus(value: Read) -> Read:
    """A number with the other sign."""

    def read(values: Mapping[str, Any]) -> Any:
        number = value(values)
        return None if number is None else -number if isinstance(number, int) else number.copy_negate()

    return read


def of_value_attribute(owner: Read, compute: Callable[[Any], Any]) -> Read:
    """An attribute of a value, such as the length of a text."""

    def read(values: Mapping[str, Any]) -> Any:
        value = owner(values)
        return None if value is None else compute(value)

    return read
