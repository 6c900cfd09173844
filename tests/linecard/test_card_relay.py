"""The relay of a card on real loopback sockets: what it carries, from whom, and what it leaves behind."""

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, strategies as st

from server.linecard.options import BankOptions
from server.linecard.worker.crossings import MAX_NOTES, Crossings, LegMedia
from server.linecard.worker.peer import Peer
from server.linecard.worker.relay import Crossing, Relay
from server.wire.media import NOTES_HOST, BadNote, FarMedia, FarStream, decode, encode
from tests.house.house import PATIENCE_SECONDS, free_block, until

STAND_IN = f"127.64.9.{9 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:]) % 200}"
"""Of its own for each of the processes that run tests at the same time: the ports at it are always the same."""
OpenSocket = Callable[..., socket.socket]


@pytest.fixture
def opened() -> Iterator[OpenSocket]:
    """Makes UDP sockets that are closed after the test."""
    with contextlib.ExitStack() as stack:

        def make(host: str = "::1", port: int = 0) -> socket.socket:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            made = stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
            made.settimeout(PATIENCE_SECONDS)
            made.bind((host, port))
            return made

        yield make


class Scene:
    """pjsua2's two sockets, the far end's two, and a relay between them."""

    def __init__(self, opened: OpenSocket) -> None:
        self.port = free_block(2)
        self.ours = [opened("127.0.0.1", self.port), opened("127.0.0.1", self.port + 1)]
        self.far = [opened(), opened()]
        self.relay = Relay()
        self.stream = FarStream(30000, "::1", _port(self.far[0]), "::1", _port(self.far[1]))

    def open(self, stream: FarStream | None = None) -> None:
        self.relay.open("agent", Crossing("127.0.0.1", self.port, "::1", STAND_IN, stream or self.stream))


@pytest.fixture
def scene(opened: OpenSocket) -> Iterator[Scene]:
    scene = Scene(opened)
    yield scene
    scene.relay.close("agent")


def _port(sock: socket.socket) -> int:
    return int(sock.getsockname()[1])


def relays() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "relay"]


def test_rtp_and_rtcp_go_both_ways(scene: Scene) -> None:
    scene.open()
    for offset in (0, 1):
        scene.ours[offset].sendto(b"out%d" % offset, (STAND_IN, 30000 + offset))
        assert scene.far[offset].recvfrom(100)[0] == b"out%d" % offset
        scene.far[offset].sendto(b"in%d" % offset, ("::1", scene.port + offset))
        octets, source = scene.ours[offset].recvfrom(100)
        assert (octets, source) == (b"in%d" % offset, (STAND_IN, 30000 + offset)), "as if the stand-in had sent it"


def test_large_and_many_packets_come_whole_and_in_order(scene: Scene) -> None:
    scene.open()
    sent = [os.urandom(1 + number * 61) for number in range(100)]
    for number, octets in enumerate(sent):
        scene.far[0].sendto(octets, ("::1", scene.port))
        assert scene.ours[0].recv(70_000) == octets, number


def test_sound_goes_back_to_the_port_whence_it_comes(scene: Scene, opened: OpenSocket) -> None:
    scene.open()
    moved = opened()
    moved.sendto(b"moved", ("::1", scene.port))
    assert scene.ours[0].recv(100) == b"moved"
    scene.ours[0].sendto(b"back", (STAND_IN, 30000))
    assert moved.recv(100) == b"back"
    thief = opened()
    thief.sendto(b"thief", ("::1", scene.port))
    scene.far[0].sendto(b"named", ("::1", scene.port))
    assert scene.ours[0].recv(100) == b"named", "the thief's packet, which came before, was not carried"
    scene.ours[0].sendto(b"to the named", (STAND_IN, 30000))
    assert scene.far[0].recv(100) == b"to the named"


