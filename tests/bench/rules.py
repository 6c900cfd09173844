"""What the rules themselves cost for one whole call, and how that grows with the number of agents.

From the ring of the trunk to the end of the wrap-up through `CallFlow`, while some others talk: no sockets, no storage,
no encoding.
"""

import time
from pathlib import Path

import msgspec

from server.call import events
from server.call.now import Now
from server.callflow import CallFlow, Plan
from server.config.site import SiteFile
from server.wire import desk, linecard
from tests.bench.say import figure
from tests.callflow.transcript import FakeSounds

SIZES = (100, 1_000, 10_000)
QUEUES = 10
TALKING = 50
CALLS = 2_000
TARGET_GROWTH = 2.0


class _House:
    """A site of some size, everybody ready."""

    def __init__(self, agents: int) -> None:
        queues = [{"id": f"q{n}", "wrap_up_seconds": 1} for n in range(QUEUES)]
        members = [
            {"id": f"a{n}", "phone": f"sip:a{n}@10.0.0.1", "queues": [f"q{(n + step) % QUEUES}" for step in range(3)]}
            for n in range(agents)
        ]
        numbers = [{"dial": str(800 + n), "to": f"queue:q{n}"} for n in range(QUEUES)]
        text = {"site": {"name": "Bench"}, "queue": queues, "agent": members, "number": numbers}
        self.flow = CallFlow(Plan(msgspec.convert(text, SiteFile), FakeSounds()))
        self.mono = 1_000.0
        self.flow.begin("boot", "bench", self.now)
        self.run(events.CardsCounted())
        for agent in members:
            self.run(events.AgentAsked(str(agent["id"]), "bench", desk.SetPresence(presence="ready")))
        self.calls = 0
        self.talking: list[tuple[str, str]] = []

    @property
    def now(self) -> Now:
        return Now(1_800_000_000.0 + self.mono, self.mono)

    def run(self, event: events.AnyEvent) -> None:
        self.mono += 0.001
        self.flow.handle(event, self.now)

    def say(self, call: str, event: linecard.AnyEvent) -> None:
        self.run(events.CardSaid(f"card-{call}", event, ""))

    def one_call(self) -> None:
        """A call comes and is answered, the oldest talk ends, wrap-ups that are due end."""
        self.calls += 1
        call = f"c{self.calls}"
        dialled = str(800 + self.calls % QUEUES)
        self.say(call, linecard.Arrived(call=call, leg="customer", caller="+491", caller_name="", dialled=dialled))
        self.say(call, linecard.Answered(call=call, leg="customer"))
        self.say(call, linecard.Progressed(call=call, leg="agent-1", code=180))
        self.say(call, linecard.Answered(call=call, leg="agent-1"))
        self.talking.append((call, "agent-1"))
        if len(self.talking) > TALKING:
            call, _ = self.talking.pop(0)
            self.say(call, linecard.Released(call=call, leg="customer", by="far-end", code=200, cause="normal"))
        self.mono += 0.1
        self.run(events.DeadlinePassed())


def rules_per_call(_folder: Path) -> None:
    """Microseconds of CPU for one call, for each size, and the growth."""
    costs = []
    for agents in SIZES:
        house = _House(agents)
        for _ in range(CALLS // 10):
            house.one_call()
        began = time.process_time()
        for _ in range(CALLS):
            house.one_call()
        costs.append((time.process_time() - began) / CALLS)
        assert len(house.flow.calls(house.now)) < TALKING + 50, "calls are answered and end"
        figure("rules-microseconds-per-call", value=round(costs[-1] * 1e6), target=None, agents=agents)
    figure("rules-growth", value=round(costs[-1] / costs[0], 2), target=TARGET_GROWTH)
