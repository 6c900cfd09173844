"""Expected wait, from what happens now; and how wrong it has been.

While callers wait, the agents of a queue hand over one call after another. The mean gap between two hand-overs times
the agents who serve is what one hand-over costs in agent-seconds: handling time, ringing, and what the same agents do
for other queues are all in it. So

    expected wait = place in the queue x cost of a hand-over / agents who serve now

follows at once when an agent logs in or out, and within some calls when the talks become longer. Until a queue has
had gaps to learn from, the mean time that an agent is taken up by one call stands for the cost. Means are exponential:
each new value counts a tenth.

Every estimate that a call was given when it joined is compared with the wait that it then had; `mean_error` is the mean
of the absolute differences.

What was learnt (`memory`) is a fold of the facts alone and part of the checkpoint: a new core goes on with it. Who
serves now is told apart (`agent_changed`).
"""

from collections.abc import Mapping, Sequence

import msgspec

from server.acd.agent import Agent
from server.call import facts
from server.call.now import Now
from server.call.states import Presence, WorkState

WEIGHT = 0.1
"""Of the newest value in a mean."""
GAPS_TRUSTED = 5
"""After so many gaps their mean counts as much as the handling time; with more of them, more."""


class Mean(msgspec.Struct):
    """A mean in which each new value counts `WEIGHT`, the first ones evenly."""

    value: float = 0.0
    count: int = 0

    def add(self, value: float) -> None:
        """Take one more value."""
        self.count += 1
        self.value += (value - self.value) * max(WEIGHT, 1 / self.count)


class Accuracy(msgspec.Struct, frozen=True):
    """How good the estimates of a queue are: mean absolute error in seconds (None: none was tested yet), and of how
    many calls."""

    mean_error_seconds: float | None
    calls: int


class QueueWaits(msgspec.Struct):
    """What was learnt about one queue. `last_offer`: when the last call was offered (`Now.mono`), if others waited on:
    the next gap begins there; None: nobody did."""

    cost: Mean = msgspec.field(default_factory=Mean)
    handling: Mean = msgspec.field(default_factory=Mean)
    error: Mean = msgspec.field(default_factory=Mean)
    last_offer: float | None = None


class WaitMemory(msgspec.Struct):
    """What is kept over a restart. `boot`: the machine's boot whose clock the moments are of. `taken`: agent to the
    queue whose call takes the agent up, and since when. `told`: waiting call to its queue, when it joined, and what
    was expected."""

    boot: str = ""
    queues: dict[str, QueueWaits] = {}
    taken: dict[str, tuple[str, float]] = {}
    told: dict[str, tuple[str, float, float]] = {}


class WaitEstimates:
    """Estimates for all queues. `queues_of`: agent to the queues whose calls the agent takes."""

    def __init__(self, queues_of: Mapping[str, Sequence[str]]) -> None:
        self._queues_of = queues_of
        self.memory = WaitMemory()
        self._serves: set[str] = set()
        self._serving: dict[str, int] = {}

    def serving(self, queue: str) -> int:
        """Agents of the queue who take calls now: ready and reachable, or busy with one."""
        return self._serving.get(queue, 0)

    def agent_changed(self, agent: Agent) -> None:
        """Presence, work state or reachability of an agent changed."""
        busy = agent.work_state is not WorkState.IDLE
        serves = busy or (agent.presence is Presence.READY and agent.reachable)
        if serves == (agent.id in self._serves):
            return
        (self._serves.add if serves else self._serves.discard)(agent.id)
        for queue in self._queues_of.get(agent.id, ()):
            self._serving[queue] = self._serving.get(queue, 0) + (1 if serves else -1)

    def expected(self, queue: str, place: int) -> float | None:
        """Seconds until the call at that place (from 1) is answered; None: nobody serves, or nothing is known yet."""
        known, serving = self.memory.queues.get(queue), self.serving(queue)
        if known is None or serving <= 0 or not known.handling.count:
            return None
        trust = known.cost.count / (known.cost.count + GAPS_TRUSTED)
        cost = trust * known.cost.value + (1 - trust) * known.handling.value
        return place * cost / serving

    def accuracy(self, queue: str) -> Accuracy:
        """How far the estimates of the queue were off lately."""
        known = self.memory.queues.get(queue)
        if known is None or not known.error.count:
            return Accuracy(None, 0)
        return Accuracy(round(known.error.value, 3), known.error.count)

    def take(self, at: Now, fact: facts.AnyFact) -> None:
        """Learn from a fact."""
        if isinstance(fact, facts.CallQueued):
            if fact.expected_seconds is not None:
                self.memory.told[fact.call] = (fact.queue, at.mono, fact.expected_seconds)
        elif isinstance(fact, facts.CallOffered):
            self._offered(at.mono, fact)
        elif isinstance(fact, facts.CallConnected):
            self._connected(at.mono, fact)
        elif isinstance(fact, facts.WrapUpEnded):
            self._done(at.mono, fact.agent)
        elif isinstance(fact, facts.CallClosed | facts.CallDiverted | facts.CallBackAsked):
            self.memory.told.pop(fact.call, None)
        elif isinstance(fact, facts.CoreBegan):
            self._began(fact.boot)

    def _began(self, boot: str) -> None:
        """The means stay; moments of another boot's clock say nothing any more."""
        memory = self.memory
        if memory.boot and memory.boot != boot:
            memory.taken.clear()
            memory.told.clear()
            for known in memory.queues.values():
                known.last_offer = None
        memory.boot = boot

    def _queue(self, queue: str) -> QueueWaits:
        return self.memory.queues.setdefault(queue, QueueWaits())

    def _offered(self, mono: float, fact: facts.CallOffered) -> None:
        self.memory.taken[fact.agent] = (fact.queue, mono)
        if fact.fork not in (0, fact.offer):
            return  # one agent more for a call that rings already
        known = self._queue(fact.queue)
        if known.last_offer is not None:
            known.cost.add(max(0.0, mono - known.last_offer) * max(1, fact.serving))
        known.last_offer = mono if fact.waiting else None

    def _connected(self, mono: float, fact: facts.CallConnected) -> None:
        told = self.memory.told.pop(fact.call, None)
        if told is not None:
            queue, joined, expected = told
            self._queue(queue).error.add(abs(mono - joined - expected))

    def _done(self, mono: float, agent: str) -> None:
        taken = self.memory.taken.pop(agent, None)
        if taken is not None:
            self._queue(taken[0]).handling.add(max(0.0, mono - taken[1]))
