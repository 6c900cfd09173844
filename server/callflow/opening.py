"""When a queue is open: its hours and holidays against the wall clock, in the site's time zone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from server.config.opening_hours import EveryYear, Region, Span, public_holidays, read_holiday, read_hours
from server.config.site import Queue, SiteFile


class Opening:
    """Opening hours of one queue.

    `spans` empty: open at all hours. A day in `days`, in `yearly` or in one of `regions` is closed from midnight to
    midnight, whatever the hours say.
    """

    def __init__(self, zone: tzinfo, hours: Sequence[str], holidays: Sequence[str]) -> None:
        """Raises `ValueError` for texts that the site's check would have named."""
        self._zone = zone
        self._spans: dict[int, list[Span]] = {}
        for text in hours:
            for span in read_hours(text):
                self._spans.setdefault(span.weekday, []).append(span)
        self._days: set[date] = set()
        self._yearly: set[EveryYear] = set()
        self._regions: list[Mapping[date, str]] = []
        for text in holidays:
            meant = read_holiday(text)
            if isinstance(meant, Region):
                self._regions.append(public_holidays(meant))
            elif isinstance(meant, EveryYear):
                self._yearly.add(meant)
            else:
                self._days.add(meant)

    def is_open(self, wall: float) -> bool:
        """Whether the queue is open at `wall` (seconds since 1970)."""
        there = datetime.fromtimestamp(wall, self._zone)
        if self.is_holiday(there.date()):
            return False
        if not self._spans:
            return True
        minute = there.hour * 60 + there.minute
        return any(span.begin <= minute < span.end for span in self._spans.get(there.weekday(), ()))

    def is_holiday(self, day: date) -> bool:
        """Whether the queue is closed all day."""
        return (
            day in self._days
            or EveryYear(day.month, day.day) in self._yearly
            or any(day in region for region in self._regions)
        )


def openings(site: SiteFile) -> dict[str, Opening]:
    """By id, the queues that are not always open."""

    def limited(queue: Queue) -> bool:
        return bool(queue.hours or queue.holidays)

    if not any(limited(queue) for queue in site.queue):
        return {}
    zone = ZoneInfo(site.site.time_zone)
    return {queue.id: Opening(zone, queue.hours, queue.holidays) for queue in site.queue if limited(queue)}
