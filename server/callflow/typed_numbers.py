"""Which numbers we call because somebody typed or wrote them: callers choose whom we call, and we pay. [pure]

What is not known to be an ordinary number of the site's country is refused. A site allows more by naming it:
`call_back_typed = ["0", "0043"]` allows numbers abroad that begin with 0043.
"""

from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

DIGITS_OF_NUMBER = range(5, 16)
MOST_CHARACTERS = 40
_ORDINARY = (
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.UAN,
)
_COSTLY = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER)
ABROAD = "00"
"""A beginning that leads out of the country, and so does a longer one that is more than an area's first digits."""
NAMED_DIGITS = 3


def may_be_called(number: str, beginnings: Sequence[str], country: str) -> bool:
    """Whether a typed number may be called. `beginnings`: `call_back_typed` of the queue; `country`: ISO 3166.

    It begins as the site allows, is a valid number, and an ordinary one: geographic, mobile, VoIP or a company's, never
    premium rate, shared cost, or of a kind that is not known. A single 0 does not allow 00. A number of another country
    needs a beginning that was written for it: 00, or three digits and more.
    """
    if not number.isascii() or not number.isdigit() or len(number) not in DIGITS_OF_NUMBER:
        return False
    matching = [begin for begin in beginnings if number.startswith(begin) and not (begin == "0" and number[1] == "0")]
    if not matching:
        return False
    parsed = _parsed(number, country)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return False
    if phonenumbers.number_type(parsed) not in _ORDINARY:
        return False
    is_home = phonenumbers.region_code_for_number(parsed) == country
    return is_home or any(begin == ABROAD or len(begin) >= NAMED_DIGITS for begin in matching)


@lru_cache(maxsize=4096)
def is_costly(number: str, country: str) -> bool:
    """Whether the owner of a number earns by being called. A number that cannot be read is not known to be."""
    parsed = _parsed(number, country)
    return parsed is not None and phonenumbers.number_type(parsed) in _COSTLY


def _parsed(number: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number[:MOST_CHARACTERS], country)
    except NumberParseException:
        return None
