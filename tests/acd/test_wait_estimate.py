"""The expected wait against a simulated floor: it must beat the mean wait of the last hour."""

import heapq
import random
from collections import deque

import msgspec
import pytest

from server.acd.agent import Agent
from server.acd.wait_estimate import WaitEstimates
from server.call import facts
from server.call.now import Now
from server.call.states import Presence, WorkState

WHY = facts.Why(strategy="longest-idle", rule="", candidates=[], candidate_count=1, sentence="")


class OneQueue:
    """Poisson arrivals whose rate goes up and down, exponential handling, agents who come and go: first come, first
    served. Errors of our estimate and of the last hour's mean are kept for each call that waited."""

    def __init__(self, seed: int, agents: int, erlangs: float, handling: float = 180.0) -> None:
        self.chance = random.Random(seed)
        self.handling = handling
        self.rate = erlangs / handling
        self.agents = [Agent(id=f"a{n}", order=n, phone="registered", reachable=True) for n in range(agents)]
        self.estimates = WaitEstimates({agent.id: ["q"] for agent in self.agents})
        self.waiting: deque[tuple[int, float, float | None, float | None]] = deque()
        self.free: list[Agent] = []
        self.due: list[tuple[float, int, str, Agent | None]] = []
        self.waits: deque[tuple[float, float]] = deque()
        self.number = 0
        self.ours: list[float] = []
        self.theirs: list[float] = []
        for agent in self.agents:
            agent.presence = Presence.READY
            self.estimates.agent_changed(agent)
            self.free.append(agent)

    def at(self, when: float, what: str, agent: Agent | None = None) -> None:
        self.number += 1
        heapq.heappush(self.due, (when, self.number, what, agent))

    def run(self, hours: float) -> None:
        self.at(0, "arrive")
        while self.due and self.due[0][0] < hours * 3600:
            now, _, what, agent = heapq.heappop(self.due)
            if what == "arrive":
                self.arrive(now)
            else:
                assert agent is not None
                self.done(now, agent)
            while self.waiting and self.free:
                self.offer(now)

    def arrive(self, now: float) -> None:
        self.number += 1
        busy_hour = 1.25 if int(now // 3600) % 2 else 0.75
        self.at(now + self.chance.expovariate(self.rate * busy_hour), "arrive")
        while self.waits and self.waits[0][0] < now - 3600:
            self.waits.popleft()
        mean = sum(wait for _, wait in self.waits) / len(self.waits) if self.waits else None
        ours = self.estimates.expected("q", len(self.waiting) + 1)
        fact = facts.CallQueued(
            call=str(self.number), queue="q", priority=0, joined_mono=now, joined_at=now, expected_seconds=ours
        )
        self.estimates.take(Now(now, now), fact)
        self.waiting.append((self.number, now, ours, mean))

    def offer(self, now: float) -> None:
        call, joined, ours, mean = self.waiting.popleft()
        agent = self.free.pop(0)
        moment, wait = Now(now, now), now - joined
        agent.work_state = WorkState.TALKING
        self.estimates.agent_changed(agent)
        offered = facts.CallOffered(call=str(call), queue="q", agent=agent.id, offer=1, leg="", why=WHY)
        self.estimates.take(
            moment, msgspec.structs.replace(offered, waiting=len(self.waiting), serving=self.estimates.serving("q"))
        )
        self.estimates.take(moment, facts.CallConnected(call=str(call), queue="q", agent=agent.id, offer=1))
        self.at(now + self.chance.expovariate(1 / self.handling), "done", agent)
        self.waits.append((now, wait))
        if wait > 0 and ours is not None and mean is not None:
            self.ours.append(abs(ours - wait))
            self.theirs.append(abs(mean - wait))

    def done(self, now: float, agent: Agent) -> None:
        agent.work_state = WorkState.IDLE
        self.estimates.take(Now(now, now), facts.WrapUpEnded(agent=agent.id, call="", by="agent"))
        self.estimates.agent_changed(agent)
        self.free.append(agent)


@pytest.mark.parametrize(("agents", "erlangs"), [(5, 4.5), (20, 19.0), (100, 97.0)])
def test_it_beats_the_last_hours_mean(agents: int, erlangs: float) -> None:
    ours, theirs = [], []
    for seed in range(3):
        queue = OneQueue(seed, agents, erlangs)
        queue.run(hours=40)
        ours += queue.ours
        theirs += queue.theirs
    assert len(ours) > 500
    assert sum(ours) / len(ours) < 0.6 * sum(theirs) / len(theirs)


def test_the_published_error_is_the_error() -> None:
    queue = OneQueue(seed=1, agents=10, erlangs=9.5)
    queue.run(hours=20)
    accuracy = queue.estimates.accuracy("q")
    assert accuracy.calls > 500
    lately = sum(queue.ours[-30:]) / 30
    assert accuracy.mean_error_seconds == pytest.approx(lately, rel=1.0)


def test_nothing_is_said_without_anything_to_go_by() -> None:
    queue = OneQueue(seed=1, agents=2, erlangs=1)
    assert queue.estimates.expected("q", 1) is None
    assert queue.estimates.accuracy("q").mean_error_seconds is None


def test_it_follows_the_agents_at_once() -> None:
    queue = OneQueue(seed=1, agents=10, erlangs=9.5)
    queue.run(hours=10)
    for agent in queue.agents:
        agent.work_state = WorkState.TALKING
        queue.estimates.agent_changed(agent)
    before = queue.estimates.expected("q", 4)
    for agent in queue.agents[:5]:
        agent.work_state, agent.presence = WorkState.IDLE, Presence.NOT_READY
        queue.estimates.agent_changed(agent)
    after = queue.estimates.expected("q", 4)
    assert before is not None
    assert after == pytest.approx(2 * before)
    assert queue.estimates.serving("q") == 5


def test_a_call_that_rings_at_several_is_one_hand_over() -> None:
    """The same day, once offered to one agent and once to three at a time: the callers wait as long."""
    told = []
    for phones in (1, 3):
        agents = [Agent(id=f"a{n}", order=n, phone="", reachable=True, presence=Presence.READY) for n in range(3)]
        estimates = WaitEstimates({agent.id: ["q"] for agent in agents})
        for agent in agents:
            estimates.agent_changed(agent)
        for number in range(10):
            at = Now(0, 60.0 * number)
            for offer in range(1, phones + 1):
                fork = 1 if phones > 1 else 0
                offered = facts.CallOffered(
                    call=f"c{number}",
                    queue="q",
                    agent=f"a{offer - 1}",
                    offer=offer,
                    leg="l",
                    why=WHY,
                    fork=fork,
                    waiting=1,
                    serving=3,
                )
                estimates.take(at, offered)
            estimates.take(Now(0, at.mono + 50), facts.WrapUpEnded(agent="a0", call=f"c{number}", by="agent"))
        told.append(estimates.expected("q", 2))
    assert told[0] is not None
    assert told[0] == told[1]
