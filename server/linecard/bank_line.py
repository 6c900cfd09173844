"""The core's line to the bank: asks for cards, counts those on their way, and ends what hangs: them, or the bank."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import structlog

from server.linecard import codec, process_watch
from server.linecard.bank_absence import BankAbsence
from server.linecard.connections import Connection
from server.linecard.process_watch import ProcessWatch
from server.linecard.watchdog import Watchdog
from server.wire import linecard, processes

log = structlog.get_logger()

STARTS_WITHIN_SECONDS = 10.0

BankConnection = Connection[linecard.Bank]


@dataclass(slots=True, frozen=True)
class _Starting:
    """A card on its way, since `at` (`mono`). `watch` None: its process had ended before we could look."""

    at: float
    watch: ProcessWatch | None


@dataclass(slots=True)
class KnownBank:
    """The bank that is here. `watch` None: it had ended before we could look. `answers`: it may be asked whether it
    lives; `answered` and `has_spoken` are then as in `KnownCard`."""

    pid: int
    connection: BankConnection
    watch: ProcessWatch | None
    answers: bool
    answered: int | None = None
    has_spoken: bool = True


class BankLine:
    """`now` reads `mono` seconds; `joined()` is called when a bank came; `is_known(card)`: it said hello already.

    `folder`: the data directory, where the supervisor notes which bank runs. `answer_within_seconds`: a bank that
    leaves a question open for so long is ended, and so is one that runs and does not come (0: never); who started it
    starts another. `counters`: `banks_killed`, `forks_failed`.
    """

    def __init__(
        self,
        reactor: Any,
        secret: str,
        now: Callable[[], float],
        joined: Callable[[], None],
        is_known: Callable[[str], bool],
        *,
        folder: Path,
        answer_within_seconds: float,
        counters: Counter[str],
    ) -> None:
        self.forked = self.exited = 0
        self._reactor, self._secret, self._now = reactor, secret, now
        self._joined, self._is_known = joined, is_known
        self._counters = counters
        self._bank: KnownBank | None = None
        self._absence = BankAbsence() if answer_within_seconds > 0 else None
        self._note = folder / processes.BANK_NOTE_FILE
        self._watchdog: Watchdog[KnownBank] = Watchdog(
            reactor,
            now,
            answer_within_seconds,
            cards=lambda: [] if self._bank is None or not self._bank.answers else [self._bank],
            tell=lambda bank, frames: bank.connection.write(frames),
            silent=self._end_silent,
        )
        self._asked = 0
        self._starting: dict[str, _Starting] = {}

    @property
    def starting(self) -> int:
        """Cards asked for that have not said hello."""
        return self._asked + len(self._starting)

    @property
    def is_here(self) -> bool:
        """Whether there is a bank that can fork cards, as far as we know."""
        return self._bank is not None

    def ask(self, count: int) -> None:
        """Ask for `count` cards; while there is no bank, whoever asks asks again when it joined."""
        if count > 0 and self._bank is not None:
            self._asked += count
            self._bank.connection.write(codec.encode(linecard.Fork(count)))

    def hello(self, card: str) -> None:
        """A card is up."""
        self._forget(card)

    def tick(self) -> None:
        """Look after the bank, and give up on cards that do not come up. To be called each second.

        Nobody else knows those cards: one that hangs would do so for ever.
        """
        now = self._now()
        self._watchdog.ask()
        if self._bank is None:
            self._await_bank(now)
        for name in [name for name, one in self._starting.items() if now - one.at > STARTS_WITHIN_SECONDS]:
            log.error("card did not come up", card=name)
            watch = self._starting[name].watch
            if watch is not None:
                watch.kill()
            self._forget(name)

    def close(self) -> None:
        """Let go of the bank, and of the cards on their way."""
        self._watchdog.close()
        self._part()
        for name in list(self._starting):
            self._forget(name)

    def _part(self) -> None:
        bank, self._bank, self._asked = self._bank, None, 0
        if bank is not None:
            bank.connection.part()
            if bank.watch is not None:
                bank.watch.close()

    def _await_bank(self, now: float) -> None:
        if self._absence is None:
            return
        noted = self._noted_bank()
        if self._absence.look(now, noted) and noted is not None and process_watch.end(noted):
            log.error("bank does not come", pid=noted.pid)
            self._counters["banks_killed"] += 1

    def _noted_bank(self) -> processes.ProcessName | None:
        """The bank that the supervisor started last, as long as it did not see it end."""
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=processes.ProcessName)
        except (OSError, msgspec.DecodeError):
            return None

    def _end_silent(self, bank: KnownBank) -> None:
        if bank is not self._bank:
            return  # it has gone by itself meanwhile, and another may be here
        log.error("bank does not answer", pid=bank.pid)
        self._counters["banks_killed"] += 1
        if bank.watch is not None:
            bank.watch.kill()
        self._part()

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
        pid = connection.peer_pid() or bank.pid
        try:
            watch = ProcessWatch(self._reactor, pid, _told_by_its_connection)
        except ProcessLookupError:
            watch = None
        self._bank = KnownBank(pid, connection, watch, bank.answers)
        connection.gone = self._gone
        if self._absence is not None:
            self._absence.came()
        self._joined()

    def _gone(self, _connection: BankConnection) -> None:
        log.warning("bank lost")
        self._part()

    def _said(self, message: linecard.FromBank) -> None:
        if self._bank is not None:
            self._bank.has_spoken = True
            if isinstance(message, linecard.Pong):
                self._bank.answered = message.number
        if isinstance(message, linecard.Forked):
            self._asked = max(0, self._asked - 1)
            self.forked += 1
            if not self._is_known(message.card):
                self._begin(message.card, message.pid)
        elif isinstance(message, linecard.NotForked):
            self._asked = max(0, self._asked - 1)  # who wants one asks again, each second
            self._counters["forks_failed"] += 1
        elif isinstance(message, linecard.Exited):
            self.exited += 1
            if self._forget(message.card):
                log.error("card ended before it was up", card=message.card, status=message.status)


def _told_by_bank() -> None:
    """The end of a card that was not up is told by the bank, with its status."""


def _told_by_its_connection() -> None:
    """The end of a bank is told by the end of its connection, after all that it had to say."""