def test_strangers_are_not_carried_on_either_side(scene: Scene, opened: OpenSocket) -> None:
    """The SDP names an address of documentation; so the only one that can send here is a stranger."""
    far = scene.stream
    scene.open(FarStream(far.stand_in_port, "2001:db8::7", far.port, "2001:db8::7", far.rtcp_port))
    scene.far[0].sendto(b"stranger", ("::1", scene.port))
    scene.open()  # in place of it, and of what was in its sockets
    opened("127.0.0.1").sendto(b"stranger inside", (STAND_IN, 30000))
    scene.far[0].sendto(b"the far end", ("::1", scene.port))
    assert scene.ours[0].recv(100) == b"the far end"
    scene.ours[0].sendto(b"answer", (STAND_IN, 30000))
    assert scene.far[0].recv(100) == b"answer"


def test_nothing_is_left_of_a_closed_crossing(scene: Scene, opened: OpenSocket) -> None:
    until("the end of a former test's thread", lambda: not relays())
    before = set(os.listdir("/proc/self/fd"))
    scene.open()
    scene.open()
    until("the thread of the first to end", lambda: len(relays()) == 1)
    scene.relay.close("agent")
    scene.relay.close("agent")
    opened("::1", scene.port), opened("::1", scene.port + 1), opened(STAND_IN, 30000)
    until("the thread's end", lambda: not relays())
    until("its descriptors' end", lambda: len(os.listdir("/proc/self/fd")) == len(before) + 3)


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing(scene: Scene, opened: OpenSocket) -> None:
    until("the end of a former test's thread", lambda: not relays())
    taken = opened("::1", scene.port + 1)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError, match="in use"):
        scene.open()
    assert len(os.listdir("/proc/self/fd")) == before
    taken.close()
    scene.open()


def test_it_goes_on_after_what_the_network_refuses(scene: Scene) -> None:
    """The far end's socket is closed for a while: the kernel reports that at a later call."""
    scene.open()
    scene.ours[0].close()
    for _ in range(3):
        scene.far[0].sendto(b"lost", ("::1", scene.port))
    again = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    again.bind(("127.0.0.1", scene.port))
    with again:
        again.settimeout(0.2)

        def heard() -> bool:
            scene.far[0].sendto(b"heard", ("::1", scene.port))
            try:
                return again.recv(100) == b"heard"
            except TimeoutError:
                return False

        until("a packet after the loss", heard)


def test_many_legs_share_one_thread(opened: OpenSocket) -> None:
    until("the end of a former test's thread", lambda: not relays())
    relay, far = Relay(), opened()
    first = free_block(8)
    for leg in range(4):
        stream = FarStream(30000 + 2 * leg, "::1", _port(far), "::1", _port(far))
        relay.open(f"leg-{leg}", Crossing("127.0.0.1", first + 2 * leg, "::1", STAND_IN, stream))
    assert len(relays()) == 1
    for leg in range(4):
        ours = opened("127.0.0.1", first + 2 * leg)
        ours.sendto(b"leg %d" % leg, (STAND_IN, 30000 + 2 * leg))
        assert far.recvfrom(100)[:2] == (b"leg %d" % leg, ("::1", first + 2 * leg, 0, 0))
        relay.close(f"leg-{leg}")
    until("the thread's end", lambda: not relays())


ports = st.integers(1, 6)


@given(st.lists(st.tuples(st.sampled_from(["2001:db8::1", "2001:db8::2"]), ports)), ports)
def test_a_peer_is_the_first_of_its_address_or_the_named_port(packets: list[tuple[str, int]], named: int) -> None:
    peer = Peer("2001:db8::1", named)
    assert peer.target == ("2001:db8::1", named)
    taken = [(host, port) for host, port in packets if peer.takes(host, port)]
    own = [port for host, port in packets if host == "2001:db8::1"]
    assert all(host == "2001:db8::1" for host, _ in taken), "never a stranger"
    assert peer.strangers == len(packets) - len(taken)
    assert {port for _, port in taken} <= {named, *own[:1]}
    assert peer.target[0] == "2001:db8::1", "nothing is ever sent to a stranger"
    if own:
        assert taken[0][1] == own[0]
        assert peer.target[1] == (named if named in own else own[0])


