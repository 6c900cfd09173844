"""Each type of question: what was answered made a value, or a problem. Written forms are those of tests and files:
`yes` and `no`, ISO 8601 dates and times, decimal points, members of a list separated by blanks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from scriptengine.answering.coercing import coerced
from scriptengine.answering.problems import Problem
from scriptengine.expressions import List, Type
from scriptengine.script import QuestionType

MAX_LINE = 1_000
MAX_MEMO = 10_000
MAX_REFERENCE = 300
MAX_AMOUNT_DIGITS = 20
"""Before the decimals; Python's decimals count exactly up to 28 digits in all."""
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
_POSTCODE = re.compile(r"[A-Z0-9](?:[A-Z0-9 -]{1,8})[A-Z0-9]")
_PHONE_SIGNS = str.maketrans("", "", " ()-./")
_PHONE = re.compile(r"\+?[0-9]{3,15}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")

Parsed = Any
"""A value, or a Problem."""


def parsed(type: QuestionType, answer: Any, offered: Collection[str] = (), now: datetime | None = None) -> Parsed:
    """The value of an answer, or a Problem. None and blank texts are None: no answer.

    `offered`: the values of the choices, for `choice`, `multi` and `object` (there the value is the record's key).
    `now`: in the company's zone, into which moments of other zones are turned; None: they are a Problem.
    """
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return None
    if type in ("choice", "object"):
        word = _word(answer)
        return word if word in offered else Problem("choice")
    if type == "multi":
        return _several(answer, offered)
    if type in _LOCAL:
        return _moment(type, answer, now)
    return _PARSERS[type](answer)


def _word(answer: Any) -> str:
    return answer.strip() if isinstance(answer, str) else str(answer) if isinstance(answer, int) else ""


def _several(answer: Any, offered: Collection[str]) -> Parsed:
    members = coerced(answer.replace(",", " ").split() if isinstance(answer, str) else answer, _LIST)
    if members is None:
        return Problem("choice")
    chosen = [value for value in offered if value in members]  # in the order of the script, each once
    if set(members) - set(chosen):
        return Problem("choice")
    return chosen or None


def _line(answer: Any) -> Parsed:
    text = answer.strip() if isinstance(answer, str) else str(answer)
    if len(text) > MAX_LINE or not text.isprintable():
        return Problem("text", {"most": MAX_LINE})
    return text


def _memo(answer: Any) -> Parsed:
    text = (answer if isinstance(answer, str) else str(answer)).replace("\r\n", "\n").strip()
    if len(text) > MAX_MEMO or not all(c.isprintable() or c in "\n\t" for c in text):
        return Problem("memo", {"most": MAX_MEMO})
    return text


def _typed(type: Type, code: str) -> Callable[[Any], Parsed]:
    def parse(answer: Any) -> Parsed:
        value = coerced(answer, type)
        return Problem(code) if value is None else value

    return parse


def _moment(type: QuestionType, answer: Any, now: datetime | None) -> Parsed:
    """Moments of a script are the local time where the company is; of another zone they would silently be others."""
    wanted = _LOCAL[type]
    value = coerced(answer, wanted, now)
    if value is not None:
        return value
    is_foreign = coerced(answer, wanted, datetime(2000, 1, 1, tzinfo=UTC)) is not None
    return Problem("zone" if is_foreign and (now is None or now.tzinfo is None) else type)


def _money(answer: Any) -> Parsed:
    value = coerced(answer, Type.NUMBER)
    if not isinstance(value, Decimal) or value.adjusted() > MAX_AMOUNT_DIGITS or value != round(value, 2):
        return Problem("money")
    return round(value, 2)


def _phone(answer: Any) -> Parsed:
    """Digits, with a leading + for the international form (E.164: at most 15 digits)."""
    number = _word(answer).translate(_PHONE_SIGNS)
    return number if _PHONE.fullmatch(number) else Problem("phone")


def _email(answer: Any) -> Parsed:
    """An address as people have them (RFC 5321 limits; no quoted local parts)."""
    address = _word(answer)
    return address if len(address) <= 254 and _EMAIL.fullmatch(address) else Problem("email")


def _iban(answer: Any) -> Parsed:
    """ISO 13616: two letters, two check digits, modulo 97 is 1."""
    number = _word(answer).replace(" ", "").upper()
    if not _IBAN.fullmatch(number):
        return Problem("iban")
    digits = "".join(str(int(character, 36)) for character in number[4:] + number[:4])
    return number if int(digits) % 97 == 1 else Problem("iban")


def _postcode(answer: Any) -> Parsed:
    code = " ".join(_word(answer).upper().split())
    return code if _POSTCODE.fullmatch(code) else Problem("postcode")


def _reference(code: str) -> Callable[[Any], Parsed]:
    """What was uploaded or signed is kept by the surface; its answer is the name under which it is kept."""

    def parse(answer: Any) -> Parsed:
        name = _word(answer)
        return name if name and len(name) <= MAX_REFERENCE and name.isprintable() else Problem(code)

    return parse


_LIST = List(Type.TEXT)
_LOCAL: dict[QuestionType, Type] = {"time": Type.TIME, "datetime": Type.DATETIME}
_PARSERS: dict[QuestionType, Callable[[Any], Parsed]] = {
    "yesno": _typed(Type.BOOLEAN, "yesno"),
    "consent": _typed(Type.BOOLEAN, "yesno"),
    "text": _line,
    "memo": _memo,
    "integer": _typed(Type.INTEGER, "integer"),
    "scale": _typed(Type.INTEGER, "integer"),
    "decimal": _typed(Type.NUMBER, "decimal"),
    "money": _money,
    "date": _typed(Type.DATE, "date"),
    "phone": _phone,
    "email": _email,
    "iban": _iban,
    "postcode": _postcode,
    "signature": _reference("signature"),
    "file": _reference("file"),
}
