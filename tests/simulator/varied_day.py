"""A day on which everything happens: holds, breaks, missed offers, lost phones, impatience, overflow, transfers;
and, if wanted, keys, call-backs and restarts of the core."""

import random
from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec

from server.call import events, facts
from server.call.states import WorkState
from server.callflow import CallFlow
from server.config.site import SiteFile
from server.simulator.arrivals import Caller, Traffic, callers
from server.simulator.floor_run import FloorRun, Happening
from server.simulator.staffing import staffed
from server.simulator.study import new_flow, start_of
from server.wire import desk, linecard

ZONE = ZoneInfo("Europe/Lisbon")

SITE = msgspec.convert(
    {
        "site": {"time_zone": "Europe/Lisbon", "country": "PT"},
        "queue": [
            {
                "id": "billing",
                "wrap_up_seconds": 25,
                "max_wait_seconds": 150,
                "when_too_long": "queue:rescue",
                "ring_seconds": 20,
                "exit": [
                    {"key": "1", "to": "call-back"},
                    {"key": "2", "to": "queue:rescue"},
                    {"key": "9", "to": "goodbye"},
                    {"key": "8", "to": "number:+4930123"},
                ],
                "call_back_typed": ["2", "9"],
                "call_back_retry_seconds": 120,
                "call_back_ring_seconds": 20,
                "call_back_attempts": 2,
            },
            {"id": "rescue", "wrap_up_seconds": 5, "max_wait_seconds": 200, "service_level_abandons": "against"},
        ],
        "agent": [
            {"id": "ana", "queues": ["billing"]},
            {"id": "bruno", "queues": ["billing", "rescue"]},
            {"id": "carla", "queues": ["billing"]},
            {"id": "dora", "queues": ["billing"]},
            {"id": "eva", "queues": ["rescue", "billing"]},
        ],
        "reason": [{"id": "break"}, {"id": "lunch"}],
        "result": [{"id": "solved"}],
    },
    SiteFile,
)


