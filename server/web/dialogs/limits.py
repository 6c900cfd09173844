"""How often an address may do something. Kept in memory: a restart begins anew."""

from collections import deque
from collections.abc import Callable

from server.networks import network_of

HOUR_SECONDS = 3600.0
MOST_KEYS = 20_000
"""Addresses remembered; beyond that the one that came first is forgotten."""


class Rate:
    """At most `most` times in `seconds` for each address; 0: no limit. `mono`: monotonic seconds."""

    def __init__(self, most: int, seconds: float, mono: Callable[[], float]) -> None:
        self._most = most
        self._seconds = seconds
        self._mono = mono
        self._noted: dict[str, deque[float]] = {}

    def wait(self, address: str) -> float:
        """Seconds until the address may again; 0: it may now. Nothing is noted."""
        noted = self._noted.get(network_of(address))
        if not self._most or noted is None:
            return 0.0
        now = self._mono()
        while noted and noted[0] <= now - self._seconds:
            noted.popleft()
        return noted[0] + self._seconds - now if len(noted) >= self._most else 0.0

    def note(self, address: str) -> None:
        """It was done once more."""
        key = network_of(address)
        noted = self._noted.setdefault(key, deque(maxlen=max(self._most, 1)))
        noted.append(self._mono())
        while len(self._noted) > MOST_KEYS:
            del self._noted[next(iter(self._noted))]

    def take(self, address: str) -> float:
        """Note it if the address may; the seconds to wait otherwise."""
        wait = self.wait(address)
        if not wait:
            self.note(address)
        return wait
