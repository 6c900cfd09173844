"""TCP (RFC 3261 section 18, RFC 5626 section 4.4): connections that come in and those that we open, used both ways."""

import socket
from collections import Counter
from typing import Any, Protocol

from twisted.internet.interfaces import IAddress, IDelayedCall, IPushProducer
from twisted.internet.protocol import Factory, Protocol as TwistedProtocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from server.edge.sip.errors import BadMessage
from server.edge.sip.flows import Flow
from server.edge.sip.framing import KeepAlive, StreamFramer
from server.edge.sip.message import Message

MESSAGE_SECONDS = 30.0
"""To finish a message that has begun, or to send a first one."""
STUCK_SECONDS = 30.0
"""How long a peer may read nothing while we have something for it."""
CONNECT_SECONDS = 4.0
MAX_CONNECTIONS = 4000
MAX_CONNECTIONS_PER_ADDRESS = 300
"""Both of those that come in, and again of those that we open: whoever sends may name a port for our answer."""
MAX_QUEUED = 50
"""Messages that wait for a connection to be opened."""


class Ears(Protocol):
    """What the streams tell. None of these may raise."""

    def heard(self, message: Message, flow: Flow) -> None: ...

    def heard_badly(self, error: BadMessage, flow: Flow) -> None: ...

    def undeliverable(self, octets: bytes) -> None: ...


