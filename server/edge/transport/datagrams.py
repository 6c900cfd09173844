"""UDP (RFC 3261 section 18): sockets of the outside and the one for line cards."""

import socket
from collections.abc import Callable

from twisted.internet.interfaces import IReactorFDSet, IReadDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer

from server.edge.sip.flows import Flow
from server.edge.sip.framing import MAX_MESSAGE_OCTETS

DATAGRAMS_A_TURN = 16
"""So many are read before the other sockets have their turn: a flood on one of them keeps nobody else waiting."""
_MAPPED = "::ffff:"

Hear = Callable[[bytes, Flow], None]


@implementer(IReadDescriptor)
class Datagrams:
    """One UDP socket. `kind` and `number` as in `Flow`; `hear` gets each datagram and must not raise.

    A socket of IPv6 that also takes IPv4 shows its IPv4 peers as IPv4 addresses. Twisted's own port for datagrams is
    not used: it reads hundreds before anybody else has a turn, and checks each address on the way out.
    """

    def __init__(self, reactor: IReactorFDSet, opened: socket.socket, kind: str, number: int, hear: Hear) -> None:
        self._reactor = reactor
        self._kind = kind
        self._number = number
        self._is_ipv6 = opened.family == socket.AF_INET6
        self._hear = hear
        self._socket: socket.socket | None = opened
        self.fileno = opened.fileno
        reactor.addReader(self)

    def doRead(self) -> None:  # noqa: N802 - Twisted's name
        """The reactor has seen that something waits."""
        for _ in range(DATAGRAMS_A_TURN):
            if self._socket is None:  # closed by what the last one said
                return
            try:
                octets, address = self._socket.recvfrom(MAX_MESSAGE_OCTETS)
            except OSError:  # nothing waits any more, or the system tells of a peer that is not there
                return
            host = address[0]
            if self._is_ipv6 and host.startswith(_MAPPED):
                host = host[len(_MAPPED) :]
            self._hear(octets, Flow(self._kind, host, address[1], self._number))

    def send(self, flow: Flow, octets: bytes) -> bool:
        """Send one datagram. False: the system refuses it."""
        if self._socket is None:
            return False
        host = _MAPPED + flow.host if self._is_ipv6 and ":" not in flow.host else flow.host
        try:
            self._socket.sendto(octets, (host, flow.port))
        except BlockingIOError:  # the system's queue is full: as if it were lost on the way, SIP sends again
            return True
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Read no more."""
        if self._socket is not None:
            self._reactor.removeReader(self)
            self._socket.close()
            self._socket = None

    def connectionLost(self, reason: Failure) -> None:  # noqa: ARG002, N802 - Twisted's name
        """The reactor has given the socket up."""
        self.close()

    def logPrefix(self) -> str:  # noqa: N802 - Twisted's name
        """How lines of Twisted's log name it."""
        return f"sip-{self._kind}"


def listen(reactor: IReactorFDSet, opened: socket.socket, kind: str, number: int, hear: Hear) -> Datagrams:
    """Read from a bound UDP socket. The socket object itself stays the caller's."""
    own = opened.dup()
    own.setblocking(False)
    return Datagrams(reactor, own, kind, number, hear)
