"""When reports that are sent are due, and what they are about: days and times of a time zone. Pure."""

from datetime import date, datetime, timedelta, tzinfo

import msgspec

from server.config.mail import read_at, read_days, schedule_id
from server.config.site import Report

MOST_DAYS_BACK = 32
"""A month has at most 31 days, so that within 32 any schedule was due once."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When one report is sent. `weekdays`: 0 is Monday; None: on the 1st of each month."""

    ident: str
    hour: int
    minute: int
    weekdays: frozenset[int] | None
    period: str

    @classmethod
    def of(cls, report: Report) -> "Schedule":
        """The schedule of a checked `[[report]]`."""
        hour, minute = read_at(report.at)
        days = read_days(report.days)
        return cls(ident=schedule_id(report), hour=hour, minute=minute, weekdays=days, period=report.period)

    @property
    def name(self) -> str:
        """Id and times in one text: a schedule with other times is another one."""
        days = "monthly" if self.weekdays is None else "".join(map(str, sorted(self.weekdays)))
        return f"{self.ident} {self.hour:02}:{self.minute:02} {days}"


class Due(msgspec.Struct, frozen=True):
    """One due time: the local day, and the moment in wall seconds."""

    day: date
    at: float

    def key(self, schedule: Schedule) -> str:
        """Names this due time of this schedule, for ever: what was sent under it is not sent again."""
        return f"report:{schedule.ident}:{self.day.isoformat()}T{schedule.hour:02}:{schedule.minute:02}"


def last_due(schedule: Schedule, wall: float, zone: tzinfo) -> Due:
    """The last due time at or before a moment."""
    today = datetime.fromtimestamp(wall, zone).date() + timedelta(days=1)
    for back in range(MOST_DAYS_BACK + 1):
        due = _due_on(schedule, today - timedelta(days=back), zone)
        if due is not None and due.at <= wall:
            return due
    raise AssertionError(f"{schedule.name} is due on no day")


def next_due(schedule: Schedule, wall: float, zone: tzinfo) -> Due:
    """The first due time after a moment."""
    today = datetime.fromtimestamp(wall, zone).date() - timedelta(days=1)
    for ahead in range(MOST_DAYS_BACK + 1):
        due = _due_on(schedule, today + timedelta(days=ahead), zone)
        if due is not None and due.at > wall:
            return due
    raise AssertionError(f"{schedule.name} is due on no day")


def period_of(schedule: Schedule, day: date, zone: tzinfo) -> tuple[float, float]:
    """Wall seconds of [start, end) of what a report that is due on that day is about."""
    match schedule.period:
        case "last-week":
            end = day - timedelta(days=day.weekday())
            start = end - timedelta(days=7)
        case "last-month":
            end = day.replace(day=1)
            start = (end - timedelta(days=1)).replace(day=1)
        case _:
            start, end = day - timedelta(days=1), day
    return _midnight(start, zone), _midnight(end, zone)


def _due_on(schedule: Schedule, day: date, zone: tzinfo) -> Due | None:
    """The first of two equal times (PEP 495: fold 0); a time that is left out is later by what is left out."""
    is_due = day.day == 1 if schedule.weekdays is None else day.weekday() in schedule.weekdays
    if not is_due:
        return None
    return Due(day, datetime(day.year, day.month, day.day, schedule.hour, schedule.minute, tzinfo=zone).timestamp())


def _midnight(day: date, zone: tzinfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
