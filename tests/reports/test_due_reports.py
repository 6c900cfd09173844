"""When scheduled reports are due, and what they are about: days, zones, changes of the clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from server.config.site import Report
from server.reports.due import Schedule, last_due, next_due, period_of

BERLIN, SAO_PAULO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Sao_Paulo")


def schedule(**words: object) -> Schedule:
    return Schedule.of(Report(**{"name": "calls", "to": ["ana@example.com"], **words}))  # type: ignore[arg-type]


def wall(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def local(seconds: float, zone: ZoneInfo = BERLIN) -> str:
    return datetime.fromtimestamp(seconds, zone).isoformat()


@pytest.mark.parametrize(
    ("days", "now", "last", "following"),
    [
        ("daily", "2026-11-20T06:59", "2026-11-19T07:00:00+01:00", "2026-11-20T07:00:00+01:00"),
        ("daily", "2026-11-20T07:00", "2026-11-20T07:00:00+01:00", "2026-11-21T07:00:00+01:00"),
        (["mon", "fri"], "2026-11-21T12:00", "2026-11-20T07:00:00+01:00", "2026-11-23T07:00:00+01:00"),
        (["wed"], "2026-11-25T07:00", "2026-11-25T07:00:00+01:00", "2026-12-02T07:00:00+01:00"),
        ("monthly", "2026-12-31T23:59", "2026-12-01T07:00:00+01:00", "2027-01-01T07:00:00+01:00"),
        ("monthly", "2026-04-01T06:00", "2026-03-01T07:00:00+01:00", "2026-04-01T07:00:00+02:00"),
    ],
)
def test_days_of_the_week_and_of_the_month(days: object, now: str, last: str, following: str) -> None:
    plan = schedule(days=days)
    assert local(last_due(plan, wall(now), BERLIN).at) == last
    assert local(next_due(plan, wall(now), BERLIN).at) == following


def test_a_time_that_the_clock_leaves_out_is_an_hour_later_that_day() -> None:
    plan = schedule(at="02:30")
    assert local(next_due(plan, wall("2026-03-28T12:00"), BERLIN).at) == "2026-03-29T03:30:00+02:00"
    assert local(next_due(plan, wall("2026-03-29T12:00"), BERLIN).at) == "2026-03-30T02:30:00+02:00"


def test_a_time_that_comes_twice_is_due_once() -> None:
    plan = schedule(at="02:30")
    first = next_due(plan, wall("2026-10-24T12:00"), BERLIN)
    assert local(first.at) == "2026-10-25T02:30:00+02:00"
    assert last_due(plan, first.at + 3600, BERLIN) == first
    assert local(next_due(plan, first.at, BERLIN).at) == "2026-10-26T02:30:00+01:00"


@pytest.mark.parametrize(
    ("period", "day", "start", "end"),
    [
        ("yesterday", "2026-03-30", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"),
        ("yesterday", "2026-03-01", "2026-02-28T00:00:00+01:00", "2026-03-01T00:00:00+01:00"),
        ("last-week", "2026-11-23", "2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00"),
        ("last-week", "2026-11-29", "2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00"),
        ("last-month", "2026-04-01", "2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"),
        ("last-month", "2027-01-15", "2026-12-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00"),
    ],
)
def test_periods_are_whole_local_days(period: str, day: str, start: str, end: str) -> None:
    begins, ends = period_of(schedule(period=period), date.fromisoformat(day), BERLIN)
    assert (local(begins), local(ends)) == (start, end)


def test_keys_name_schedule_and_local_due_time() -> None:
    plan = schedule(id="board", at="07:05")
    assert last_due(plan, wall("2026-11-20T09:00"), BERLIN).key(plan) == "report:board:2026-11-20T07:05"


PLANS = st.builds(
    lambda hour, minute, days: schedule(at=f"{hour:02}:{minute:02}", days=days),
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(["daily", "monthly", ["mon"], ["sat", "sun"]]),
)
MOMENTS = st.floats(wall("2025-01-01T00:00"), wall("2028-01-01T00:00"), allow_nan=False)


@settings(max_examples=200)
@given(plan=PLANS, moment=MOMENTS, zone=st.sampled_from([BERLIN, SAO_PAULO, ZoneInfo("Australia/Lord_Howe")]))
def test_last_and_next_are_neighbours_whatever_the_clock_does(plan: Schedule, moment: float, zone: ZoneInfo) -> None:
    last, following = last_due(plan, moment, zone), next_due(plan, moment, zone)
    assert last.at <= moment < following.at
    assert next_due(plan, last.at, zone) == following
    assert last_due(plan, following.at, zone) == following
    assert last.key(plan) != following.key(plan)