class VariedDay:
    """`entries` is the ledger, `site` the site as it was staffed."""

    def __init__(
        self,
        seed: int,
        hours: float = 8,
        calls_per_hour: float = 130,
        strategy: str = "",
        *,
        keys: bool = False,
        restarts: int = 0,
    ) -> None:
        self.chance = random.Random(seed)
        self.entries: list[facts.Entry] = []
        self.site = staffed(SITE, "billing", 5)
        if strategy:
            queues = [msgspec.structs.replace(queue, strategy=strategy) for queue in self.site.queue]
            self.site = msgspec.structs.replace(self.site, queue=queues)
        self.seed, self.restarts_left = seed, restarts
        self.pressed: list[str] = []
        traffic = Traffic(
            calls_per_hour=[calls_per_hour], hours=hours, talk_seconds=100, patience_seconds=100,
            talk_distribution="lognormal",
        )  # fmt: skip
        self.start = start_of(ZONE)
        self.run = FloorRun(new_flow(self.site, seed), self.site, self.start, 4.0, self.entries.extend)
        coming = callers(traffic, seed)
        self.run.run(map(self.with_keys, coming) if keys else coming, self.happenings(hours * 3600))

    @property
    def flow(self) -> CallFlow:
        """The rules of the core that runs now."""
        return self.run.flow

    def with_keys(self, caller: Caller) -> Caller:
        """Half of the callers press keys while they wait, some of them to good purpose."""
        if self.chance.random() < 0.5:
            return caller
        at = self.chance.uniform(2, 60)
        typed = self.chance.choice(["21" + caller.caller[-7:], "0055555", "555"])
        pressed = self.chance.choice(
            ["2", "9", "8", "7", "11", "11", "11", "11", "1", "13", f"1*{typed}#1", f"1{typed}#"]
        )
        self.pressed.append(pressed)
        keys = [(at + number, key) for number, key in enumerate(pressed)]
        return msgspec.structs.replace(caller, keys=keys, misses=self.chance.choice([0, 0, 0, 1, 2]))

    def restart(self) -> None:
        """The core dies, often at once after something happened, and sometimes with the machine."""
        self.restarts_left -= 1
        boot = self.chance.choice(["", "", f"boot-{self.restarts_left}"])
        fresh = new_flow(self.site, self.seed + self.restarts_left)
        self.run.restart(fresh, self.entries, self.chance.choice([0.3, 1.0, 2.5]), boot)

    def happenings(self, end: float) -> "list[Happening]":
        count = int(end / 12)
        times = sorted(self.chance.uniform(0, end) for _ in range(count))
        doings: list[Callable[[], events.AnyEvent | None]] = [
            self.hold,
            self.hold,
            self.hold,
            self.presence,
            self.miss,
            self.lose,
            self.finish,
            self.note,
        ]
        doings += [self.transfer, self.transfer]
        happen = [(at, self.chance.choice(doings)) for at in times]
        restarts = [(self.chance.uniform(0, end), self.restart) for _ in range(self.restarts_left)]
        return sorted([*happen, *restarts], key=lambda one: one[0])

    def _agent_in(self, *states: WorkState) -> str | None:
        found = [agent.id for agent in self.flow.agents() if agent.work_state in states]
        return self.chance.choice(found) if found else None

    def _asked(self, agent: str, request: desk.AnyRequest) -> events.AgentAsked:
        return events.AgentAsked(agent, agent, request)

    def hold(self) -> events.AnyEvent | None:
        agent = self._agent_in(WorkState.TALKING, WorkState.HOLDING)
        state = agent and self.flow.agent(agent)
        return self._asked(agent, desk.Hold(on=state.work_state != WorkState.HOLDING)) if agent and state else None

    def presence(self) -> events.AnyEvent | None:
        agent = self.chance.choice([agent.id for agent in self.flow.agents()])
        wanted = self.chance.choice(
            [desk.SetPresence(presence="ready")] * 5
            + [desk.SetPresence(presence="not-ready", reason=reason) for reason in ("break", "lunch", "")]
            + [desk.SetPresence(presence="logged-out")]
        )
        return self._asked(agent, wanted)

    def _leg_event(self, agent: str | None, cause: str) -> events.AnyEvent | None:
        known = self.flow.agent(agent) if agent else None
        offers = [
            e.fact.leg
            for e in self.entries
            if known and isinstance(e.fact, facts.CallOffered) and e.fact.call == known.call
        ]
        line = self.run.line(known.call) if known and known.call else None
        if known is None or known.call is None or line is None or not offers or offers[-1] not in line.legs:
            return None
        now = self.run.now
        event = linecard.Released(
            call=known.call, leg=offers[-1], by="far-end", code=480, cause=cause, mono=now.mono, wall=now.wall
        )
        return events.CardSaid(line.card, event)

    def miss(self) -> events.AnyEvent | None:
        agent = self._agent_in(WorkState.RESERVED, WorkState.RINGING)
        return self._leg_event(agent, self.chance.choice(["no-answer", "busy", "rejected"]))

    def lose(self) -> events.AnyEvent | None:
        return self._leg_event(self._agent_in(WorkState.TALKING, WorkState.HOLDING), "media-lost")

    def transfer(self) -> events.AnyEvent | None:
        """To a queue, or to an agent who is free."""
        talking = self._agent_in(WorkState.TALKING, WorkState.HOLDING)
        known = self.flow.agent(talking) if talking else None
        if known is None or known.call is None:
            return None
        free = [
            f"agent:{agent.id}"
            for agent in self.flow.agents()
            if agent.presence == "ready" and agent.work_state == WorkState.IDLE and agent.reachable
        ]
        to = self.chance.choice(["queue:rescue", "queue:billing", *free])
        return events.TransferAsked(known.call, to, known.id)

    def finish(self) -> events.AnyEvent | None:
        agent = self._agent_in(WorkState.WRAP_UP)
        return self._asked(agent, desk.FinishWrapUp()) if agent else None

    def note(self) -> events.AnyEvent | None:
        agent = self._agent_in(WorkState.WRAP_UP)
        return self._asked(agent, desk.ExtendWrapUp(seconds=20)) if agent else None
