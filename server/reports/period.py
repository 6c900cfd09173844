"""From when to when a report goes, as people say it."""

from datetime import date, datetime, timedelta, tzinfo

from server.records.cells import day_start
from server.reports.errors import ReportError

DAY_SECONDS = 86_400
_INTERVALS = {"15m": 900, "30m": 1800, "1h": 3600, "1d": DAY_SECONDS, "5m": 300, "2h": 7200, "6h": 21_600}


def period(start: str, end: str, now: float, zone: tzinfo) -> tuple[float, float]:
    """Wall seconds of [start, end). Texts are ISO 8601: a date, or a date and time, local unless they name a zone.

    A date as `end` includes that day. Empty: since local midnight, and until now. Raises `ReportError`.
    """
    begins = day_start(now, zone) if not start else _moment("--from", start, zone, is_end=False)
    ends = now if not end else _moment("--to", end, zone, is_end=True)
    if ends <= begins:
        raise ReportError("the period is empty: --to must lie after --from")
    return begins, ends


def _moment(name: str, text: str, zone: tzinfo, *, is_end: bool) -> float:
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + timedelta(days=is_end)
            return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        raise ReportError(f'{name}: "{text}" is no moment; write 2026-11-21 or 2026-11-21T08:00') from None


def interval(text: str) -> int:
    """Seconds of an interval: `15m`, `1h`, `1d`... Raises `ReportError`."""
    if text not in _INTERVALS:
        known = ", ".join(sorted(_INTERVALS, key=_INTERVALS.__getitem__))
        raise ReportError(f'"{text}" is no interval; use one of {known}')
    return _INTERVALS[text]


def shown(wall: float, zone: tzinfo) -> str:
    """A moment in ISO 8601 with zone, to the second."""
    return datetime.fromtimestamp(wall, zone).isoformat(timespec="seconds")
