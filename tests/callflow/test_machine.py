"""Whatever happens, in whatever order: the promises of the rules hold after every step."""

import sys
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

sys.path.insert(0, str(Path(__file__).parent))
from transcript import EPOCH, Runner

from server.call import events, facts
from server.call.commands import TellCard
from server.call.states import CallState, Presence, WorkState
from server.callflow import CallFlow, Plan
from server.callflow.state import encode
from server.wire import linecard

AGENTS = ("ana", "bruno", "carla")


class Floor(RuleBasedStateMachine):
    """Agents who come and go, callers, phones that ring or fail, restarts of the core."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = Runner()
        self.runner.line(["registered", "ana"])
        self.calls = 0
        self.legs: dict[str, set[str]] = {}
        self.wrap_up: dict[str, tuple[float, float]] = {}

    # -- what can happen

    def do(self, *words: str) -> None:
        try:
            decision = self.runner.line(list(words))
        except events.RequestRefused:
            return
        for command in decision.commands:
            assert isinstance(command, TellCard)
            self.obey(command.command)

    def obey(self, command: linecard.AnyCommand) -> None:
        legs = self.legs.setdefault(command.call, set())
        if isinstance(command, linecard.Dial):
            assert command.leg not in legs
            assert len(legs) < 4
            legs.add(command.leg)
        elif isinstance(command, linecard.Release):
            legs.discard(command.leg)
        elif isinstance(command, linecard.Close):
            legs.clear()

    @rule(seconds=st.sampled_from([0.1, 1.0, 5.0, 20.0, 61.0]))
    def time(self, seconds: float) -> None:
        target = self.runner.time + seconds
        while (due := self.runner.flow.next_deadline()) is not None and due - EPOCH.mono <= target:
            self.runner.time = max(self.runner.time, due - EPOCH.mono)
            self.do("time")
        self.runner.time = target

    @rule(number=st.sampled_from(["800", "801", "999"]))
    def arrive(self, number: str) -> None:
        self.calls += 1
        call = f"c{self.calls}"
        self.legs[call] = {"customer"}
        self.do("arrived", call, f"+49{self.calls}", number)
        if "customer" in self.legs[call]:
            self.do("answered", call, "customer")

    @rule(agent=st.sampled_from(AGENTS), what=st.sampled_from(["ready", "not-ready", "logout", "finish", "hang-up"]))
    def ask(self, agent: str, what: str) -> None:
        self.do(what, agent)

    @rule(
        agent=st.sampled_from(AGENTS), on=st.sampled_from(["on", "off"]), what=st.sampled_from(["hold", "mute", "desk"])
    )
    def switch(self, agent: str, what: str, on: str) -> None:
        self.do(what, agent, on)

    @rule(on=st.booleans())
    def register(self, on: bool) -> None:
        self.do("registered" if on else "unregistered", "ana")

    def some_leg(self, data: st.DataObject, agents_only: bool) -> tuple[str, str] | None:
        legs = [
            (c, leg) for c, legs in self.legs.items() for leg in sorted(legs) if not agents_only or leg != "customer"
        ]
        return data.draw(st.sampled_from(legs)) if legs else None

    @rule(data=st.data(), what=st.sampled_from(["rings", "answered"]))
    def phone(self, data: st.DataObject, what: str) -> None:
        if found := self.some_leg(data, agents_only=True):
            self.do(what, *found)

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        if found := self.some_leg(data, agents_only=True):
            self.do("digit", *found, "1")

    @rule(data=st.data(), cause=st.sampled_from(["normal", "no-answer", "busy", "unreachable", "media-lost"]))
    def leg_ends(self, data: st.DataObject, cause: str) -> None:
        if found := self.some_leg(data, agents_only=False):
            self.legs[found[0]].discard(found[1])
            self.do("released", *found, cause)

    @precondition(lambda self: any(self.legs.values()))
    @rule(data=st.data())
    def card_dies(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(sorted(call for call, legs in self.legs.items() if legs)))
        self.legs[call] = set()
        self.do("lost", call)

    @rule()
    def core_dies(self) -> None:
        self.do("restart")
        for call, legs in self.legs.items():
            if legs:
                self.do(
                    "back", call, *[f"{leg}:up" if leg == "customer" else f"{leg}:up:customer" for leg in sorted(legs)]
                )
        self.do("counted")

    # -- what must hold

    @property
    def state(self):
        return self.runner.flow._world.state

    @invariant()
    def no_free_agent_beside_a_waiting_caller(self) -> None:
        for queue in ("billing", "outages"):
            floor = self.runner.flow._world.floor
            assert not (floor.waiting(queue) and floor.free_agents(queue))

    @invariant()
    def one_call_one_agent(self) -> None:
        busy = [a for a in self.state.agents.values() if a.work_state is not WorkState.IDLE]
        assert max(Counter(a.call for a in busy if a.work_state is not WorkState.WRAP_UP).values(), default=0) <= 1
        for agent in busy:
            assert agent.call is not None
            if agent.work_state is not WorkState.WRAP_UP:
                assert self.state.calls[agent.call].agent == agent.id
        for call in self.state.calls.values():
            if call.state in (CallState.OFFERED, CallState.TALKING, CallState.HOLDING):
                assert call.agent is not None
                assert self.state.agents[call.agent].call == call.call

    @invariant()
    def who_waits_is_on_the_floor(self) -> None:
        for call in self.state.calls.values():
            assert self.runner.flow._world.floor.waits(call.call) == (call.state is CallState.QUEUED)

    @invariant()
    def free_means_ready_and_reachable(self) -> None:
        for queue in ("billing", "outages"):
            for agent in self.runner.flow._world.floor.free_agents(queue):
                known = self.state.agents[agent]
                assert known.presence is Presence.READY
                assert not known.fault()

    def teardown(self) -> None:
        ledger = self.runner.ledger
        outcomes = Counter(e.fact.call for e in ledger if isinstance(e.fact, facts.CallClosed))
        assert all(count == 1 for count in outcomes.values())
        live = {call.call for call in self.state.calls.values() if call.state is not CallState.CLOSED}
        arrived = {e.fact.call for e in ledger if isinstance(e.fact, facts.CallArrived)}
        assert arrived == set(outcomes) | live
        began: dict[str, tuple[float, float]] = {}
        for entry in ledger:
            if isinstance(entry.fact, facts.WrapUpBegan):
                began[entry.fact.agent] = (entry.fact.began_mono, entry.fact.seconds)
            elif isinstance(entry.fact, facts.WrapUpEnded) and entry.fact.by == "time-out":
                start, seconds = began[entry.fact.agent]
                assert entry.at.mono >= start + seconds
        fresh = CallFlow(Plan(self.runner.site, self.runner.flow._plan.sounds))
        fresh.recover(None, ledger)
        assert encode(fresh._world.state) == encode(self.state)


Floor.TestCase.settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
TestFloor = Floor.TestCase
