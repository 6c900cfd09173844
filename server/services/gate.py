"""Where programs of a company come in: every connection, and their end."""

import structlog
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from server.services.connection import ServiceFactory
from server.services.directory import Directory
from server.services.grants import Grants
from server.services.remote import House, RemoteService, Wire

MOST_CONNECTIONS = 200
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
        self._open: set[RemoteService] = set()

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

    @property
    def is_full(self) -> bool:
        """Whether no more connections are taken."""
        return len(self._open) >= MOST_CONNECTIONS

    def factory(self) -> ServiceFactory:
        """What answers a WebSocket at `server.wire.services.PATH`."""
        return ServiceFactory(self)

    def opened(self, wire: Wire) -> RemoteService:
        """A connection is open."""
        service = RemoteService(self._house, wire)
        self._open.add(service)
        return service

    def closed(self, service: RemoteService) -> None:
        """A connection is over."""
        self._open.discard(service)
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
