"""The floor: the one decision point over all queues.

It keeps, for every queue, who waits (in order of service) and who is free (in order of the strategy), and matches the
two. An event touches only the queues of the agent or call that it is about; in the untouched ones there is no new
pair. So each decision is O(log n) in agents and calls, and nothing is polled.

A call that rings already may be offered to one agent more (`ring-all`, `ring-progressively`); an agent who is free gets
such a call only if there is none to have for which nobody's phone rings.

Between queues: priority, then service-level need (`server.acd.service_need`), then waiting time. Invariant (a property
test holds it): after `next_match` has returned None, no queue has both a waiting call and a free agent who may have it.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from server.acd.agent import Agent
from server.acd.free_agents import Choice
from server.acd.line import Line, QueueRules
from server.acd.routing import Membership
from server.acd.waiting_call import WaitingCall
from server.call.facts import Rival, Why

SHOWN_RIVALS = 10


class Match(msgspec.Struct, frozen=True):
    """`agent` shall be offered `call`."""

    call: WaitingCall
    agent: str
    why: Why
    joins: bool = False
    """Others' phones ring for the call, and go on ringing."""


class Floor:
    """Who waits and who is free. Fed with every change; asked for matches after each event."""

    def __init__(self, queues: Sequence[QueueRules], members: Mapping[str, Sequence[Membership]]) -> None:
        """`members`: by queue. Raises `KeyError` for an unknown strategy or queue (the site's check has named it)."""
        self._lines = {rules.id: Line(rules) for rules in queues}
        self._lines_of: dict[str, list[Line]] = {}
        self._calls: dict[str, WaitingCall] = {}
        self._touched: dict[str, Line] = {}
        self._rings: dict[str, Line] = {}
        self._free: set[str] = set()
        self._asked: dict[str, set[str]] = {}
        """By agent, the calls that ring and were offered to the agent already."""
        for queue, theirs in members.items():
            line = self._lines[queue]
            for member in theirs:
                line.free.members[member.agent] = member
                self._lines_of.setdefault(member.agent, []).append(line)

    def agent_changed(self, agent: Agent) -> None:
        """Presence, work state, reachability or a compared value of the agent changed."""
        free = agent.free()
        if not free and agent.id not in self._free:
            return
        for line in self._lines_of.get(agent.id, ()):
            line.free.show(agent, free)
            if free:
                self._touched[line.queue] = line
        (self._free.add if free else self._free.discard)(agent.id)
        for call in self._asked.get(agent.id, ()):
            back = self._rings[call].rings[call].back
            (back.add if free else back.discard)(agent.id)

    def offered(self, queue: str, agent: str) -> None:
        """The agent had the queue's last offer: `round-robin` goes on after this one."""
        line = self._lines.get(queue)
        if line is not None and (member := line.free.members.get(agent)) is not None:
            line.free.last_place = member.place

    def set_need(self, queue: str, need: int) -> None:
        """How many points the queue is below its service level."""
        if queue in self._lines:
            self._lines[queue].need = need

    def join(self, call: WaitingCall, mono: float) -> float | None:
        """The call waits now (or again). Returns when `widen` is to be called for it; None: never."""
        self.leave(call.call)
        line = self._lines[call.queue]
        self._calls[call.call] = call
        line.join(call, mono)
        self._touched[line.queue] = line
        return line.next_tier_mono(call, line.tier_of(call.call))

    def widen(self, call: str, mono: float) -> float | None:
        """The call, which waits or rings, may have come to a further tier. Returns when to call again; None: never."""
        known = self._calls.get(call)
        if known is not None:
            return self.join(known, mono)
        line = self._rings.get(call)
        if line is None:
            return None
        self._touched[line.queue] = line
        return line.widen_ring(call, mono)

    def leave(self, call: str) -> None:
        """The call does not wait any more; nothing happens if it did not."""
        known = self._calls.pop(call, None)
        if known is not None:
            self._lines[known.queue].leave(known)

    def ring(self, call: WaitingCall, ringing: int, most: int, mono: float) -> None:
        """The call was offered to one agent more: `ringing` phones ring for it now, and `most` may."""
        line = self._rings[call.call] = self._lines[call.queue]
        line.ring(call, ringing, most, mono)
        self._touched[line.queue] = line

    def asked(self, call: str, agent: str) -> None:
        """The agent was offered the call that rings, and is not offered it again in this ring."""
        ring = self._rings[call].rings[call]
        ring.asked.add(agent)
        self._asked.setdefault(agent, set()).add(call)
        if agent in self._free:
            ring.back.add(agent)

    def ring_over(self, call: str) -> None:
        """The call rings no longer, or with nobody more; nothing happens if it did not ring."""
        line = self._rings.pop(call, None)
        if line is None:
            return
        for agent in line.ring_over(call).asked:
            calls = self._asked[agent]
            calls.discard(call)
            if not calls:
                del self._asked[agent]

    def next_match(self, mono: float, draw: Callable[[], float]) -> Match | None:
        """The best pair that is possible now; None: there is none. The caller must then make the agent not free
        (`agent_changed`) and take the call out (`leave`) before it asks again. `draw` gives chance: from 0, below 1.
        """
        pairs: list[tuple[int, int, float, str, Line]] = []
        for queue, line in list(self._touched.items()):
            rank = line.best()
            if rank is None:
                if not line.rings:
                    del self._touched[queue]
            else:
                pairs.append((rank[0], -line.need, rank[1], rank[2], line))
        if not pairs:
            return self._next_join(mono)
        best = min(pairs)  # calls have ids of their own, so lines are never compared
        call, line = self._calls[best[3]], best[4]
        by_chance = line.free.strategy.by == "chance"
        tier = line.tier_of(call.call)
        choice = line.free.choose(tier, call.last_agent, call.preferred, draw() if by_chance else None)
        rivals = [_rival(pair) for pair in sorted(pairs)[1 : SHOWN_RIVALS + 1]] if len(pairs) > 1 else []
        return Match(call, choice.agent, _why(call, line, choice, mono, rivals))

    def _next_join(self, mono: float) -> Match | None:
        """The best call that rings, and whose phone may ring for it as well; None: there is none."""
        found: list[tuple[int, int, float, str, Line, Choice]] = []
        for queue, line in list(self._touched.items()):
            best = line.best_ring()
            if best is None:
                del self._touched[queue]
            else:
                (priority, joined, ident), choice = best
                found.append((priority, -line.need, joined, ident, line, choice))
        if not found:
            return None
        found.sort(key=lambda one: one[:4])
        *_, ident, line, choice = found[0]
        call = line.rings[ident].call
        rivals = [_rival(one[:5]) for one in found[1 : SHOWN_RIVALS + 1]]
        return Match(call, choice.agent, _why(call, line, choice, mono, rivals), joins=True)

    # -- views ----------------------------------------------------------------------------------------------------

    def waits(self, call: str) -> bool:
        """Whether the call waits in a queue now."""
        return call in self._calls

    def position(self, call: str) -> int | None:
        """Place of the call in its queue, from 1; None if it does not wait."""
        known = self._calls.get(call)
        return None if known is None else self._lines[known.queue].position(known)

    def waiting(self, queue: str) -> list[str]:
        """Ids of the calls that wait in the queue, next first."""
        return self._lines[queue].calls()

    def waiting_count(self, queue: str) -> int:
        """How many calls wait in the queue."""
        return len(self._lines[queue])

    def callers(self, queue: str) -> int:
        """How many of them have somebody on the line: all but call-backs."""
        return self._lines[queue].callers

    def longest_waiting(self, queue: str) -> str | None:
        """The call that joined the queue first; None if nobody waits."""
        return self._lines[queue].longest()

    def free_agents(self, queue: str) -> list[str]:
        """Ids of the free agents of the queue, best first."""
        return self._lines[queue].free.ids()

    def free_count(self, queue: str) -> int:
        """How many agents of the queue are free."""
        return len(self._lines[queue].free)

    def line(self, queue: str) -> Line:
        """The queue itself, to be looked at."""
        return self._lines[queue]


