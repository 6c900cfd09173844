"""Moments that come with a zone become local ones of the company; where that is not known, nobody guesses."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from scriptengine.answering.coercing import coerced
from scriptengine.expressions import ExpressionError, List, Record, Type, compile
from scriptengine.interfaces import KNOWN, Interfaces, Operation, ServiceInterface
from tests.scriptengine.interpreter.test_walking import PAGE, ask
from tests.scriptengine.play import Play

BERLIN = ZoneInfo("Europe/Berlin")
WINTER = datetime(2026, 1, 31, 10, 30, tzinfo=BERLIN)
LATE = datetime(2026, 7, 1, 23, 30, tzinfo=BERLIN)
_at = datetime.fromisoformat


@pytest.mark.parametrize(
    ("value", "wanted", "now", "local"),
    [
        ("2026-01-31T16:30Z", Type.DATETIME, WINTER, _at("2026-01-31T17:30")),
        ("2026-07-01T16:30Z", Type.DATETIME, WINTER, _at("2026-07-01T18:30")),
        ("2026-01-31T16:30-03:00", Type.DATETIME, WINTER, _at("2026-01-31T20:30")),
        ("2026-01-31T16:30", Type.DATETIME, WINTER, _at("2026-01-31T16:30")),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), Type.DATE, WINTER, date(2026, 2, 1)),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), Type.TIME, WINTER, time(0, 30)),
        ("16:30Z", Type.TIME, WINTER, time(17, 30)),
        ("16:30+00:00", Type.TIME, LATE, time(18, 30)),
        ("2026-01-31", Type.DATE, WINTER, date(2026, 1, 31)),
        ("2026-01-31T16:30Z", Type.DATE, WINTER, None),
        ("9999-12-31T23:30Z", Type.DATETIME, WINTER, None),
        ("0001-01-01T00:30+02:00", Type.DATETIME, WINTER, None),
        ("2026-01-31T16:30Z", Type.DATETIME, WINTER.replace(tzinfo=None), None),
        ("16:30Z", Type.TIME, None, None),
    ],
)
def test_what_a_moment_is_here(value: Any, wanted: Type, now: datetime | None, local: Any) -> None:
    assert coerced(value, wanted, now) == local


def test_inside_lists_and_records() -> None:
    visit = Record({"at": Type.DATETIME})
    assert coerced([{"at": "2026-01-31T16:30Z"}], List(visit), WINTER) == [{"at": _at("2026-01-31T17:30")}]


@given(
    st.datetimes(min_value=_at("1900-01-01"), max_value=_at("2100-01-01")),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_it_stays_the_same_moment(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=UTC)
    local = coerced(aware.astimezone(zone).isoformat(), Type.DATETIME, WINTER)
    assert local.tzinfo is None
    assert local == aware.astimezone(BERLIN).replace(tzinfo=None)


def _play(body: str, **more: Any) -> Play:
    play = Play(body, **more)
    play.clock.at = WINTER
    return play


def test_an_answer_becomes_the_local_time_and_stays_so_after_going_back() -> None:
    play = _play(ask("a", "datetime") + ask("b", "time") + ask("c")).begin()
    play.answer(a="2026-07-01T16:30Z").answer(b="16:30Z")
    assert play.answers == {"a": _at("2026-07-01T18:30"), "b": time(17, 30)}
    play.answer(c="yes")
    assert play.at == "done"
    play = _play(ask("a", "datetime") + ask("b", "time") + ask("c")).begin()
    play.answer(a="2026-07-01T16:30Z").answer(b="16:30Z").back()
    assert play.at == "b"
    assert play.answers == {"a": _at("2026-07-01T18:30")}


def test_limits_are_those_of_the_local_time() -> None:
    question = '<question id="a" name="a" type="datetime" max="2026-07-01T18:00"><text>When?</text></question>'
    play = _play(question).begin()
    assert play.answer(a="2026-07-01T16:30Z").at == "a"
    assert play.answer(a="2026-07-01T15:30Z").at == "done"


def test_on_a_page() -> None:
    page = PAGE.format("page").replace("</group>", f"{ask('z', 'datetime')}</group>")
    play = _play(page).begin()
    play.answer(z="2026-01-31T16:30Z")
    assert play.values["z"] == _at("2026-01-31T17:30")


def test_without_a_zone_of_the_company_it_is_refused() -> None:
    play = Play(ask("a", "datetime")).begin().answer(a="2026-07-01T16:30Z")
    assert play.ask.items[0].problem == "Please write the local time, without a time zone."
    play = _play(ask("a", "datetime")).begin().answer(a="soon")
    assert play.ask.items[0].problem == "Please enter a date and a time."


def test_what_a_service_gives() -> None:
    visits = ServiceInterface({"plan": Operation(results={"at": "datetime", "until": "time"})})
    interfaces = Interfaces(KNOWN.classes, {**KNOWN.services, "visits": visits})
    call = (
        '<block id="a"><call service="visits" op="plan" timeout="5" onerror="done"><result name="at" to="at"/>'
        f'<result name="until" to="until"/></call></block>{ask("b")}'
    )
    head = '<var name="at" type="datetime"/><var name="until" type="time"/>'
    play = _play(call, head=head, interfaces=interfaces)
    play.services.results = {"visits.plan": {"at": "2026-07-01T16:30:00-03:00", "until": "18:00Z"}}
    play.begin()
    assert (play.values["at"], play.values["until"]) == (_at("2026-07-01T21:30"), time(19, 0))
    assert play.session.state.journal[0].at == WINTER.replace(tzinfo=None)


@pytest.mark.parametrize(("type", "written"), [(Type.DATETIME, "2026-01-31T16:30Z"), (Type.TIME, "16:30+01:00")])
def test_an_expression_knows_the_local_time_only(type: Type, written: str) -> None:
    with pytest.raises(ExpressionError, match="is not a"):
        compile(f"at gt '{written}'", {"at": type})
