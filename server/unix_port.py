"""Unix sockets that the supervisor opened and that outlive this process.

Twisted's own port makes such a socket writable for everybody when it starts, and shuts it down and removes it from the
file system when it stops; ours does none of that: the socket, its mode and its name belong to the supervisor.
"""

import socket
from typing import Any

from twisted.internet import tcp, unix
from twisted.internet.interfaces import IListeningPort, IProtocolFactory


class _InheritedPort(unix.Port):
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
