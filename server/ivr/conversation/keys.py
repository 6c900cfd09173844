"""Which keys are an answer to a question, and what they become.

0 reaches a person and * repeats, wherever they cannot be part of an answer: 0 where keys stand for choices and none of
them begins with it, or alone before a pause where more digits are wanted; * where it is neither the decimal point nor
between choices. A * in the middle of digits throws them away and repeats the question.
"""

from decimal import Decimal
from typing import Final

import msgspec

from scriptengine.interpreter import Ask, Confirmed, Continued, Event, Happened, Item, Keyed, NoMatch

REPEAT: Final = "repeat"
PERSON: Final = Happened("person")
PERSON_KEY, REPEAT_KEY = "0", "*"
ALL_KEYS: Final = frozenset("0123456789*#")
NOT_KEYED: Final = ("memo", "signature", "file")
"""Types of question that no keypad answers."""
_NUMBERS: Final = ("integer", "scale", "decimal", "money")
_FIXED: Final = {"date": 8, "time": 4, "datetime": 12}


class Expecting(msgspec.Struct, frozen=True):
    """What a question wants. `choices`: keys that stand for an answer; empty: digits are keyed.

    `most`: so many digits are the whole answer; None: a terminator or a pause ends them. `has_star`: * is part of an
    answer. `may_skip`: the terminator alone goes on without an answer. `confirms`: 1 and 2 are yes and no.
    """

    choices: frozenset[str] = frozenset()
    most: int | None = None
    terminator: str = "#"
    has_star: bool = False
    has_zero: bool = True
    may_skip: bool = False
    confirms: bool = False
    is_zero: bool = True
    """Whether 0 alone may be the answer; otherwise a pause after it means a person."""


class Read(msgspec.Struct, frozen=True):
    """What the first `used` of the keys mean: an event for the session, or `REPEAT`. `is_ended`: by a terminator."""

    event: Event | str
    used: int
    is_ended: bool = False


def expecting(ask: Ask) -> Expecting | None:
    """What the question wants; None: nothing that can be keyed."""
    if not ask.items:
        return None
    item = ask.items[0]
    if ask.kind == "confirm":
        return Expecting(frozenset({"1", "2"}), terminator=item.terminator, confirms=True)
    if not item.has_keys or item.type in NOT_KEYED:
        return None
    may_skip = not item.is_required
    if item.type in ("yesno", "consent"):
        return Expecting(frozenset({"1", "2"}), terminator=item.terminator, may_skip=may_skip)
    if item.type in ("choice", "object"):
        keys = frozenset(option.key for option in item.options if option.key)
        return Expecting(keys, terminator=item.terminator, may_skip=may_skip) if keys else None
    if item.type == "multi":
        keys = frozenset(option.key for option in item.options if option.key)
        has_star = any(len(key) > 1 or REPEAT_KEY in key for key in keys)
        has_zero = any(PERSON_KEY in key for key in keys)
        return Expecting(terminator=item.terminator, has_star=has_star, has_zero=has_zero, may_skip=may_skip)
    has_star = item.type in ("decimal", "money")
    most = _most(item)
    is_zero = most == 1 or (
        item.type in _NUMBERS and not (isinstance(item.least, int | float | Decimal) and item.least > 0)
    )
    return Expecting(most=most, terminator=item.terminator, has_star=has_star, may_skip=may_skip, is_zero=is_zero)


def _above_zero(least: object) -> bool:
    return isinstance(least, int | float | Decimal) and least > 0


def _most(item: Item) -> int | None:
    """So many digits are the whole answer; None: it is not known."""
    if item.type in ("decimal", "money"):
        return None
    limits = [limit for limit in (item.digits, _FIXED.get(item.type), item.lengths[1]) if limit]
    if item.type in ("integer", "scale") and isinstance(item.most, int) and item.most >= 0:
        limits.append(len(str(item.most)))
    return min(limits, default=None)


def read(wanted: Expecting, keys: str, *, is_over: bool) -> Read | None:
    """What the keys mean; None: more are needed. `is_over`: no more will come for now."""
    if not keys:
        return None
    return _choice(wanted, keys, is_over) if wanted.choices else _digits(wanted, keys, is_over)


def _begins(wanted: Expecting, keys: str) -> bool:
    return any(choice.startswith(keys) for choice in wanted.choices)


def _choice(wanted: Expecting, keys: str, is_over: bool) -> Read | None:
    first = keys[0]
    if not _begins(wanted, first):
        if first == REPEAT_KEY:
            return Read(REPEAT, 1)
        if first == PERSON_KEY:
            return Read(PERSON, 1)
        if first == wanted.terminator:
            return Read(Continued() if wanted.may_skip else NoMatch(), 1, is_ended=True)
        return Read(NoMatch(), 1)
    best = 0
    for length in range(1, len(keys) + 1):
        prefix = keys[:length]
        if not _begins(wanted, prefix):
            is_ended = keys[length - 1] == wanted.terminator
            if not best:
                return Read(NoMatch(), length, is_ended=is_ended)
            return _chosen(wanted, keys[:best], best + (is_ended and best == length - 1), is_ended)
        if prefix in wanted.choices:
            best = length
            if not any(choice != prefix and choice.startswith(prefix) for choice in wanted.choices):
                return _chosen(wanted, prefix, length)
    if not is_over:
        return None
    return _chosen(wanted, keys[:best], best) if best else Read(NoMatch(), len(keys))


def _chosen(wanted: Expecting, keys: str, used: int, is_ended: bool = False) -> Read:
    return Read(Confirmed(keys == "1") if wanted.confirms else Keyed(keys), used, is_ended)


def _digits(wanted: Expecting, keys: str, is_over: bool) -> Read | None:
    if keys[0] == wanted.terminator:
        return Read(Continued() if wanted.may_skip else NoMatch(), 1, is_ended=True)
    if keys[0] == PERSON_KEY and not wanted.has_zero:
        return Read(PERSON, 1)
    for place, key in enumerate(keys):
        if key == wanted.terminator:
            return Read(Keyed(keys[:place]), place + 1, is_ended=True)
        if key == REPEAT_KEY and not wanted.has_star:
            return Read(REPEAT, place + 1)
        if key not in "0123456789*":  # the hash key, where another one ends the digits
            return Read(NoMatch(), place + 1, is_ended=True)
        if wanted.most is not None and place + 1 == wanted.most:
            return Read(Keyed(keys[: place + 1]), place + 1)
    if not is_over:
        return None
    if keys == PERSON_KEY and not wanted.is_zero:
        return Read(PERSON, 1)
    return Read(Keyed(keys), len(keys))
