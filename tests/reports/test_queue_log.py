"""`queue_log` and CDR, read back by readers that know nothing but the formats' descriptions."""

import csv
import sys
from collections import defaultdict
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1] / "simulator"))
sys.path.insert(0, str(Path(__file__).parents[1] / "records"))
import call_stories as told
from varied_day import ZONE, VariedDay

from server.call import facts as f
from server.records.book import Book
from server.records.call_record import CallRecord, Conversation
from server.records.call_so_far import record_of
from server.records.instants import iso
from server.reports.cdr import cdr
from server.reports.csv_text import csv_line
from server.reports.queue_log import queue_log

DAY = VariedDay(1, keys=True)
QUEUES_OF = {agent.id: agent.queues for agent in DAY.site.agent}


def records() -> dict[str, CallRecord]:
    found = {}
    for call in Book(ZONE).take(DAY.entries).closed:
        found[call.arrived.call] = record_of(call)
    return found


@cache
def records_of_the_day() -> list[CallRecord]:
    return list(records().values())


LAST_OF_UNANSWERED = {
    "overflowed": {"EXITWITHTIMEOUT", "EXITWITHKEY"},
    "abandoned": {"ABANDON"},
    "short-abandoned": {"ABANDON"},
    "call-back": {"EXITWITHKEY", "RINGNOANSWER"},  # the caller left the line with the key
}


