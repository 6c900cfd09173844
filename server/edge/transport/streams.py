"""TCP (RFC 3261 section 18, RFC 5626 section 4.4): connections that come in and those that we open, used both ways."""

import socket
from collections import Counter
from typing import Any, Protocol

from twisted.internet.interfaces import IAddress, IConnector, IDelayedCall, IPushProducer
from twisted.internet.protocol import Factory, Protocol as TwistedProtocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from server.edge.sip.errors import BadMessage
from server.edge.sip.flows import Flow
from server.edge.sip.framing import KeepAlive, StreamFramer
from server.edge.sip.message import Message
from server.edge.transport.strangers import Strangers

MESSAGE_SECONDS = 30.0
"""To finish a message that has begun, or to send a first one."""
STUCK_SECONDS = 30.0
"""How long a peer may read nothing while we have something for it."""
CONNECT_SECONDS = 4.0
ANSWERED_SECONDS = 120.0
"""A connection that we opened only to answer somebody, and over which nothing goes for so long, is ended."""
IDLE_SECONDS = 1800.0
"""The same of all others but those of trunks and registered phones, and those over which a dialog runs."""
MAX_CONNECTIONS = 4000
"""Of those that come in, and again of those that we open to ask something."""
MAX_ANSWERING = 1000
"""Of those that we open only to answer: whoever sends may name a port for it."""
MAX_CONNECTIONS_PER_ADDRESS = 300
"""Of each of the three. Trunks and phones that came in do not count; of strangers an IPv6 address counts as its /64."""
MAX_QUEUED = 50
"""Messages that wait for a connection to be opened."""


class Ears(Protocol):
    """What the streams tell. None of these may raise."""

    def heard(self, message: Message, flow: Flow) -> None: ...

    def heard_badly(self, error: BadMessage, flow: Flow) -> None: ...

    def undeliverable(self, octets: bytes) -> None: ...

    def knows(self, flow: Flow) -> bool:
        """Whether a trunk or a registered phone sends from there, or a dialog runs over it."""
        ...


