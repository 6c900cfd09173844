"""Limits on log-in attempts: per user and address, per address, and, much higher, per user over all addresses.

Whoever knows a user's name must not be able to lock the user out from elsewhere; many addresses that guess at one user
are slowed down all the same.
"""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from server.networks import network_of

WINDOW_SECONDS = 60.0
MOST_KEYS = 10_000
"""Users and addresses remembered; beyond that the one that began first is forgotten."""


TIMES_FOR_USER = 10
"""So many times the attempts of one address are a user's over all addresses."""


class _Keys(NamedTuple):
    """What an attempt counts for. `address` and `user` are empty in the key that is not about them."""

    both: tuple[str, str]
    address: tuple[str, str]
    user: tuple[str, str]


class LogInLimits:
    """Counts attempts of the last minute that have not succeeded. `attempts` 0: no limit. `mono`: monotonic seconds."""

    def __init__(self, attempts: int, mono: Callable[[], float]) -> None:
        self._attempts = attempts
        self._mono = mono
        self._failed: dict[tuple[str, str], deque[float]] = {}

    def begin(self, user: str, address: str) -> float:
        """Note an attempt. 0: go on; else the seconds to wait, and the attempt was not noted.

        It counts from its beginning, so that many attempts at once do not slip through.
        """
        if not self._attempts:
            return 0.0
        now = self._mono()
        keys = _keys(user, address)
        limits = (self._attempts, self._attempts, self._attempts * TIMES_FOR_USER)
        wait = max(self._wait(key, limit, now) for key, limit in zip(keys, limits, strict=True))
        if wait > 0:
            return wait
        for key in keys:
            self._failed.setdefault(key, deque()).append(now)
        while len(self._failed) > MOST_KEYS:
            del self._failed[next(iter(self._failed))]
        return 0.0

    def succeeded(self, user: str, address: str) -> None:
        """The attempt was a good one: the user begins anew at this address, and it does not count for anything else."""
        keys = _keys(user, address)
        self._failed.pop(keys.both, None)
        for key in (keys.address, keys.user):
            noted = self._failed.get(key)
            if noted:
                noted.pop()
            if not noted:
                self._failed.pop(key, None)

    def _wait(self, key: tuple[str, str], limit: int, now: float) -> float:
        noted = self._failed.get(key)
        if noted is None:
            return 0.0
        while noted and noted[0] <= now - WINDOW_SECONDS:
            noted.popleft()
        if not noted:
            del self._failed[key]
            return 0.0
        return noted[0] + WINDOW_SECONDS - now if len(noted) >= limit else 0.0


def _keys(user: str, address: str) -> _Keys:
    address = network_of(address)
    return _Keys((user, address), ("", address), (user, ""))
