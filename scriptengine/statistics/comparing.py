"""Two versions beside each other: is the new one better, or is that chance?"""

from __future__ import annotations

from math import erfc, sqrt

import msgspec

from scriptengine.statistics.figures import Figures

LEAST = 5
"""Sessions with and without an outcome that there must be on both sides together to judge a difference."""
UNLIKELY = 0.05


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The part of sessions that are over with one outcome (empty: left without an end), in two versions.

    `chance`: how likely a difference as large would be if both were the same (two proportions, pooled, two-sided
    z-test); None: too few sessions to say.
    """

    outcome: str
    first: float | None
    second: float | None
    chance: float | None

    @property
    def is_real(self) -> bool:
        """Whether chance is no good explanation."""
        return self.chance is not None and self.chance < UNLIKELY


def compared(first: Figures, second: Figures) -> tuple[Compared, ...]:
    """Each outcome in both versions, of the sessions that are over."""
    names = sorted({one.outcome for figures in (first, second) for one in figures.outcomes if one.outcome})
    return tuple(_compared(name, first, second) for name in [*names, ""])


def _compared(outcome: str, first: Figures, second: Figures) -> Compared:
    had = [_had(outcome, figures) for figures in (first, second)]
    over = [figures.ended + figures.left for figures in (first, second)]
    parts = [many / whole if whole else None for many, whole in zip(had, over, strict=True)]
    return Compared(outcome=outcome, first=parts[0], second=parts[1], chance=_chance(had, over))


def _had(outcome: str, figures: Figures) -> int:
    if not outcome:
        return figures.left
    return sum(one.sessions for one in figures.outcomes if one.outcome == outcome)


def _chance(had: list[int], over: list[int]) -> float | None:
    whole, many = sum(over), sum(had)
    if not all(over) or many < LEAST or whole - many < LEAST:
        return None
    pooled = many / whole
    spread = sqrt(pooled * (1 - pooled) * (1 / over[0] + 1 / over[1]))
    return erfc(abs(had[0] / over[0] - had[1] / over[1]) / spread / sqrt(2))
