"""Sockets that have not said yet who they are: few, and few of one address.

Who says it at once stays only for a moment. So when the room is full, whoever has been silent longest makes place for
the next: strangers who hold sockets open cannot keep out those who are known.
"""

from collections import Counter, deque
from collections.abc import Callable

import msgspec

from server.networks import is_loopback, network_of

MOST_NETWORKS = 10_000
"""Networks whose vain visits are remembered; beyond that the one that came first is forgotten."""


class Guest(msgspec.Struct, frozen=True, eq=False):
    """A socket in the room. `turn_out` closes it."""

    network: str
    turn_out: Callable[[], None]


class Anteroom:
    """`most` guests at a time, `most_of_one` of one network (this machine's own programs are not counted so).

    `vain_visits`: who left so often in `vain_seconds` without having said who it is, is not let in for a while; 0: no
    limit. `mono`: monotonic seconds.
    """

    def __init__(
        self,
        mono: Callable[[], float],
        *,
        most: int,
        most_of_one: int,
        vain_visits: int = 0,
        vain_seconds: float = 60.0,
    ) -> None:
        self._mono = mono
        self._most = most
        self._most_of_one = most_of_one
        self._vain_visits = vain_visits
        self._vain_seconds = vain_seconds
        self._guests: dict[Guest, None] = {}
        self._of_network: Counter[str] = Counter()
        self._vain: dict[str, deque[float]] = {}

    def __len__(self) -> int:
        return len(self._guests)

    def refusal(self, address: str) -> str:
        """Why nobody more from there is let in; empty: come in."""
        if is_loopback(address):
            return ""
        network = network_of(address)
        if self._of_network[network] >= self._most_of_one:
            return "too many connections from your address have not said who they are"
        if self._is_vain(network):
            return "too many connections from your address came to nothing; wait a minute"
        return ""

    def enter(self, address: str, turn_out: Callable[[], None]) -> Guest:
        """A socket is open. Somebody else may be turned out for it."""
        guest = Guest("" if is_loopback(address) else network_of(address), turn_out)
        if len(self._guests) >= self._most:
            longest = next(iter(self._guests))
            self.leave(longest, is_known=False)
            longest.turn_out()
        self._guests[guest] = None
        self._of_network[guest.network] += 1
        return guest

    def leave(self, guest: Guest, *, is_known: bool) -> None:
        """The guest has said who it is, or is gone without. Told twice it counts once."""
        if guest not in self._guests:
            return
        del self._guests[guest]
        self._of_network[guest.network] -= 1
        if not self._of_network[guest.network]:
            del self._of_network[guest.network]
        if not is_known and guest.network and self._vain_visits:
            self._vain.setdefault(guest.network, deque(maxlen=self._vain_visits)).append(self._mono())
            while len(self._vain) > MOST_NETWORKS:
                del self._vain[next(iter(self._vain))]

    def _is_vain(self, network: str) -> bool:
        vain = self._vain.get(network)
        if vain is None or len(vain) < self._vain_visits:
            return False
        if vain[0] > self._mono() - self._vain_seconds:
            return True
        del self._vain[network]
        return False
