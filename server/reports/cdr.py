"""Call records as CDR, in the columns of Asterisk's `cdr_csv`, with a first line of names. CSV in UTF-8 (RFC 4180)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo

from server.records.call_record import CallRecord, Conversation
from server.reports.csv_text import csv_line

COLUMNS = (
    "calldate",
    "clid",
    "src",
    "dst",
    "channel",
    "dstchannel",
    "duration",
    "billsec",
    "disposition",
    "uniqueid",
    "linkedid",
    "userfield",
)


def cdr(records: Iterable[CallRecord], zone: tzinfo) -> Iterator[str]:
    """Lines without line ends. `calldate` is ISO 8601 in `zone`; `duration` is from arrival to the end, `billsec` talk
    and hold, in whole seconds, rounded down; `userfield` is `outcome:queue`.

    A call in which several agents talked has a line for each, with the agent's own seconds, all with the call's id as
    `linkedid`; the first has it as `uniqueid`, too, the others `ID-2`, `ID-3`. Each begins where the one before ends.
    """
    yield csv_line(COLUMNS)
    for record in records:
        for row in _rows(record, zone):
            yield csv_line(row)


def _rows(record: CallRecord, zone: tzinfo) -> Iterator[list[str | int]]:
    arrived = datetime.fromisoformat(record.arrived_at)
    ended = datetime.fromisoformat(record.ended_at) if record.ended_at else arrived
    if len(record.conversations) < 2:
        one = next(iter(record.conversations), None)
        billed = int(record.talk_seconds + record.hold_seconds + 1e-9)
        yield _row(record, zone, record.call_id, (arrived, ended), billed, one)
        return
    begun, spoken, told = arrived, 0.0, 0
    for number, one in enumerate(record.conversations, 1):
        spoken += one.talk_seconds + one.hold_seconds
        billed, told = int(spoken + 1e-9) - told, int(spoken + 1e-9)  # so that they add up to the call's
        is_last = number == len(record.conversations)
        length = timedelta(seconds=one.talk_seconds + one.hold_seconds)
        over = ended if is_last else datetime.fromisoformat(one.at) + length
        ident = record.call_id if number == 1 else f"{record.call_id}-{number}"
        yield _row(record, zone, ident, (begun, over), billed, one)
        begun = over


def _row(
    record: CallRecord,
    zone: tzinfo,
    ident: str,
    span: tuple[datetime, datetime],
    billed: int,
    one: Conversation | None,
) -> list[str | int]:
    caller = record.from_e164 or record.from_
    begun, over = span
    return [
        begun.astimezone(zone).isoformat(timespec="milliseconds"),
        f'"{record.caller_name}" <{caller}>' if record.caller_name else caller,
        caller,
        record.to,
        f"{record.trunk or 'sip'}/{record.call_id}",
        f"agent/{one.agent}" if one is not None else "",
        max(0, int((over - begun).total_seconds())),
        billed,
        disposition(record),
        ident,
        record.call_id,
        f"{record.outcome or ''}:{(one.queue if one is not None else record.queue) or ''}",
    ]


def disposition(record: CallRecord) -> str:
    """`ANSWERED` (an agent talked), `NO ANSWER`, `BUSY` (the queue was full), or `FAILED`."""
    if record.answered_at is not None:
        return "ANSWERED"
    if record.outcome == "full":
        return "BUSY"
    return "FAILED" if record.outcome in ("failed", "blocked") else "NO ANSWER"
