"""Which room of a picture is taken: in a grid, so that a new piece is compared with those near it only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_CELL = 160.0


class Area(NamedTuple):
    """A rectangle, in pixels to the right and downwards."""

    left: float
    top: float
    right: float
    bottom: float


class Room:
    """Rectangles that are taken."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Area]] = {}

    def take(self, area: Area) -> None:
        """No other should cover this one."""
        for cell in _cells(area):
            self._cells.setdefault(cell, []).append(area)

    def has(self, area: Area) -> bool:
        """Whether nothing that is taken covers a part of this; edges may touch."""
        return not any(_covers(area, other) for cell in _cells(area) for other in self._cells.get(cell, ()))


def _cells(area: Area) -> Iterator[tuple[int, int]]:
    for column in range(int(area.left // _CELL), int(area.right // _CELL) + 1):
        for row in range(int(area.top // _CELL), int(area.bottom // _CELL) + 1):
            yield column, row


def _covers(one: Area, other: Area) -> bool:
    return one.left < other.right and one.right > other.left and one.top < other.bottom and one.bottom > other.top
