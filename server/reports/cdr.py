"""Call records as CDR, in the columns of Asterisk's `cdr_csv`, with a first line of names. CSV in UTF-8 (RFC 4180)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo

from server.records.call_record import CallRecord, Conversation
from server.reports.csv_text import csv_line

_MS = timedelta(milliseconds=1)
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
    and hold, in whole seconds, rounded down; `billsec` is never more than `duration`. `userfield` is `outcome:queue`.

    A call in which several agents talked has a line for each, with the agent's own seconds, all with the call's id as
    `linkedid`; the first has it as `uniqueid`, too, the others `ID-2`, `ID-3`. Each begins where the one before ends;
    they are rounded so that their `duration` and `billsec` add up to what one line for the whole call would say.
    """
    yield csv_line(COLUMNS)
    for record in records:
        for row in _rows(record, zone):
            yield csv_line(row)


def _rows(record: CallRecord, zone: tzinfo) -> Iterator[list[str | int]]:
    arrived = datetime.fromisoformat(record.arrived_at)
    ended = datetime.fromisoformat(record.ended_at) if record.ended_at else arrived
    talks = record.conversations
    spoken = [_milliseconds(one.talk_seconds + one.hold_seconds) for one in talks]
    ends = [datetime.fromisoformat(one.at) + length * _MS for one, length in zip(talks, spoken, strict=True)]
    if len(talks) < 2:
        spoken, ends = [_milliseconds(record.talk_seconds + record.hold_seconds)], [ended]
    lengths = _whole_seconds(spoken, [(end - arrived) // _MS for end in (*ends[:-1], ended)])
    begins = [arrived, *ends[:-1]]
    for number, (begun, (duration, billed)) in enumerate(zip(begins, lengths, strict=True), 1):
        one = talks[number - 1] if talks else None
        ident = record.call_id if number == 1 else f"{record.call_id}-{number}"
        yield _row(record, zone, ident, begun, (duration, billed), one)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _whole_seconds(spoken: list[int], elapsed: list[int]) -> list[tuple[int, int]]:
    """`duration` and `billsec` of each row. `spoken`: milliseconds of talk and hold in each; `elapsed`: from the call's
    arrival to the end of each.

    Spoken and other time are rounded down separately, each where it stands since the arrival, so that no row has more
    `billsec` than `duration` and both add up to the call's. A wall clock that was set back makes no time negative.
    """
    rows: list[tuple[int, int]] = []
    talked = other = duration_told = billed_told = 0
    for length, since_arrival in zip(spoken, elapsed, strict=True):
        talked += length
        other = max(other, since_arrival - talked)
        billed = talked // 1000
        duration = billed + other // 1000
        if len(rows) == len(spoken) - 1:
            duration = max(duration, since_arrival // 1000)
        rows.append((duration - duration_told, billed - billed_told))
        duration_told, billed_told = duration, billed
    return rows


def _row(
    record: CallRecord, zone: tzinfo, ident: str, begun: datetime, lengths: tuple[int, int], one: Conversation | None
) -> list[str | int]:
    caller = record.from_e164 or record.from_
    return [
        begun.astimezone(zone).isoformat(timespec="milliseconds"),
        f'"{record.caller_name}" <{caller}>' if record.caller_name else caller,
        caller,
        record.to,
        f"{record.trunk or 'sip'}/{record.call_id}",
        f"agent/{one.agent}" if one is not None else "",
        *lengths,
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
