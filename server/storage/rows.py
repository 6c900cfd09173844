"""Entries, records and contacts as rows of their tables, and back."""

from collections.abc import Iterable, Sequence
from typing import get_args

import msgspec

from server.call import facts as f
from server.call.now import Now
from server.records.call_record import CallRecord
from server.records.call_so_far import CallSoFar, agents_of, record_of
from server.records.contact import contact_of
from server.records.dialogs import KINDS
from server.storage.errors import StorageRefused
from server.storage.numbers import compact
from server.storage.spool import Batch, Row
from server.wire.desk import Contact

_encode = msgspec.json.Encoder().encode
_decode_fact = msgspec.json.Decoder(f.AnyFact).decode
_KINDS: dict[type, str] = {kind: str(kind.__struct_config__.tag) for kind in get_args(f.AnyFact)}


def ledger_row(entry: f.Entry) -> Row:
    """Columns of `ledger`."""
    fact = entry.fact
    body = _encode(fact).decode()
    return (
        entry.position,
        entry.at.wall,
        entry.at.mono,
        _KINDS[type(fact)],
        f.call_of(fact),
        f.agent_of(fact),
        body,
    )


def entry_of(position: int, at: float, mono: float, body: str) -> f.Entry:
    """The entry of such a row. Raises `StorageRefused` for a fact that this version does not know."""
    try:
        fact = _decode_fact(body)
    except msgspec.MsgspecError as fault:
        raise StorageRefused(
            f"the ledger's entry {position} cannot be read ({fault}): a newer version has used this database. Start "
            "that version again, or give this one a copy of the database from before"
        ) from fault
    return f.Entry(position=position, at=Now(at, mono), fact=fact)


def record_row(c: CallSoFar) -> Row:
    """Columns of `call_record`."""
    return (
        c.arrived.call,
        c.at.wall,
        c.first,
        c.queue,
        c.agent,
        c.outcome,
        _encode(record_of(c)).decode(),
    )


def agent_rows(c: CallSoFar) -> list[Row]:
    """Columns of `call_agent`: one for each agent who talked in the call."""
    return [(c.arrived.call, agent, c.at.wall) for agent in sorted(agents_of(c))]


def contact_row(c: CallSoFar) -> Row:
    """Columns of `contact`."""
    line = contact_of(c)
    number = c.arrived.caller_e164 or compact(c.arrived.caller)
    return (line.call, c.customer, number, line.at, _encode(line).decode())


def amendment(entry: f.Entry) -> tuple[str, str] | None:
    """A late fact that changes a finished record: its call, and itself as JSON; None: it changes none."""
    if isinstance(entry.fact, f.NotesSaved | f.ResultChosen | f.CustomerKnown):
        return entry.fact.call, _encode(entry.fact).decode()
    if isinstance(entry.fact, KINDS) and f.call_of(entry.fact):
        return f.call_of(entry.fact), _encode(entry.fact).decode()
    return None


def merged(batches: Sequence[Batch]) -> Batch:
    """One batch for several in their order. A page is as the book was after the last of its own rows, so only that of
    the last batch is written."""
    return Batch(
        rows=[row for batch in batches for row in batch.rows],
        records=last_of_each(row for batch in batches for row in batch.records),
        contacts=last_of_each(row for batch in batches for row in batch.contacts),
        amendments=[one for batch in batches for one in batch.amendments],
        synced=any(batch.synced for batch in batches),
        page=batches[-1].page,
        agents=[row for batch in batches for row in batch.agents],
    )


def last_of_each(rows: Iterable[Row]) -> list[Row]:
    """The last row of each key (the first column): one statement may replace a row only once."""
    return list({row[0]: row for row in rows}.values())


contact_of_body = msgspec.json.Decoder(Contact).decode
"""The contact of a row's body."""
record_of_body = msgspec.json.Decoder(CallRecord).decode
"""The record of a row's body."""
