"""How many HTTP connections there are: so many that nobody can use up the server's sockets, which calls need too."""

from collections import Counter
from typing import Protocol

from server.networks import is_loopback, network_of


class Connection(Protocol):
    """What the crowd asks of one."""

    is_busy: bool

    def drop(self) -> None:
        """Close at once."""
        ...


class Crowd:
    """`most` at a time, `most_of_one` of one network (IPv4 address, or IPv6 network of 64 bits)."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._here: dict[Connection, str] = {}
        self._of_network: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._here)

    def came(self, connection: Connection, address: str) -> None:
        """One more is open; another one may be dropped for it.

        Of a network that has too many it is the new one. In a full house it is whoever has been there longest without
        a request that is being answered: people's pages ask, get their answer and come again, floods stay.
        """
        network = "" if is_loopback(address) else network_of(address)
        if network and self._of_network[network] >= self._most_of_one:
            connection.drop()
            return
        leaving = None
        if len(self._here) >= self._most:
            leaving = next((one for one in self._here if not one.is_busy), connection)
        if leaving is not connection:
            self._here[connection] = network
            self._of_network[network] += 1
        if leaving is not None:
            self.gone(leaving)
            leaving.drop()

    def gone(self, connection: Connection) -> None:
        """One is over. Told twice it counts once."""
        network = self._here.pop(connection, None)
        if network is None:
            return
        self._of_network[network] -= 1
        if not self._of_network[network]:
            del self._of_network[network]
