"""Limits on log-in attempts, per user and per address."""

import ipaddress
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0
MOST_KEYS = 10_000
"""Users and addresses remembered; beyond that the one that began first is forgotten."""


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
        wait = max(self._wait(key, now) for key in keys)
        if wait > 0:
            return wait
        for key in keys:
            self._failed.setdefault(key, deque()).append(now)
        while len(self._failed) > MOST_KEYS:
            del self._failed[next(iter(self._failed))]
        return 0.0

    def succeeded(self, user: str, address: str) -> None:
        """The attempt was a good one: the user begins anew, and it does not count against the address."""
        by_user, by_address = _keys(user, address)
        self._failed.pop(by_user, None)
        noted = self._failed.get(by_address)
        if noted:
            noted.pop()
        if not noted:
            self._failed.pop(by_address, None)

    def _wait(self, key: tuple[str, str], now: float) -> float:
        noted = self._failed.get(key)
        if noted is None:
            return 0.0
        while noted and noted[0] <= now - WINDOW_SECONDS:
            noted.popleft()
        if not noted:
            del self._failed[key]
            return 0.0
        return noted[0] + WINDOW_SECONDS - now if len(noted) >= self._attempts else 0.0


def _keys(user: str, address: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """An IPv6 address stands for its /64, which one customer of a provider has to himself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ("user", user), ("address", address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        address = str(ipaddress.ip_network((parsed, 64), strict=False))
    return ("user", user), ("address", address)
