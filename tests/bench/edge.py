"""What the SIP edge costs for one whole queued call: CPU, and calls of functions, which are the same on every machine.

From the trunk's INVITE to the last 200: twelve datagrams in, twelve out, through the real `Edge` with sockets that are
lists. Trunk, cards and phones say their part once, against a first edge, and what they said is written down; the edges
that are measured hear it again. That works because all that an edge makes up is signed under its key.
"""

import errno
import heapq
import sys
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from socket import AF_INET, SOCK_DGRAM
from types import FrameType
from typing import Any

from twisted.internet.defer import Deferred, succeed

from server.call.card_route import card_route
from server.call.now import Now
from server.call.ports import CardAddress, StoredBinding
from server.config.site import Number, Sip, SiteFile, Trunk
from server.edge.service import Edge
from tests.bench.say import figure

CALLS, BATCH, ROUNDS = 2_000, 100, 7
SECONDS_BETWEEN_CALLS = 0.1
DATAGRAMS = 12
"""That go out for one call, and as many come in."""
KEY, SECRET = b"k" * 32, "between cards and edge"
OUTSIDE, FOR_CARDS = ("127.0.0.1", 5060), ("127.0.0.1", 5999)
TRUNK, PHONE = ("127.0.0.2", 5070), ("127.0.0.1", 5080)
CARDS = {f"c1a202f4fff7c{n:03d}": ("127.0.0.1", 40_000 + n) for n in range(32)}
ALLOW = "PRACK, INVITE, ACK, BYE, CANCEL, UPDATE, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE, OPTIONS"
CARD_SDP = """v=0
o=- 4004334741 4004334742 IN IP4 127.0.0.1
s=pjmedia
b=AS:84
t=0 0
m=audio 20338 RTP/AVP 8 101
c=IN IP4 127.0.0.1
b=TIAS:64000
a=rtcp:20339 IN IP4 127.0.0.1
a=sendrecv
a=rtpmap:8 PCMA/8000
a=ssrc:161914858 cname:066bbc6a064e906a
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
"""
FAR_SDP = """v=0
o=trunk 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 60028 RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
"""
SITE = SiteFile(
    sip=Sip(domain="caruso.test"),
    trunk=[Trunk(name="pstn", target="127.0.0.2:5070", accept_from=["127.0.0.2/32"])],
    number=[Number(dial="800", to="queue:a")],
)

Address = tuple[str, int]
Heard = tuple[Address, Address, bytes]
"""Socket of the edge, sender, octets."""


class Wire:
    """A bound UDP socket in memory, as far as the edge uses one."""

    family, type = AF_INET, SOCK_DGRAM

    def __init__(self, address: Address) -> None:
        self.address = address
        self.inbox: deque[tuple[bytes, Address]] = deque()
        self.sent: list[tuple[bytes, Address]] = []

    def getsockname(self) -> Address:
        return self.address

    def setblocking(self, flag: bool) -> None:
        """It never blocks."""

    def dup(self) -> "Wire":
        return self

    def fileno(self) -> int:
        return self.address[1]

    def recvfrom(self, _size: int) -> tuple[bytes, Address]:
        if not self.inbox:
            raise BlockingIOError(errno.EAGAIN, "nothing waits")
        return self.inbox.popleft()

    def sendto(self, octets: bytes, address: Address) -> None:
        self.sent.append((octets, address))

    def close(self) -> None:
        """Nothing is open."""


class Later:
    """A call that the loop makes later."""

    def __init__(self, task: Callable[[], object]) -> None:
        self.task: Callable[[], object] | None = task

    def cancel(self) -> None:
        self.task = None


class Loop:
    """A reactor whose time is moved by hand."""

    def __init__(self) -> None:
        self.mono = 1_000.0
        self.readers: dict[int, Any] = {}
        self._count = count()
        self._later: list[tuple[float, int, Later]] = []

    def now(self) -> Now:
        return Now(1_800_000_000.0 + self.mono, self.mono)

    def addReader(self, reader: Any) -> None:
        self.readers[reader.fileno()] = reader

    def callLater(self, seconds: float, task: Callable[[], object]) -> Later:
        later = Later(task)
        heapq.heappush(self._later, (self.mono + seconds, next(self._count), later))
        return later

    def advance(self, seconds: float) -> None:
        self.mono += seconds
        while self._later and self._later[0][0] <= self.mono:
            task = heapq.heappop(self._later)[2].task
            if task is not None:
                task()


class Cards:
    """A pool whose cards are always idle."""

    def __init__(self) -> None:
        self._by_name = {name: CardAddress(name, *address) for name, address in CARDS.items()}
        self._by_address = {address: name for name, address in CARDS.items()}
        self._turns = count()

    def take(self) -> "Deferred[CardAddress]":
        names = list(CARDS)
        return succeed(self._by_name[names[next(self._turns) % len(names)]])

    def put_back(self, name: str) -> None:
        raise AssertionError(f"the call did not reach {name}")

    def address(self, name: str) -> CardAddress | None:
        return self._by_name.get(name)

    def cards(self) -> Sequence[CardAddress]:
        return list(self._by_name.values())

    def card_at(self, host: str, port: int) -> str | None:
        return self._by_address.get((host, port))


