"""The ledger: facts appended in groups, folded as they go by.

An append waits at most `group_seconds` for others to share its commit; one that comes after a quiet time does not wait
at all, and those that come while a commit is under way share the next one. Positions are given, and facts folded into
the book, on the reactor's thread just before the commit, so that the rows of closed calls are in the same transaction
as the facts that closed them. A commit that waits for no disk is made there, too (see `quick_commits`), others on the
writer's thread. What the database does not take is spooled to disk (see `spool`) and counts as kept.
"""

from collections.abc import AsyncIterator, Callable, Sequence

import msgspec
import structlog
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from server.call import facts as f
from server.call.now import Now
from server.call.ports import FactsHeldBack
from server.records.book import Book
from server.records.call_so_far import CallSoFar
from server.storage.commits import Commits
from server.storage.errors import LedgerConflict, StorageAway
from server.storage.hang_ups import HangUps
from server.storage.held_back import HeldBack
from server.storage.ledger_reading import LedgerReading
from server.storage.quick_commits import QuickCommits
from server.storage.rows import agent_rows, amendment, contact_row, ledger_row, record_row
from server.storage.spool import Batch, Row
from server.storage.workers import Workers
from server.storage.writing import BOOK

log = structlog.get_logger()

RETRY_SECONDS = 1.0
NEXT_SLICE_SECONDS = 0.01
"""Between two slices of the spool (see `Commits.replay`)."""
PATIENCE_SECONDS = 0.05
"""How long facts that nothing waits for may wait for company."""
PAGE_EVERY = 5_000
"""Entries between two pages of the book in the database: so many are folded again by a new core, at most."""
EXCHANGE = "exchange"

_Result = tuple[Deferred[list[f.Entry]], list[f.Entry]]


