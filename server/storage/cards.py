"""Customers' cards as they may be kept: checked, trimmed, numbers in one form and once."""

import unicodedata

from msgspec.structs import replace

from server.call.events import RequestRefused
from server.storage.numbers import MAX_CHARACTERS, compact, key, to_e164
from server.wire.desk import Customer
from server.wire.desk_cards import MAX_EMAIL_CHARACTERS, MAX_NUMBERS

_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks that turn the direction of what is written beside a name."""
_LONGEST = {"number": 64, "name": 200, "language": 35, "email": MAX_EMAIL_CHARACTERS, "segment": 64}


def checked(card: Customer, country: str) -> Customer:
    """The card as it is kept: trimmed, without marks that turn what stands beside it; its numbers E.164 where they can
    be, each once, in their order.

    `RequestRefused` (`customer-not-valid`) names the field that cannot be kept.
    """
    fields = {name: getattr(card, name).translate(_TURNING).strip() for name in _LONGEST}
    for name, text in fields.items():
        if len(text) > _LONGEST[name]:
            raise _refused(f"{name} is longer than {_LONGEST[name]} characters")
        if any(unicodedata.category(character) == "Cc" for character in text):
            raise _refused(f"{name} has control characters")
    if not fields["name"] and not fields["number"]:
        raise _refused("a card needs a name or a customer number")
    if fields["email"] and not _is_address(fields["email"]):
        raise _refused("email is no mail address")
    return replace(card, **fields, numbers=_numbers(card.numbers, country))


def searchable(text: str) -> str:
    """`text` without case and accents, so that `joao` finds `João`."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def reversed_digits(number: str, country: str) -> str:
    """The digits of a number from the last to the first: its end is found as their beginning."""
    return "".join(c for c in key(number, country) if c.isascii() and c.isdigit())[::-1]


def _numbers(written: list[str], country: str) -> list[str]:
    if len(written) > MAX_NUMBERS:
        raise _refused(f"a card has at most {MAX_NUMBERS} numbers")
    kept: dict[str, str] = {}
    for number in (n.strip() for n in written):
        if len(number) > MAX_CHARACTERS:
            raise _refused(f"a telephone number has at most {MAX_CHARACTERS} characters")
        if not number:
            continue
        if not number.isprintable() or not compact(number):
            raise _refused(f"{number!r} is no telephone number")
        e164 = to_e164(number, country)
        kept.setdefault(e164 or compact(number), e164 or number)
    return list(kept.values())


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(at and local and domain and not any(c.isspace() for c in text))


def _refused(why: str) -> RequestRefused:
    return RequestRefused("customer-not-valid", f"The card cannot be kept: {why}.")
