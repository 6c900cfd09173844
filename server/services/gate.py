"""Where programs of a company come in: every connection, and their end."""

import structlog
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from server.anteroom import Anteroom, Guest
from server.networks import is_loopback, network_of
from server.services.connection import ServiceFactory
from server.services.directory import Directory
from server.services.grants import Grants
from server.services.remote import House, RemoteService, Wire

MOST_CONNECTIONS = 200
"""Programs that are logged in."""
MOST_OF_ONE = 50
"""The same of one address (IPv6: of its /64); programs on the server's own machine are not counted so."""
MOST_WAITING = 40
MOST_WAITING_OF_ONE = 10
"""Sockets that have not said `hello`, in all and of one address."""
MOST_IN_VAIN = 20
IN_VAIN_SECONDS = 60.0
"""An address whose connections end so often without a good token waits until there were fewer in so many seconds."""
GRACE_SECONDS = 3.0
"""Calls that run when the server ends are waited for so long."""
LOOK_SECONDS = 0.05
_ENDING = "the server ends"

log = structlog.get_logger()


class ServiceGate:
    """`version`: the server's, told to programs. The WebSockets come in through `factory()`."""

    def __init__(self, reactor: IReactorTime, directory: Directory, grants: Grants, version: str) -> None:
        self.reactor = reactor
        self._house = House(directory, grants, reactor, version, {})
        self._open: dict[RemoteService, Guest] = {}
        self._anteroom = Anteroom(
            reactor.seconds,
            most=MOST_WAITING,
            most_of_one=MOST_WAITING_OF_ONE,
            vain_visits=MOST_IN_VAIN,
            vain_seconds=IN_VAIN_SECONDS,
        )

    @property
    def connected(self) -> int:
        """Programs that are logged in."""
        return sum(bool(service.name) for service in self._open)

    @property
    def running(self) -> int:
        """Calls that programs have been asked and have not answered."""
        return sum(service.running for service in self._open)

    def connected_as(self, name: str) -> int:
        """Programs that are logged in with the token of the `[[service]]` of that name."""
        return sum(service.name == name for service in self._open)

    def refusal(self, address: str) -> str:
        """Why no more connections from an address are taken; empty: they are."""
        if self.connected >= MOST_CONNECTIONS:
            return "too many services are connected"
        network = "" if is_loopback(address) else network_of(address)
        same = sum(bool(one.name) and guest.network == network for one, guest in self._open.items())
        if network and same >= MOST_OF_ONE:
            return "too many services are connected from your address"
        return self._anteroom.refusal(address)

    def factory(self) -> ServiceFactory:
        """What answers a WebSocket at `server.wire.services.PATH`."""
        return ServiceFactory(self)

    def opened(self, wire: Wire, address: str) -> RemoteService:
        """A connection is open. `address`: where it comes from."""
        service = RemoteService(self._house, wire, lambda: self._anteroom.leave(guest, is_known=True))
        guest = self._anteroom.enter(address, service.turn_out)
        self._open[service] = guest
        return service

    def closed(self, service: RemoteService) -> None:
        """A connection is over."""
        guest = self._open.pop(service, None)
        if guest is not None:
            self._anteroom.leave(guest, is_known=bool(service.name))
        service.lost()

    async def stop(self) -> None:
        """The server ends: every program is told, may answer what it was asked, and comes again to whoever is next."""
        for service in list(self._open):
            service.drain(_ENDING)
        until = self.reactor.seconds() + GRACE_SECONDS
        while self.running and self.reactor.seconds() < until:
            await deferLater(self.reactor, LOOK_SECONDS)
        for service in list(self._open):
            service.end(_ENDING)