def _rival(pair: tuple[int, int, float, str, Line]) -> Rival:
    priority, need, joined, call, line = pair
    return Rival(line.queue, call, -priority, -need, joined)


def _why(call: WaitingCall, line: Line, choice: Choice, mono: float, rivals: list[Rival]) -> Why:
    strategy = line.free.strategy
    waited = mono - call.joined_mono
    preferred = choice.candidates[0].preferred
    ring = line.rings.get(call.call)
    if preferred:
        among = "spoke last with this caller"
    elif ring is not None:
        others = "1 other" if ring.ringing == 1 else f"{ring.ringing} others"
        among = f"rings along with {others}: {strategy.rule}, of {choice.count} left"
        among += f" ({strategy.tell(choice.value, mono)})"
    elif choice.count == 1:
        among = f"the only free agent ({strategy.tell(choice.value, mono)})"
    else:
        among = f"{strategy.rule}, of {choice.count} free ({strategy.tell(choice.value, mono)})"
    tier = line.tier_of(call.call) if ring is None else ring.tier
    skills = f"; asked for: {require}" if (require := line.tiers[tier].require) else ""
    before = f"; {_before(call, line.need, rivals[0])}" if rivals else ""
    return Why(
        strategy=strategy.name,
        rule=strategy.rule,
        candidates=choice.candidates,
        candidate_count=choice.count,
        sentence=f"{choice.agent}: {among}; the caller waited {waited:.0f} s{skills}{before}",
        waited_seconds=round(waited, 3),
        position=line.position(call),
        tier=tier,
        require=line.tiers[tier].require,
        draw=choice.draw,
        tickets=choice.tickets,
        tickets_before=choice.tickets_before,
        priority=call.priority,
        need=line.need,
        joined_mono=call.joined_mono,
        rivals=rivals,
    )


def _before(call: WaitingCall, need: int, rival: Rival) -> str:
    """Why this call and not the first one of another queue."""
    if rival.priority != call.priority:
        return f"before the queue {rival.queue}: priority {call.priority} against {rival.priority}"
    if rival.need != need:
        return f"before the queue {rival.queue}: its service level is {need} points short, there {rival.need}"
    return f"before the queue {rival.queue}: waiting longer"
