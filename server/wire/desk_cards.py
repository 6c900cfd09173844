"""Cards and lines that several messages between desk and core carry, and other edges too; part of `wire.desk`."""

import msgspec

MAX_EMAIL_CHARACTERS = 254
"""Of a mail address: RFC 5321, section 4.5.3.1.3 (a path has 256 octets with its brackets)."""
MAX_NUMBERS = 20
"""Of a card."""
MAX_NUMBER_CHARACTERS = 64
"""Of a telephone number on a card."""


class Named(msgspec.Struct, frozen=True):
    """Something to choose from."""

    id: str
    name: str


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's card. `id` is empty for a new one. `numbers` are E.164 where they can be, as written otherwise."""

    id: str = ""
    number: str = ""
    """The company's own customer number."""
    name: str = ""
    language: str = ""
    email: str = ""
    segment: str = ""
    numbers: list[str] = []


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the customer's history. `seconds`: length of the conversation."""

    call: str
    channel: str
    at: float
    number: str
    queue: str = ""
    agent: str = ""
    outcome: str = ""
    result: str = ""
    notes: str = ""
    seconds: float = 0


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """One registered service instance."""

    interface: str
    version: str
    instance: str
    rank: int
    state: str
