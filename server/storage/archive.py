"""The database as reports, exports and pruning see it: opened by itself, beside a server that runs or not.

Figures of days that were pruned are kept as checkpoints: `figures` is what the fold must remember at its position,
`figures:2026-11-21` the cells of one day. So a report of a pruned day shows what it showed before. Of the ledger that
is left, most is folded into parts (`server.storage.figure_parts`); only what came after them is read.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, tzinfo
from itertools import takewhile
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from server.call.facts import Entry
from server.records.call_record import CallRecord
from server.records.cells import Cells, day_start, next_day
from server.records.figure_book import FigureBook, Held
from server.records.summary import Terms
from server.storage import tables
from server.storage.database import Database
from server.storage.errors import StorageAway, StorageRefused
from server.storage.figure_parts import ENTRIES, FigureParts, PartsChanged, forget_parts
from server.storage.kept_cells import KINDS, Place, add_written, decode_cells, encode_cells
from server.storage.ledger_reading import LedgerReading
from server.storage.rows import record_of_body
from server.storage.writing import BOOK

FIGURES = "figures"
EXCHANGE = "exchange"
_PAGE = 5_000
_BATCH = 2_000
_NAMES = 500
_FOLDED = 2_500
_STATE_KINDS = (
    "presence-chosen", "phone-registered", "phone-answered", "phone-failed", "desk-linked", "agent-reached"
)  # fmt: skip
"""The last of each of these says how an agent is now: it stays whatever its age."""


class Doomed(msgspec.Struct, frozen=True, kw_only=True):
    """What a pruning takes: nothing newer than `position` of the ledger, and no call that is open there."""

    position: int
    entries: int
    records: int
    contacts: int
    dialogs: int = 0


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How figures are read: which `kinds` of cells, counted at which `place`. `is_over`: whether patience is at its end
    (asked after each part that was folded and kept)."""

    kinds: frozenset[str] = KINDS
    place: Place = int
    is_over: Callable[[], bool] = lambda: False


ALL_OF_IT = Reading()


class StillFolding(Exception):
    """So much of the ledger (0 to 1) is folded and kept; ask again to go on."""

    def __init__(self, progress: float) -> None:
        super().__init__(f"the ledger is folded to {100 * progress:.0f} %; ask again")
        self.progress = progress


