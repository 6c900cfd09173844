"""Connections of the edge: strangers are few, make room and go when they are idle; trunks and phones stay."""

from collections import Counter

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import ConnectionRefusedError, UserError
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure

from server.edge.sip.errors import BadMessage
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.edge.transport import streams
from server.edge.transport.streams import ANSWERED_SECONDS, IDLE_SECONDS, Outgoing, Stream, Streams

TRUNK = "198.51.100.1"
KEEP_ALIVE = b"\r\n\r\n"


class Ears:
    def __init__(self) -> None:
        self.undelivered: list[bytes] = []
        self.undeliverable = self.undelivered.append
        self.phones: set[tuple[str, int]] = set()

    def heard(self, message: Message, flow: Flow) -> None:
        raise AssertionError("nobody speaks")

    def heard_badly(self, error: BadMessage, flow: Flow) -> None:
        raise AssertionError("nobody speaks")

    def knows(self, flow: Flow) -> bool:
        return flow.host == TRUNK or (flow.host, flow.port) in self.phones


class Transport(StringTransport):
    """With what of TCP is set, and told of its end like a real one."""

    stream: Stream

    def setTcpNoDelay(self, enabled: bool) -> None: ...

    def setTcpKeepAlive(self, enabled: bool) -> None: ...

    def loseConnection(self) -> None:
        self.disconnecting = True
        self.stream.connectionLost(Failure(UserError()))

    def abortConnection(self) -> None:
        self.loseConnection()


class Connector:
    """Of a connection that is being opened."""

    def __init__(self, factory: Outgoing) -> None:
        self.factory = factory

    def disconnect(self) -> None:
        self.factory.clientConnectionFailed(self, Failure(UserError()))


class Reactor(MemoryReactorClock):
    """Whose connectors tell their factory when they are ended."""

    def connectTCP(self, host: str, port: int, factory: Outgoing, **how: float) -> Connector:  # type: ignore[override]
        super().connectTCP(host, port, factory, **how)
        return Connector(factory)


class Lab:
    """Streams on a reactor whose clock the test moves."""

    def __init__(self) -> None:
        self.reactor = Reactor()
        self.ears = Ears()
        self.counters: Counter[str] = Counter()
        self.all = Streams(self.reactor, "boot", self.ears, self.counters)

    def ask(self, host: str, port: int) -> bytes:
        return self._send(host, port, f"INVITE sip:{port}@{host} SIP/2.0".encode())

    def answer(self, host: str, port: int) -> bytes:
        return self._send(host, port, f"SIP/2.0 200 OK\r\nto: {host} {port}".encode())

    def _send(self, host: str, port: int, octets: bytes) -> bytes:
        self.all.send(Flow("tcp", host, port), octets)
        return octets

    @property
    def tried(self) -> list[tuple[str, int]]:
        return [(host, port) for host, port, *_ in self.reactor.tcpClients]

    def made(self, number: int = -1) -> Transport:
        """The connection that we open, of that number, is there."""
        host, port, factory, *_ = self.reactor.tcpClients[number]
        return self._linked(factory.buildProtocol(None), host, port)

    def came(self, host: str, port: int) -> Transport:
        """Somebody connects and says something."""
        stream = self.all.new(host)
        assert stream is not None
        transport = self._linked(stream, host, port)
        stream.dataReceived(KEEP_ALIVE)
        return transport

    def _linked(self, stream: Stream, host: str, port: int) -> Transport:
        address = (IPv6Address if ":" in host else IPv4Address)("TCP", host, port)
        transport = Transport(peerAddress=address)
        transport.stream = stream
        stream.makeConnection(transport)
        return transport


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr(streams, "MAX_CONNECTIONS_PER_ADDRESS", 2)
    monkeypatch.setattr(streams, "MAX_CONNECTIONS", 3)
    monkeypatch.setattr(streams, "MAX_ANSWERING", 3)
    return Lab()


