"""What strangers call themselves, on one line of the desk.

Callers choose their names, a company's own service of customers may answer anything. Such a text ends no line, turns
the direction of nothing beside it, and leaves room for the rest.
"""

import unicodedata

from msgspec.structs import replace

from server.wire import desk as wire

MOST_CHARACTERS = 120
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: str) -> str:
    """`text` as one line of at most `MOST_CHARACTERS`, without marks that turn the direction of writing."""
    if len(text) <= MOST_CHARACTERS and text.isprintable():
        return text
    text = text[: 2 * MOST_CHARACTERS]
    kept = (" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text if sign not in _TURNING)
    line = " ".join("".join(kept).split())
    return line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"


def card_of(customer: wire.Customer) -> wire.Customer:
    """The card as it is shown, never as it is kept: who changes one field must not store the others cut."""
    return replace(
        customer,
        name=one_line(customer.name),
        number=one_line(customer.number),
        language=one_line(customer.language),
        email=one_line(customer.email),
        segment=one_line(customer.segment),
        numbers=[one_line(number) for number in customer.numbers],
    )


def call_of(call: wire.Call | None) -> wire.Call | None:
    """The call with what is only shown on one line each: the number, the history.

    Notes stay as they are written, and so do cards and the caller's name: a form begins with them.
    """
    if call is None:
        return None
    return replace(
        call,
        number_shown=one_line(call.number_shown),
        told=replace(call.told, script=one_line(call.told.script)) if call.told is not None else None,
        history=[
            replace(contact, queue=one_line(contact.queue), agent=one_line(contact.agent)) for contact in call.history
        ],
    )


def name_of(call: wire.Call) -> str:
    """Who calls, as it is shown: by the card, else as the caller says; empty if neither has a name."""
    return one_line(call.customer.name if call.customer and call.customer.name else call.name)
