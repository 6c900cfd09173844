"""Telephone numbers: E.164 for the computer, the usual way of writing for people.

Numbers come as trunks and people write them: `+49 30 1234567`, `030 1234567`, `0049301234567`, `(030) 123-4567`. What
cannot be a public number of the country (an extension, a SIP name, `anonymous`) is none and is kept as it is written.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from server.wire.desk_cards import MAX_NUMBER_CHARACTERS

MAX_CHARACTERS = MAX_NUMBER_CHARACTERS
_PLAUSIBLE = re.compile(r"[+(\d][\d\s().\-/]{2,39}", re.ASCII)
_SPACING = re.compile(r"[\s().\-/\0]+")  # NUL: PostgreSQL keeps none
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_COSTLY = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)


@lru_cache(maxsize=4096)
def to_e164(text: str, country: str) -> str:
    """`text` in E.164, numbers without a country code read as numbers of `country` (ISO 3166); empty: it is none.

    A number that names its country need only be of a possible length; a national one must be valid, or every
    extension would become somebody's number.
    """
    number = _parsed(text, country)
    return "" if number is None else phonenumbers.format_number(number, PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def shown(text: str, country: str) -> str:
    """`text` as people of `country` write it: national for numbers of the country, else international; what is no
    number stays as it is (at most 64 characters)."""
    number = _parsed(text, country)
    if number is None:
        return text[:MAX_CHARACTERS]
    home = number.country_code == phonenumbers.country_code_for_region(country)
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)


def dialled(text: str, country: str) -> tuple[str, str]:
    """A number as it is dialled, and in E.164 (empty: it is none). What is written without `+` is dialled as it is
    written, a number of the country that is written with it the national way."""
    number = compact(text)
    return compact(shown(text, country)) if number.startswith("+") else number, to_e164(text, country)


def of_visitor(text: str, country: str) -> tuple[str, str]:
    """The same for a number at which somebody on a page wants to be called: both empty for one whose owner earns by
    being called (premium rate, shared cost), wherever in the world."""
    number = _parsed(text, country)
    if number is not None and phonenumbers.number_type(number) in _COSTLY:
        return "", ""
    return dialled(text, country)


def compact(text: str) -> str:
    """`text` without spacing and punctuation, in lower case: how numbers that are not E.164 are compared."""
    return _SPACING.sub("", text[:MAX_CHARACTERS]).casefold()


def key(text: str, country: str) -> str:
    """By what a number is found: E.164 if it can be, else compact."""
    return to_e164(text, country) or compact(text)


def _parsed(text: str, country: str) -> PhoneNumber | None:
    text = text.strip()
    if _PLAUSIBLE.fullmatch(text) is None:
        return None
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    is_international = text.startswith("+") and _E164.fullmatch(_SPACING.sub("", text)) is not None
    is_number = phonenumbers.is_possible_number if is_international else phonenumbers.is_valid_number
    return number if is_number(number) else None
