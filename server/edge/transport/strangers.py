"""Connections of which nobody knows whose they are: few of one network, and the first to make room."""

from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from server.networks import network_of


class Connection(Protocol):
    """What is asked of one."""

    def is_known(self) -> bool:
        """Whether it is a trunk's, a registered phone's, a dialog's, or one over which we asked something."""
        ...


Kind = TypeVar("Kind", bound=Connection)


class Strangers(Generic[Kind]):
    """They stand by network (IPv4 address, or IPv6 network of 64 bits), whoever was used longest ago first.

    Who has become known is found out when room is looked for, and counts no longer.
    """

    def __init__(self) -> None:
        self._all: dict[Kind, str] = {}
        self._by_network: dict[str, dict[Kind, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, one: Kind, host: str) -> None:
        """A connection with `host` is there, or is being opened."""
        network = network_of(host)
        self._all[one] = network
        self._by_network.setdefault(network, {})[one] = None

    def used(self, one: Kind) -> None:
        """Something went over it."""
        network = self._all.pop(one, None)
        if network is not None:
            self._all[one] = network
            self._by_network[network][one] = self._by_network[network].pop(one)

    def leave(self, one: Kind) -> None:
        """It is gone, or known. Told twice it counts once."""
        network = self._all.pop(one, None)
        if network is None:
            return
        del self._by_network[network][one]
        if not self._by_network[network]:
            del self._by_network[network]

    def too_many_of_one(self, host: str, most: int) -> Kind | None:
        """Who is to make room for one more of the host's network; None: it has fewer than `most`."""
        there = self._by_network.get(network_of(host), {})
        return self._longest(there) if len(there) >= most else None

    def longest(self) -> Kind | None:
        """Who is to make room for one more; None: there is no stranger."""
        return self._longest(self._all)

    def _longest(self, there: Iterable[Kind]) -> Kind | None:
        for one in list(there):
            self.leave(one)
            if not one.is_known():
                return one
        return None
