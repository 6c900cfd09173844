"""The free agents of one queue, kept in the order in which its strategy asks them."""

from collections.abc import Iterator
from itertools import chain, islice

import msgspec
from sortedcontainers import SortedList

from server.acd.agent import Agent
from server.acd.routing import Membership, Strategy
from server.call.facts import Candidate

SHOWN_CANDIDATES = 20
SHOWN_BESIDES = 2
"""Of a choice of one agent more for a call that rings already: the chosen one and the runner-up. The first offer of the
ring has shown the others, and hundreds of agents who are rung together shall not each carry a list of all."""

Key = tuple[int, float, int, str]
"""Penalty, the strategy's value, place, agent."""
LAST = float("inf")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Who was chosen, and of whom. Meaning of the fields: as in `server.call.facts.Why`."""

    agent: str
    value: float
    candidates: list[Candidate]
    count: int
    draw: float | None = None
    tickets: int = 0
    tickets_before: int = 0


class FreeAgents:
    """Of the members of a queue those who are free, by tier."""

    def __init__(self, strategy: Strategy, tiers: int) -> None:
        self.strategy = strategy
        self.members: dict[str, Membership] = {}
        self.last_place = -1
        """Place of the agent who had the queue's last offer; -1: nobody had one."""
        self._tiers: list[SortedList[Key]] = [SortedList() for _ in range(tiers)]
        self._keys: dict[str, Key] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, agent: str) -> bool:
        return agent in self._keys

    def show(self, agent: Agent, free: bool) -> None:
        """Put the agent where the strategy wants it, or out if not `free`."""
        member = self.members[agent.id]
        if free:
            key = (member.penalty, self.strategy.value(agent, member), member.place, agent.id)
            if self._keys.get(agent.id) == key:
                return
            self._out(agent.id)
            self._keys[agent.id] = key
            self._tiers[member.tier].add(key)
        else:
            self._out(agent.id)

    def _out(self, agent: str) -> None:
        key = self._keys.pop(agent, None)
        if key is not None:
            self._tiers[self.members[agent].tier].remove(key)

    def lowest_tier(self) -> int | None:
        """The first tier in which somebody is free; None: nobody is free."""
        return next((number for number, tier in enumerate(self._tiers) if tier), None) if self._keys else None

    def able(self, tier: int) -> int:
        """How many are free for a call that has come to `tier`."""
        return sum(len(free) for free in self._tiers[: tier + 1])

    def ids(self) -> list[str]:
        """All who are free, in the order of tiers, penalties and values."""
        return [key[3] for tier in self._tiers for key in tier]

    def choose(self, tier: int, last_agent: str, preferred: str, draw: float | None) -> Choice:
        """One of those who are free for a call of `tier`; there must be one. `last_agent` only if nobody else is.

        `draw`: from 0, less than 1; asked for by `chance` strategies only.
        """
        count = self.able(tier)
        over = self._keys.get(last_agent)
        if over is None or count < 2 or self.members[last_agent].tier > tier:
            return self._choose(tier, preferred, draw, count)
        own = self._tiers[self.members[last_agent].tier]
        own.remove(over)
        try:
            choice = self._choose(tier, "" if preferred == last_agent else preferred, draw, count)
        finally:
            own.add(over)
        passed = self._candidate(over, "had the last offer")
        return msgspec.structs.replace(choice, candidates=[*choice.candidates[: SHOWN_CANDIDATES - 1], passed])

    def _choose(self, tier: int, preferred: str, draw: float | None, count: int) -> Choice:
        wanted = self._keys.get(preferred)
        if wanted is not None and self.members[preferred].tier <= tier:
            others = [self._candidate(key) for key in self._some(tier) if key is not wanted]
            first = msgspec.structs.replace(self._candidate(wanted), preferred=True)
            return Choice(agent=preferred, value=first.value, candidates=[first, *others[:19]], count=count)
        if self.strategy.by == "chance" and draw is not None:
            return self._drawn(self._first(tier), draw, count)
        if self.strategy.by == "next":
            return self._in_turn(self._first(tier), count)
        shown = [self._candidate(key) for key in self._some(tier)]
        return Choice(agent=shown[0].agent, value=shown[0].value, candidates=shown, count=count)

    def next_besides(self, tier: int, asked: set[str], back: int) -> Choice | None:
        """The first, in the strategy's order, of those who were not asked yet; None: all who are free were. `back`: how
        many of `asked` are free again."""
        count = self.able(tier) - back
        if count <= 0:
            return None
        able = (key for key in chain.from_iterable(self._tiers[: tier + 1]) if key[3] not in asked)
        shown = [self._candidate(key) for key in islice(able, SHOWN_BESIDES)]
        return Choice(agent=shown[0].agent, value=shown[0].value, candidates=shown, count=count)

    def _some(self, tier: int) -> Iterator[Key]:
        return islice(chain.from_iterable(self._tiers[: tier + 1]), SHOWN_CANDIDATES)

    def _first(self, tier: int) -> "SortedList[Key]":
        return next(free for free in self._tiers[: tier + 1] if free)

    def _in_turn(self, free: "SortedList[Key]", count: int) -> Choice:
        penalty = free[0][0]
        end = free.bisect_left((penalty + 1,))
        start = free.bisect_right((penalty, self.last_place, LAST))
        keys = list(islice(chain(free.islice(start, end), free.islice(0, min(start, end))), SHOWN_CANDIDATES))
        size = len(self.members)
        shown = [
            msgspec.structs.replace(self._candidate(key), value=float((key[2] - self.last_place - 1) % size))
            for key in keys
        ]
        return Choice(agent=shown[0].agent, value=shown[0].value, candidates=shown, count=count)

    def _drawn(self, free: "SortedList[Key]", draw: float, count: int) -> Choice:
        """The ticket `int(draw * tickets)` wins; tickets are counted through the agents in order of weight and place.

        Agents of one weight stand together, so the winner is found by as many searches as there are weights.
        """
        penalty = free[0][0]
        groups = list(_groups(free, free.bisect_left((penalty + 1,))))
        tickets = sum(int(weight) * (end - start) for weight, start, end in groups)
        ticket, before = int(draw * tickets), 0
        for weight, start, end in groups:
            if ticket < before + int(weight) * (end - start):
                won = start + (ticket - before) // int(weight)
                break
            before += int(weight) * (end - start)
        first = max(0, won - SHOWN_CANDIDATES // 2)
        shown = [self._candidate(key) for key in free.islice(first, min(first + SHOWN_CANDIDATES, groups[-1][2]))]
        return Choice(
            agent=free[won][3],
            value=free[won][1],
            candidates=shown,
            count=count,
            draw=draw,
            tickets=tickets,
            tickets_before=sum(
                int(weight) * (min(end, first) - start) for weight, start, end in groups if start < first
            ),
        )

    def _candidate(self, key: Key, passed_over: str = "") -> Candidate:
        penalty, value, _, agent = key
        return Candidate(agent, value, passed_over, self.members[agent].tier, penalty)


def _groups(free: "SortedList[Key]", end: int) -> Iterator[tuple[float, int, int]]:
    """Weight, begin and end (excluded) of each run of agents of one weight in the first `end` places."""
    start = 0
    while start < end:
        penalty, weight, _, _ = free[start]
        stop = min(end, free.bisect_left((penalty, weight + 1)))
        yield weight, start, stop
        start = stop
