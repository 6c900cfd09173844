"""One queue on the floor: who waits, by tier, and who is free."""

import heapq
from collections.abc import Sequence

import msgspec
from sortedcontainers import SortedList

from server.acd.free_agents import Choice, FreeAgents
from server.acd.routing import STRATEGIES
from server.acd.waiting_call import Rank, WaitingCall


class Tier(msgspec.Struct, frozen=True):
    """From `after_seconds` of waiting on, agents with the skills `require` (in words; empty: any) may have the call."""

    after_seconds: float = 0
    require: str = ""


class QueueRules(msgspec.Struct, frozen=True):
    """What the floor knows of a queue. `tiers`: by waiting time, the first from 0."""

    id: str
    strategy: str = "longest-idle"
    tiers: Sequence[Tier] = (Tier(),)


class Ring(msgspec.Struct):
    """A call that rings at some agents' phones and may ring at more. `asked`: all who were offered it in this ring;
    `back`: those of them who are free again; `ringing`: how many of their phones ring; `most`: at most so many may ring
    now; `tier`: of skills, which the call has come to."""

    call: WaitingCall
    asked: set[str]
    ringing: int
    most: int
    tier: int
    back: set[str] = msgspec.field(default_factory=set)


class Line:
    """A queue's waiting calls and free agents. A call is in the last tier whose waiting time it has reached, and can
    be served by the agents of that tier and of those before."""

    def __init__(self, rules: QueueRules) -> None:
        self.queue = rules.id
        self.tiers = rules.tiers
        self.free = FreeAgents(STRATEGIES[rules.strategy], len(rules.tiers))
        self.need = 0
        """How many points the queue is below its service level."""
        self._waiting: list[SortedList[Rank]] = [SortedList() for _ in rules.tiers]
        self._tier_of: dict[str, int] = {}
        self.callers = 0
        """How many of the waiting calls have somebody on the line."""
        self.rings: dict[str, Ring] = {}
        """Calls that do not wait any more, but may be offered to one agent more."""
        self._open: list[SortedList[Rank]] = [SortedList() for _ in rules.tiers]
        """Of these the ones for which one more phone may ring now, by tier."""

    def __len__(self) -> int:
        return len(self._tier_of)

    def _begins(self, tier: int, joined_mono: float) -> float:
        """When a call comes to a tier. Compared with `Now.mono` as it is: a difference of the two would be rounded
        another way, and the call would not have reached the tier at the very moment at which it is due."""
        return joined_mono + self.tiers[tier].after_seconds

    def tier_at(self, joined_mono: float, mono: float) -> int:
        """The last tier that a call has reached at `mono`."""
        last = len(self.tiers) - 1
        while last and self._begins(last, joined_mono) > mono:
            last -= 1
        return last

    def next_tier_mono(self, call: WaitingCall, tier: int) -> float | None:
        """When a call that has come to `tier` comes to the next one; None: it is in the last one."""
        return self._begins(tier + 1, call.joined_mono) if tier + 1 < len(self.tiers) else None

    def join(self, call: WaitingCall, mono: float) -> None:
        """The call waits here."""
        tier = self.tier_at(call.joined_mono, mono)
        self._tier_of[call.call] = tier
        self._waiting[tier].add(call.rank())
        self.callers += not call.away

    def leave(self, call: WaitingCall) -> None:
        """The call, which waits here, does not any more."""
        self._waiting[self._tier_of.pop(call.call)].remove(call.rank())
        self.callers -= not call.away

    def tier_of(self, call: str) -> int:
        """The tier of a call that waits here."""
        return self._tier_of[call]

    def best(self) -> Rank | None:
        """Of the calls that a free agent may have, the next; None: there is no pair."""
        if not self._tier_of:
            return None
        tier = self.free.lowest_tier()
        if tier is None:
            return None
        return min((waiting[0] for waiting in self._waiting[tier:] if waiting), default=None)

    def ring(self, call: WaitingCall, ringing: int, most: int, mono: float) -> None:
        """The call rings at `ringing` phones now, and may at `most`."""
        ring = self.rings.get(call.call)
        if ring is None:
            ring = self.rings[call.call] = Ring(call, set(), ringing, most, 0)
        else:
            self._close(ring)
        ring.call, ring.ringing, ring.most = call, ringing, most
        self._reopen(ring, mono)

    def widen_ring(self, call: str, mono: float) -> float | None:
        """The call that rings may have come to a further tier. Returns when it comes to the next; None: never."""
        ring = self.rings[call]
        self._close(ring)
        self._reopen(ring, mono)
        return self.next_tier_mono(ring.call, ring.tier)

    def ring_over(self, call: str) -> Ring:
        """The call rings no longer, or with nobody more."""
        ring = self.rings.pop(call)
        self._close(ring)
        return ring

    def _close(self, ring: Ring) -> None:
        self._open[ring.tier].discard(ring.call.rank())

    def _reopen(self, ring: Ring, mono: float) -> None:
        ring.tier = self.tier_at(ring.call.joined_mono, mono)
        if ring.ringing < ring.most:
            self._open[ring.tier].add(ring.call.rank())

    def best_ring(self) -> tuple[Rank, Choice] | None:
        """Of the calls that ring, the first at which one more phone may ring, and whose. A call is passed by only if
        every agent who is free for it was asked already: so there are never more of them than calls that one agent had
        and let go while others' phones ring on."""
        lowest = self.free.lowest_tier()
        if lowest is None:
            return None
        for rank in heapq.merge(*self._open[lowest:]):
            ring = self.rings[rank[2]]
            choice = self.free.next_besides(ring.tier, ring.asked, len(ring.back))
            if choice is not None:
                return rank, choice
        return None

    def position(self, call: WaitingCall) -> int:
        """Place of a call that waits here, from 1."""
        before: int = sum(waiting.bisect_left(call.rank()) for waiting in self._waiting)
        return before + 1

    def calls(self) -> list[str]:
        """Ids of the calls that wait, next first."""
        return [call for _, _, call in heapq.merge(*self._waiting)]

    def longest(self) -> str | None:
        """The call that joined first; None if nobody waits. In each tier the calls of one priority stand together in
        the order in which they joined."""
        first: tuple[float, str] | None = None
        for waiting in self._waiting:
            start = 0
            while start < len(waiting):
                priority, joined, call = waiting[start]
                first = min(first, (joined, call)) if first is not None else (joined, call)
                start = waiting.bisect_left((priority + 1,))
        return first[1] if first is not None else None
