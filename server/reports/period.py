"""From when to when a report goes, as people say it."""

from datetime import date, datetime, timedelta, tzinfo

from server.records.cells import day_start
from server.reports.errors import ReportError

DAY_SECONDS = 86_400
PERIODS = ("today", "yesterday", "this-week", "last-week", "this-month", "last-month")
"""Periods that have a name. Weeks begin on Monday (ISO 8601)."""
INTERVALS = {"5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "2h": 7200, "6h": 21_600, "1d": DAY_SECONDS}
"""Lengths of intervals in seconds, shortest first."""


def period(start: str, end: str, now: float, zone: tzinfo) -> tuple[float, float]:
    """Wall seconds of [start, end). Texts are ISO 8601: a date, or a date and time, local unless they name a zone.

    A date as `end` includes that day. Empty: since local midnight, and until now. Raises `ReportError`.
    """
    begins = day_start(now, zone) if not start else _moment("--from", start, zone, is_end=False)
    ends = now if not end else _moment("--to", end, zone, is_end=True)
    if ends <= begins:
        raise ReportError("the period is empty: --to must lie after --from", "period-empty")
    return begins, ends


def named_period(name: str, now: float, zone: tzinfo) -> tuple[float, float]:
    """Wall seconds of [start, end) of one of `PERIODS`; one that goes on ends now. Raises `ReportError`."""
    today = datetime.fromtimestamp(now, zone).date()
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    ended: date | None = None
    match name:
        case "today":
            begun = today
        case "yesterday":
            begun, ended = today - timedelta(days=1), today
        case "this-week":
            begun = monday
        case "last-week":
            begun, ended = monday - timedelta(days=7), monday
        case "this-month":
            begun = first
        case "last-month":
            begun, ended = (first - timedelta(days=1)).replace(day=1), first
        case _:
            raise ReportError(f'"{name}" is no period; use one of {", ".join(PERIODS)}')
    return _midnight(begun, zone), now if ended is None else _midnight(ended, zone)


def _midnight(day: date, zone: tzinfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def _moment(name: str, text: str, zone: tzinfo, *, is_end: bool) -> float:
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + timedelta(days=is_end)
            return _midnight(day, zone)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        raise ReportError(f'{name}: "{text}" is no moment; write 2026-11-21 or 2026-11-21T08:00', "no-moment") from None


def interval(text: str) -> int:
    """Seconds of an interval: `15m`, `1h`, `1d`... Raises `ReportError`."""
    if text not in INTERVALS:
        raise ReportError(f'"{text}" is no interval; use one of {", ".join(INTERVALS)}')
    return INTERVALS[text]


def shown(wall: float, zone: tzinfo) -> str:
    """A moment in ISO 8601 with zone, to the second."""
    return datetime.fromtimestamp(wall, zone).isoformat(timespec="seconds")
