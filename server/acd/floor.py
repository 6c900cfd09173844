"""The floor: the one decision point over all queues.

It keeps, for every queue, who waits (in order of service) and who is free (in order of the strategy), and matches the
two. An event touches only the queues of the agent or call that it is about; in the untouched ones there is no new
pair. So each decision is O(log n) in agents and calls, and nothing is polled.

Between queues: priority, then waiting time. Invariant (a property test holds it): after `next_match` has returned
None, no queue has both a waiting call and a free agent.
"""

from collections.abc import Sequence
from itertools import islice

import msgspec
from sortedcontainers import SortedList

from server.acd.agent import Agent
from server.acd.routing import STRATEGIES, Strategy
from server.acd.waiting_call import WaitingCall
from server.call.facts import Candidate, Why

SHOWN_CANDIDATES = 20


class Match(msgspec.Struct, frozen=True):
    """`agent` shall be offered `call`."""

    call: WaitingCall
    agent: str
    why: Why


class _Line:
    """One queue's two sorted lists."""

    def __init__(self, queue: str, strategy: Strategy) -> None:
        self.queue = queue
        self.strategy = strategy
        self.places: dict[str, int] = {}
        self.waiting: SortedList[tuple[int, float, str]] = SortedList()
        self.free: SortedList[tuple[float, int, str]] = SortedList()
        self.free_keys: dict[str, tuple[float, int, str]] = {}

    def show(self, agent: Agent) -> None:
        """Put the agent where the strategy wants it, or out if not free."""
        old = self.free_keys.pop(agent.id, None)
        if old is not None:
            self.free.remove(old)
        if agent.free():
            place = self.places[agent.id]
            key = (self.strategy.value(agent, place), place, agent.id)
            self.free_keys[agent.id] = key
            self.free.add(key)


class Floor:
    """Who waits and who is free. Fed with every change; asked for matches after each event."""

    def __init__(self, queues: Sequence[tuple[str, str]], members: Sequence[tuple[str, Sequence[str]]]) -> None:
        """`queues`: id and strategy name; `members`: agent id and the ids of the agent's queues, in the site's order.

        Raises `KeyError` for an unknown strategy or queue (the site's check has named it before).
        """
        self._lines = {queue: _Line(queue, STRATEGIES[strategy]) for queue, strategy in queues}
        self._queues_of: dict[str, list[_Line]] = {}
        self._calls: dict[str, WaitingCall] = {}
        self._touched: dict[str, _Line] = {}
        for agent, theirs in members:
            lines = [self._lines[queue] for queue in theirs]
            self._queues_of[agent] = lines
            for line in lines:
                line.places[agent] = len(line.places)

    def agent_changed(self, agent: Agent) -> None:
        """Presence, work state or reachability of the agent changed."""
        for line in self._queues_of[agent.id]:
            line.show(agent)
            self._touched[line.queue] = line

    def join(self, call: WaitingCall) -> None:
        """The call waits now (or again)."""
        self.leave(call.call)
        line = self._lines[call.queue]
        self._calls[call.call] = call
        line.waiting.add(call.rank())
        self._touched[line.queue] = line

    def leave(self, call: str) -> None:
        """The call does not wait any more; nothing happens if it did not."""
        known = self._calls.pop(call, None)
        if known is not None:
            self._lines[known.queue].waiting.remove(known.rank())

    def waits(self, call: str) -> bool:
        """Whether the call waits in a queue now."""
        return call in self._calls

    def position(self, call: str) -> int | None:
        """Place of the call in its queue, from 1; None if it does not wait."""
        known = self._calls.get(call)
        return None if known is None else self._lines[known.queue].waiting.bisect_left(known.rank()) + 1

    def waiting(self, queue: str) -> list[str]:
        """Ids of the calls that wait in the queue, next first."""
        return [call for _, _, call in self._lines[queue].waiting]

    def waiting_count(self, queue: str) -> int:
        """How many calls wait in the queue."""
        return len(self._lines[queue].waiting)

    def longest_waiting(self, queue: str) -> str | None:
        """The call that joined the queue first; None if nobody waits."""
        line = self._lines[queue].waiting
        return min(line, key=lambda rank: rank[1])[2] if line else None

    def free_agents(self, queue: str) -> list[str]:
        """Ids of the free agents of the queue, best first."""
        return [agent for _, _, agent in self._lines[queue].free]

    def next_match(self, mono: float) -> Match | None:
        """The best pair that is possible now; None: there is none. The caller must then make the agent not free
        (`agent_changed`) and take the call out (`leave`) before it asks again."""
        best: tuple[tuple[int, float, str], _Line] | None = None
        for queue, line in list(self._touched.items()):
            if not line.waiting or not line.free:
                del self._touched[queue]
            elif best is None or line.waiting[0] < best[0]:
                best = (line.waiting[0], line)
        if best is None:
            return None
        rank, line = best
        return self._choose(self._calls[rank[2]], line, mono)

    def _choose(self, call: WaitingCall, line: _Line, mono: float) -> Match:
        shown = list(islice(line.free, SHOWN_CANDIDATES))
        chosen = shown[0]
        if chosen[2] == call.last_agent and len(shown) > 1:
            chosen = shown[1]
        candidates = [
            Candidate(agent, value, "had the last offer" if agent == call.last_agent and chosen[2] != agent else "")
            for value, _, agent in shown
        ]
        strategy, count = line.strategy, len(line.free)
        waited = mono - call.joined_mono
        among = "the only free agent" if count == 1 else f"{strategy.rule}, of {count} free"
        why = Why(
            strategy=strategy.name,
            rule=strategy.rule,
            candidates=candidates,
            candidate_count=count,
            sentence=f"{chosen[2]}: {among} ({strategy.tell(chosen[0], mono)}); the caller waited {waited:.0f} s",
            waited_seconds=round(waited, 3),
            position=1,
        )
        return Match(call, chosen[2], why)
