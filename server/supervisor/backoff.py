"""How long to wait before a process that died is started again."""

SHORT_LIFE_SECONDS = 10
"""Whoever lived longer is started again at once."""
FIRST_SECONDS = 0.2
LONGEST_SECONDS = 5.0


class Backoff:
    """At once the first time; then, while the process keeps dying young, 0.2 s, 0.4 s ... up to 5 s."""

    def __init__(self) -> None:
        self._next = 0.0

    def after(self, lived_seconds: float) -> float:
        """The pause, in seconds, after a process that lived so long."""
        if lived_seconds >= SHORT_LIFE_SECONDS:
            self._next = 0.0
        pause = self._next
        self._next = min(LONGEST_SECONDS, max(FIRST_SECONDS, 2 * pause))
        return pause
