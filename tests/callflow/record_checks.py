"""What must be true of the records of a whole ledger, and of what the rules still hold, however it came about."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC

from server.call import facts
from server.call.now import Now
from server.call.states import CallState
from server.callflow import CallFlow
from server.callflow.turn import World
from server.records.book import Book
from server.records.call_record import CallRecord
from server.records.call_so_far import CallSoFar, record_of
from server.records.cells import total_queue
from server.records.figure_book import FigureBook

CLOSE = 0.01
"""Seconds that roundings may come to."""


def check_records(ledger: list[facts.Entry]) -> None:
    """Each record by itself, and against the facts."""
    records = {}
    for closed in Book(UTC).take(ledger).closed:
        record = records[closed.arrived.call] = record_of(closed)
        _sums(record)
        _lies_in_its_time(closed, record)
        assert record.outcome, record
        assert all(offer.result for offer in record.offers), record
    _results(ledger, records)


def check_agents(ledger: list[facts.Entry], agents: Iterable[str], now: Now) -> None:
    """What the records say of the agents is what the agents' days say. The ledger is of one boot and one local day."""
    book = Book(UTC)
    closed = book.take(ledger).closed
    known = {one.arrived.call: one for one in closed} | dict(book.calls)
    talked, held, wrapped, taken = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for one in map(record_of, known.values()):
        for talk in one.conversations:
            talked[talk.agent] += talk.talk_seconds
            held[talk.agent] += talk.hold_seconds
            wrapped[talk.agent] += talk.wrap_up_seconds
            taken[talk.agent] += 1
    for agent in agents:
        day = book.agent_day(agent, now)
        if day is None or book.agents[agent].call:
            continue  # a talk or wrap-up that goes on is in the day, and in no record yet
        assert day.calls == taken[agent], agent
        assert abs(day.talk_seconds - talked[agent]) < CLOSE, agent
        assert abs(day.hold_seconds - held[agent]) < CLOSE, agent
        assert abs(day.wrap_up_seconds - wrapped[agent]) < CLOSE, agent


def check_figures(ledger: list[facts.Entry]) -> None:
    """What is counted as handled is the records' conversations, of calls that were in a queue."""
    book = FigureBook(UTC, {})
    book.take(ledger)
    cell = total_queue(book.cells().queues.values())
    finished = [one for one in Book(UTC).take(ledger).closed if one.is_finished]
    spoken = [talk for one in finished for talk in record_of(one).conversations]
    assert cell.handled == len(spoken)
    sums = [sum(getattr(one, f"{name}_seconds") for one in spoken) for name in ("talk", "hold", "wrap_up")]
    for there, told in zip((cell.talk_ms, cell.hold_ms, cell.wrap_up_ms), sums, strict=True):
        assert abs(there / 1000 - told) < CLOSE


def check_live(flow: CallFlow, ledger: list[facts.Entry], now: Now) -> None:
    """A live call's record says what the monitor shows. A survey comes after the end, as the record has it."""
    book = Book(UTC)
    book.take(ledger)
    shown = flow.calls(now)
    assert set(book.calls) == {call.call for call in shown}
    for call in shown:
        record = record_of(book.calls[call.call])
        is_survey = (call.state, record.state) == (CallState.IN_DIALOG, CallState.ENDING)
        assert record.state == call.state or is_survey, (call, record)
        has_left = call.state in (CallState.DIVERTED, CallState.IN_MAILBOX, CallState.IN_DIALOG)
        if has_left and len(record.conversations) < 2:  # else the record's wait is the first one
            assert abs(record.wait_seconds - call.waited_seconds) < CLOSE, (call, record)


def check_world(world: World) -> None:
    """Nothing is kept of what is over, and nothing is missing of what is not."""
    state = world.state
    for agent in state.agents.values():
        assert agent.call is None or agent.call in state.calls, f"{agent.id} has a call that nobody knows"
    for call in state.calls.values():
        if call.state is CallState.CLOSED:
            assert any(agent.call == call.call for agent in state.agents.values()), f"{call.call} is over"
        is_waiting = call.state is CallState.QUEUED and call.queue in world.plan.queues
        assert world.floor.waits(call.call) == is_waiting, call
    live = {call.call for call in state.calls.values() if call.state is not CallState.CLOSED}
    assert set(world.lines) <= live
    assert set(state.watches) <= live


def _sums(record: CallRecord) -> None:
    lengths = (record.wait_seconds, record.talk_seconds, record.hold_seconds, record.wrap_up_seconds)
    assert min(lengths) >= 0, record
    assert abs(record.talk_seconds - sum(one.talk_seconds for one in record.conversations)) < CLOSE, record
    assert abs(record.hold_seconds - sum(one.hold_seconds for one in record.conversations)) < CLOSE, record
    assert abs(record.wrap_up_seconds - sum(one.wrap_up_seconds for one in record.conversations)) < CLOSE, record
    assert (record.answered_at is None) == (not record.conversations), record
    assert record.agent == (record.conversations[-1].agent if record.conversations else None), record
    assert record.ended_at is not None
    assert record.closed_at is not None


def _lies_in_its_time(closed: CallSoFar, record: CallRecord) -> None:
    """By the monotonic clock: the other may be set."""
    assert closed.ended is not None
    whole = closed.ended.mono - closed.at.mono
    assert record.wait_seconds + record.talk_seconds + record.hold_seconds <= whole + CLOSE, record


def _results(ledger: list[facts.Entry], records: dict[str, CallRecord]) -> None:
    """`none-timeout` is the result of calls whose last agent let the wrap-up time out, unless somebody chose one."""
    seconds: dict[tuple[str, str], float] = {}
    last: dict[str, tuple[str, str]] = {}
    ends: dict[tuple[str, str], str] = {}
    chosen: set[str] = set()
    for entry in ledger:
        match entry.fact:
            case facts.WrapUpBegan(agent=agent, call=call):
                seconds[call, agent], last[call] = entry.fact.seconds, (call, agent)
                ends.pop((call, agent), None)
            case facts.WrapUpEnded(agent=agent, call=call, by=by):
                ends[call, agent] = by
            case facts.ResultChosen(call=call, result=result) if result != facts.NO_RESULT:
                chosen.add(call)
    for call, record in records.items():
        who = last.get(call)
        timed_out = who is not None and ends.get(who) == "time-out" and seconds[who] > 0
        if call not in chosen:
            assert (record.result == facts.NO_RESULT) == timed_out, record