@implementer(IPushProducer)
class Stream(TwistedProtocol):
    """One connection. Also the producer of what is written, to learn when the peer does not read."""

    def __init__(self, streams: "Streams", name: str, opened_to: str = "") -> None:
        self._streams = streams
        self._framer = StreamFramer()
        self._deadline: IDelayedCall | None = None
        self._stuck: IDelayedCall | None = None
        self.name = name
        self.opened_to = opened_to
        """The host to which we opened it; empty: it came in."""
        self.flow = Flow("tcp", "", 0, 0, name)

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """Twisted has connected us."""
        peer: Any = self.transport.getPeer()  # type: ignore[union-attr]  # set by now
        host = peer.host.removeprefix("::ffff:") if "." in peer.host else peer.host
        self.flow = Flow("tcp", host, peer.port, 0, self.name)
        self.transport.setTcpNoDelay(True)  # type: ignore[union-attr]
        self.transport.setTcpKeepAlive(True)  # type: ignore[union-attr]
        self.transport.registerProducer(self, True)  # type: ignore[union-attr]
        if not self.opened_to:
            self._deadline = self._streams.reactor.callLater(MESSAGE_SECONDS, self._too_slow)
        self._streams.made(self)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Twisted has octets."""
        try:
            items = self._framer.feed(data)
        except BadMessage as error:
            self._streams.ears.heard_badly(error, self.flow)
            self.close()
            return
        for item in items:
            if isinstance(item, KeepAlive):
                self.write(b"\r\n")
            else:
                self._streams.ears.heard(item, self.flow)
        if items or not self._framer.in_message:
            self._cancel_deadline()
        if self._framer.in_message and self._deadline is None:
            self._deadline = self._streams.reactor.callLater(MESSAGE_SECONDS, self._too_slow)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: ARG002, N802 - Twisted's name
        """Twisted has lost us."""
        self._cancel_deadline()
        self.resumeProducing()
        self._streams.lost(self)

    def write(self, octets: bytes) -> None:
        """Send octets."""
        if self.transport is not None:
            self.transport.write(octets)

    def close(self) -> None:
        """Close when what is written is sent."""
        if self.transport is not None:
            self.transport.unregisterProducer()  # type: ignore[attr-defined]
            self.transport.loseConnection()

    def pauseProducing(self) -> None:  # noqa: N802 - IPushProducer
        """The peer does not read."""
        if self._stuck is None:
            self._stuck = self._streams.reactor.callLater(STUCK_SECONDS, self._too_slow)

    def resumeProducing(self) -> None:  # noqa: N802 - IPushProducer
        """The peer reads again."""
        if self._stuck is not None and self._stuck.active():
            self._stuck.cancel()
        self._stuck = None

    def stopProducing(self) -> None:  # noqa: N802 - IPushProducer
        """The connection is gone; `connectionLost` does the rest."""

    def _cancel_deadline(self) -> None:
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
        self._deadline = None

    def _too_slow(self) -> None:
        self._streams.counters["slow_connections"] += 1
        if self.transport is not None:
            self.transport.abortConnection()  # type: ignore[attr-defined]


class Incoming(Factory):
    """Takes connections, within the limits."""

    noisy = False

    def __init__(self, streams: "Streams") -> None:
        self._streams = streams

    def buildProtocol(self, addr: IAddress | None) -> Stream | None:  # noqa: N802 - Twisted's name
        """A stream for a new connection; None closes it."""
        return self._streams.new(getattr(addr, "host", ""))


class Outgoing(Factory):
    """Makes the one stream of a connection that we open (a ClientFactory in the shape that connectTCP asks for)."""

    noisy = False

    def __init__(self, streams: "Streams", address: tuple[str, int], stream: Stream) -> None:
        self._streams = streams
        self._address = address
        self._stream = stream

    def buildProtocol(self, addr: IAddress | None) -> Stream:  # noqa: ARG002, N802 - Twisted's name
        """The stream."""
        return self._stream

    def startedConnecting(self, connector: object) -> None:  # noqa: N802 - Twisted's name
        """Nothing to be done yet."""

    def clientConnectionFailed(self, connector: object, reason: Failure) -> None:  # noqa: ARG002, N802 - Twisted's name
        """The peer is not there."""
        self._streams.not_made(self._address)

    def clientConnectionLost(self, connector: object, reason: Failure) -> None:  # noqa: N802 - Twisted's name
        """`Stream.connectionLost` does it."""


class Streams:
    """All connections. `boot`: a prefix of their names that differs from run to run of the core."""

    def __init__(self, reactor: Any, boot: str, ears: Ears, counters: Counter[str]) -> None:
        self.reactor = reactor
        self.ears = ears
        self.counters = counters
        self._boot = boot
        self._count = 0
        self._by_name: dict[str, Stream] = {}
        self._by_address: dict[tuple[str, int], Stream] = {}
        self._per_host: Counter[str] = Counter()
        self._opened: Counter[str] = Counter()
        self._opened_count = 0
        self._queues: dict[tuple[str, int], list[bytes]] = {}

    def listen(self, opened: socket.socket) -> object:
        """Take connections at a listening socket, which stays the caller's. Returns the port, to stop it."""
        opened.setblocking(False)
        return self.reactor.adoptStreamPort(opened.fileno(), opened.family, Incoming(self))

    def send(self, flow: Flow, octets: bytes) -> None:
        """Send over the flow's connection, another to its address, or a new one."""
        address = (flow.host, flow.port)
        stream = self._by_name.get(flow.connection) or self._by_address.get(address)
        if stream is not None:
            stream.write(octets)
            return
        queue = self._queues.get(address)
        if queue is None and self._may_open(flow.host):
            self._queues[address] = [octets]
            self._connect(address)
        elif queue is not None and len(queue) < MAX_QUEUED:
            queue.append(octets)
        else:
            self.ears.undeliverable(octets)

    def new(self, host: str) -> Stream | None:
        """A stream for a connection that came in; None: there are too many."""
        if len(self._by_name) >= MAX_CONNECTIONS or self._per_host[host] >= MAX_CONNECTIONS_PER_ADDRESS:
            self.counters["refused_connections"] += 1
            return None
        return Stream(self, self._name())

    def made(self, stream: Stream) -> None:
        """A connection is there."""
        self._by_name[stream.name] = stream
        address = (stream.flow.host, stream.flow.port)
        self._by_address[address] = stream
        if not stream.opened_to:
            self._per_host[stream.flow.host] += 1
        for octets in self._queues.pop(address, ()):
            stream.write(octets)

    def not_made(self, address: tuple[str, int]) -> None:
        """A connection could not be opened."""
        self.counters["failed_connections"] += 1
        self._opened_no_more(address[0])
        for octets in self._queues.pop(address, ()):
            self.ears.undeliverable(octets)

    def lost(self, stream: Stream) -> None:
        """A connection is gone."""
        self._by_name.pop(stream.name, None)
        address = (stream.flow.host, stream.flow.port)
        if self._by_address.get(address) is stream:
            del self._by_address[address]
        if stream.opened_to:
            self._opened_no_more(stream.opened_to)
        else:
            self._per_host[stream.flow.host] -= 1
            if self._per_host[stream.flow.host] <= 0:
                del self._per_host[stream.flow.host]

    def close(self) -> None:
        """Close all connections."""
        for stream in list(self._by_name.values()):
            stream.close()

    def _may_open(self, host: str) -> bool:
        return self._opened_count < MAX_CONNECTIONS and self._opened[host] < MAX_CONNECTIONS_PER_ADDRESS

    def _opened_no_more(self, host: str) -> None:
        self._opened_count -= 1
        self._opened[host] -= 1
        if not self._opened[host]:
            del self._opened[host]

    def _connect(self, address: tuple[str, int]) -> None:
        self._opened_count += 1
        self._opened[address[0]] += 1
        stream = Stream(self, self._name(), opened_to=address[0])
        self.reactor.connectTCP(*address, Outgoing(self, address, stream), timeout=CONNECT_SECONDS)

    def _name(self) -> str:
        self._count += 1
        return f"{self._boot}.{self._count}"
