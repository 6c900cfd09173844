"""The forms of value that `say` knows, made of pieces."""

import unicodedata
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Final

from server.ivr.spoken.english import English
from server.ivr.spoken.german import German
from server.ivr.spoken.portuguese import Portuguese
from server.ivr.spoken.spanish import Spanish
from server.ivr.spoken.tongue import Tongue, amount

PAUSE: Final = ""
"""A piece that is no word: a short pause, between groups of digits."""
MAX_NUMBER: Final = 999_999_999
MAX_DECIMALS: Final = 6
MAX_SIGNS: Final = 60
"""Longer values are not read back: nobody could follow."""
GROUP: Final = 3
"""Digits without a pause between them."""

_TONGUES: dict[str, Tongue] = {"en": English(), "pt": Portuguese(), "de": German(), "es": Spanish()}
_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"


class Unspeakable(ValueError):
    """The value cannot be read back in this form; the text says why."""


def speaks(language: str) -> bool:
    """Whether values can be read back in a language (`pt-BR` is `pt`)."""
    return _primary(language) in _TONGUES


def has_currency(currency: str, language: str) -> bool:
    """Whether there are words for amounts in a currency."""
    return speaks(language) and currency.upper() in _tongue(language).words.currencies


def read_back(value: str, kind: str, language: str, currency: str = "EUR") -> tuple[str, ...]:
    """The pieces of `value`, read as `kind` (one of `KINDS`).

    Numbers have a decimal point, dates are ISO 8601, times `HH:MM`; `currency` is an ISO 4217 code and matters to
    amounts only, which are rounded to hundredths. Raises `Unspeakable` for a value that is not of that kind or too
    long, a language or a currency that has no rules.
    """
    tongue = _tongue(language)
    if kind not in KINDS:
        raise Unspeakable(f"there is no way to say something as {kind!r}; write one of {', '.join(KINDS)}")
    if len(value) > MAX_SIGNS:
        raise Unspeakable(f"{len(value)} characters are too many to be read back; at most {MAX_SIGNS} are")
    if kind == "currency":
        return tuple(_money(tongue, value, currency))
    return tuple(_FORMS[kind](tongue, value.strip()))


def moment(month: int, day: int, hour: int, minute: int, language: str) -> tuple[str, ...]:
    """The pieces of a day of this year and a time of day. Raises `Unspeakable`."""
    tongue = _tongue(language)
    return (*tongue.day(month, day), PAUSE, *tongue.time(hour, minute))


def vocabulary(language: str) -> frozenset[str]:
    """Every piece that `read_back` can give in a language, `PAUSE` left out. Raises `Unspeakable`."""
    tongue = _tongue(language)
    words = tongue.words
    money = {form for pair in words.currencies.values() for noun in pair for form in (noun.one, noun.many)}
    fixed = {words.minus, words.plus, words.point, words.other_sign, *words.signs.values(), *words.months}
    return frozenset(tongue.pieces() | money | fixed | set(_letters(tongue)))


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


def _tongue(language: str) -> Tongue:
    try:
        return _TONGUES[_primary(language)]
    except KeyError:
        raise Unspeakable(f"values cannot be read back in {language!r}, only in {', '.join(_TONGUES)}") from None


def _decimal(value: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Unspeakable("this is no number with a decimal point") from None
    if not number.is_finite() or abs(number) > MAX_NUMBER:
        raise Unspeakable(f"only numbers up to {MAX_NUMBER:,} are read back")
    return number


def _number(tongue: Tongue, value: str) -> list[str]:
    number = _decimal(value)
    whole, _, decimals = f"{abs(number):f}".partition(".")
    if len(decimals) > MAX_DECIMALS:
        raise Unspeakable(f"at most {MAX_DECIMALS} decimals are read back")
    pieces = [tongue.words.minus] * (number < 0) + tongue.cardinal(int(whole))
    if decimals:
        pieces += [tongue.words.point, *(tongue.cardinal(int(digit))[0] for digit in decimals)]
    return pieces


def _money(tongue: Tongue, value: str, currency: str) -> list[str]:
    nouns = tongue.words.currencies.get(currency.upper())
    if nouns is None:
        known = ", ".join(sorted(tongue.words.currencies))
        raise Unspeakable(f"amounts in {currency!r} cannot be read back, only in {known}")
    money = _decimal(value.strip()).quantize(Decimal("0.01"))
    units, hundredths = divmod(int(abs(money) * 100), 100)
    return [tongue.words.minus] * (money < 0) + amount(tongue, units, hundredths, *nouns)


def _digits(tongue: Tongue, value: str) -> list[str]:
    signs = [sign for sign in value if sign not in " -./()"]
    plus = [tongue.words.plus] * (signs[:1] == ["+"])
    digits = signs[1:] if plus else signs
    if not digits or not all(sign.isascii() and sign.isdigit() for sign in digits):
        raise Unspeakable("these are not digits")
    spoken = [tongue.cardinal(int(digit))[0] for digit in digits]
    groups = [spoken[start : start + GROUP] for start in range(0, len(spoken), GROUP)]
    if len(groups) > 1 and len(groups[-1]) == 1:  # no lone digit at the end: 3 and 1 are 2 and 2
        groups[-1].insert(0, groups[-2].pop())
    pieces = plus
    for group in groups:
        pieces += [PAUSE] * bool(pieces) + group
    return pieces


def _date(tongue: Tongue, value: str) -> list[str]:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Unspeakable("this is no date as in 2026-03-31") from None
    return tongue.date(day.year, day.month, day.day)


def _time(tongue: Tongue, value: str) -> list[str]:
    try:
        moment = time.fromisoformat(value)
    except ValueError:
        raise Unspeakable("this is no time as in 14:05") from None
    return tongue.time(moment.hour, moment.minute)


def _spell(tongue: Tongue, value: str) -> list[str]:
    if not value:
        raise Unspeakable("there is nothing to spell")
    return [_sign(tongue, sign) for sign in unicodedata.normalize("NFC", value.lower())]


def _sign(tongue: Tongue, sign: str) -> str:
    if sign.isascii() and sign.isdigit():
        return tongue.cardinal(int(sign))[0]
    if sign in tongue.words.signs:
        return tongue.words.signs[sign]
    plain = sign if sign in tongue.words.letters else unicodedata.normalize("NFKD", sign)[0]
    return plain.upper() if plain in _letters_of(tongue) else tongue.words.other_sign


def _letters_of(tongue: Tongue) -> str:
    return _LATIN + tongue.words.letters


def _letters(tongue: Tongue) -> list[str]:
    return [letter.upper() for letter in _letters_of(tongue)]


_FORMS: dict[str, Callable[[Tongue, str], list[str]]] = {
    "digits": _digits,
    "number": _number,
    "date": _date,
    "time": _time,
    "telephone": _digits,
    "spell": _spell,
}
KINDS: Final = (*_FORMS, "currency")
"""What `as` of `say` may be."""
