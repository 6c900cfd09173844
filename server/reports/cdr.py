"""Call records as CDR, in the columns of Asterisk's `cdr_csv`, with a first line of names. CSV in UTF-8 (RFC 4180)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from server.records.call_record import CallRecord
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
    and hold, in whole seconds, rounded down; `userfield` is `outcome:queue`."""
    yield csv_line(COLUMNS)
    for record in records:
        yield csv_line(_row(record, zone))


def _row(record: CallRecord, zone: tzinfo) -> list[str | int]:
    arrived = datetime.fromisoformat(record.arrived_at)
    ended = datetime.fromisoformat(record.ended_at) if record.ended_at else arrived
    caller = record.from_e164 or record.from_
    return [
        arrived.astimezone(zone).isoformat(timespec="milliseconds"),
        f'"{record.caller_name}" <{caller}>' if record.caller_name else caller,
        caller,
        record.to,
        f"{record.trunk or 'sip'}/{record.call_id}",
        f"agent/{record.agent}" if record.answered_at and record.agent else "",
        max(0, int((ended - arrived).total_seconds())),
        int(record.talk_seconds + record.hold_seconds + 1e-9),
        disposition(record),
        record.call_id,
        record.call_id,
        f"{record.outcome or ''}:{record.queue or ''}",
    ]


def disposition(record: CallRecord) -> str:
    """`ANSWERED` (an agent talked), `NO ANSWER`, `BUSY` (the queue was full), or `FAILED`."""
    if record.answered_at is not None:
        return "ANSWERED"
    if record.outcome == "full":
        return "BUSY"
    return "FAILED" if record.outcome in ("failed", "blocked") else "NO ANSWER"
