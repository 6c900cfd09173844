"""What a conversation costs in a line card, and beside it what pjsua2 alone takes for the same two legs.

Both at once, so that whatever else the machine does is shared. No edge, rules or ledger: a bank, cards and a pool as in
`tests/linecard`, with its small proxies and telephones in this process.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred, gatherResults

from server import logs
from server.wire import linecard
from tests.bench.say import figure, progress
from tests.house.house import free_ports
from tests.linecard.house import House
from tests.linecard.sip_kit import HOST, SmallEdge, Telephone, later

CARDS = 6
TURN_SECONDS = 1.5
"""A card has a conversation every so many seconds, and rests in between."""
TURNS = 15
TALKS_SECONDS = (0.1, 1.0)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process with all threads that it has or had: its clock, as clock_getcpuclockid(3) gives it."""
    return time.clock_gettime((~pid << 3) | 2)


def page_faults(pid: int) -> int:
    """Pages that a process touched for the first time, or wrote to for the first time since its fork."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[7])


class Bare:
    """pjsua2 alone, with an edge, a caller and a phone for each process."""

    def __init__(self, reactor: Any) -> None:
        self.edges, self.callers, self.phones, self._running = [], [], [], []
        for port in free_ports(CARDS):
            edge: Any = SmallEdge().start(reactor)
            phone: Any = Telephone(port).start(reactor)  # it is called without an edge
            self.edges.append((edge, (HOST, port)))
            self.callers.append(Telephone(edge.port).start(reactor))
            self.phones.append(phone)
            words = [sys.executable, "-m", "tests.bench.bare_card", str(port), phone.uri]
            self._running.append(subprocess.Popen(words, stdout=subprocess.PIPE))
        for process in self._running:
            assert process.stdout is not None
            process.stdout.readline()
        self.pids = [process.pid for process in self._running]

    def prepare(self, place: int) -> None:
        """A call is to come from the caller of that place."""
        edge, address = self.edges[place]
        edge.cards.append(address)

    def close(self) -> None:
        """End it all."""
        for process in self._running:
            process.kill()
            process.communicate()
        for phone in [*self.callers, *self.phones]:
            phone.stop()
        for edge, _ in self.edges:
            edge.listening.stopListening()


class Cards(House):
    """A bank whose cards are used one after the other, and the few rules that a queued call needs of the core."""

    def __init__(self, reactor: Any, folder: Path) -> None:
        super().__init__(reactor, folder, spare=CARDS, maximum=CARDS)  # type: ignore[no-untyped-call]
        self.callers = [self.phone() for _ in range(CARDS)]  # type: ignore[no-untyped-call]
        self.called = [self.phone() for _ in range(CARDS)]  # type: ignore[no-untyped-call]
        self.pids: list[int] = []
        self.refused: list[str] = []

    async def begin(self) -> None:
        """Start, and take every card for a call that is to come."""
        self.open_pool()  # type: ignore[no-untyped-call]
        self.events.get().addCallback(self._happened)
        self.open_bank()  # type: ignore[no-untyped-call]
        await self.has_idle_cards()  # type: ignore[no-untyped-call]
        self.pids = [card.pid for card in self.pool._cards.values()]
        for _ in range(CARDS):
            self._take()

    def prepare(self, place: int) -> None:
        """A call is to come from the caller of that place: the card that rested longest stands first."""

    def _take(self) -> None:
        taken: Deferred[Any] = self.pool.take()
        taken.addCallback(lambda address: self.edge.cards.append((address.host, address.port)))

    def _happened(self, told: tuple[str, linecard.AnyEvent]) -> None:
        self.events.get().addCallback(self._happened)
        card, event = told
        pool, call = self.pool, event.call
        pool.acknowledge(card, event.seq)
        if isinstance(event, linecard.Arrived):
            uri = self.called[int(event.dialled)].uri
            answer = linecard.Answer(call=call, leg=event.leg)
            pool.send(card, answer, linecard.Dial(call=call, leg="agent", uri=uri, caller=event.caller))
        elif isinstance(event, linecard.Answered) and event.leg == "agent":
            pool.send(card, linecard.Bridge(call=call, a=linecard.CUSTOMER, b="agent"))
        elif isinstance(event, linecard.Released) and event.leg == linecard.CUSTOMER:
            pool.send(card, linecard.Close(call=call))
        elif isinstance(event, linecard.Refused):
            self.refused.append(event.why)
        elif isinstance(event, linecard.Idle):
            self._take()


async def _turns(
    reactor: Any, place: int, caller: Any, phone: Any, talk_seconds: float, prepare: Callable[[int], None]
) -> None:
    begins = reactor.seconds() + place * TURN_SECONDS / CARDS
    for turn in range(TURNS):
        await later(reactor, max(0.0, begins + turn * TURN_SECONDS - reactor.seconds()))  # type: ignore[no-untyped-call]
        caller.number = next(Telephone._numbers)  # the Call-ID is made of it
        prepare(place)
        caller.call(str(place))
        await phone.hears("ACK")
        await later(reactor, talk_seconds)  # type: ignore[no-untyped-call]
        caller.bye()
        await phone.hears("BYE")


async def _measure(reactor: Any, folder: Path) -> None:
    house, bare = Cards(reactor, folder), Bare(reactor)
    try:
        await house.begin()
        pids = {"cards": house.pids, "bare": bare.pids}
        for talk in TALKS_SECONDS:
            progress(f"  {CARDS * TURNS} conversations of {talk} s ...")
            before = {kind: _used(some) for kind, some in pids.items()}
            ways = [(*way, house.prepare) for way in zip(range(CARDS), house.callers, house.called, strict=True)]
            ways += [(*way, bare.prepare) for way in zip(range(CARDS), bare.callers, bare.phones, strict=True)]
            await gatherResults(
                [
                    ensureDeferred(_turns(reactor, place, caller, phone, talk, prepare))
                    for place, caller, phone, prepare in ways
                ]
            )
            await later(reactor, 1.0)  # type: ignore[no-untyped-call]
            _tell(talk, before, {kind: _used(some) for kind, some in pids.items()}, house.refused)
    finally:
        bare.close()
        await house.close()  # type: ignore[no-untyped-call]


def _used(pids: list[int]) -> tuple[float, int]:
    return sum(map(cpu_seconds, pids)), sum(map(page_faults, pids))


def _tell(
    talk: float, before: dict[str, tuple[float, int]], after: dict[str, tuple[float, int]], refused: list[str]
) -> None:
    count = CARDS * TURNS
    each = {kind: round((after[kind][0] - before[kind][0]) / count * 1000, 2) for kind in after}
    figure(
        "card_ms_per_conversation",
        value=each["cards"],
        bare_pjsua2=each["bare"],
        talk_seconds=talk,
        conversations=count,
        cards=CARDS,
        page_faults={kind: round((after[kind][1] - before[kind][1]) / count) for kind in after},
        refused=len(refused),
    )


def card_cost(folder: Path) -> None:
    """CPU milliseconds of a conversation in its card, for two lengths of talk."""
    from twisted.internet import reactor as installed

    logs.configure("bench")
    reactor: Any = installed
    outcome: list[Any] = []
    work = ensureDeferred(_measure(reactor, folder))
    work.addBoth(lambda result: (outcome.append(result), reactor.stop()))
    reactor.run()
    if outcome[0] is not None:
        outcome[0].raiseException()
