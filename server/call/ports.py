"""Ports: what the edges offer to one another, as Protocols. Implemented in the edges, faked in the tests.

Awaitables are Twisted Deferreds in the running core; this module does not need to know.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import msgspec

from server.call.events import AnyEvent
from server.call.facts import AnyFact, Entry
from server.call.now import Now
from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot
from server.wire import desk, linecard


class CardAddress(msgspec.Struct, frozen=True):
    """Where a card's SIP socket is."""

    name: str
    host: str
    port: int


class CardPool(Protocol):
    """Line cards, as the edge sees them."""

    def take(self) -> Awaitable[CardAddress]:
        """An idle card, now reserved for one INVITE. Waits for one; `LookupError` when there will be none."""
        ...

    def put_back(self, name: str) -> None:
        """The INVITE for which the card was taken did not reach it."""
        ...

    def address(self, name: str) -> CardAddress | None:
        """Where the card of that name is; None: it is gone."""
        ...

    def card_at(self, host: str, port: int) -> str | None:
        """The card whose SIP socket is there; None: no card is."""
        ...


class Telephony(Protocol):
    """Line cards, as the exchange sees them (service `telephony`)."""

    def send(self, card: str, command: linecard.AnyCommand) -> None:
        """Queue a command to a card; a card that is gone reports `CardLost`, not an error here."""
        ...

    def acknowledge(self, card: str, seq: int) -> None:
        """The card's events up to `seq` are committed."""
        ...


class Ledger(Protocol):
    """Appends facts (service `storage`)."""

    def append(self, facts: Sequence[tuple[Now, AnyFact]]) -> Awaitable[list[Entry]]:
        """Fires when the facts are committed (or spooled to disk, if the database is away), in order."""
        ...

    def read(self, after: int, limit: int) -> Awaitable[list[Entry]]:
        """Committed entries after a position."""
        ...


class Customers(Protocol):
    """Customers and their history (service `customers`, version 1)."""

    def by_number(self, number: str) -> Awaitable[list[desk.Customer]]:
        """Customers with that telephone number (E.164 or as dialled); several are a choice, none is a new card."""
        ...

    def get(self, customer: str) -> Awaitable[desk.Customer | None]:
        """One customer by id."""
        ...

    def find(self, text: str) -> Awaitable[list[desk.Customer]]:
        """Search by name, customer number or end of a telephone number; at most 20."""
        ...

    def save(self, customer: desk.Customer) -> Awaitable[desk.Customer]:
        """Keep a new (no id) or changed card; returns it with its id."""
        ...

    def history(self, customer: str, number: str, limit: int = 50) -> Awaitable[list[desk.Contact]]:
        """Contacts of a customer (or, if that is empty, of a number), newest first."""
        ...


class Credentials(Protocol):
    """What the registrar checks digests against."""

    def ha1(self, user: str, algorithm: str) -> list[str]:
        """Valid HA1 values (hex) of a user, `algorithm` being `MD5` or `SHA-256`; empty: unknown user."""
        ...


class StoredBinding(msgspec.Struct, frozen=True, kw_only=True):
    """A registered contact. `expires_at`: seconds since 1970. `flow`: the connection it came over, the edge's own text.

    `path`: the Path header's values (RFC 3327), first to visit first.
    """

    user: str
    contact: str
    call_id: str
    cseq: int
    expires_at: float
    flow: str
    path: list[str] = []
    q: float = 1.0
    instance: str = ""
    user_agent: str = ""


class BindingStore(Protocol):
    """Keeps registrations over a restart."""

    def load(self) -> Awaitable[list[StoredBinding]]: ...

    def save(self, user: str, bindings: Sequence[StoredBinding]) -> Awaitable[None]:
        """Replace all bindings of a user."""
        ...


Subscriber = Callable[[Sequence[Entry]], None]
"""Is handed committed entries, in order."""


class Switchboard(Protocol):
    """The rules and their state, as desk gateway, web and control see them (service `acd`)."""

    def tell(self, event: AnyEvent) -> Awaitable[None]:
        """Hand an event to the rules now. Fires when its facts are committed; raises `RequestRefused`."""
        ...

    def agents(self) -> list[AgentSnapshot]:
        """Every agent, in the site file's order."""
        ...

    def agent(self, agent: str) -> AgentSnapshot | None:
        """One agent; None: there is none of that id."""
        ...

    def queues(self) -> list[QueueSnapshot]:
        """Every queue, in the site file's order."""
        ...

    def calls(self) -> list[CallSnapshot]:
        """Live calls (and those still wrapped up), oldest first."""
        ...

    def call(self, call: str) -> CallSnapshot | None:
        """One such call; None: it is over or unknown."""
        ...

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """From now on hand every committed batch of entries to `subscriber`; call the result to end it."""
        ...