class Nobody:
    """No agent has a registered phone: credentials and bindings."""

    def ha1(self, _user: str, _algorithm: str) -> list[str]:
        return []

    def load(self) -> Awaitable[list[StoredBinding]]:
        return succeed([])

    def save(self, user: str, bindings: Sequence[StoredBinding]) -> Awaitable[None]:
        raise AssertionError(f"{user} registered with {bindings}")


class House:
    """An edge between an outside socket and the one for cards."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.wires = {address: Wire(address) for address in (OUTSIDE, FOR_CARDS)}
        self.edge = Edge(self.loop, SITE, KEY, SECRET, Cards(), Nobody(), Nobody(), self.loop.now)
        sockets: list[Any] = list(self.wires.values())
        Deferred.fromCoroutine(self.edge.start(sockets[:1], sockets[1]))

    def hear(self, heard: Heard) -> None:
        """A datagram comes in."""
        at, sender, octets = heard
        self.wires[at].inbox.append((octets, sender))
        self.loop.readers[at[1]].doRead()

    def hear_all(self, calls: Sequence[Sequence[Heard]]) -> None:
        """Whole calls, one after the other."""
        for call in calls:
            for heard in call:
                self.hear(heard)
            self.loop.advance(SECONDS_BETWEEN_CALLS)

    @property
    def sent(self) -> int:
        """How many datagrams went out."""
        return sum(len(wire.sent) for wire in self.wires.values())


class Ends:
    """Trunk, card and phone of a call, as SIPp and a line card speak. Writes down what the edge hears."""

    def __init__(self, house: House, number: int) -> None:
        self._house = house
        self._number = number
        self.heard: list[Heard] = []

    def play(self) -> list[Heard]:
        """The whole call."""
        n = self._number
        near = f"From: <sip:+49301{n}@{TRUNK[0]}:{TRUNK[1]}>;tag=6553c{n}"
        to = f"To: <sip:800@{OUTSIDE[0]}:{OUTSIDE[1]}>"
        call, tag = f"{n}-6553@{TRUNK[0]}", f";tag=XKO8JSYn5PvYpODny5Pm5dJ6Yjhz{n}"
        invite = self._request("INVITE", f"sip:800@{OUTSIDE[0]}:{OUTSIDE[1]}", f"z9hG4bK-6553-{n}-0", call, near, to)
        self._say(OUTSIDE, TRUNK, [*invite, f"Contact: <sip:trunk@{TRUNK[0]}:{TRUNK[1]}>"], FAR_SDP)
        arrived, at_card = self._last(FOR_CARDS)
        card = next(name for name, address in CARDS.items() if address == at_card)
        contact = f"Contact: <sip:{card}@{at_card[0]}:{at_card[1]}>"
        self._say(FOR_CARDS, at_card, _answer(arrived, "100 Trying"))
        supported = [f"Allow: {ALLOW}", "Supported: replaces, 100rel, timer, norefersub"]
        self._say(FOR_CARDS, at_card, [*_answer(arrived, "200 OK", tag), contact, *supported], CARD_SDP)
        answered, _ = self._last(OUTSIDE)
        routes = ", ".join(reversed(_values(answered, "Record-Route")))
        target = f"sip:{card}@{at_card[0]}:{at_card[1]}"
        ack = self._request("ACK", target, f"z9hG4bK-6553-{n}-5", call, near, to + tag)
        self._say(OUTSIDE, TRUNK, [*ack, f"Route: {routes}"])
        hang_up = self._dial_the_agent(card, at_card, contact, supported)
        bye = self._request("BYE", target, f"z9hG4bK-6553-{n}-7", call, near, to + tag, 2)
        self._say(OUTSIDE, TRUNK, [*bye, f"Route: {routes}"])
        self._say(FOR_CARDS, at_card, _answer(self._last(FOR_CARDS)[0], "200 OK"))
        hang_up()
        return self.heard

    def _dial_the_agent(self, card: str, at: Address, contact: str, supported: list[str]) -> Callable[[], None]:
        """The card's leg to the agent's phone is answered; what is given hangs it up."""
        n = self._number
        near, uri = f"From: <sip:+49301{n}@caruso.test>;tag=fEOoWmVYiLU4cHD8zue1FZA1iQ8Ey{n}", f"sip:a0@{PHONE[0]}"
        to, call = f"To: <{uri}>", f"vFaF2CaKPa7wXkuLzOlMmmV3.nOdl{n}"
        branch = f"z9hG4bKPjviXO.9oA6H24qGhQ0hPwv82XhKI{n}"
        invite = self._request("INVITE", f"{uri}:{PHONE[1]}", branch, call, near, to, rport=True)
        route = f"Route: {card_route(SECRET, card, *FOR_CARDS)}"
        timer = ["Session-Expires: 1800", "Min-SE: 90", "User-Agent: Caruso"]
        self._say(FOR_CARDS, at, [*invite, contact, route, *supported, *timer], CARD_SDP)
        rings, _ = self._last(OUTSIDE)
        tag, target = f";tag=6478p{n}", f"sip:phone@{PHONE[0]}:{PHONE[1]}"
        self._say(OUTSIDE, PHONE, [*_answer(rings, "180 Ringing", tag, folded=True), f"Contact: <{target}>"])
        self._say(OUTSIDE, PHONE, [*_answer(rings, "200 OK", tag, folded=True), f"Contact: <{target}>"], FAR_SDP)
        routes = [f"Route: {value}" for value in reversed(_values(self._last(FOR_CARDS)[0], "Record-Route"))]
        ack = self._request("ACK", target, branch + "a", call, near, to + tag, rport=True)
        self._say(FOR_CARDS, at, [*ack, *routes])

        def hang_up() -> None:
            bye = self._request("BYE", target, branch + "b", call, near, to + tag, 2, rport=True)
            self._say(FOR_CARDS, at, [*bye, *routes, "User-Agent: Caruso"])
            self._say(OUTSIDE, PHONE, _answer(self._last(OUTSIDE)[0], "200 OK", folded=True))

        return hang_up

    @staticmethod
    def _request(
        method: str, uri: str, branch: str, call: str, near: str, to: str, number: int = 1, *, rport: bool = False
    ) -> list[str]:
        mark = "rport;" if rport else ""
        via = f"Via: SIP/2.0/UDP @HERE@;{mark}branch={branch}"
        return [
            *(f"{method} {uri} SIP/2.0", via, "Max-Forwards: 70", near, to),
            *(f"Call-ID: {call}", f"CSeq: {number} {method}"),
        ]

    def _say(self, at: Address, sender: Address, lines: list[str], body: str = "") -> None:
        sound = body.replace("\n", "\r\n")
        kind = ["Content-Type: application/sdp"] if body else []
        text = "\r\n".join([*lines, *kind, f"Content-Length:   {len(sound)}", "", sound])
        heard = (at, sender, text.replace("@HERE@", f"{sender[0]}:{sender[1]}").encode())
        self.heard.append(heard)
        self._house.hear(heard)

    def _last(self, at: Address) -> tuple[list[str], Address]:
        """The lines of what the edge sent last from one of its sockets, and whither."""
        octets, address = self._house.wires[at].sent[-1]
        return octets.partition(b"\r\n\r\n")[0].decode().split("\r\n"), address


def _values(lines: Sequence[str], name: str) -> list[str]:
    found = [line.partition(": ")[2] for line in lines if line.startswith(f"{name}:")]
    return [value for line in found for value in line.split(", ")]


def _answer(request: Sequence[str], status: str, tag: str = "", *, folded: bool = False) -> list[str]:
    """The beginning of an answer. `folded`: several values of a header in one line, as SIPp writes them."""
    lines = [f"SIP/2.0 {status}"]
    for name in ("Via", "Record-Route", "From", "To", "Call-ID", "CSeq"):
        values = _values(request, name)
        shown = [", ".join(values)] if folded and values else values
        lines += [f"{name}: {value}{tag if name == 'To' else ''}" for value in shown]
    return lines


def _whole_calls() -> Iterator[list[Heard]]:
    house = House()
    for number in range(CALLS):
        heard = Ends(house, 10_000 + number).play()
        house.loop.advance(SECONDS_BETWEEN_CALLS)
        assert len(heard) == DATAGRAMS, "every call is one whole call"
        yield heard
    assert house.sent == DATAGRAMS * CALLS, f"{house.sent} datagrams went out: {house.edge.counters}"


def _functions_called(calls: Sequence[Sequence[Heard]]) -> Counter[str]:
    """How many functions of Python (`call`) and of C (`c_call`) are called."""
    house, called = House(), Counter[str]()

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        called[event] += 1

    house.hear_all(calls[:BATCH])
    sys.setprofile(note)
    try:
        house.hear_all(calls[BATCH:])
    finally:
        sys.setprofile(None)
    return called


def edge_per_call(_folder: Path) -> None:
    """Microseconds of CPU for one call, in the batch that was disturbed least, and functions that are called for it."""
    calls = list(_whole_calls())
    best = sys.float_info.max
    for _ in range(ROUNDS):
        house = House()
        for first in range(0, CALLS, BATCH):
            began = time.process_time()
            house.hear_all(calls[first : first + BATCH])
            best = min(best, time.process_time() - began)
        assert house.sent == DATAGRAMS * CALLS, "the edge says the same to everybody as before"
    called = _functions_called(calls[: 2 * BATCH])
    figure(
        "edge-microseconds-per-call",
        value=round(best / BATCH * 1e6),
        target=None,
        datagrams_in=DATAGRAMS,
        datagrams_out=DATAGRAMS,
        python_functions=round(called["call"] / BATCH),
        c_functions=round(called["c_call"] / BATCH),
    )
