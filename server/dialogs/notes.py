"""Lines that scripts write into a customer's history: records of the class Contact that are saved. [pure]

Each has an id that follows from the action's key, so the same action writes one line, however often it is asked for.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from server.call.dialogs import Saver
from server.call.events import RequestRefused
from server.wire.desk import Contact

DESK: Final = "desk"
LONGEST: Final = {"subject": 200, "note": 10_000, "result": 80}
"""Characters of each attribute that a script may give."""
_PREFIX: Final = "note-"
_FIELDS: Final = {"subject": "queue", "note": "notes", "result": "result"}
"""Attribute of a Contact to the field of a line."""


def new_line(record: Mapping[str, Any], by: Saver, at: float, owner: str) -> Contact:
    """The line of a record that is not there yet. `at`: seconds since 1970. `owner`: id of the customer. Raises
    `RequestRefused` for no or too many words.

    An id that the script made up stands for the same line of that customer, whichever session saves it."""
    own = record.get("id")
    key = f"action {by.key}" if own is None else f"id {owner} {own}"
    ident = _PREFIX + hashlib.sha256(key.encode()).hexdigest()[:32]
    line = Contact(call=ident, channel=by.channel, at=at, number="", agent=by.agent if by.channel == DESK else "")
    return _with_words(line, record)


def changed_line(line: Contact, record: Mapping[str, Any], by: Saver) -> Contact:
    """A script's own line with what a record says now. Raises `RequestRefused` for one that is not the script's to
    change: a call's, or any on the web and the phone, where nobody of ours sees what stood there."""
    if not line.call.startswith(_PREFIX):
        raise RequestRefused("contacts-not-written", "The line of a call is kept by the server itself.")
    if by.channel != DESK:
        raise RequestRefused("contacts-not-changed", "Lines of the history can be changed at a desk only.")
    return _with_words(line, record)


def _with_words(line: Contact, record: Mapping[str, Any]) -> Contact:
    fields = {}
    for attribute, field in _FIELDS.items():
        text = str(record.get(attribute) or "").strip()
        if len(text) > LONGEST[attribute]:
            told = f"The {attribute} of a contact has {LONGEST[attribute]} characters at most."
            raise RequestRefused("contact-too-long", told)
        fields[field] = text
    if not any(fields.values()):
        raise RequestRefused("contact-without-words", "A contact needs a subject, a note or a result.")
    return replace(line, **fields)