# -- notes and legs


class Notes:
    """Crossings with an edge's socket that tells them."""

    def __init__(self, opened: OpenSocket) -> None:
        self.edge = opened("127.0.0.1")
        self.sip = opened("127.0.0.1")
        self.far = opened()
        self.port = free_block(2)
        self.ours = opened("127.0.0.1", self.port)
        options = BankOptions(
            data="/d", edge_host="127.0.0.1", edge_port=_port(self.edge), secret="s", media_address="127.0.0.1",
            media_ipv6="::1",
        )  # fmt: skip
        self.crossings = Crossings(options, _port(self.sip))
        self.leg = LegMedia(self.port, STAND_IN, 30000)
        self._sent = 0

    def tell(self, octets: bytes, sender: socket.socket | None = None) -> None:
        (sender or self.edge).sendto(octets, (NOTES_HOST, _port(self.sip)))

    def note(self, port: int = 30000) -> bytes:
        return encode(FarMedia(STAND_IN, [FarStream(port, "::1", _port(self.far), "::1", _port(self.far))]))

    def carries(self) -> bool:
        """Whether a packet comes through in time; one that comes too late is not taken for a later one."""
        self._sent += 1
        sound = b"sound %d" % self._sent
        self.ours.sendto(sound, (STAND_IN, 30000))
        self.far.settimeout(0.3)
        try:
            while self.far.recv(100) != sound:
                pass
        except TimeoutError:
            return False
        return True


@pytest.fixture
def notes(opened: OpenSocket) -> Iterator[Notes]:
    notes = Notes(opened)
    yield notes
    notes.crossings.drop("customer")


def test_a_leg_is_carried_when_note_and_media_are_there(notes: Notes) -> None:
    notes.crossings.carry("customer", notes.leg)
    assert not notes.carries()
    assert not notes.crossings.read_notes()
    notes.tell(notes.note())
    assert notes.crossings.read_notes()
    assert notes.crossings.expects
    notes.crossings.carry("customer", notes.leg)
    until("a packet", notes.carries)
    notes.tell(notes.note())
    assert notes.crossings.read_notes()
    notes.crossings.carry("customer", notes.leg)
    until("a packet: the same again changes nothing", notes.carries)
    notes.crossings.carry("customer", LegMedia(notes.port, "192.0.2.1", 4000))
    assert not notes.carries(), "the far end has gone over to IPv4"
    notes.crossings.carry("customer", notes.leg)
    until("a packet", notes.carries)
    notes.crossings.drop("customer")
    assert not notes.carries()


def test_notes_of_others_and_broken_ones_count_for_nothing(notes: Notes, opened: OpenSocket) -> None:
    notes.tell(notes.note(), opened("127.0.0.1"))
    notes.tell(b"\x00broken")
    notes.tell(encode(FarMedia("192.0.2.1", [])))
    notes.tell(encode(FarMedia(STAND_IN, [FarStream(1, "::1", 1, "::1", 1)] * 9)))
    assert not notes.crossings.read_notes()
    assert not notes.crossings.expects
    notes.tell(notes.note())
    assert notes.crossings.read_notes()


def test_a_storm_of_notes_is_forgotten_but_not_what_is_carried(notes: Notes) -> None:
    notes.tell(notes.note())
    notes.crossings.read_notes()
    notes.crossings.carry("customer", notes.leg)
    for number in range(MAX_NOTES + 5):
        notes.tell(notes.note(31000 + 2 * number))
        notes.crossings.read_notes()
    notes.crossings.carry("customer", notes.leg)
    until("a packet", notes.carries)


@given(st.binary(max_size=200))
def test_a_hostile_note_is_refused_by_name(octets: bytes) -> None:
    with pytest.raises(BadNote):
        decode(octets)