@implementer(IPushProducer)
class Stream(TwistedProtocol):
    """One connection. Also the producer of what is written, to learn when the peer does not read.

    `opened_to`: host and port to which we open it; None: it came in.
    """

    def __init__(self, streams: "Streams", name: str, opened_to: tuple[str, int] | None = None) -> None:
        self._streams = streams
        self._framer = StreamFramer()
        self._deadline: IDelayedCall | None = None
        self._stuck: IDelayedCall | None = None
        self.name = name
        self.opened_to = opened_to
        self.asks = False
        """Whether we opened it and asked something over it: then it is no stranger's."""
        self.queue: list[bytes] = []
        """What waits for it to be opened."""
        self.connector: IConnector | None = None
        self._idle: IDelayedCall | None = None
        self._used_at = 0.0
        self.flow = Flow("tcp", "", 0, 0, name)

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """Twisted has connected us."""
        peer: Any = self.transport.getPeer()  # type: ignore[union-attr]  # set by now
        host = peer.host.removeprefix("::ffff:") if "." in peer.host else peer.host
        self.flow = Flow("tcp", host, peer.port, 0, self.name)
        self.transport.setTcpNoDelay(True)  # type: ignore[union-attr]
        self.transport.setTcpKeepAlive(True)  # type: ignore[union-attr]
        self.transport.registerProducer(self, True)  # type: ignore[union-attr]
        if self.opened_to is None:
            self._deadline = self._streams.reactor.callLater(MESSAGE_SECONDS, self._too_slow)
        self._used_at = self._streams.reactor.seconds()
        self._look_again()
        self._streams.made(self)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Twisted has octets."""
        self._used()
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
        if self._idle is not None and self._idle.active():
            self._idle.cancel()
        self.resumeProducing()
        self._streams.lost(self)

    def write(self, octets: bytes) -> None:
        """Send octets."""
        if self.transport is not None:
            self._used()
            self.transport.write(octets)

    def close(self) -> None:
        """Close when what is written is sent."""
        if self.transport is not None:
            self.transport.unregisterProducer()  # type: ignore[attr-defined]
            self.transport.loseConnection()

    def turn_out(self) -> None:
        """End at once, also when it is still being opened: somebody else needs the room."""
        self._streams.counters["turned_out_connections"] += 1
        if self.transport is not None:
            self.transport.abortConnection()  # type: ignore[attr-defined]
        elif self.connector is not None:
            self.connector.disconnect()

    def is_known(self) -> bool:
        """Whether it is a trunk's, a registered phone's, a dialog's, or one over which we asked something."""
        return self.asks or self._streams.ears.knows(self.flow)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port by which others find it."""
        return self.opened_to or (self.flow.host, self.flow.port)

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

    def _used(self) -> None:
        self._used_at = self._streams.reactor.seconds()
        self._streams.used(self)

    def _look_again(self) -> None:
        """End what is idle and nobody's whom we know; a phone's connection lives as long as its binding, and whoever's
        as long as a dialog over it."""
        seconds = IDLE_SECONDS if self.opened_to is None or self.asks else ANSWERED_SECONDS
        left = self._used_at + seconds - self._streams.reactor.seconds()
        if left <= 0 and not self._streams.ears.knows(self.flow):
            self._streams.counters["idle_connections"] += 1
            self.close()
            return
        self._idle = self._streams.reactor.callLater(left if left > 0 else seconds, self._look_again)

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

    def __init__(self, streams: "Streams", stream: Stream) -> None:
        self._streams = streams
        self._stream = stream

    def buildProtocol(self, addr: IAddress | None) -> Stream:  # noqa: ARG002, N802 - Twisted's name
        """The stream."""
        return self._stream

    def startedConnecting(self, connector: object) -> None:  # noqa: N802 - Twisted's name
        """Nothing to be done yet."""

    def clientConnectionFailed(self, connector: object, reason: Failure) -> None:  # noqa: ARG002, N802 - Twisted's name
        """The peer is not there."""
        self._streams.not_made(self._stream)

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
        self._coming: dict[tuple[str, int], Stream] = {}
        """Those that are being opened."""
        self._came_in = 0
        self._strangers: Strangers[Stream] = Strangers()
        """Came in, and were not known when that was last asked."""
        self._answering: Strangers[Stream] = Strangers()
        """Opened, or being opened, only to answer."""
        self._asking: Counter[str] = Counter()
        """Opened, or being opened, to ask something: by host."""

    def listen(self, opened: socket.socket) -> object:
        """Take connections at a listening socket, which stays the caller's. Returns the port, to stop it."""
        opened.setblocking(False)
        return self.reactor.adoptStreamPort(opened.fileno(), opened.family, Incoming(self))

    def send(self, flow: Flow, octets: bytes) -> None:
        """Send over the flow's connection, another to its address, or a new one."""
        address = (flow.host, flow.port)
        is_answer = octets.startswith(b"SIP/2.0 ")
        stream = self._by_name.get(flow.connection) or self._by_address.get(address)
        if stream is not None:
            if not is_answer:
                self._asks(stream)
            stream.write(octets)
            return
        coming = self._coming.get(address)
        if coming is None and self._may_open(flow.host, is_answer):
            self._open(address, octets, is_answer)
        elif coming is not None and len(coming.queue) < MAX_QUEUED:
            coming.queue.append(octets)
            if not is_answer:
                self._asks(coming)
        else:
            self.ears.undeliverable(octets)

    def new(self, host: str) -> Stream | None:
        """A stream for a connection that came in; None: there are too many, and no stranger's among them."""
        one_less = self._strangers.too_many_of_one(host, MAX_CONNECTIONS_PER_ADDRESS)
        if one_less is None and self._came_in >= MAX_CONNECTIONS:
            one_less = self._strangers.longest()
            if one_less is None:
                self.counters["refused_connections"] += 1
                return None
        if one_less is not None:
            one_less.turn_out()
        return Stream(self, self._name())

    def made(self, stream: Stream) -> None:
        """A connection is there."""
        self._by_name[stream.name] = stream
        self._by_address[stream.address] = stream
        if stream.opened_to is None:
            self._came_in += 1
            self._strangers.enter(stream, stream.flow.host)
            return
        self._coming.pop(stream.opened_to, None)
        for octets in stream.queue:
            stream.write(octets)
        stream.queue.clear()

    def used(self, stream: Stream) -> None:
        """Something went over it."""
        (self._strangers if stream.opened_to is None else self._answering).used(stream)

    def not_made(self, stream: Stream) -> None:
        """A connection could not be opened."""
        self.counters["failed_connections"] += 1
        self._coming.pop(stream.address, None)
        self._opened_no_more(stream)
        for octets in stream.queue:
            self.ears.undeliverable(octets)

    def lost(self, stream: Stream) -> None:
        """A connection is gone."""
        self._by_name.pop(stream.name, None)
        if self._by_address.get(stream.address) is stream:
            del self._by_address[stream.address]
        if stream.opened_to is None:
            self._came_in -= 1
            self._strangers.leave(stream)
        else:
            self._opened_no_more(stream)

    def close(self) -> None:
        """Close all connections."""
        for stream in list(self._by_name.values()):
            stream.close()

    def _may_open(self, host: str, is_answer: bool) -> bool:
        """Whether we may: what only answers makes room for the next, and takes none from what asks."""
        if not is_answer:
            return self._asking.total() < MAX_CONNECTIONS and self._asking[host] < MAX_CONNECTIONS_PER_ADDRESS
        one_less = self._answering.too_many_of_one(host, MAX_CONNECTIONS_PER_ADDRESS)
        if one_less is None and len(self._answering) >= MAX_ANSWERING:
            one_less = self._answering.longest()
        if one_less is not None:
            one_less.turn_out()
        return True

    def _open(self, address: tuple[str, int], octets: bytes, is_answer: bool) -> None:
        stream = Stream(self, self._name(), opened_to=address)
        stream.flow = Flow("tcp", *address, 0, stream.name)
        stream.queue.append(octets)
        self._coming[address] = stream
        self._answering.enter(stream, address[0])
        if not is_answer:
            self._asks(stream)
        stream.connector = self.reactor.connectTCP(*address, Outgoing(self, stream), timeout=CONNECT_SECONDS)

    def _asks(self, stream: Stream) -> None:
        """We ask something over it: if we opened it, it counts as such from now on."""
        if stream.opened_to is not None and not stream.asks:
            stream.asks = True
            self._answering.leave(stream)
            self._asking[stream.opened_to[0]] += 1

    def _opened_no_more(self, stream: Stream) -> None:
        self._answering.leave(stream)
        if stream.asks:
            host = stream.address[0]
            self._asking[host] -= 1
            if not self._asking[host]:
                del self._asking[host]

    def _name(self) -> str:
        self._count += 1
        return f"{self._boot}.{self._count}"
