"""Every written-down call, counted: figures add up, and the queue log is well-formed."""

import sys
from collections import Counter
from datetime import UTC
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "callflow"))
from transcript import Runner, ledger_of

from server.call import facts as f
from server.records.agent_day import AgentDay
from server.records.book import Book
from server.records.call_so_far import record_of
from server.records.cells import milliseconds, total_queue
from server.records.figure_book import FigureBook
from server.reports.queue_log import queue_log

FOLDER = Path(__file__).parents[1] / "transcripts"
WORDS = {
    "ENTERQUEUE": 3, "CONNECT": 3, "COMPLETEAGENT": 3, "COMPLETECALLER": 3, "ABANDON": 3, "EXITWITHTIMEOUT": 3,
    "EXITEMPTY": 3, "EXITWITHKEY": 4, "RINGNOANSWER": 1, "DID": 1, "QUEUESTART": 0, "AGENTLOGIN": 1, "AGENTLOGOFF": 2,
    "BLINDTRANSFER": 5, "ATTENDEDTRANSFER": 5, "ADDMEMBER": 1, "REMOVEMEMBER": 1, "PAUSE": 1, "UNPAUSE": 1,
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_each_call_counts_once(path: Path) -> None:
    entries = ledger_of(path).ledger
    book = FigureBook(UTC, {})
    book.take(entries)
    cell = total_queue(book.cells().queues.values())
    ended = cell.answered + cell.abandoned + cell.short_abandoned + cell.overflowed + cell.call_back
    waiting = sum(1 for place in book.held().places.values() if not place.is_answered and not place.is_call_back)
    assert cell.offered == ended + cell.voicemail + cell.other + waiting
    records = {call.arrived.call: record_of(call) for call in Book(UTC).take(entries).closed}
    called_back = {e.fact.call for e in entries if isinstance(e.fact, f.CallBackAsked)}
    waits = [r.wait_seconds for call, r in records.items() if r.answered_at and call not in called_back]
    assert cell.wait_answered_ms >= sum(map(milliseconds, waits))
    assert cell.call_back == len(called_back)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_queue_log_is_well_formed(path: Path) -> None:
    runner = ledger_of(path)
    inside: set[str] = set()
    for line in queue_log(runner.ledger, {agent.id: agent.queues for agent in runner.site.agent}):
        _epoch, call, _queue, _agent, event, *words = line.split("|")
        assert len(words) == WORDS[event], line
        assert all(int(word) >= 0 for word in words if event in ("ABANDON", "EXITWITHTIMEOUT", "COMPLETECALLER"))
        if event == "ENTERQUEUE":
            inside.add(call)
        elif event in ("ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY"):
            assert call in inside, line
            inside.remove(call)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_queue_log_loses_the_calls_that_the_records_lose(path: Path) -> None:
    """Who is called back, or whose message is dealt with, is not abandoned; and nobody who has left is connected, but
    for those who asked to be called."""
    runner = ledger_of(path)
    book = Book(UTC)
    records = {call.arrived.call: record_of(call) for call in book.take(runner.ledger).closed}
    records |= {call: record_of(live) for call, live in book.calls.items()}
    events: dict[str, list[str]] = {}
    for line in queue_log(runner.ledger, {}):
        _epoch, call, _queue, _agent, event, *_words = line.split("|")
        events.setdefault(call, []).append(event)
        ways = [one for one in events[call] if one.startswith(("EXIT", "ENTER"))]
        has_left = bool(ways) and ways[-1] != "ENTERQUEUE"
        assert event != "CONNECT" or records[call].call_back or not has_left, line
    for call, record in records.items():
        if events.get(call, [""])[-1] == "ABANDON" and record.answered_at is None:
            assert record.outcome in ("abandoned", "short-abandoned", "failed"), (call, events[call])


def test_who_missed_a_call_that_rang_at_several() -> None:
    """Each with the time that the own phone rang; who was slower than a colleague missed nothing."""
    rang: dict[str, list[str]] = {}
    for name in ("ring_all", "ring_all_nobody", "ring_progressively"):
        runner = ledger_of(FOLDER / f"{name}.txt")
        lines = queue_log(runner.ledger, {agent.id: agent.queues for agent in runner.site.agent})
        rang[name] = ["|".join(line.split("|")[3:]) for line in lines if "RINGNOANSWER" in line]
        days = {day.agent: day for day in _days(runner)}
        missed = Counter(f.agent_of(e.fact) for e in runner.ledger if getattr(e.fact, "result", "") == "no-answer")
        assert {agent: day.missed for agent, day in days.items() if day.missed} == dict(missed)
    assert rang["ring_all"] == []
    assert rang["ring_all_nobody"] == [
        "bruno|RINGNOANSWER|15000", "carla|RINGNOANSWER|15000", "dora|RINGNOANSWER|15000", "bruno|RINGNOANSWER|15000"
    ]  # fmt: skip
    assert rang["ring_progressively"] == [
        "bruno|RINGNOANSWER|2000", "ana|RINGNOANSWER|20000", "ana|RINGNOANSWER|6400"
    ]  # fmt: skip


def _days(runner: Runner) -> list[AgentDay]:
    book = Book(UTC)
    book.take(runner.ledger)
    return book.agent_days(runner.now)
