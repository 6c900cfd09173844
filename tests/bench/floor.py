"""Decisions of the floor per second, and how they grow: agents in queues, calls that wait, no sockets and no storage.

A decision is: an agent becomes free or a call joins, the floor is asked for the pair, the agent is reserved, the call
taken out. Half of them find an agent for a call that just came (calls are few), half a call for an agent who just
became free (calls wait). Each agent is in three queues; each queue has two tiers of skills.

Queues whose calls ring at several phones are measured apart, ten of them on a floor of any size: a call rings at
everybody who is free (at thousands, on the largest floor), one of them has it, the others are free again. There a
decision is one phone more.
"""

import time
from collections.abc import Callable
from pathlib import Path

from server.acd.agent import Agent
from server.acd.floor import Floor, Match
from server.acd.line import QueueRules, Tier
from server.acd.routing import Membership
from server.acd.waiting_call import WaitingCall
from server.call.states import Presence, WorkState
from tests.bench.say import figure

SIZES = ((100, 10), (1_000, 100), (10_000, 1_000))
"""Agents and queues."""
DECISIONS = 20_000
TARGET_PER_SECOND = 20_000
TARGET_GROWTH = 2.0
TIERS = (Tier(0, "english >= 5"), Tier(30, "english >= 3"))
STRATEGIES = ("longest-idle", "fewest-calls", "round-robin", "weighted-random")
SHARED = ("ring-all", "ring-progressively")
SHARED_QUEUES = 10


class _Floor:
    """A floor of some size, in simulated time."""

    def __init__(self, agents: int, queues: int, strategies: tuple[str, ...]) -> None:
        names = [f"q{number}" for number in range(queues)]
        members: dict[str, list[Membership]] = {name: [] for name in names}
        self.agents = [
            Agent(id=f"a{n}", order=n, phone="registered", presence=Presence.READY, reachable=True, registered=True)
            for n in range(agents)
        ]
        self.by_id = {agent.id: agent for agent in self.agents}
        for agent in self.agents:
            for step in range(3):
                theirs = members[names[(agent.order + step * 7) % queues]]
                theirs.append(Membership(agent.id, len(theirs), agent.order % 2, 0, 1 + agent.order % 3))
        rules = [QueueRules(name, strategies[n % len(strategies)], TIERS) for n, name in enumerate(names)]
        self.queues = names
        self.floor = Floor(rules, members)
        self.mono = 1_000.0
        self.calls = 0

    def join(self) -> None:
        self.calls += 1
        queue = self.queues[self.calls * 13 % len(self.queues)]
        # half of them have waited long enough for the second tier
        joined = self.mono - (40 if self.calls % 2 else 0)
        self.floor.join(WaitingCall(f"c{self.calls}", queue, 0, joined), self.mono)

    def free(self, agent: Agent) -> None:
        agent.work_state, agent.idle_since = WorkState.IDLE, self.mono
        agent.calls_taken += 1
        self.floor.agent_changed(agent)

    def match(self) -> Agent | None:
        found = self.floor.next_match(self.mono, lambda: 0.37)
        if found is None:
            return None
        return self.reserve(found)

    def reserve(self, found: Match) -> Agent:
        self.floor.leave(found.call.call)
        agent = self.by_id[found.agent]
        agent.work_state = WorkState.RESERVED
        self.floor.agent_changed(agent)
        self.floor.offered(found.call.queue, agent.id)
        return agent


def _calls_wait(agents: int, queues: int, strategies: tuple[str, ...]) -> float:
    """Seconds of CPU per decision while 10,000 calls (at most ten per agent) wait and agents become free."""
    house = _Floor(agents, queues, strategies)
    for _ in range(min(10_000, agents * 10)):
        house.join()

    def decide(number: int) -> None:
        house.mono += 0.01
        house.join()
        agent = house.agents[number * 17 % agents]
        house.free(agent)
        if house.match() is None:  # nobody waits whom this agent may have
            agent.work_state = WorkState.RESERVED
            house.floor.agent_changed(agent)

    return _measured(decide)


def _agents_wait(agents: int, queues: int, strategies: tuple[str, ...]) -> float:
    """Seconds of CPU per decision while nearly all agents are free and calls come."""
    house = _Floor(agents, queues, strategies)
    for agent in house.agents:
        house.free(agent)
    busy: list[Agent] = []

    def decide(_number: int) -> None:
        house.mono += 0.01
        house.join()
        agent = house.match()
        if agent is not None:
            busy.append(agent)
        if len(busy) > agents // 10:
            house.free(busy.pop(0))

    return _measured(decide)


def _rings(agents: int, queues: int, strategies: tuple[str, ...]) -> float:
    """Seconds of CPU per phone that rings while calls ring at everybody who is free."""
    house = _Floor(agents, queues, strategies)
    for agent in house.agents:
        house.free(agent)
    ringing: dict[str, list[Agent]] = {}

    def decide(_number: int) -> None:
        house.mono += 0.01
        found = house.floor.next_match(house.mono, lambda: 0.37)
        if found is None:
            for call, theirs in ringing.items():  # somebody picked up everywhere
                house.floor.ring_over(call)
                for agent in theirs:
                    house.free(agent)
            ringing.clear()
            house.join()
            found = house.floor.next_match(house.mono, lambda: 0.37)
            assert found is not None
        theirs = ringing.setdefault(found.call.call, [])
        theirs.append(house.reserve(found))
        house.floor.ring(found.call, len(theirs), agents, house.mono)
        house.floor.asked(found.call.call, found.agent)

    return _measured(decide)


def _measured(decide: Callable[[int], None]) -> float:
    for number in range(DECISIONS // 10):
        decide(number)
    began = time.process_time()
    for number in range(DECISIONS):
        decide(number)
    return (time.process_time() - began) / DECISIONS


def floor_decisions(_folder: Path) -> None:
    """Rates for each size, and how much longer a decision takes on the largest floor than on the smallest."""
    shared_sizes = tuple((agents, SHARED_QUEUES) for agents, _ in SIZES)
    for name, measure, strategies, sizes in (
        ("calls wait", _calls_wait, STRATEGIES, SIZES),
        ("agents wait", _agents_wait, STRATEGIES, SIZES),
        *((f"{one} to all who are free", _rings, (one,), shared_sizes) for one in SHARED),
    ):
        costs = []
        for agents, queues in sizes:
            cost = measure(agents, queues, strategies)
            costs.append(cost)
            figure(
                "floor-decisions-per-second",
                value=round(1 / cost),
                target=TARGET_PER_SECOND if agents == 1_000 else None,
                agents=agents,
                queues=queues,
                when=name,
                microseconds=round(cost * 1e6, 1),
            )
        figure("floor-growth", value=round(costs[-1] / costs[0], 2), target=TARGET_GROWTH, when=name)
