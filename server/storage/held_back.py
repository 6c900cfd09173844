"""Facts that neither database nor disk took: kept in memory, written before all that come later."""

from server.storage.rows import merged
from server.storage.spool import Batch

LEAST_REST_SECONDS = 1.0
REST_FACTOR = 4
"""Nobody waits for the next attempt for so many times as long as the last one took: it grows with what is held back."""
MOST_REST_SECONDS = 60.0


class HeldBack:
    """True while there is something. Moments are monotonic seconds."""

    def __init__(self) -> None:
        self._batches: list[Batch] = []
        self._calls: list[str] = []
        """Those that are over with it."""
        self._rests_until = float("-inf")

    def __bool__(self) -> bool:
        return bool(self._batches)

    def add(self, batch: Batch, calls: list[str]) -> None:
        """Hold back a batch, and the calls that are over with it."""
        self._batches.append(batch)
        self._calls += calls

    def all_with(self, batch: Batch, calls: list[str]) -> tuple[Batch, list[str]]:
        """All that is held back and what comes now, as one attempt; nothing is held back then."""
        if not self._batches:
            return batch, calls
        whole, calls = merged([*self._batches, batch]), self._calls + calls
        self._batches, self._calls = [], []
        return whole, calls

    def failed(self, began: float, now: float) -> None:
        """An attempt was in vain."""
        self._rests_until = now + min(max(LEAST_REST_SECONDS, REST_FACTOR * (now - began)), MOST_REST_SECONDS)

    def rest_seconds(self, now: float) -> float:
        """How long nothing is to be tried; 0: it may be now."""
        return max(0.0, self._rests_until - now) if self._batches else 0.0
