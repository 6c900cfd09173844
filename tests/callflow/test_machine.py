"""Whatever happens, in whatever order: the promises of the rules hold after every step."""

import sys
from collections import Counter
from pathlib import Path

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "acd"))
import recompute
from floor_machine_site import AGENTS, QUEUES, ROLES, WIDER_AFTER_SECONDS, site, tier_of
from ledger_checks import check_ledger
from transcript import EPOCH, Runner

from server.acd.routing import STRATEGIES
from server.call import commands, events, facts
from server.call.states import CallState, Presence, WorkState
from server.callflow import Decision
from server.callflow.state import Call, encode
from server.callflow.sweep import contradictions
from server.callflow.turn import Turn
from server.wire import linecard

WITH_AGENT = (CallState.OFFERED, CallState.TALKING, CallState.HOLDING)
STRATEGY = st.sampled_from(sorted(STRATEGIES))
TOGETHER = st.sampled_from(sorted(name for name, one in STRATEGIES.items() if one.shared))


class Floor(RuleBasedStateMachine):
    """Agents who come and go, callers, call-backs, phones that ring or fail, cards that die, restarts of the core."""

    @initialize(strategy=STRATEGY, other=STRATEGY, tiers=st.booleans())
    def begin(self, strategy: str, other: str, tiers: bool) -> None:
        self.tiers = tiers
        self.runner = Runner(site(strategy, other, tiers))
        self.runner.line(["registered", "ana"])
        self.calls = 0
        self.legs: dict[str, set[str]] = {}
        self.reaching: set[str] = set()
        self.joined: dict[tuple[str, str], tuple[str, str]] = {}
        self.rung: dict[tuple[str, str], set[str]] = {}
        self.cards_wanted: list[commands.TakeCard] = []

    # -- what can happen

    def do(self, *words: str) -> None:
        try:
            decision = self.runner.line(list(words))
        except events.RequestRefused:
            return
        self.carry_out(decision)

    def carry_out(self, decision: Decision) -> None:
        for _, fact in decision.facts:
            if isinstance(fact, facts.CallOffered):
                self.check_offer(fact)
        for command in decision.commands:
            if isinstance(command, commands.TakeCard):
                self.cards_wanted.append(command)
            elif isinstance(command, commands.TellCard):
                self.obey(command.command)
            elif isinstance(command, commands.RingAgents):
                self.rung.setdefault((command.call, command.leg), set()).update(command.agents)
            elif isinstance(command, commands.RingNoLonger):
                self.rung[command.call, command.leg].remove(command.agent)
        self.rung = {(call, leg): agents for (call, leg), agents in self.rung.items() if leg in self.legs[call]}
        self.phones_ring_for_one_call()

    def obey(self, command: linecard.AnyCommand) -> None:
        legs = self.legs.setdefault(command.call, set())
        if isinstance(command, linecard.Dial):
            assert command.leg not in legs
            assert len(legs) < 4
            legs.add(command.leg)
            if command.leg == linecard.CUSTOMER:
                self.reaching.add(command.call)
        elif isinstance(command, linecard.Join):
            assert {command.leg, command.to} <= legs
            self.joined[command.call, command.leg] = (command.to, command.mode)
        elif isinstance(command, linecard.Release):
            legs.discard(command.leg)
        elif isinstance(command, linecard.Close):
            legs.clear()
            self.reaching.discard(command.call)

    @rule(seconds=st.sampled_from([0.1, 1.0, 5.0, 20.0, 61.0]))
    def time(self, seconds: float) -> None:
        target = self.runner.time + seconds
        while (due := self.runner.flow.next_deadline()) is not None and due - EPOCH.mono <= target:
            self.runner.time = max(self.runner.time, due - EPOCH.mono)
            self.do("time")
        self.runner.time = target

    @rule(numbers=st.lists(st.sampled_from(["800", "800", "801", "999"]), min_size=1, max_size=3),
          caller=st.sampled_from(["+491", "+492", "anonymous"]))  # fmt: skip
    def arrive(self, numbers: list[str], caller: str) -> None:
        for number in numbers:
            self.one_arrives(number, caller)

    def one_arrives(self, number: str, caller: str) -> None:
        self.calls += 1
        call = f"c{self.calls}"
        self.legs[call] = {"customer"}
        self.do("arrived", call, caller, number)
        if "customer" in self.legs[call]:
            self.do("answered", call, "customer")

    @rule(agents=st.sets(st.sampled_from(AGENTS), min_size=1))
    def ready(self, agents: set[str]) -> None:
        for agent in sorted(agents):
            self.do("ready", agent)

    @rule(agent=st.sampled_from(AGENTS), what=st.sampled_from(["not-ready", "logout", "finish", "hang-up"]))
    def ask(self, agent: str, what: str) -> None:
        self.do(what, agent)

    @rule(
        agent=st.sampled_from(AGENTS), on=st.sampled_from(["on", "off"]), what=st.sampled_from(["hold", "mute", "desk"])
    )
    def switch(self, agent: str, what: str, on: str) -> None:
        self.do(what, agent, on)

    @rule(agent=st.sampled_from(AGENTS), presence=st.sampled_from(["ready", "not-ready", "logged-out"]))
    def choose_what_comes_after(self, agent: str, presence: str) -> None:
        self.do("after-call", agent, presence)

    @rule(on=st.booleans())
    def register(self, on: bool) -> None:
        self.do("registered" if on else "unregistered", "ana")

    @rule(data=st.data(), to=st.sampled_from([f"queue:{q}" for q in QUEUES] + [f"agent:{a}" for a in AGENTS]))
    def pass_on(self, data: st.DataObject, to: str) -> None:
        if talks := sorted(c.call for c in self.state.calls.values() if c.state in WITH_AGENT[1:]):
            self.do("transfer", data.draw(st.sampled_from(talks)), to)

    @rule(chance=st.sampled_from([0.0, 0.3, 0.7, 0.99]))
    def draw(self, chance: float) -> None:
        self.runner.chance = chance

    def some_leg(self, data: st.DataObject, agents_only: bool) -> tuple[str, str] | None:
        legs = [
            (c, leg) for c, legs in self.legs.items() for leg in sorted(legs) if not agents_only or leg != "customer"
        ]
        return data.draw(st.sampled_from(legs)) if legs else None

    @rule(data=st.data(), what=st.sampled_from(["rings", "answered", "answered"]))
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

    @rule(data=st.data(), segment=st.sampled_from(["gold", "silver"]))
    def customer_becomes_known(self, data: st.DataObject, segment: str) -> None:
        if live := sorted(self.runner.flow._world.state.calls):
            self.do("found", data.draw(st.sampled_from(live)), "K-1", segment)

    @rule(data=st.data(), supervisor=st.sampled_from(sorted(ROLES)), mode=st.sampled_from(["", *linecard.JOIN_MODES]))
    def watch(self, data: st.DataObject, supervisor: str, mode: str) -> None:
        if live := sorted(self.state.calls):
            self.do("watch", supervisor, data.draw(st.sampled_from(live)), mode)

    # -- phones that ring together

    def some_rung(self, data: st.DataObject) -> tuple[str, str, str] | None:
        rung = [(call, leg, agent) for (call, leg), agents in self.rung.items() for agent in sorted(agents)]
        return data.draw(st.sampled_from(rung)) if rung else None

    @precondition(lambda self: self.rung)
    @rule(data=st.data())
    def one_of_the_phones_rings(self, data: st.DataObject) -> None:
        if found := self.some_rung(data):
            self.do("phone-rings", *found)

    @precondition(lambda self: self.rung)
    @rule(data=st.data(), at_once=st.booleans())
    def one_picks_up(self, data: st.DataObject, at_once: bool) -> None:
        """The edge tells it, and cancels the others; the card says so then, or is late."""
        if found := self.some_rung(data):
            call, leg, _ = found
            self.rung[call, leg] = {found[2]}
            self.do("phone-up", *found)
            if at_once and leg in self.legs[call]:
                self.do("answered", call, leg)

    @precondition(lambda self: self.rung)
    @rule(data=st.data(), cause=st.sampled_from(["busy", "rejected", "unreachable", "no-answer", "cancelled"]))
    def one_declines(self, data: st.DataObject, cause: str) -> None:
        if found := self.some_rung(data):
            self.rung[found[0], found[1]].discard(found[2])
            self.do("phone-declines", *found, cause)

    @rule(agent=st.sampled_from(AGENTS), data=st.data())
    def a_late_word_of_a_phone(self, agent: str, data: st.DataObject) -> None:
        """Of a phone that is not to ring any more, or never was."""
        found = self.some_leg(data, agents_only=True)
        if found and agent not in self.rung.get(found, ()):
            words = data.draw(st.sampled_from([("phone-rings",), ("phone-up",), ("phone-declines", "busy")]))
            self.do(words[0], *found, agent, *words[1:])

    # -- call-backs

    @rule(data=st.data(), key=st.sampled_from("12"))
    def customer_presses(self, data: st.DataObject, key: str) -> None:
        if calls := sorted(call for call, legs in self.legs.items() if "customer" in legs):
            call = data.draw(st.sampled_from(calls))
            self.do("digit", call, "customer", key)
            line = self.runner.flow._world.lines.get(call)
            if line is not None and line.playing in ("menu", "thanks"):
                self.do("played", call, "customer", line.playing)

    @precondition(lambda self: self.cards_wanted)
    @rule(there_is_one=st.booleans())
    def card_taken(self, there_is_one: bool) -> None:
        wanted = self.cards_wanted.pop(0)
        self.do("taken" if there_is_one else "no-card", wanted.call, str(wanted.offer))

    @precondition(lambda self: self.reaching)
    @rule(data=st.data())
    def called_back_customer_answers(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(sorted(self.reaching)))
        self.reaching.discard(call)
        if "customer" in self.legs[call]:
            self.do("answered", call, "customer")

    # -- faults

    @precondition(lambda self: any(self.legs.values()))
    @rule(data=st.data())
    def card_dies(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(sorted(call for call, legs in self.legs.items() if legs)))
        self.legs[call] = set()
        self.do("lost", call)

    @rule()
    def core_dies(self) -> None:
        self.cards_wanted.clear()
        self.do("restart")
        for call, legs in self.legs.items():
            if legs:
                states = [self.leg_as_card_tells(call, leg) for leg in sorted(legs)]
                self.do("back", call, *states)
        self.do("counted")

    def leg_as_card_tells(self, call: str, leg: str) -> str:
        if not leg.startswith("supervisor-"):
            return f"{leg}:up" if leg == "customer" else f"{leg}:up:customer"
        to, mode = self.joined.get((call, leg), ("", ""))
        return f"{leg}:up:+{to}/{mode}" if to else f"{leg}:ringing"

    # -- what must hold

    @property
    def state(self):
        return self.runner.flow._world.state

    @property
    def floor(self):
        return self.runner.flow._world.floor

    def may_have(self, agent: str, call: Call) -> bool:
        """Whether the agent's skills are enough for the call by now."""
        tier = tier_of(agent, call.queue, self.tiers)
        return tier is not None and (tier == 0 or call.joined.mono + WIDER_AFTER_SECONDS <= self.runner.now.mono)

    def served_before(self, call: Call) -> tuple[int, int, float, str]:
        return (-call.priority, -self.floor.line(call.queue).need, call.joined.mono, call.call)

    def check_offer(self, offer: facts.CallOffered) -> None:
        """The reason alone gives the choice, the agent is able, and nobody whom the agent could have was passed by."""
        why, call = offer.why, self.state.calls[offer.call]
        assert recompute.agent_of(why) == offer.agent
        assert recompute.call_is_first(why)
        if why.strategy == "transfer":  # a person chose, past the queue
            return
        assert self.may_have(offer.agent, call)
        for other in self.state.calls.values():
            if other.state is CallState.QUEUED and self.may_have(offer.agent, other):
                assert self.served_before(call) < self.served_before(other)

    @invariant()
    def all_holds(self) -> None:
        """One invariant for all: hypothesis takes its time for each."""
        self.no_free_agent_beside_a_waiting_caller()
        self.one_call_one_agent()
        self.who_waits_is_on_the_floor()
        self.the_sweep_has_nothing_to_repair()
        self.who_listens_hears_a_talk_of_somebody_else()

    def no_free_agent_beside_a_waiting_caller(self) -> None:
        free = [
            agent.id
            for agent in self.state.agents.values()
            if agent.presence is Presence.READY
            and agent.work_state is WorkState.IDLE
            and not agent.fault()
            and not agent.supervising
        ]
        if free:
            for call in self.state.calls.values():
                if call.state is CallState.QUEUED:
                    assert not any(self.may_have(agent, call) for agent in free)
        for queue in QUEUES:
            assert set(self.floor.free_agents(queue)) == {a for a in free if tier_of(a, queue, self.tiers) is not None}

    def one_call_one_agent(self) -> None:
        """But for calls that ring at several; of them none has been picked up."""
        busy = [a for a in self.state.agents.values() if a.work_state is not WorkState.IDLE]
        for agent in busy:
            assert agent.call is not None
            if agent.work_state is not WorkState.WRAP_UP:
                call = self.state.calls[agent.call]
                assert call.agent == agent.id if call.agent is not None else agent.id in call.fork
        for call in self.state.calls.values():
            assert not call.fork or (call.state is CallState.OFFERED and call.agent is None)
            if call.state in WITH_AGENT:
                theirs = [call.agent] if call.agent is not None else list(call.fork)
                assert theirs
                assert [a.id for a in busy if a.call == call.call and a.work_state is not WorkState.WRAP_UP] == sorted(
                    theirs, key=AGENTS.index
                )

    def phones_ring_for_one_call(self) -> None:
        """What the edge was told to ring is what the rules believe, and no phone rings twice."""
        believed = {}
        for call in self.state.calls.values():
            if call.fork and call.card and not self.runner.flow._world.recovering:
                believed[call.call, call.leg] = set(call.fork)
        for key, agents in believed.items():
            assert self.rung[key] == agents
        assert max(Counter(agent for agents in believed.values() for agent in agents).values(), default=0) <= 1

    def who_waits_is_on_the_floor(self) -> None:
        for call in self.state.calls.values():
            assert self.floor.waits(call.call) == (call.state is CallState.QUEUED)
        for queue in self.runner.site.queue:
            away = sum(self.state.calls[call].is_away() for call in self.floor.waiting(queue.id))
            assert self.floor.callers(queue.id) == self.floor.waiting_count(queue.id) - away

    def the_sweep_has_nothing_to_repair(self) -> None:
        turn = Turn(self.runner.flow._world, self.runner.now)
        assert {what for what, _, _ in contradictions(turn, {})} <= {"call-without-card"}

    def who_listens_hears_a_talk_of_somebody_else(self) -> None:
        watches = self.state.watches
        assert {a.id: a.supervising for a in self.state.agents.values() if a.supervising} == {
            watch.supervisor: call for call, watch in watches.items()
        }
        for ident, watch in watches.items():
            call = self.state.calls[ident]
            assert call.state in (CallState.TALKING, CallState.HOLDING)
            assert call.agent == watch.agent != watch.supervisor
            if watch.joined is not None:
                assert self.joined[ident, watch.leg] == (call.leg, watch.mode)
        for ident, legs in self.legs.items():
            wanted = {watches[ident].leg} if ident in watches else set()
            assert {leg for leg in legs if leg.startswith("supervisor-")} == wanted

    def teardown(self) -> None:
        live = {call.call for call in self.state.calls.values() if call.state is not CallState.CLOSED}
        check_ledger(self.runner.ledger, live, AGENTS, self.runner.now)
        fresh = self.runner.new_flow()
        fresh.recover(None, self.runner.ledger)
        assert encode(fresh._world.state) == encode(self.state)


class Together(Floor):
    """A queue whose calls ring at several phones."""

    @initialize(strategy=TOGETHER, other=STRATEGY, tiers=st.booleans())
    def begin(self, strategy: str, other: str, tiers: bool) -> None:
        super().begin(strategy, other, tiers)


Floor.TestCase.settings = settings(max_examples=2000, stateful_step_count=50, deadline=None)
TestFloor = Floor.TestCase
Together.TestCase.settings = settings(max_examples=600, stateful_step_count=50, deadline=None)
TestTogether = Together.TestCase
