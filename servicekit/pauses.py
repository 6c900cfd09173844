"""How long to wait before the next attempt. [pure: chance is handed in]"""

from collections.abc import Callable

FIRST_SECONDS = 0.2
LONGEST_SECONDS = 10.0


class Pauses:
    """0.2, 0.4, 0.8 ... up to 10 seconds, each shortened by up to a third, so that programs do not all come at once."""

    def __init__(self, chance: Callable[[], float]) -> None:
        """`chance`: a number from 0 to 1, another each time."""
        self._chance = chance
        self._next = FIRST_SECONDS

    def next(self) -> float:
        """Seconds to wait now; the pause after it is longer."""
        pause = self._next * (1 - self._chance() / 3)
        self._next = min(self._next * 2, LONGEST_SECONDS)
        return pause

    def reset(self) -> None:
        """It worked: begin anew."""
        self._next = FIRST_SECONDS
