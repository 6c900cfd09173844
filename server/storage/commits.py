"""Commits of the ledger: the SQL of the hot path, on the writer's thread.

Rows go in by multi-row statements on a DBAPI connection kept open: a row costs microseconds that way, where an ORM or
a statement for each row costs ten times that and a release of the interpreter lock for each. All is written so that
doing it twice is doing it once: positions are inserted or left, records and contacts replaced.
"""

from functools import cache
from typing import Any

import msgspec
import structlog

from server.call import facts as f
from server.records import call_record, call_so_far, contact
from server.storage.database import Database
from server.storage.errors import LedgerConflict
from server.storage.spool import Batch, Row, Spool
from server.wire.desk import Contact

log = structlog.get_logger()

BOOK = "book"
_ROWS_PER_STATEMENT = 50
_LEDGER = ("position", "at", "mono", "kind", "call", "agent", "body")
_RECORD = ("call_id", "arrived_at", "first_position", "queue", "agent", "outcome", "body")
_CONTACT = ("call", "customer", "number", "at", "body")


class Commits:
    """Writes batches; what the database does not take is spooled and written later. Used from one thread only."""

    def __init__(self, database: Database, spool: Spool) -> None:
        self._database = database
        self._spool = spool
        self._connection: Any = None
        self._is_away = False
        self._mark = "?" if database.is_sqlite else "%s"
        self._facts = msgspec.json.Decoder(f.AnyFact)

    def save(self, batch: Batch) -> bool:
        """True: committed. False: spooled to disk, `replay` is due. `OSError`: not even that."""
        if self._spool.is_empty():
            try:
                self._commit(batch, is_replay=False)
                self._is_away = False
                return True
            except self._database.faults as fault:
                self._lost(fault)
        self._spool.append(batch)
        return False

    def replay(self) -> int | None:
        """Writes what is spooled. Returns the number of facts; None: the database is still away."""
        if self._spool.is_empty():
            return 0
        facts = 0
        try:
            for batch in self._spool.batches():
                self._commit(batch, is_replay=True)
                facts += len(batch.rows)
        except self._database.faults as fault:
            self._lost(fault)
            return None
        except LedgerConflict:
            self._forget_connection()
            raise
        self._spool.clear()
        self._is_away = False
        log.info("spool-replayed", facts=facts)
        return facts

    def close(self) -> None:
        """Gives the connection back."""
        self._forget_connection()
        self._spool.close()

    def _commit(self, batch: Batch, *, is_replay: bool) -> None:
        if self._connection is None:
            self._connection = self._database.raw()
        cursor = self._connection.cursor()
        full_sync = batch.synced and self._database.is_sqlite and self._database.synchronous != "full"
        if full_sync:  # in WAL mode this syncs the log at the commit, and with it all that was committed before
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("BEGIN IMMEDIATE" if self._database.is_sqlite else "BEGIN")
        ending = " ON CONFLICT (position) DO NOTHING" if is_replay else ""
        self._insert(cursor, "ledger", _LEDGER, batch.rows, ending)
        if is_replay:
            self._compare(cursor, batch.rows)
        self._insert(cursor, "call_record", _RECORD, batch.records, _replacing(_RECORD))
        self._insert(cursor, "contact", _CONTACT, batch.contacts, _replacing(_CONTACT))
        for call, fact in batch.amendments:
            self._amend(cursor, call, self._facts.decode(fact))
        if batch.page:
            self._keep_page(cursor, batch)
        cursor.execute("COMMIT")
        if full_sync:
            cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    def _insert(self, cursor: Any, table: str, columns: tuple[str, ...], rows: list[Row], ending: str) -> None:
        for start in range(0, len(rows), _ROWS_PER_STATEMENT):
            part = rows[start : start + _ROWS_PER_STATEMENT]
            statement = _insert_statement(table, columns, len(part), self._mark) + ending
            cursor.execute(statement, [value for row in part for value in row])

    def _compare(self, cursor: Any, rows: list[Row]) -> None:
        """What stands at our positions must be what we wrote there."""
        m = self._mark
        cursor.execute(
            f"SELECT position, body FROM ledger WHERE position BETWEEN {m} AND {m}", (rows[0][0], rows[-1][0])
        )
        there = dict(cursor.fetchall())
        for row in rows:
            if there.get(row[0]) != row[-1]:
                raise LedgerConflict(f"the ledger holds another fact at position {row[0]}; the spool is kept")

    def _amend(self, cursor: Any, call: str, fact: f.AnyFact) -> None:
        m = self._mark
        cursor.execute(f"SELECT body FROM call_record WHERE call_id = {m}", (call,))
        if (found := cursor.fetchone()) is None:
            log.warning("fact-of-unknown-call", call=call, fact=type(fact).__name__)
            return
        record = call_so_far.amend(msgspec.json.decode(found[0], type=call_record.CallRecord), fact)
        cursor.execute(
            f"UPDATE call_record SET body = {m} WHERE call_id = {m}", (msgspec.json.encode(record).decode(), call)
        )
        cursor.execute(f"SELECT body FROM contact WHERE call = {m}", (call,))
        if (line := cursor.fetchone()) is not None:
            amended = contact.amend(msgspec.json.decode(line[0], type=Contact), fact)
            cursor.execute(
                f"UPDATE contact SET customer = {m}, body = {m} WHERE call = {m}",
                (record.customer, msgspec.json.encode(amended).decode(), call),
            )

    def _keep_page(self, cursor: Any, batch: Batch) -> None:
        columns = ("name", "position", "body")
        ending = " ON CONFLICT (name) DO UPDATE SET position = excluded.position, body = excluded.body"
        self._insert(cursor, "checkpoint", columns, [(BOOK, batch.rows[-1][0], batch.page)], ending)  # type: ignore[list-item]

    def _lost(self, fault: BaseException) -> None:
        if not self._is_away:
            log.error("database-away", fault=str(fault), kind=type(fault).__name__)
        self._is_away = True
        self._forget_connection()

    def _forget_connection(self) -> None:
        """A connection with a failed transaction is closed, which rolls it back."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except self._database.faults as fault:
            log.warning("connection-not-closed", fault=str(fault))


@cache
def _insert_statement(table: str, columns: tuple[str, ...], rows: int, mark: str) -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)
    values = "(" + ", ".join([mark] * len(columns)) + ")"
    return f"INSERT INTO {table} ({quoted}) VALUES {', '.join([values] * rows)}"


@cache
def _replacing(columns: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in columns[1:])
    return f' ON CONFLICT ("{columns[0]}") DO UPDATE SET {changes}'