class CallRead:
    """What a reader makes of one call's lines."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.queues: list[str] = []
        self.hold: int | None = None
        self.agent = ""
        self.talked = 0
        self.waited: int | None = None
        self.unanswered = 0
        self.keys: list[str] = []
        self.passed_on: list[str] = []
        self.caller = ""

    def read(self, queue: str, agent: str, event: str, args: list[str]) -> None:
        self.events.append(event)
        if event == "ENTERQUEUE":
            _url, self.caller, position = args
            assert int(position) >= 1
            self.queues.append(queue)
        elif event == "CONNECT":
            hold, _bridged, ring = args
            assert int(ring) >= 0
            self.hold = int(hold) if self.hold is None else self.hold
            self.agent = agent
        elif event in ("COMPLETEAGENT", "COMPLETECALLER"):
            _hold, talk, _position = args
            assert agent == self.agent
            self.talked += int(talk)
        elif event == "BLINDTRANSFER":
            extension, context, _hold, talk, position = args
            assert agent == self.agent
            assert int(position) >= 1
            self.passed_on.append(f"{context}:{extension}")
            self.talked += int(talk)
        elif event in ("ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY"):
            if event == "EXITWITHKEY":
                self.keys.append(args.pop(0))
            position, original, waited = args
            assert int(position) >= 1
            assert int(original) >= 1
            self.waited = int(waited)
        elif event == "RINGNOANSWER":
            assert int(args[0]) >= 0
            self.unanswered += 1


def read_back(lines: list[str]) -> dict[str, CallRead]:
    calls: dict[str, CallRead] = defaultdict(CallRead)
    last = 0
    for line in lines:
        epoch, call, queue, agent, event, *args = line.split("|")
        last = max(last, int(epoch))
        assert int(epoch) >= last - 1
        if call != "NONE":
            calls[call].read(queue, agent, event, args)
    return calls


def keys_that_led_somewhere() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in DAY.entries:
        if isinstance(entry.fact, f.CallDiverted) and entry.fact.why == "key":
            found[entry.fact.call].append(entry.fact.key)
    return found


def test_a_thousand_varied_calls_read_back_agree_with_their_records() -> None:
    calls, known = read_back(list(queue_log(DAY.entries, QUEUES_OF))), records()
    assert set(calls) == set(known)
    assert len(known) > 1000
    keys = keys_that_led_somewhere()
    for ident, record in known.items():
        call = calls[ident]
        assert call.queues[-1] == record.queue
        assert call.caller == record.from_e164
        assert call.talked == int(record.talk_seconds + record.hold_seconds + 1e-9)
        assert call.passed_on == [transfer.to for transfer in record.transfers]
        assert call.keys == keys.get(ident, [])
        missed = [o for o in record.offers if o.result in ("no-answer", "busy", "rejected", "not-accepted")]
        assert call.unanswered == len(missed)
        if record.answered_at is None:
            assert "CONNECT" not in call.events
            assert call.events[-1] in LAST_OF_UNANSWERED[record.outcome or ""]
            if record.outcome in ("abandoned", "short-abandoned"):
                assert call.waited == int(record.wait_seconds)
        else:
            assert call.hold == int(record.wait_seconds)
            assert call.agent == record.agent
        if record.outcome == "answered":
            assert call.events[-1] == ("COMPLETEAGENT" if record.released_by == "agent" else "COMPLETECALLER")
    kinds = {event for call in calls.values() for event in call.events}
    wanted = {"ENTERQUEUE", "DID", "CONNECT", "COMPLETEAGENT", "COMPLETECALLER", "ABANDON", "RINGNOANSWER"}
    assert kinds == wanted | {"EXITWITHTIMEOUT", "EXITWITHKEY", "BLINDTRANSFER"}
    outcomes = {record.outcome for record in known.values()}
    assert outcomes >= {"answered", "abandoned", "short-abandoned", "overflowed", "call-back"}


def test_call_backs_and_overflow_are_in_it() -> None:
    calls, known = read_back(list(queue_log(DAY.entries, QUEUES_OF))), records()
    reached = [i for i, record in known.items() if record.outcome == "call-back" and record.answered_at]
    lost = [i for i, record in known.items() if record.outcome == "call-back" and not record.answered_at]
    assert len(reached) > 20
    assert len(lost) > 3
    for ident in reached:
        assert "CONNECT" in calls[ident].events
    sent_on = [call for call in calls.values() if len(set(call.queues)) > 1 and "EXITWITHTIMEOUT" in call.events]
    assert len(sent_on) > 20


def test_members_log_in_pause_and_leave() -> None:
    lines = [line.split("|") for line in queue_log(DAY.entries, QUEUES_OF)]
    assert lines[0][1:5] == ["NONE", "NONE", "NONE", "QUEUESTART"]
    of_bruno = [(line[4], line[2]) for line in lines if line[3] == "bruno" and line[1] == "NONE"]
    assert of_bruno[:3] == [("AGENTLOGIN", "NONE"), ("ADDMEMBER", "billing"), ("ADDMEMBER", "rescue")]
    assert {event for event, _ in of_bruno} == {
        "AGENTLOGIN", "AGENTLOGOFF", "ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE",
    }  # fmt: skip
    pauses = {line[5] for line in lines if line[4] == "PAUSE"}
    assert {"lunch", "break", ""} <= pauses
    assert all(int(line[6]) >= 0 for line in lines if line[4] == "AGENTLOGOFF")


def test_a_later_beginning_leaves_lines_out_and_changes_none() -> None:
    since = DAY.start.wall + 3600
    whole = list(queue_log(DAY.entries, QUEUES_OF))
    assert list(queue_log(DAY.entries, QUEUES_OF, since)) == [
        line for line in whole if int(line.split("|")[0]) >= since
    ]


def test_a_hostile_caller_ends_no_field() -> None:
    facts = told.entries((0.0, told.arrived(caller="x|y\nz")), (0.0, told.queued(0.0)))
    changed = [
        msg if n else f.Entry(position=1, at=msg.at, fact=_without_e164(msg.fact)) for n, msg in enumerate(facts)
    ]
    *_, line = queue_log(changed, {})
    assert line.endswith("|c1|service|NONE|ENTERQUEUE||x_y_z|1")


def _without_e164(fact: f.AnyFact) -> f.CallArrived:
    assert isinstance(fact, f.CallArrived)
    return f.CallArrived(call=fact.call, card=fact.card, caller=fact.caller, dialled=fact.dialled)


def test_the_cdr_agrees_with_the_records() -> None:
    known = records()
    of_call: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(cdr(known.values(), ZONE)):
        of_call[row["linkedid"]].append(row)
    assert set(of_call) == set(known)
    assert sum(len(rows) > 1 for rows in of_call.values()) > 5
    for ident, rows in of_call.items():
        record = known[ident]
        assert len(rows) == max(1, len(record.conversations))
        assert sum(int(row["billsec"]) for row in rows) == int(record.talk_seconds + record.hold_seconds + 1e-9)
        assert rows[0]["uniqueid"] == ident
        assert len({row["uniqueid"] for row in rows}) == len(rows)
        assert datetime.fromisoformat(rows[0]["calldate"]) == datetime.fromisoformat(record.arrived_at)
        talked = [f"agent/{one.agent}" for one in record.conversations]
        assert [row["dstchannel"] for row in rows] == (talked or [""])
        for row in rows:
            assert int(row["duration"]) >= int(row["billsec"]) >= 0
            assert (row["disposition"] == "ANSWERED") == (record.answered_at is not None)
            assert row["src"] == record.from_e164
            assert row["userfield"].startswith(f"{record.outcome}:")


PARTS = st.lists(
    st.tuples(st.integers(0, 100_000), st.integers(0, 100_000), st.integers(0, 100_000)), min_size=1, max_size=6
)
"""Milliseconds before each conversation, of its talk and of its hold."""


@given(PARTS, st.integers(0, 5_000))
def test_no_row_bills_more_than_it_lasts_and_rows_add_up_to_the_call(parts: list[tuple[int, ...]], rest: int) -> None:
    answered = next(record for record in records_of_the_day() if record.conversations)
    arrived, at = datetime.fromisoformat(answered.arrived_at).timestamp(), 0
    talks = []
    for waited, talked, held in parts:
        at += waited
        talk = Conversation(
            agent="ana",
            queue="billing",
            at=iso(arrived + at / 1000),
            talk_seconds=talked / 1000,
            hold_seconds=held / 1000,
            wrap_up_seconds=0,
        )
        at += talked + held
        talks.append(talk)
    call = replace(
        answered,
        ended_at=iso(arrived + (at + rest) / 1000),
        talk_seconds=sum(talked for _, talked, _ in parts) / 1000,
        hold_seconds=sum(held for *_, held in parts) / 1000,
        conversations=talks,
    )
    rows = list(csv.DictReader(cdr([call], ZONE)))
    assert all(0 <= int(row["billsec"]) <= int(row["duration"]) for row in rows)
    assert sum(int(row["duration"]) for row in rows) == (at + rest) // 1000
    assert sum(int(row["billsec"]) for row in rows) == sum(talked + held for _, talked, held in parts) // 1000
    for row, (waited, talked, held), after in zip(rows, parts, [0] * (len(parts) - 1) + [rest], strict=True):
        assert abs(int(row["billsec"]) - (talked + held) / 1000) < 1
        assert abs(int(row["duration"]) - (waited + talked + held + after) / 1000) < 2


def test_a_clock_that_was_set_back_makes_no_row_negative() -> None:
    answered = next(record for record in records_of_the_day() if len(record.conversations) > 1)
    arrived = datetime.fromisoformat(answered.arrived_at).timestamp()
    talks = [replace(one, at=iso(arrived - 3600)) for one in answered.conversations]
    rows = list(csv.DictReader(cdr([replace(answered, ended_at=iso(arrived - 3600), conversations=talks)], ZONE)))
    assert all(0 <= int(row["billsec"]) <= int(row["duration"]) for row in rows)
    assert sum(int(row["billsec"]) for row in rows) == int(answered.talk_seconds + answered.hold_seconds)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("+49301234", "+49301234"),
        ("=1+1", "'=1+1"),
        ("+cmd|x", "'+cmd|x"),
        ('a "b", c', '"a ""b"", c"'),
        (None, ""),
        (-3, "-3"),
        ("-a\nb", '"\'-a\nb"'),
    ],
)
def test_fields_are_quoted_and_are_no_formulas(value: object, field: str) -> None:
    assert csv_line([value]) == field
