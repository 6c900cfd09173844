"""How long to wait before the next attempt (pure; chance is handed in)."""

from collections.abc import Callable

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 5.0


class Backoff:
    """0.5, 1, 2, 4, 5, 5 ... seconds, each shortened by up to a third, so that a hundred desks do not come at once."""

    def __init__(self, chance: Callable[[], float]) -> None:
        """`chance`: a number from 0 to 1, another each time."""
        self._chance = chance
        self._next = FIRST_SECONDS

    def next(self) -> float:
        """Seconds to wait now; the wait after it is longer."""
        wait = self._next * (1 - self._chance() / 3)
        self._next = min(self._next * 2, LONGEST_SECONDS)
        return wait

    def reset(self) -> None:
        """It worked: begin anew."""
        self._next = FIRST_SECONDS
