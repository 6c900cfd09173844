"""The core's line to the bank: asks for cards, counts those on their way, and ends those that hang on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from server.linecard import codec
from server.linecard.connections import Connection
from server.linecard.process_watch import ProcessWatch
from server.wire import linecard

log = structlog.get_logger()

STARTS_WITHIN_SECONDS = 10.0

BankConnection = Connection[linecard.Bank]


@dataclass(slots=True, frozen=True)
class _Starting:
    """A card on its way, since `at` (`mono`). `watch` None: its process had ended before we could look."""

    at: float
    watch: ProcessWatch | None


class BankLine:
    """`now` reads `mono` seconds; `joined()` is called when a bank came; `is_known(card)`: it said hello already."""

    def __init__(
        self,
        reactor: Any,
        secret: str,
        now: Callable[[], float],
        joined: Callable[[], None],
        is_known: Callable[[str], bool],
    ) -> None:
        self.forked = self.exited = 0
        self._reactor, self._secret, self._now = reactor, secret, now
        self._joined, self._is_known = joined, is_known
        self._connection: BankConnection | None = None
        self._asked = 0
        self._starting: dict[str, _Starting] = {}

    @property
    def starting(self) -> int:
        """Cards asked for that have not said hello."""
        return self._asked + len(self._starting)

    def ask(self, count: int) -> None:
        """Ask for `count` cards; while there is no bank, whoever asks asks again when it joined."""
        if count > 0 and self._connection is not None:
            self._asked += count
            self._connection.write(codec.encode(linecard.Fork(count)))

    def hello(self, card: str) -> None:
        """A card is up."""
        self._forget(card)

    def tick(self) -> None:
        """Give up on cards that do not come up. Nobody else knows them: one that hangs would do so for ever."""
        now = self._now()
        for name in [name for name, one in self._starting.items() if now - one.at > STARTS_WITHIN_SECONDS]:
            log.error("card did not come up", card=name)
            watch = self._starting[name].watch
            if watch is not None:
                watch.kill()
            self._forget(name)

    def close(self) -> None:
        """Let go of the bank, and of the cards on their way."""
        self._part()
        for name in list(self._starting):
            self._forget(name)

    def _part(self) -> None:
        if self._connection is not None:
            self._connection.part()
            self._connection = None

    def _forget(self, card: str) -> bool:
        """Count the card as starting no longer; False: it did not."""
        known = self._starting.pop(card, None)
        if known is not None and known.watch is not None:
            known.watch.close()
        return known is not None

    def _begin(self, card: str, pid: int) -> None:
        try:
            watch = ProcessWatch(self._reactor, pid, _told_by_bank)
        except ProcessLookupError:
            watch = None
        self._starting[card] = _Starting(self._now(), watch)

    def build(self) -> BankConnection:
        """A connection for who comes to the bank's socket."""
        connection: BankConnection = Connection(self._reactor, self._secret, linecard.FromBank, linecard.Bank)
        connection.met = self._came
        connection.said = self._said
        return connection

    def _came(self, connection: BankConnection, bank: linecard.Bank) -> None:
        log.info("bank joined", pid=bank.pid, children=len(bank.children))
        self._part()
        self._connection, self._asked = connection, 0
        connection.gone = self._gone
        self._joined()

    def _gone(self, _connection: BankConnection) -> None:
        log.warning("bank lost")
        self._connection, self._asked = None, 0

    def _said(self, message: linecard.FromBank) -> None:
        if isinstance(message, linecard.Forked):
            self._asked = max(0, self._asked - 1)
            self.forked += 1
            if not self._is_known(message.card):
                self._begin(message.card, message.pid)
        elif isinstance(message, linecard.NotForked):
            self._asked = max(0, self._asked - 1)  # who wants one asks again, each second
        elif isinstance(message, linecard.Exited):
            self.exited += 1
            if self._forget(message.card):
                log.error("card ended before it was up", card=message.card, status=message.status)


def _told_by_bank() -> None:
    """The end of a card that was not up is told by the bank, with its status."""
