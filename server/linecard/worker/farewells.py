"""The messages that would end this card's legs, should it die: kept for the core, which puts them on the wire then."""

from collections.abc import Callable
from dataclasses import dataclass

from server.wire import linecard

FIRST_AFTER_SECONDS = 0.05
"""A leg that is up has its farewell told at once. Before that it waits so long, for most are superseded by then."""


@dataclass(slots=True)
class _Noted:
    call: str
    due: float
    write: Callable[[], bytes]
    written: linecard.Farewell | None = None


class Farewells:
    """One for each living leg; written only when it is told. Times are `mono` seconds."""

    def __init__(self) -> None:
        self._noted: dict[str, _Noted] = {}
        self._untold: set[str] = set()

    def note(self, call: str, leg: str, due: float, write: Callable[[], bytes]) -> None:
        """From now on `write()` ends this leg; nothing, if it gives nothing. To be told when `due`."""
        self._noted[leg] = _Noted(call, due, write)
        self._untold.add(leg)

    def drop(self, leg: str) -> None:
        """The leg is over."""
        self._noted.pop(leg, None)
        self._untold.discard(leg)

    def take_due(self, now: float) -> list[linecard.Farewell]:
        """Those that were not told and are due; they count as told now."""
        if not self._untold:
            return []
        legs = [leg for leg in self._untold if self._noted[leg].due <= now]
        return self._take(legs)

    def take_all(self) -> list[linecard.Farewell]:
        """All, for a core that knows none."""
        return self._take(list(self._noted))

    def next_due(self) -> float | None:
        """When the next is due; None: all are told."""
        return min(self._noted[leg].due for leg in self._untold) if self._untold else None

    def _take(self, legs: list[str]) -> list[linecard.Farewell]:
        self._untold.difference_update(legs)
        taken = []
        for leg in legs:
            noted = self._noted[leg]
            if noted.written is None:
                noted.written = linecard.Farewell(noted.call, leg, noted.write())
            if noted.written.text:
                taken.append(noted.written)
        return taken
