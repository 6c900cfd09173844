"""Connections that the edge opens: within bounds, whatever port a stranger names for the answer."""

from collections import Counter

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure

from server.edge.sip.errors import BadMessage
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.edge.transport import streams
from server.edge.transport.streams import Stream, Streams


class Ears:
    def __init__(self) -> None:
        self.undelivered: list[bytes] = []
        self.undeliverable = self.undelivered.append

    def heard(self, message: Message, flow: Flow) -> None:
        raise AssertionError("nobody speaks")

    def heard_badly(self, error: BadMessage, flow: Flow) -> None:
        raise AssertionError("nobody speaks")


class Transport(StringTransport):
    """With what of TCP is set."""

    def setTcpNoDelay(self, enabled: bool) -> None: ...

    def setTcpKeepAlive(self, enabled: bool) -> None: ...


def made(reactor: MemoryReactorClock, number: int) -> Stream:
    host, port, factory, *_ = reactor.tcpClients[number]
    stream: Stream = factory.buildProtocol(None)
    stream.makeConnection(Transport(peerAddress=IPv4Address("TCP", host, port)))
    return stream


def test_so_many_and_no_more_and_then_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_CONNECTIONS_PER_ADDRESS", 2)
    monkeypatch.setattr(streams, "MAX_CONNECTIONS", 3)
    reactor, ears = MemoryReactorClock(), Ears()
    all_ = Streams(reactor, "boot", ears, Counter())

    def send(host: str, port: int) -> bytes:
        octets = f"{host} {port}".encode()
        all_.send(Flow("tcp", host, port), octets)
        return octets

    first, second = send("192.0.2.1", 1), send("192.0.2.1", 2)
    too_many = send("192.0.2.1", 3)
    assert ears.undelivered == [too_many]
    send("192.0.2.2", 1)
    too_many = send("192.0.2.3", 1)
    assert ears.undelivered[1:] == [too_many]
    assert len(reactor.tcpClients) == 3

    reactor.tcpClients[0][2].clientConnectionFailed(None, Failure(ConnectionRefusedError()))
    assert ears.undelivered[2:] == [first]
    stream = made(reactor, 1)
    assert stream.transport.value() == second  # type: ignore[union-attr]
    send("192.0.2.1", 4)
    assert len(reactor.tcpClients) == 4
    stream.connectionLost(Failure(ConnectionRefusedError()))
    send("192.0.2.1", 5)
    assert len(reactor.tcpClients) == 5
    assert len(ears.undelivered) == 3
