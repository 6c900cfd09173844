"""The agent's day from the facts, and the book that holds all of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from call_stories import MONO, WALL, answered_call, arrived, at, entries, offer_ended, offered, queued, wrap_up_began
from hypothesis import given, strategies as st

from server.call import facts as f
from server.call.now import Now
from server.records.agent_day import AgentDay
from server.records.book import Book, Page

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
BERLIN = ZoneInfo("Europe/Berlin")


def presence(presence: str, reason: str = "", agent: str = "ana") -> f.PresenceChosen:
    return f.PresenceChosen(agent=agent, presence=presence, reason=reason, by=agent)


def day_at(told: list[f.Entry], second: float, zone: ZoneInfo = SAO_PAULO) -> AgentDay:
    book = Book(zone)
    book.take(told)
    day = book.agent_day("ana", at(second))
    assert day is not None
    return day


def parts(day: AgentDay) -> float:
    return (
        day.talk_seconds
        + day.hold_seconds
        + day.wrap_up_seconds
        + day.ringing_seconds
        + day.idle_seconds
        + day.not_ready_seconds
    )


def test_a_day_with_one_call_and_a_break() -> None:
    told = entries(
        (-100.0, presence("ready")),
        *answered_call(),
        (100.0, presence("not-ready", "break")),
        (130.0, presence("not-ready")),
        (140.0, presence("logged-out")),
    )
    day = day_at(told, 500)
    assert (day.calls, day.offered, day.missed) == (1, 1, 0)
    assert (day.talk_seconds, day.hold_seconds, day.wrap_up_seconds, day.ringing_seconds) == (50, 10, 12.5, 2)
    assert day.idle_seconds == pytest.approx(102.5 + 23)
    assert day.not_ready == {"break": 30, "": 10}
    assert day.not_ready_seconds == 40
    assert day.logged_in_seconds == 240
    assert parts(day) == pytest.approx(240, abs=0.004)
    assert day.longest_call_seconds == 60
    assert (day.day, day.first_log_in_at, day.last_log_out_at) == (
        "2026-11-21",
        "2026-11-21T21:24:23.123Z",
        "2026-11-21T21:28:23.123Z",
    )


def test_no_wrap_up_means_idle_from_the_release() -> None:
    told = [step for step in answered_call() if not isinstance(step[1], f.WrapUpBegan | f.WrapUpEnded)]
    day = day_at(entries((0.0, presence("ready")), *told), 100)
    assert (day.talk_seconds, day.hold_seconds, day.wrap_up_seconds) == (50, 10, 0)
    assert day.idle_seconds == pytest.approx(2.5 + 35.5)


def test_a_release_without_an_agent_ends_the_talk_of_who_talked() -> None:
    told = [*answered_call()[:6], (34.5, f.CallReleased(call="c1", by="customer", cause="normal"))]
    assert day_at(entries((0.0, presence("ready")), *told), 100).talk_seconds == 30


def test_a_release_told_late_is_counted_from_when_it_was() -> None:
    told = [
        *answered_call()[:6],
        (50.0, f.CallReleased(call="c1", by="customer", cause="normal", agent="ana")),
        (50.0, wrap_up_began(44.5)),
        (54.5, f.WrapUpEnded(agent="ana", call="c1", by="time-out")),
    ]
    day = day_at(entries((0.0, presence("ready")), *told), 54.5)
    assert (day.talk_seconds, day.wrap_up_seconds) == (40, 10)


def test_a_lost_end_of_the_agent_ends_the_talk() -> None:
    told = [
        *answered_call()[:6],
        (24.5, f.CallReturned(call="c1", agent="ana", cause="media-lost")),
        (24.5, wrap_up_began(24.5)),
        (30.5, f.WrapUpEnded(agent="ana", call="c1", by="agent")),
    ]
    day = day_at(entries((0.0, presence("ready")), *told), 40.5)
    assert (day.talk_seconds, day.wrap_up_seconds, day.idle_seconds) == (20, 6, 12.5)


def test_ring_no_answer_is_missed_and_a_caller_who_leaves_is_not() -> None:
    told = entries(
        (0.0, presence("ready")),
        (1.0, arrived()),
        (1.0, queued(1)),
        (2.0, offered()),
        (12.0, offer_ended("no-answer")),
        (12.0, presence("not-ready", "no-answer")),
        (20.0, presence("ready")),
        (21.0, offered(2)),
        (24.0, offer_ended("caller-left", 2)),
    )
    day = day_at(told, 30)
    assert (day.offered, day.missed, day.calls) == (2, 1, 0)
    assert day.ringing_seconds == 13
    assert day.not_ready == {"no-answer": 8}


def test_the_day_is_cut_at_local_midnight() -> None:
    midnight = datetime(2026, 11, 22, tzinfo=BERLIN).timestamp() - WALL
    told = entries((midnight - 60, presence("ready")), (midnight + 30, presence("not-ready", "meal")))
    book = Book(BERLIN)
    book.take(told)
    today = book.agent_day("ana", at(midnight + 50))
    assert today is not None
    assert (today.day, today.idle_seconds, today.not_ready) == ("2026-11-22", 30, {"meal": 20})
    assert today.first_log_in_at == "2026-11-21T23:00:00.000Z"
    yesterday = book.page().agents["ana"].before
    assert yesterday is not None
    assert (yesterday.day, yesterday.idle_seconds) == ("2026-11-21", 60)


def test_reading_past_midnight_shows_the_new_day_without_a_fact() -> None:
    midnight = datetime(2026, 11, 22, tzinfo=BERLIN).timestamp() - WALL
    told = entries((midnight - 60, presence("ready")))
    assert day_at(told, midnight + 5, BERLIN).idle_seconds == 5


def test_a_reboot_is_counted_by_the_wall_clock() -> None:
    told = entries((0.0, f.CoreBegan(boot="one")), (0.0, presence("ready")))
    told.append(f.Entry(position=3, at=Now(WALL + 40, 7.0), fact=f.CoreBegan(boot="two")))
    told.append(f.Entry(position=4, at=Now(WALL + 45, 12.0), fact=presence("not-ready", "x")))
    book = Book(SAO_PAULO)
    book.take(told)
    day = book.agent_day("ana", Now(WALL + 50, 17.0))
    assert day is not None
    assert (day.idle_seconds, day.not_ready) == (45, {"x": 5})


def test_the_book_lets_finished_calls_go_and_says_what_is_late() -> None:
    book = Book(SAO_PAULO)
    story = entries(*answered_call())
    assert book.take(story[:8]).closed == []
    assert list(book.calls) == ["c1"]
    [closed] = book.take(story[8:11]).closed
    assert (closed.outcome, closed.is_finished) == ("answered", False)
    [finished] = book.take(story[11:]).closed
    assert finished.is_finished
    assert book.calls == {}
    late = entries((90.0, f.NotesSaved(call="c1", agent="ana", text="more")), first=15)
    assert book.take(late).late == late
    assert book.position == 15


STEPS = st.sampled_from(
    [
        presence("ready"),
        presence("not-ready", "break"),
        presence("not-ready", "meal"),
        presence("logged-out"),
        *(fact for _, fact in answered_call()),
        offer_ended("no-answer"),
        f.CallReturned(call="c1", agent="ana", cause="media-lost"),
        arrived("c2"),
        offered(1, "ana", "c2"),
        f.CallClosed(call="c2", outcome="abandoned", cause="normal"),
    ]
)


@given(st.lists(st.tuples(st.floats(0, 20_000), STEPS), max_size=30), st.integers(0, 30))
def test_states_fill_the_day_and_folding_in_two_goes_is_the_same(told: list[tuple[float, f.AnyFact]], cut: int) -> None:
    """From the log-in on, whatever happens, each second is in exactly one state (the story crosses midnight)."""
    clock, steps = 0.0, []
    for pause, fact in told:
        clock += pause
        if not (isinstance(fact, f.PresenceChosen) and fact.presence == "logged-out"):
            steps.append((clock, fact))
    whole = entries((0.0, presence("ready")), *steps)
    once = Book(BERLIN)
    once.take(whole)
    first = Book(BERLIN)
    first.take(whole[:cut])
    second = Book(BERLIN, msgspec.msgpack.decode(msgspec.msgpack.encode(first.page()), type=Page))
    for entry in whole[cut:]:
        second.take([entry])
    assert second.page() == once.page()
    now = Now(WALL + clock + 1, MONO + clock + 1)
    day = once.agent_day("ana", now)
    assert day is not None
    began = datetime.fromisoformat(day.day).replace(tzinfo=BERLIN).timestamp()
    assert parts(day) == pytest.approx(now.wall - max(WALL, began), abs=0.01)
    assert day.logged_in_seconds == pytest.approx(parts(day), abs=0.01)
