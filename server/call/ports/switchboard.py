"""The rules and the ledger, as those see them who tell the one and write to the other."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from server.call.events import AnyEvent
from server.call.facts import AnyFact, Entry
from server.call.now import Now
from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot


class FactsHeldBack(ConnectionError):
    """Neither database nor disk takes facts. They stay in memory, and are written before all that come later.

    `entries`: as they will stand in the ledger.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__("neither the database nor the disk takes facts")
        self.entries = entries


class Ledger(Protocol):
    """Appends facts (service `storage`)."""

    def append(self, facts: Sequence[tuple[Now, AnyFact]], urgent: bool = True) -> Awaitable[list[Entry]]:
        """Fires when the facts are committed (or spooled to disk, if the database is away), in order.

        Fails with `FactsHeldBack` if neither takes them.

        Not `urgent`: neither a command nor a person waits for it, so they may share the next commit.
        """
        ...

    def read(self, after: int, limit: int) -> Awaitable[list[Entry]]:
        """Committed entries after a position."""
        ...


Subscriber = Callable[[Sequence[Entry]], None]
"""Is handed committed entries (and those that are held back), in order."""


class Switchboard(Protocol):
    """The rules and their state, as desk gateway, web and control see them (service `acd`)."""

    def tell(self, event: AnyEvent) -> Awaitable[None]:
        """Hand an event to the rules now. Fires when its facts are committed; raises `RequestRefused`."""
        ...

    def settled(self) -> Awaitable[None]:
        """Fires when everything that the rules decided so far is committed, so that records and snapshots agree."""
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

    def explain(self, call: str) -> list[str]:
        """Why a live call is where it is, in sentences for a supervisor; none for one that is over or unknown."""
        ...

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """From now on hand every committed batch of entries to `subscriber`; call the result to end it."""
        ...
