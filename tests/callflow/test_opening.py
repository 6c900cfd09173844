"""Opening hours and holidays against the wall clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from server.callflow.opening import Opening
from server.config.opening_hours import EveryYear, Region, Span, read_holiday, read_hours

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20 07:59:59", False),  # a Friday
        ("2026-11-20 08:00", True),
        ("2026-11-20 17:59:59", True),
        ("2026-11-20 18:00", False),
        ("2026-11-21 10:00", True),
        ("2026-11-21 13:00", False),
        ("2026-11-22 10:00", False),
        ("2026-12-25 10:00", False),  # Christmas
        ("2026-12-24 10:00", False),  # its own
        ("2027-12-24 10:00", True),
        ("2027-12-31 10:00", False),  # of every year
        ("2027-03-08 10:00", False),  # Women's Day: Berlin, not Bavaria
    ],
)
def test_hours_and_holidays(moment: str, is_open: bool) -> None:
    opening = Opening(
        BERLIN, ["mon-fri 08:00-18:00", "sat 09:00-13:00"], ["DE-BE", "2026-12-24", "12-31"]
    )  # fmt: skip
    assert opening.is_open(at(moment)) == is_open


def test_a_region_has_its_own_days() -> None:
    assert Opening(BERLIN, [], ["DE-BY"]).is_open(at("2027-03-08 10:00"))
    assert not Opening(BERLIN, [], ["BR"]).is_open(at("2026-09-07 10:00"))


def test_summer_time_follows_the_wall() -> None:
    opening = Opening(BERLIN, ["mon-sun 08:00-18:00"], [])
    assert opening.is_open(at("2026-03-28 17:30"))
    assert opening.is_open(at("2026-03-29 17:30"))
    assert not opening.is_open(at("2026-03-28 07:30"))
    assert not opening.is_open(at("2026-03-29 07:30"))


SANTIAGO = ZoneInfo("America/Santiago")


@pytest.mark.parametrize(
    ("zone", "hours", "open_at", "closed_at"),
    [
        # Berlin, 2:00 to 3:00 is left out: 2 h of a shift are 1, and hours within it are none
        (BERLIN, "sun 01:00-02:30", ["2027-03-28T01:59:59+01:00"], ["2027-03-28T03:00+02:00"]),
        (BERLIN, "sun 02:00-03:00", [], ["2027-03-28T01:59:59+01:00", "2027-03-28T03:00+02:00"]),
        (BERLIN, "sun 02:30-04:00", ["2027-03-28T03:00+02:00"], ["2027-03-28T01:59+01:00", "2027-03-28T04:00+02:00"]),
        # Berlin, 2:00 to 3:00 comes twice, and is open each time
        (
            BERLIN,
            "sun 01:00-02:30",
            ["2027-10-31T02:29:59+02:00", "2027-10-31T02:00+01:00", "2027-10-31T02:29:59+01:00"],
            ["2027-10-31T02:30+02:00", "2027-10-31T02:59+02:00", "2027-10-31T02:30+01:00"],
        ),
        (
            BERLIN,
            "sat 22:00-03:00",
            ["2027-10-31T02:59+02:00", "2027-10-31T02:00+01:00", "2027-10-31T02:59+01:00"],
            ["2027-10-31T03:00+01:00"],
        ),
        # Santiago, the first hour of Sunday is left out
        (SANTIAGO, "sun 00:00-02:00", ["2027-09-05T01:00-03:00"], ["2027-09-04T23:59-04:00", "2027-09-05T02:00-03:00"]),
        (SANTIAGO, "sat 22:00-00:30", ["2027-09-04T23:59:59-04:00"], ["2027-09-05T01:00-03:00"]),
        # Santiago, the last hour of Saturday comes twice
        (
            SANTIAGO,
            "sat 23:00-24:00",
            ["2027-04-03T23:00-03:00", "2027-04-03T23:00-04:00", "2027-04-03T23:59:59-04:00"],
            ["2027-04-03T22:59-03:00", "2027-04-04T00:00-04:00"],
        ),
    ],
)
def test_the_hour_that_is_left_out_and_the_hour_that_comes_twice(
    zone: ZoneInfo, hours: str, open_at: list[str], closed_at: list[str]
) -> None:
    opening = Opening(zone, [hours], [])
    assert [moment for moment in open_at if not opening.is_open(datetime.fromisoformat(moment).timestamp())] == []
    assert [moment for moment in closed_at if opening.is_open(datetime.fromisoformat(moment).timestamp())] == []


def test_a_holiday_is_the_whole_day_whatever_the_clock_does() -> None:
    for day, within, before, after in (
        ("2027-09-05", ["2027-09-05T01:00-03:00"], "2027-09-04T23:59:59-04:00", "2027-09-06T00:00-03:00"),
        ("2027-04-03", ["2027-04-03T23:59-03:00", "2027-04-03T23:59-04:00"], "2027-04-02T23:59-03:00",
         "2027-04-04T00:00-04:00"),
    ):  # fmt: skip
        opening = Opening(SANTIAGO, [], [day])
        assert not any(opening.is_open(datetime.fromisoformat(moment).timestamp()) for moment in within)
        assert all(opening.is_open(datetime.fromisoformat(moment).timestamp()) for moment in (before, after))


def test_hours_go_over_midnight_and_over_the_week() -> None:
    assert read_hours("sun 22:00-02:00") == [Span(6, 1320, 1440), Span(0, 0, 120)]
    assert read_hours("sat-mon 00:00-24:00") == [Span(5, 0, 1440), Span(6, 0, 1440), Span(0, 0, 1440)]
    opening = Opening(BERLIN, ["fri 22:00-02:00"], [])
    assert opening.is_open(at("2026-11-20 23:00"))
    assert opening.is_open(at("2026-11-21 01:59"))
    assert not opening.is_open(at("2026-11-21 02:00"))


def test_holidays_are_read() -> None:
    assert read_holiday("DE-BE") == Region("DE", "BE")
    assert read_holiday("02-29") == EveryYear(2, 29)
    assert read_holiday("2026-12-24") == date(2026, 12, 24)


@pytest.mark.parametrize("text", ["", "mon", "mon 8-18", "mon 08:00-08:00", "mon 25:00-26:00", "foo 08:00-09:00"])
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a|begins"):
        read_hours(text)


@pytest.mark.parametrize("text", ["", "13-01", "2026-13-01", "Christmas", "02-30"])
def test_days_that_are_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text is `datetime`'s for some
        read_holiday(text)
