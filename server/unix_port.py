"""Unix sockets that the supervisor opened and that outlive this process, and the connections to them.

Twisted's own port makes such a socket writable for everybody when it starts, and shuts it down and removes it from the
file system when it stops; ours does none of that: the socket, its mode and its name belong to the supervisor.
"""

import contextlib
import socket
from typing import Any

from twisted.internet import main, tcp, unix
from twisted.internet.interfaces import IListeningPort, IProtocolFactory

READ_OCTETS = 16 * 1024


class _Connection(unix.Server):
    """What is written leaves at once as far as the socket takes it, without a round through the reactor. What comes in
    is read without looking for descriptors among it: nobody hands us any."""

    def doRead(self) -> Any:  # noqa: N802 - Twisted's name
        try:
            octets = self.socket.recv(READ_OCTETS)
        except BlockingIOError:
            return None
        except OSError:
            return main.CONNECTION_LOST
        return self._dataReceived(octets)

    def write(self, data: bytes) -> None:
        if self.connected and not self.dataBuffer and not self._tempDataLen:  # nothing waits to go before it
            with contextlib.suppress(OSError):  # it is full, or broken: the reactor finds out which of them
                data = data[self.socket.send(data) :]
        if data:
            super().write(data)  # type: ignore[no-untyped-call]


class _InheritedPort(unix.Port):
    transport = _Connection
    _shouldShutdown = False  # noqa: N815 - Twisted's name; others accept from it when we are gone

    def startListening(self) -> None:  # noqa: N802 - Twisted's name
        port: Any = self  # Twisted's types do not tell what its own methods do here
        port.factory.doStart()
        port.socket, port._preexistingSocket = port._preexistingSocket, None
        port.fileno = port.socket.fileno
        port.numberAccepts = 100
        port.connected = True
        port.startReading()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 - Twisted's name
        tcp.Port.connectionLost(self, reason)  # type: ignore[no-untyped-call]


def listen(reactor: Any, listening: socket.socket, factory: IProtocolFactory) -> IListeningPort:
    """Accept connections on a Unix socket that listens already; it stays the caller's, this takes a duplicate."""
    make: Any = _InheritedPort._fromListeningDescriptor
    port = make(reactor, listening.fileno(), factory)
    port.startListening()
    found: IListeningPort = port
    return found
