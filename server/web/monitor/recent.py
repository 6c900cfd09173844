"""Figures of the last 30 minutes and of today for the board, from the fold that the reports use."""

from collections.abc import Callable, Sequence

from server.call.ports import Figures, FigureValues
from server.web.monitor.board import Recent
from server.wire.monitor import ALL_QUEUES

RECENT_SECONDS = 1_800.0
FRESH_SECONDS = 1.0
"""Figures are asked for again when they are so old and something was committed since; they have many cells to add."""
TODAY_SECONDS = 10.0
"""Figures of the day, and those to which nothing was added, are so old at most."""


class RecentFigures:
    """`figures` gives the service, or None while there is none: then nothing is known. `mono`: monotonic seconds."""

    def __init__(self, figures: Callable[[], Figures | None], queues: Sequence[str], mono: Callable[[], float]) -> None:
        self._figures = figures
        self._owners = (ALL_QUEUES, *queues)
        self._mono = mono
        self._recent: dict[str, Recent] = {}
        self._today: dict[str, float | None] = {}
        self._recent_at = self._today_at = float("-inf")
        self._outdated = True

    def outdated(self) -> None:
        """Something was committed."""
        self._outdated = True

    def now(self) -> dict[str, Recent]:
        """By queue, and `*` for all; empty: nothing is known."""
        figures, mono = self._figures(), self._mono()
        if figures is None:
            return {}
        age = mono - self._recent_at
        if age < FRESH_SECONDS or (age < TODAY_SECONDS and not self._outdated):
            return self._recent
        if mono - self._today_at >= TODAY_SECONDS:
            self._today = {owner: figures.queue_today(owner)["service_level"] for owner in self._owners}
            self._today_at = mono
        self._recent = {
            owner: _recent(figures.queue_now(owner, RECENT_SECONDS), self._today[owner]) for owner in self._owners
        }
        self._recent_at, self._outdated = mono, False
        return self._recent


def _recent(values: FigureValues, today: float | None) -> Recent:
    return Recent(
        offered=int(values["offered"] or 0),
        answered=int(values["answered"] or 0),
        abandoned=int(values["abandoned"] or 0),
        service_level=values["service_level"],
        service_level_today=today,
        abandon_rate=values["abandon_rate"],
        answer_seconds=values["asa_seconds"],
    )
