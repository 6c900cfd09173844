"""Limits on wrong digests: whoever guesses at passwords is refused for a minute. Pure; the moment is handed in.

Counted are an address, and, much higher, a user over all addresses, whether or not there is such a user. A phone that
is registered is not locked out by others who share its address, or who guess at its user: it is counted by itself.
"""

import ipaddress

from server.call.now import Now
from server.edge.phones.location import Locations
from server.edge.sip.flows import Flow

WINDOW_SECONDS = 60.0
"""Failures of so long count together; so long lasts a refusal."""
ATTEMPTS = 10
"""Failures of an address, and of a registered phone, within the window."""
ATTEMPTS_AT_USER = 100
"""Failures of a user over all addresses."""
MOST_KEYS = 10_000
"""Remembered of each kind; beyond that whoever failed longest ago is forgotten."""
MAX_USER_CHARACTERS = 64


class Tally:
    """Failures by key, within bounded memory. `limit`: so many of them within `WINDOW_SECONDS` are too many."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._failed: dict[str, tuple[float, int]] = {}

    def add(self, key: str, mono: float) -> bool:
        """Count a failure; whether it is the one that reaches the limit."""
        since, count = self._failed.pop(key, (mono, 0))
        if mono - since >= WINDOW_SECONDS:
            since, count = mono, 0
        count += 1
        self._failed[key] = (mono if count == self._limit else since, count)
        if len(self._failed) > MOST_KEYS:
            del self._failed[next(iter(self._failed))]
        return count == self._limit

    def is_over(self, key: str, mono: float) -> bool:
        """Whether there were too many, less than `WINDOW_SECONDS` ago."""
        since, count = self._failed.get(key, (0.0, 0))
        return count >= self._limit and mono - since < WINDOW_SECONDS


class DigestLimits:
    """Who may try a digest. `locations`: the phones that are registered."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations
        self._addresses = Tally(ATTEMPTS)
        self._users = Tally(ATTEMPTS_AT_USER)
        self._phones = Tally(ATTEMPTS)

    def is_over(self, user: str, flow: Flow, now: Now) -> bool:
        """Whether strangers may not try: a wrong digest is then answered as if it had not been looked at."""
        return self._addresses.is_over(_network(flow.host), now.mono) or self._users.is_over(_cut(user), now.mono)

    def may_try(self, user: str, flow: Flow, now: Now) -> bool:
        """Whether a digest in the name of `user` is looked at."""
        phone, _is_exact = self._phone(user, flow, now)
        return not self._phones.is_over(phone, now.mono) if phone else not self.is_over(user, flow, now)

    def failed(self, user: str, flow: Flow, now: Now) -> str:
        """Count a wrong digest. Returns what has reached its limit by it: `address`, `user`, `phone`, or empty."""
        phone, is_exact = self._phone(user, flow, now)
        reached = ""
        if phone and self._phones.add(phone, now.mono):
            reached = "phone"
        if self._users.add(_cut(user), now.mono):
            reached = "user"
        if not is_exact and self._addresses.add(_network(flow.host), now.mono):
            reached = "address"
        return reached

    def _phone(self, user: str, flow: Flow, now: Now) -> tuple[str, bool]:
        """Key of the user's registered phone at that host, and whether its port is the same; empty: there is none."""
        hosts = [binding.flow for binding in self._locations.of(user, now) if binding.flow.host == flow.host]
        if not hosts:
            return "", False
        if any(one.port == flow.port and one.kind == flow.kind for one in hosts):
            return f"{user} {flow.kind} {flow.address}", True
        return f"{user} {flow.host}", False


def _network(host: str) -> str:
    """An IPv6 address stands for its /64, which one customer of a provider has to himself."""
    if ":" not in host:
        return host
    address = ipaddress.IPv6Address(host)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), 64), strict=False))


def _cut(user: str) -> str:
    return user[:MAX_USER_CHARACTERS]