class Ledger:
    """Implements `server.call.ports.Ledger`. `writer` commits and does nothing else; `keeper` may be the same if nobody
    but the disk is waited for."""

    def __init__(
        self,
        reactor: IReactorTime,
        writer: Workers,
        keeper: Workers,
        spooler: Workers,
        readers: Workers,
        commits: Commits,
        quick: QuickCommits,
        reading: LedgerReading,
        mono: Callable[[], float],
        group_seconds: float,
    ) -> None:
        self._reactor = reactor
        self._writer = writer
        self._keeper = keeper
        self._spooler = spooler
        self._readers = readers
        self._commits = commits
        self._quick = quick
        self._reading = reading
        self._mono = mono
        self._group_seconds = group_seconds
        self._book: Book | None = None
        self._paged = 0
        self._waiting: list[tuple[Sequence[tuple[Now, f.AnyFact]], Deferred[list[f.Entry]]]] = []
        self._held_back = HeldBack()
        self._is_committing = False
        self._is_urgent = False
        self._is_armed_urgent = False
        self._last_flush = float("-inf")
        self._timer: IDelayedCall | None = None
        self._retry: IDelayedCall | None = None
        self._is_over = False
        self._idle: Deferred[None] | None = None
        self._spooled: list[str] = []
        self._contacts: dict[str, Row] = {}
        """Rows of calls that are still wrapped up, as they were last written."""
        self.on_fault: Callable[[], None] = lambda: None
        """Called when a fact cannot be folded: the core has to start anew from what is committed."""
        self._is_spooling = False
        self._is_replaying = False
        self._hang_ups = HangUps(reactor, commits.hang_up)
        self.is_away = False
        """Whether the database is away and facts are spooled."""
        self.is_stuck = False
        """Whether the spool cannot be written into the database: a person has to look."""
        self.on_away: Callable[[bool], None] = lambda _is_away: None
        """Is told when the database goes away (True) and when all is in it again (False)."""
        self.unsaved: dict[str, CallSoFar] = {}
        """Calls that left the book and are not in the database yet."""

    @property
    def book(self) -> Book:
        """What is open now."""
        if self._book is None:
            raise StorageAway("storage has not started")
        return self._book

    def begin(self, book: Book) -> None:
        """Go on after the last entry of `book`, which is folded up to the last entry there is."""
        self._book = book
        self._paged = book.position

    # -- appending ------------------------------------------------------------------------------------------------

    def append(self, facts: Sequence[tuple[Now, f.AnyFact]], urgent: bool = True) -> Deferred[list[f.Entry]]:
        """Fires in order with the entries, when they are committed (or spooled to disk, if the database is away).

        Facts that are not `urgent` (no command and no person waits for them) wait up to `PATIENCE_SECONDS` for others
        to share a commit with. Fails with `FactsHeldBack` if neither database nor disk takes them; they are kept in
        memory and written as soon as that works.
        """
        if not facts:
            return succeed([])
        done: Deferred[list[f.Entry]] = Deferred()
        self._waiting.append((facts, done))
        self._is_urgent = self._is_urgent or urgent
        if not self._is_committing:
            self._arm()
        return done

    def _arm(self) -> None:
        """Commit soon if somebody waits for it, else with patience."""
        if self._timer is not None:
            if not self._is_urgent or self._is_armed_urgent:
                return
            self._timer.cancel()
        wait = PATIENCE_SECONDS
        if self._is_urgent:
            wait = min(max(self._last_flush + self._group_seconds - self._mono(), 0.0), self._group_seconds)
        self._is_armed_urgent = self._is_urgent
        self._timer = self._reactor.callLater(wait, self._timed_out)

    def _timed_out(self) -> None:
        self._timer = None
        if not self._is_committing:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting and not self._held_back:
            return
        taken, self._waiting = self._waiting, []
        self._is_urgent = False
        try:
            self._commit(taken)
        except Exception as fault:  # a fact that cannot be folded: what is in memory may be half done
            log.critical("ledger-fault", exc_info=fault)
            self.on_fault()
            for _, done in taken:
                done.errback(StorageAway(f"the ledger failed: {fault}"))

    def _commit(self, taken: list[tuple[Sequence[tuple[Now, f.AnyFact]], Deferred[list[f.Entry]]]]) -> None:
        position = self.book.position
        entries: list[f.Entry] = []
        results: list[_Result] = []
        for facts, done in taken:
            own = [f.Entry(position=position + n, at=at, fact=fact) for n, (at, fact) in enumerate(facts, 1)]
            position += len(own)
            entries += own
            results.append((done, own))
        closed, late = (changes := self.book.take(entries)).closed, changes.late
        finished = [c for c in closed if c.is_finished]
        self.unsaved.update((c.arrived.call, c) for c in finished)
        batch = self._batch(entries, closed, late)
        calls = [c.arrived.call for c in finished]
        self._last_flush = self._mono()
        if self._held_back.rest_seconds(self._last_flush):
            self._hold(batch, calls, results)
            return
        batch, calls = self._held_back.all_with(batch, calls)
        if not self.is_away and self._quick.save(batch):
            self._saved(True, results, calls)
            return
        self._is_committing = True
        self._save(batch).addCallbacks(self._saved, self._not_saved, (results, calls), {}, (results, calls, batch))

    def _save(self, batch: Batch) -> Deferred[bool]:
        """While facts are spooled, nobody waits for the database behind which they are written."""
        if self._is_spooling:
            return self._spooler.run(self._commits.keep, batch)
        return self._hang_ups.answered(self._writer.run(self._commits.save, batch))

    def _batch(self, entries: list[f.Entry], closed: list[CallSoFar], late: list[f.Entry]) -> Batch:
        page = b""
        if self.book.position - self._paged >= PAGE_EVERY:
            page = self._page()
        return Batch(
            rows=[ledger_row(entry) for entry in entries],
            records=[record_row(c) for c in closed],
            contacts=[row for row in map(self._contact, closed) if row is not None],
            amendments=[found for found in map(amendment, late) if found is not None],
            synced=any(f.is_promised(entry.fact) for entry in entries),
            page=page,
            agents=[row for c in closed for row in agent_rows(c)],
        )

    def _contact(self, c: CallSoFar) -> Row | None:
        """The row of a closed call; None: it has been written just so."""
        row, call = contact_row(c), c.arrived.call
        is_known = self._contacts.get(call) == row
        if c.is_finished:
            self._contacts.pop(call, None)
        else:
            self._contacts[call] = row
        return None if is_known else row

    def _page(self) -> bytes:
        self._paged = self.book.position
        return msgspec.msgpack.encode(self.book.page())

    def _saved(self, is_committed: bool, results: list[_Result], finished: list[str]) -> None:
        if is_committed:
            self._forget(finished)
        else:
            self._spooled += finished
            self._is_spooling = True
            self._went_away()
        for done, entries in results:  # before the next commit, which may be told at once
            done.callback(entries)
        self._go_on()

    def _not_saved(self, failure: Failure, results: list[_Result], calls: list[str], batch: Batch) -> None:
        """Neither database nor disk: the batch goes with a later one, and whoever appended is told."""
        log.critical("facts-not-kept", facts=len(batch.rows), fault=str(failure.value))
        self._held_back.failed(self._last_flush, self._mono())
        self._hold(batch, calls, results)

    def _hold(self, batch: Batch, calls: list[str], results: list[_Result]) -> None:
        self._held_back.add(batch, calls)
        self._went_away()
        for done, entries in results:
            done.errback(FactsHeldBack(entries))
        self._go_on()

    def _go_on(self) -> None:
        """A commit is over: the next one takes all that came meanwhile, which has waited long enough.

        After a commit in place nothing has: what was appended as its results were told waits for company.
        """
        self._is_committing = False
        if self._waiting and (self._idle is not None or (self._is_urgent and self._timer is None)):
            self._flush()
        elif self._waiting:
            self._arm()
        elif self._idle is not None:
            idle, self._idle = self._idle, None
            idle.callback(None)

    def _forget(self, finished: list[str]) -> None:
        for call in finished:
            self.unsaved.pop(call, None)

    # -- a database that is away ----------------------------------------------------------------------------------

    def _is_now(self, is_away: bool) -> None:
        if is_away is not self.is_away:
            self.is_away = is_away
            self.on_away(is_away)

    def _went_away(self) -> None:
        self._is_now(True)
        self._try_in(RETRY_SECONDS)

    def _try_in(self, seconds: float) -> None:
        if (
            self._retry is None
            and not self._is_over
            and not self._is_replaying
            and (self._held_back or not self.is_stuck)
        ):
            rest = self._held_back.rest_seconds(self._mono())
            self._retry = self._reactor.callLater(max(seconds, rest), self._try_again)

    def _try_no_more(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None

    def _try_again(self) -> None:
        self._retry = None
        if self._held_back and not self._is_committing:
            if self._held_back.rest_seconds(self._mono()):
                self._try_in(RETRY_SECONDS)
            else:
                self._flush()
        if not self.is_stuck and not self._is_replaying:
            self._is_replaying = True
            replaying = self._hang_ups.answered(self._writer.run(self._commits.replay))
            replaying.addCallbacks(self._replayed, self._not_replayed)

    def _replayed(self, facts: int | None) -> None:
        self._is_replaying = False
        if facts is None:
            self._went_away()
        elif facts or self._is_committing:
            self._try_in(NEXT_SLICE_SECONDS)
        else:
            self._is_committing = True  # nothing may be spooled while the spool is taken away
            self._writer.run(self._commits.end_replay).addCallbacks(self._came_back, self._not_ended)

    def _came_back(self, is_whole: bool) -> None:
        if is_whole:
            self._hang_ups.begin_anew()
            self._is_spooling = False
            self._is_now(bool(self._held_back))
            spooled, self._spooled = self._spooled, []
            self._forget(spooled)
        if self.is_away:
            self._try_in(NEXT_SLICE_SECONDS)
        self._go_on()

    def _not_ended(self, failure: Failure) -> None:
        log.error("spool-not-taken-away", fault=str(failure.value))
        self._went_away()
        self._go_on()

    def _not_replayed(self, failure: Failure) -> None:
        """The spool stays for a person to look at, and facts go on being spooled: nothing is lost, nothing guessed.

        Who has cured it starts the core anew: that one begins with the spool.
        """
        self._is_replaying = False
        self.is_stuck = True
        log.critical("spool-not-replayed", fault=str(failure.value))
        if self._held_back:
            self._try_in(RETRY_SECONDS)

    # -- reading and starting anew --------------------------------------------------------------------------------

    def read(self, after: int, limit: int) -> Deferred[list[f.Entry]]:
        """Committed entries after a position, at most `limit`. Facts that are spooled are not there yet."""
        return self._readers.run(self._reading.read, after, limit)

    async def iterate(self, after: int = 0, page_size: int = 1_000) -> AsyncIterator[list[f.Entry]]:
        """Committed entries after a position, page by page, up to the newest."""
        while page := await self.read(after, page_size):
            yield page
            after = page[-1].position

    def recover(self) -> Deferred[tuple[bytes | None, list[f.Entry]]]:
        """The exchange's latest checkpoint (None: there is none) and all entries after it. Call it before `append`."""
        return self._readers.run(self._recover)

    def _recover(self) -> tuple[bytes | None, list[f.Entry]]:
        position, body = self._reading.checkpoint(EXCHANGE) or (0, None)
        if position > (last := self.book.position):  # of facts that somebody took away with the spool
            log.warning("checkpoint-ahead-of-ledger", position=position, last=last)
            position, body = 0, None
        return body, list(self._reading.all_after(position))

    def save_checkpoint(self, position: int, body: bytes) -> Deferred[None]:
        """Keep the exchange's state as it is after the entry at `position`. Fails as `keep` does."""
        return self.keep(EXCHANGE, position, body)

    def kept(self, name: str) -> Deferred[tuple[int, bytes] | None]:
        """What was kept under that name, and the position that it holds for; None: nothing."""
        return self._readers.run(self._reading.checkpoint, name)

    def keep(self, name: str, position: int, body: bytes) -> Deferred[None]:
        """Keep something that holds for a position (0: for any), in place of what was there. Fails with `StorageAway`
        while facts are spooled: it would be ahead of the ledger."""
        if self.is_away and position:
            return fail(StorageAway("facts are spooled, and what is to be kept is of a state after them"))
        return self._keeper.run(self._reading.save_checkpoint, name, position, body)

    async def finish(self) -> None:
        """Commits what waits, and the book's page; nothing may be appended any more."""
        while self._timer is not None:
            self._timer.cancel()
            self._timed_out()
        if self._is_committing:
            self._idle = Deferred()
            await self._idle
        self._try_no_more()
        await self._write_what_is_left()
        self._try_no_more()  # what was being written then asked for it
        self._is_over = True
        if self._book is not None and self._book.position > self._paged and not self.is_away:
            position = self._book.position
            await self._keeper.run(self._reading.save_checkpoint, BOOK, position, self._page())

    async def _write_what_is_left(self) -> None:
        """The last chance for facts that are not in the database; those in the spool are written at the next start."""
        try:
            if self._held_back:
                batch, _ = self._held_back.all_with(Batch(rows=[]), [])
                await self._writer.run(self._commits.save, batch)
            if self.is_away:
                self.is_away = not await self._writer.run(self._commits.replay_all)
        except (StorageAway, LedgerConflict) as fault:
            log.critical("storage-ends-away", fault=str(fault))