def test_so_many_and_no_more_and_then_others(lab: Lab) -> None:
    first, second = lab.ask("192.0.2.1", 1), lab.ask("192.0.2.1", 2)
    too_many = lab.ask("192.0.2.1", 3)
    assert lab.ears.undelivered == [too_many]
    lab.ask("192.0.2.2", 1)
    too_many = lab.ask("192.0.2.3", 1)
    assert lab.ears.undelivered[1:] == [too_many]
    assert len(lab.tried) == 3

    lab.reactor.tcpClients[0][2].clientConnectionFailed(None, Failure(ConnectionRefusedError()))
    assert lab.ears.undelivered[2:] == [first]
    transport = lab.made(1)
    assert transport.value() == second
    lab.ask("192.0.2.1", 4)
    assert len(lab.tried) == 4
    transport.loseConnection()
    lab.ask("192.0.2.1", 5)
    assert len(lab.tried) == 5
    assert len(lab.ears.undelivered) == 3


def test_answers_to_strangers_take_no_room_from_calls(lab: Lab) -> None:
    for number in range(20):
        lab.answer(f"192.0.2.{number}", 5060)
        if number % 2:  # the others do not even let us in
            lab.made()
    invite = lab.ask(TRUNK, 5060)
    assert lab.tried[-1] == (TRUNK, 5060)
    assert lab.made().value() == invite
    assert lab.counters["turned_out_connections"] == 17


def test_whoever_was_answered_longest_ago_makes_room_and_no_call_does(lab: Lab) -> None:
    lab.answer("192.0.2.1", 1)
    called = lab.made()
    lab.ask("192.0.2.1", 1)
    lab.answer("192.0.2.1", 2)
    older = lab.made()
    lab.answer("192.0.2.2", 1)
    newer = lab.made()
    lab.answer("192.0.2.3", 1)
    lab.answer("192.0.2.1", 2)
    lab.answer("192.0.2.4", 1)
    assert (called.disconnecting, older.disconnecting, newer.disconnecting) == (False, False, True)


def test_an_ipv6_network_of_64_bits_is_one_address(lab: Lab) -> None:
    first, second, third = (lab.came(f"2001:db8::{number}", 5060) for number in (1, 2, 3))
    assert (first.disconnecting, second.disconnecting, third.disconnecting) == (True, False, False)
    for number in (1, 2, 3):
        lab.answer(f"2001:db8:1::{number}", 1)
    assert len(lab.tried) == 3
    assert len(lab.ears.undelivered) == 1


def test_what_was_opened_to_answer_ends_when_idle(lab: Lab) -> None:
    lab.answer("192.0.2.1", 1)
    answered = lab.made()
    lab.answer("192.0.2.1", 2)
    called = lab.made()
    lab.ask("192.0.2.1", 2)
    lab.reactor.advance(ANSWERED_SECONDS - 1)
    lab.answer("192.0.2.1", 1)
    lab.reactor.advance(ANSWERED_SECONDS - 1)
    assert not answered.disconnecting
    lab.reactor.advance(1)
    assert answered.disconnecting
    assert not called.disconnecting
    lab.answer("192.0.2.1", 1)
    assert lab.tried[2:] == [("192.0.2.1", 1)]


def test_strangers_who_came_in_make_room_for_trunks_and_phones(lab: Lab) -> None:
    lab.ears.phones = {("192.0.2.9", 40000), ("192.0.2.9", 40001)}
    phones = [lab.came(*address) for address in sorted(lab.ears.phones)]
    strangers = [lab.came("192.0.2.9", 50000 + number) for number in range(5)]
    trunk = lab.came(TRUNK, 1)
    assert not any(one.disconnecting for one in (*phones, trunk))
    assert all(one.disconnecting for one in strangers)
    assert lab.all.new(TRUNK) is None
    assert lab.counters["refused_connections"] == 1


def test_who_came_in_and_is_nobody_goes_when_idle_and_a_phone_when_its_binding_has_ended(lab: Lab) -> None:
    phone, stranger = lab.came("192.0.2.1", 40000), lab.came("192.0.2.1", 40001)
    trunk = lab.came(TRUNK, 5060)
    lab.ears.phones = {("192.0.2.1", 40000)}
    lab.reactor.advance(IDLE_SECONDS - 1)
    assert not stranger.disconnecting
    lab.reactor.advance(1)
    assert stranger.disconnecting
    for _ in range(5):
        lab.reactor.advance(IDLE_SECONDS)
    assert not phone.disconnecting
    assert not trunk.disconnecting
    lab.ears.phones.clear()
    phone.stream.dataReceived(KEEP_ALIVE)
    lab.reactor.advance(IDLE_SECONDS - 1)
    assert not phone.disconnecting
    lab.reactor.advance(IDLE_SECONDS)
    assert phone.disconnecting
    assert not trunk.disconnecting
