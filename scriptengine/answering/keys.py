"""Digits of a telephone as an answer in its written form. `*` is the decimal point, or separates several choices."""

from __future__ import annotations

from collections.abc import Mapping

from scriptengine.script import QuestionType

YES, NO = "1", "2"
_MONTH_FIRST = ("en-us",)


def written(type: QuestionType, digits: str, keys: Mapping[str, str], language: str) -> str | None:
    """The answer that these keys mean; None: nothing. `keys`: key to value of a choice.

    A date is keyed DDMMYYYY (in American English MMDDYYYY), a time HHMM, both one after the other.
    """
    if type in ("choice", "object"):
        return keys.get(digits)
    if type == "multi":
        values = [keys.get(key) for key in (digits.split("*") if "*" in digits else list(digits))]
        return None if None in values or not values else " ".join(value for value in values if value is not None)
    if type in ("yesno", "consent"):
        return {YES: "yes", NO: "no"}.get(digits)
    if type in ("decimal", "money"):
        return digits.replace("*", ".")
    if type == "date":
        return _date(digits, language)
    if type == "time":
        return _time(digits)
    if type == "datetime":
        day, hour = _date(digits[:8], language), _time(digits[8:])
        return None if day is None or hour is None else f"{day}T{hour}"
    return digits if digits.isdigit() else None


def _date(digits: str, language: str) -> str | None:
    if len(digits) != 8 or not digits.isdigit():
        return None
    first, second, year = digits[:2], digits[2:4], digits[4:]
    day, month = (second, first) if language.lower() in _MONTH_FIRST else (first, second)
    return f"{year}-{month}-{day}"


def _time(digits: str) -> str | None:
    return f"{digits[:2]}:{digits[2:]}" if len(digits) == 4 and digits.isdigit() else None
