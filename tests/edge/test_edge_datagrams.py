"""How UDP sockets are read and written: real sockets, a reactor that only keeps its readers."""

import socket
from collections.abc import Iterator

import pytest

from server.edge.sip.flows import Flow
from server.edge.transport import datagrams
from server.edge.transport.datagrams import DATAGRAMS_A_TURN, Datagrams


class Readers:
    """What of a reactor is needed here."""

    def __init__(self) -> None:
        self.now: list[object] = []
        self.addReader = self.now.append
        self.removeReader = self.now.remove


class Open:
    """A socket that is read, and one that sends to it."""

    def __init__(self, family: socket.AddressFamily, far_family: socket.AddressFamily) -> None:
        loopback = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
        self.near, self.far = socket.socket(family, socket.SOCK_DGRAM), socket.socket(far_family, socket.SOCK_DGRAM)
        if family != far_family:
            self.near.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.near.bind(("::" if family != far_family else loopback[family], 0))
        self.far.bind((loopback[far_family], 0))
        self.far.connect((loopback[far_family], self.near.getsockname()[1]))
        self.flow = Flow("udp", *self.far.getsockname()[:2], 3)
        self.readers = Readers()
        self.heard: list[tuple[bytes, Flow]] = []
        self.reading: Datagrams = datagrams.listen(self.readers, self.near, "udp", 3, self.hear)  # type: ignore[arg-type]

    def hear(self, octets: bytes, flow: Flow) -> None:
        self.heard.append((octets, flow))


@pytest.fixture(params=[(4, 4), (6, 6), (6, 4)], ids=["ipv4", "ipv6", "ipv4-over-ipv6"])
def open_(request: pytest.FixtureRequest) -> Iterator[Open]:
    families = {4: socket.AF_INET, 6: socket.AF_INET6}
    made = Open(*(families[one] for one in request.param))
    yield made
    made.reading.close()
    made.near.close()
    made.far.close()


def test_what_comes_in_is_told_with_its_sender_and_answered_there(open_: Open):
    open_.far.send(b"hello")
    open_.reading.doRead()
    assert open_.heard == [(b"hello", open_.flow)]
    assert open_.reading.send(open_.flow, b"well")
    assert open_.far.recv(100) == b"well"


def test_a_flood_leaves_the_others_their_turn(open_: Open):
    for number in range(DATAGRAMS_A_TURN + 3):
        open_.far.send(b"%d" % number)
    open_.reading.doRead()
    assert len(open_.heard) == DATAGRAMS_A_TURN
    open_.reading.doRead()
    assert [octets for octets, _ in open_.heard] == [b"%d" % number for number in range(DATAGRAMS_A_TURN + 3)]


def test_who_is_closed_reads_no_more_and_the_socket_stays_its_owners(open_: Open):
    open_.far.send(b"one")
    open_.far.send(b"two")
    open_.reading = datagrams.listen(open_.readers, open_.near, "udp", 3, lambda *_: closing.close())  # type: ignore[arg-type]
    closing = open_.reading
    closing.doRead()
    assert closing not in open_.readers.now
    assert not closing.send(open_.flow, b"x")
    assert open_.near.recv(100) == b"two"
