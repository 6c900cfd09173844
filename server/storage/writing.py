"""The SQL of a commit, on a DBAPI connection kept open.

Rows go in by multi-row statements: a row costs microseconds that way, where an ORM or a statement for each row costs
ten times that and a release of the interpreter lock for each. All is written so that doing it twice is doing it once:
positions are inserted or left, records and contacts replaced.
"""

from functools import cache
from typing import Any

import msgspec
import structlog

from server.call import facts as f
from server.records import call_record, call_so_far, contact
from server.storage.errors import LedgerConflict
from server.storage.spool import Batch, Row
from server.wire.desk import Contact

log = structlog.get_logger()

BOOK = "book"
_ROWS_PER_STATEMENT = 50
_LEDGER = ("position", "at", "mono", "kind", "call", "agent", "body")
_RECORD = ("call_id", "arrived_at", "first_position", "queue", "agent", "outcome", "body")
_CONTACT = ("call", "customer", "number", "at", "body")
_AGENT = ("call", "agent", "arrived_at")
_NEW_RECORD = (
    ' ON CONFLICT ("call_id") DO UPDATE SET '
    '"queue" = excluded."queue", "agent" = excluded."agent", "outcome" = excluded."outcome", "body" = excluded."body"'
)
_NEW_CONTACT = ' ON CONFLICT ("call") DO UPDATE SET "customer" = excluded."customer", "body" = excluded."body"'
"""What may be another when a row is written again; indexes over the other columns are not touched."""
_decode_fact = msgspec.json.Decoder(f.AnyFact).decode


def write(cursor: Any, batch: Batch, mark: str, *, is_replay: bool = False) -> None:
    """The statements of a batch, within a transaction. `mark`: how the driver writes a parameter.

    `is_replay`: some of it may be there already; `LedgerConflict` if something else is.
    """
    ending = " ON CONFLICT (position) DO NOTHING" if is_replay else ""
    _insert(cursor, "ledger", _LEDGER, batch.rows, mark, ending)
    if is_replay:
        _compare(cursor, batch.rows, mark)
    if batch.records:
        _insert(cursor, "call_record", _RECORD, batch.records, mark, _NEW_RECORD)
    if agents := batch.agents or [(row[0], row[4], row[1]) for row in batch.records if row[4]]:
        # A batch that a version from before has spooled names only who talked last.
        _insert(cursor, "call_agent", _AGENT, agents, mark, ' ON CONFLICT ("call", "agent") DO NOTHING')
    if batch.contacts:
        _insert(cursor, "contact", _CONTACT, batch.contacts, mark, _NEW_CONTACT)
    for call, fact in batch.amendments:
        _amend(cursor, call, _decode_fact(fact), mark)
    if batch.page:
        _keep_page(cursor, batch, mark)


def _insert(cursor: Any, table: str, columns: tuple[str, ...], rows: list[Row], mark: str, ending: str) -> None:
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        part = rows[start : start + _ROWS_PER_STATEMENT]
        statement = _insert_statement(table, columns, len(part), mark, ending)
        cursor.execute(statement, [value for row in part for value in row])


def _compare(cursor: Any, rows: list[Row], m: str) -> None:
    """What stands at our positions must be what we wrote there."""
    cursor.execute(f"SELECT position, body FROM ledger WHERE position BETWEEN {m} AND {m}", (rows[0][0], rows[-1][0]))
    there = dict(cursor.fetchall())
    for row in rows:
        if there.get(row[0]) != row[-1]:
            raise LedgerConflict(
                f"the database holds another fact at position {row[0]} than the one that is spooled for it: another "
                "server writes into this database. End that one; the spool is kept, see spool/ in the administrator's "
                "manual"
            )


def _amend(cursor: Any, call: str, fact: f.AnyFact, m: str) -> None:
    cursor.execute(f"SELECT body FROM call_record WHERE call_id = {m}", (call,))
    if (found := cursor.fetchone()) is None:
        log.warning("fact-of-unknown-call", call=call, fact=type(fact).__name__)
        return
    try:
        record = call_so_far.amend(msgspec.json.decode(found[0], type=call_record.CallRecord), fact)
        cursor.execute(f"SELECT body FROM contact WHERE call = {m}", (call,))
        if (line := cursor.fetchone()) is not None:
            amended = contact.amend(msgspec.json.decode(line[0], type=Contact), fact)
    except msgspec.MsgspecError as fault:  # one record that cannot be read holds up no ledger; the fact is in that
        log.error("record-not-amended", call=call, fact=type(fact).__name__, fault=str(fault))
        return
    cursor.execute(
        f"UPDATE call_record SET body = {m} WHERE call_id = {m}", (msgspec.json.encode(record).decode(), call)
    )
    if line is not None:
        cursor.execute(
            f"UPDATE contact SET customer = {m}, body = {m} WHERE call = {m}",
            (record.customer, msgspec.json.encode(amended).decode(), call),
        )


def _keep_page(cursor: Any, batch: Batch, mark: str) -> None:
    columns = ("name", "position", "body")
    ending = " ON CONFLICT (name) DO UPDATE SET position = excluded.position, body = excluded.body"
    _insert(cursor, "checkpoint", columns, [(BOOK, batch.rows[-1][0], batch.page)], mark, ending)  # type: ignore[list-item]


@cache
def _insert_statement(table: str, columns: tuple[str, ...], rows: int, mark: str, ending: str) -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)
    values = "(" + ", ".join([mark] * len(columns)) + ")"
    return f"INSERT INTO {table} ({quoted}) VALUES {', '.join([values] * rows)}{ending}"
