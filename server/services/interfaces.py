"""The interfaces that the house itself knows, each with its Protocol and the operations that may be asked twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from server.call import dialogs, ports

P = TypeVar("P")


@dataclass(frozen=True)
class Interface(Generic[P]):
    """`versions` is the range that the house understands. `protocol` is the Protocol of the operations."""

    name: str
    versions: str
    protocol: Callable[..., P]
    idempotent: frozenset[str] = frozenset()


TELEPHONY = Interface("telephony", "1", ports.Telephony)
ACD = Interface("acd", "1", ports.Switchboard, frozenset({"agents", "agent", "queues", "calls", "call"}))
STORAGE = Interface("storage", "1", ports.Ledger, frozenset({"read"}))
RECORDS = Interface("records", "1", ports.Records, frozenset({"all", "one", "my_day"}))
CUSTOMERS = Interface(
    "customers", "1", ports.Customers, frozenset({"by_number", "get", "find", "matching", "history", "note", "noted"})
)
ACCOUNTS = Interface("accounts", "1", ports.Accounts, frozenset({"verify"}))
OBJECTS = Interface("objects", "1", dialogs.Objects, frozenset({"fetch", "find", "save"}))
MAIL = Interface("mail", "1", ports.Mail, frozenset({"queue", "find", "mails"}))
DESK_GATEWAY = "desk-gateway"
"""Offered for others to see; nobody in the house asks it for anything."""
