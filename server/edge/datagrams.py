"""UDP (RFC 3261 section 18): sockets of the outside and the one for line cards."""

import socket
from collections.abc import Callable

from twisted.internet.interfaces import IReactorSocket
from twisted.internet.protocol import DatagramProtocol

from server.edge.flows import Flow
from server.edge.framing import MAX_MESSAGE_OCTETS

_MAPPED = "::ffff:"

Hear = Callable[[bytes, Flow], None]


class Datagrams(DatagramProtocol):
    """One UDP socket. `kind` and `number` as in `Flow`; `hear` gets each datagram and must not raise.

    A socket of IPv6 that also takes IPv4 shows its IPv4 peers as IPv4 addresses.
    """

    noisy = False

    def __init__(self, kind: str, number: int, is_ipv6: bool, hear: Hear) -> None:
        self._kind = kind
        self._number = number
        self._is_ipv6 = is_ipv6
        self._hear = hear
        self._handle: socket.socket | None = None

    def startProtocol(self) -> None:  # noqa: N802 - Twisted's name
        """Twisted has opened the port."""
        self._handle = self.transport.getHandle()  # type: ignore[union-attr]  # set by now

    def stopProtocol(self) -> None:  # noqa: N802 - Twisted's name
        """Twisted has closed the port."""
        self._handle = None

    def datagramReceived(self, datagram: bytes, addr: tuple[str, int]) -> None:  # noqa: N802 - Twisted's name
        """Twisted has a datagram."""
        host = addr[0]
        if self._is_ipv6 and host.startswith(_MAPPED):
            host = host[len(_MAPPED) :]
        self._hear(datagram, Flow(self._kind, host, addr[1], self._number))

    def send(self, flow: Flow, octets: bytes) -> bool:
        """Send one datagram. False: the system refuses it."""
        if self._handle is None:
            return False
        host = _MAPPED + flow.host if self._is_ipv6 and ":" not in flow.host else flow.host
        try:
            # Not through the transport: its checks of the address cost as much as all the rest of our way out.
            self._handle.sendto(octets, (host, flow.port))
        except BlockingIOError:  # the system's queue is full: as if it were lost on the way, SIP sends again
            return True
        except OSError:
            return False
        return True


def listen(
    reactor: IReactorSocket, opened: socket.socket, kind: str, number: int, hear: Hear
) -> tuple[Datagrams, object]:
    """Read from a bound UDP socket. The socket object itself stays the caller's. Returns the port too, to stop it."""
    opened.setblocking(False)
    protocol = Datagrams(kind, number, opened.family == socket.AF_INET6, hear)
    port = reactor.adoptDatagramPort(opened.fileno(), opened.family, protocol, maxPacketSize=MAX_MESSAGE_OCTETS)
    return protocol, port
