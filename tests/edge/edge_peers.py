"""An edge on real loopback sockets, and peers of it: UDP and TCP, with queues of what they got."""

import socket
from collections.abc import Sequence

import msgspec
from edge_lab import DOMAIN, KEY, SECRET, SITE, FakeCredentials
from twisted.internet import reactor
from twisted.internet.defer import Deferred, DeferredQueue
from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.internet.protocol import DatagramProtocol, Protocol

from server.call.ports import CardAddress, StoredBinding
from server.clock import now
from server.config.site import Sip, SiteFile, Trunk
from server.edge.service import Edge
from server.edge.sip.flows import Flow
from server.edge.sip.framing import StreamFramer, datagram
from server.edge.sip.message import Message

LISTEN = ["udp:127.0.0.1:0", "tcp:127.0.0.1:0", "udp:[::1]:0", "tcp:[::1]:0"]


class UdpPeer(DatagramProtocol):
    """A phone, a trunk or a card on UDP."""

    def __init__(self) -> None:
        self.queue: DeferredQueue[Message] = DeferredQueue()
        self.port = reactor.listenUDP(0, self, interface="127.0.0.1", maxPacketSize=65535)  # type: ignore[attr-defined]
        self.flow = Flow("udp", "127.0.0.1", self.port.getHost().port)

    def datagramReceived(self, octets: bytes, address: tuple[str, int]) -> None:
        message = datagram(octets)
        assert message is not None
        self.queue.put(message)

    def say(self, octets: bytes, port: int) -> None:
        """Send to the edge."""
        assert self.transport is not None
        self.transport.write(octets, ("127.0.0.1", port))


class TcpPeer(Protocol):
    """A phone or a trunk on TCP. `raw` gets octets as they come, `queue` messages."""

    def __init__(self) -> None:
        self.queue: DeferredQueue[Message] = DeferredQueue()
        self.raw: DeferredQueue[bytes] = DeferredQueue()
        self.lost: Deferred[None] = Deferred()
        self._framer = StreamFramer()

    def connectionMade(self) -> None:
        host = self.transport.getHost()  # type: ignore[union-attr]
        self.flow = Flow("tcp", host.host, host.port)

    def dataReceived(self, octets: bytes) -> None:
        self.raw.put(octets)
        for item in self._framer.feed(octets):
            if isinstance(item, Message):
                self.queue.put(item)

    def connectionLost(self, reason: object = None) -> None:
        self.lost.callback(None)


class CardsOfPeers:
    """A pool whose cards are UDP peers. Empty: who asks waits in `waiting`."""

    def __init__(self) -> None:
        self.by_name: dict[str, CardAddress] = {}
        self.waiting: list[Deferred[CardAddress]] = []
        self.given_up = 0
        self.fault: Exception | None = None

    def add(self, name: str, peer: UdpPeer) -> None:
        self.by_name[name] = CardAddress(name, "127.0.0.1", peer.flow.port)

    def take(self) -> Deferred[CardAddress]:
        result: Deferred[CardAddress] = Deferred(self._give_up)
        if self.by_name:
            result.callback(next(iter(self.by_name.values())))
        else:
            self.waiting.append(result)
        return result

    def _give_up(self, waiting: Deferred[CardAddress]) -> None:
        self.waiting.remove(waiting)
        self.given_up += 1

    def put_back(self, name: str) -> None:
        self.by_name.setdefault(name, CardAddress(name, "127.0.0.1", 9))

    def address(self, name: str) -> CardAddress | None:
        return self.by_name.get(name)

    def cards(self) -> list[CardAddress]:
        return list(self.by_name.values())

    def card_at(self, host: str, port: int) -> str | None:
        if self.fault is not None:
            raise self.fault
        return next((c.name for c in self.by_name.values() if (c.host, c.port) == (host, port)), None)


class BindingsInMemory:
    """A store that keeps what it is given."""

    def __init__(self) -> None:
        self.kept: dict[str, list[StoredBinding]] = {}

    async def load(self) -> list[StoredBinding]:
        return [one for bindings in self.kept.values() for one in bindings]

    async def save(self, user: str, bindings: Sequence[StoredBinding]) -> None:
        self.kept[user] = list(bindings)


class House:
    """An edge with its pool and store, listening. `ports`: by `udp`, `tcp`, `udp6`, `tcp6`."""

    def __init__(self, site: SiteFile | None = None) -> None:
        trunks = [Trunk(name="telco", accept_from=["127.0.0.0/8"])]
        self.site = site or msgspec.structs.replace(SITE, sip=Sip(domain=DOMAIN, listen=LISTEN), trunk=trunks)
        self.pool = CardsOfPeers()
        self.store = BindingsInMemory()
        self.seen: list[tuple[str, bool]] = []
        self.ports: dict[str, int] = {}
        self._closing: list[object] = []
        self.edge: Edge

    async def open(self) -> "House":
        """Start an edge; again after `close` it is a new core on new sockets."""
        self.edge = Edge(reactor, self.site, KEY, SECRET, self.pool, FakeCredentials(), self.store, now)
        self.edge.on_registration = lambda user, there: self.seen.append((user, there))
        card_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        card_socket.bind(("127.0.0.1", 0))
        self.card_port = card_socket.getsockname()[1]
        await self.edge.start([], card_socket)
        card_socket.close()
        for one in self.edge.listeners:
            self.ports[one.kind + ("6" if one.family == 6 else "")] = one.port
        return self

    def peer(self, card: str = "") -> UdpPeer:
        """A UDP peer; with a name it is a card of the pool."""
        peer = UdpPeer()
        self._closing.append(peer.port)
        if card:
            self.pool.add(card, peer)
        return peer

    async def tcp_peer(self, host: str = "127.0.0.1") -> TcpPeer:
        """A peer connected to the edge. From ::1 it is a stranger's, otherwise the trunk's."""
        endpoint = HostnameEndpoint(reactor, host, self.ports["tcp6" if ":" in host else "tcp"])
        peer: TcpPeer = await connectProtocol(endpoint, TcpPeer())
        self._closing.append(peer)
        return peer

    async def close(self) -> None:
        """Stop edge and peers."""
        await self.edge.stop()
        for one in self._closing:
            if isinstance(one, TcpPeer):
                one.transport.loseConnection()  # type: ignore[union-attr]
                await one.lost
            else:
                await one.stopListening()  # type: ignore[attr-defined]
        self._closing.clear()