class Archive:
    """Every method blocks. Raises `StorageRefused` if there is no database, `StorageAway` if it does not answer."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self._database = Database(url, data_dir)
        if self._database.is_sqlite and not Path(str(self._database.url.database)).is_file():
            raise StorageRefused(f"there is no database in {data_dir}: nothing was served from it yet")
        self._reading = LedgerReading(self._database)
        try:
            self._reading.last_position()
        except SQLAlchemyError as fault:
            raise StorageAway(f"the database cannot be read: {fault.__cause__ or fault}") from fault

    def connection(self) -> Connection:
        """For readings of other tables; to be used as a context."""
        return self._database.engine.connect()

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """The ledger after a position, read page by page."""
        return self._reading.all_after(after)

    def records(self, start: float, end: float) -> Iterator[CallRecord]:
        """Records of the calls that are over and arrived in [start, end), oldest first."""
        t = tables.call_record.c
        query = (
            select(t.body).where(t.arrived_at >= start, t.arrived_at < end).order_by(t.arrived_at, t.call_id)
        ).execution_options(yield_per=_PAGE)
        with self._database.engine.connect() as connection:
            for body in connection.execute(query).scalars():
                yield record_of_body(body)

    def customer_names(self, idents: Collection[str]) -> dict[str, str]:
        """Names of customers by id; a number, or an id that is not known (any more), has none."""
        t, wanted = tables.customer.c, sorted(idents)
        found: dict[str, str] = {}
        with self._database.engine.connect() as connection:
            for first in range(0, len(wanted), _NAMES):
                query = select(t.id, t.name).where(t.id.in_(wanted[first : first + _NAMES]))
                found.update((row.id, row.name) for row in connection.execute(query))
        return found

    # -- figures --------------------------------------------------------------------------------------------------

    def figures(
        self, terms: Terms, start: float = 0.0, end: float = float("inf"), reading: Reading = ALL_OF_IT
    ) -> tuple[FigureBook, Cells]:
        """The fold of the end of the ledger, and the cells of all that came before, within [start, end).

        Both together are the fold of the whole ledger. What is folded is kept for the next time. Raises `StillFolding`
        where `reading` has no more patience.
        """
        while True:
            try:
                found = self._figures(terms, start, end, reading)
            except PartsChanged:
                continue
            if self._base() == found[2]:
                return found[:2]

    def _figures(self, terms: Terms, start: float, end: float, reading: Reading) -> tuple[FigureBook, Cells, int]:
        kept, base = Cells(), self._base()
        for body in self._pruned_days():
            add_written(kept, body, start, end, reading.kinds, reading.place)
        parts = FigureParts(self._database, terms)
        chain, held, position = parts.usable(base)
        if chain and chain[0].begins > base:
            book = FigureBook(terms.zone, terms.service_seconds, self._held())
            book.take(takewhile(lambda entry: entry.position <= chain[0].begins, self.entries(base)))
            _gather(kept, book.cells(), start, end, reading)
        for body in parts.bodies(part for part in chain if part.touches(start, end)):
            add_written(kept, body, start, end, reading.kinds, reading.place)
        book = FigureBook(terms.zone, terms.service_seconds, held if chain else self._held())
        for page in self._pages(position):
            book.take(page)
            if book.position - position < ENTRIES:
                continue
            is_kept = parts.keep(position, book)
            _gather(kept, book.cells(), start, end, reading)
            position = book.position
            book = FigureBook(terms.zone, terms.service_seconds, book.held())
            if is_kept and reading.is_over() and position < (last := self._reading.last_position()):
                raise StillFolding((position - base) / (last - base))
        return book, kept, base

    def _base(self) -> int:
        """Where the ledger begins that was not pruned."""
        kept = self._reading.checkpoint(FIGURES)
        return 0 if kept is None else kept[0]

    def _held(self) -> Held | None:
        kept = self._reading.checkpoint(FIGURES)
        return None if kept is None else msgspec.msgpack.decode(kept[1], type=Held)

    def _pages(self, after: int) -> Iterator[list[Entry]]:
        while page := self._reading.read(after, _FOLDED):
            yield page
            after = page[-1].position

    def _pruned_days(self) -> Iterator[bytes]:
        t = tables.checkpoint.c
        with self._database.engine.connect() as connection:
            yield from connection.execute(select(t.body).where(t.name.like(f"{FIGURES}:%"))).scalars()

    # -- pruning --------------------------------------------------------------------------------------------------

    def doomed(self, terms: Terms, before: float) -> Doomed:
        """What would go if everything before that moment (wall seconds) went."""
        book = self._folded_before(terms, before)
        calls = frozenset(book.held().page.calls)
        return Doomed(
            position=book.position,
            entries=len(self._ledger_positions(book.position, calls)),
            records=len(self._keys(tables.call_record, "call_id", "arrived_at", before, calls)),
            contacts=len(self._keys(tables.contact, "call", "at", before, calls)),
            dialogs=len(self._dialogs(before, calls)),
        )

    def prune(self, terms: Terms, before: float) -> Doomed:
        """Take it all out, in pieces, so that a server that runs is not kept waiting. The figures are written first;
        a prune that is broken off can be done again."""
        book = self._folded_before(terms, before)
        calls = frozenset(book.held().page.calls)
        self._keep_figures(book, terms)
        positions = self._ledger_positions(book.position, calls)
        records = self._keys(tables.call_record, "call_id", "arrived_at", before, calls)
        contacts = self._keys(tables.contact, "call", "at", before, calls)
        dialogs = self._dialogs(before, calls)
        self._delete(tables.dialog_session, "id", dialogs)  # their steps and actions go with them
        self._delete(tables.call_record, "call_id", records)
        self._delete(tables.contact, "call", contacts)
        self._delete(tables.ledger, "position", positions)
        return Doomed(
            position=book.position,
            entries=len(positions),
            records=len(records),
            contacts=len(contacts),
            dialogs=len(dialogs),
        )

    def _dialogs(self, before: float, open_calls: frozenset[str]) -> list[str]:
        """Sessions whose last step was before that moment, over or not; not those with actions that are to be done."""
        t, a = tables.dialog_session.c, tables.dialog_action.c
        waits = select(a.session).where(a.is_told == 0)
        query = select(t.id, t.call).where(t.touched_at < before, t.id.not_in(waits))
        with self._database.engine.connect() as connection:
            return [row.id for row in connection.execute(query) if row.call not in open_calls]

    def _folded_before(self, terms: Terms, before: float) -> FigureBook:
        """The fold up to the last entry that may go: before that moment, and known to both checkpoints of a core."""
        t = tables.ledger.c
        with self._database.engine.connect() as connection:
            last = connection.execute(select(func.max(t.position)).where(t.at < before)).scalar() or 0
        marks = [kept[0] if (kept := self._reading.checkpoint(name)) else 0 for name in (EXCHANGE, BOOK)]
        until = min(last, *marks)
        book = FigureBook(terms.zone, terms.service_seconds, self._held())
        book.take(takewhile(lambda entry: entry.position <= until, self.entries(book.position)))
        return book

    def _keep_figures(self, book: FigureBook, terms: Terms) -> None:
        days: dict[str, Cells] = {}
        for day, cells in _by_day(book.cells(), terms.zone):
            days.setdefault(day, Cells()).add(cells)
        for day, cells in days.items():
            name = f"{FIGURES}:{day}"
            if (kept := self._reading.checkpoint(name)) is not None:
                cells.add(decode_cells(kept[1]))
            days[day] = cells
        t = tables.checkpoint
        rows = [{"name": f"{FIGURES}:{day}", "body": encode_cells(cells)} for day, cells in days.items()]
        rows.append({"name": FIGURES, "body": msgspec.msgpack.encode(book.held())})
        with self._database.engine.begin() as connection:
            connection.execute(t.delete().where(t.c.name.in_([row["name"] for row in rows])))
            connection.execute(t.insert(), [{**row, "position": book.position} for row in rows])
            forget_parts(connection, terms, book.position)

    def _ledger_positions(self, until: int, open_calls: frozenset[str]) -> list[int]:
        """Entries that may go: not those of open calls, nor the last that says how an agent is."""
        t = tables.ledger.c
        latest: dict[tuple[str, str], int] = {}
        found: list[int] = []
        query = select(t.position, t.kind, t.call, t.agent).where(t.position <= until).order_by(t.position)
        with self._database.engine.connect() as connection:
            for position, kind, call, agent in connection.execute(query.execution_options(yield_per=_PAGE)):
                if kind in _STATE_KINDS:
                    if (older := latest.get((kind, agent))) is not None:
                        found.append(older)
                    latest[kind, agent] = position
                elif call not in open_calls:
                    found.append(position)
        return found

    def _keys(self, table: Table, key: str, moment: str, before: float, open_calls: frozenset[str]) -> list[Any]:
        with self._database.engine.connect() as connection:
            keys = connection.execute(select(table.c[key]).where(table.c[moment] < before)).scalars()
            return [found for found in keys if found not in open_calls]

    def _delete(self, table: Table, key: str, keys: list[Any]) -> None:
        statement = delete(table).where(table.c[key] == bindparam("gone"))
        for start in range(0, len(keys), _BATCH):
            with self._database.engine.begin() as connection:
                connection.execute(statement, [{"gone": gone} for gone in keys[start : start + _BATCH]])


def _gather(into: Cells, cells: Cells, start: float, end: float, reading: Reading) -> None:
    add_written(into, encode_cells(cells), start, end, reading.kinds, reading.place)


def _by_day(cells: Cells, zone: tzinfo) -> Iterator[tuple[str, Cells]]:
    """Cells cut at local midnight, each with its day (ISO)."""
    intervals = {
        interval for kind in (cells.queues, cells.agents, cells.customers, cells.mailboxes) for interval, _ in kind
    }
    for midnight in sorted({day_start(interval, zone) for interval in intervals}):
        day = datetime.fromtimestamp(midnight, zone).date().isoformat()
        yield day, cells.between(midnight, next_day(midnight, zone))
