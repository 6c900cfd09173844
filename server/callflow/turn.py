"""One event's work: facts noted and applied, commands collected, deadlines set.

A turn knows two moments. `now` is when the rules are asked. `moment` is when the event happened: for a card's event
that came late (the core was away) it is earlier, and wrap-up is counted from it.
"""

import heapq
from collections.abc import Callable, Sequence

from server.acd.attendance import Attendance
from server.acd.floor import Floor
from server.acd.service_need import need
from server.acd.wait_estimate import WaitEstimates
from server.acd.waiting_call import WaitingCall
from server.call import facts
from server.call.commands import Command, TellCard
from server.call.now import Now
from server.call.states import CallState
from server.callflow import spoken
from server.callflow.applying.apply import apply
from server.callflow.plan import Plan
from server.callflow.state import Call, Line, State
from server.wire import linecard

SURVEY_OFFER = "survey"
"""Token of what tells a waiting caller of the survey."""
Deadline = tuple[float, str, str]
"""`Now.mono`, kind, id of the call or agent."""


class World:
    """What lives from turn to turn: the state, the floor's sorted lists, what the cards tell, the deadlines."""

    def __init__(self, plan: Plan, floor: Floor, state: State, draw: Callable[[], float]) -> None:
        self.plan = plan
        self.draw = draw
        self.floor = floor
        self.state = state
        self.lines: dict[str, Line] = {}
        self.waits = WaitEstimates({agent.id: agent.queues for agent in plan.site.agent})
        self.attendance = Attendance({agent.id: agent.queues for agent in plan.site.agent})
        self.deadlines: list[Deadline] = []
        self.recovering = False
        """After a restart, until the cards are counted: nothing is offered."""
        self.stopping = False
        self.suspects: set[tuple[str, str, str]] = set()
        """What the last sweep found for the first time."""
        self.desks_away: set[str] = set()
        """After a restart: agents whose desks were connected and have not come back yet."""


class Turn:
    """Work on one event."""

    def __init__(self, world: World, now: Now, moment: Now | None = None) -> None:
        self.world = world
        self.plan = world.plan
        self.state = world.state
        self.now = now
        self.moment = moment if moment is not None and moment.mono <= now.mono else now
        self.facts: list[tuple[Now, facts.AnyFact]] = []
        self.commands: list[Command] = []
        self.rung: dict[tuple[str, str], list[str]] = {}
        """By call and leg, the agents of this turn's `RingAgents`: who joins in the same turn is added there."""

    def note(self, fact: facts.AnyFact, at: Now | None = None) -> None:
        """Note a fact and apply it. `at` defaults to the turn's `moment`."""
        at = at or self.moment
        agent = self.state.agents.get(facts.agent_of(fact))
        if agent is not None and at.mono < agent.since.mono:
            at = agent.since  # an agent's times never run backwards, even when a card reports late
        self.facts.append((at, fact))
        apply(self.state, at, fact)
        if agent is not None:
            self.reach(agent.id, at)
            self.world.floor.agent_changed(agent)
            self.world.waits.agent_changed(agent)
            self.world.attendance.agent_changed(agent)
        if isinstance(fact, facts.OfferWon | facts.OfferEnded):
            call = self.state.calls.get(fact.call)
            if call is None or not call.fork or call.agent is not None:
                self.world.floor.ring_over(fact.call)
        if isinstance(fact, facts.CallBackAsked) and self.world.floor.waits(fact.call):
            self.enqueue(self.state.calls[fact.call])  # at the same place, but it takes up no line any more
        self.world.waits.take(at, fact)

    def reach(self, agent_id: str, at: Now) -> None:
        """Note it if the agent became reachable or unreachable by what was noted so far."""
        agent = self.state.agents[agent_id]
        fault = agent.fault()
        if agent.reachable != (not fault):
            reached = facts.AgentReached(agent=agent_id, reachable=not fault, why=fault)
            self.facts.append((at, reached))
            apply(self.state, at, reached)

    def send(self, call: Call, command: linecard.AnyCommand) -> None:
        """Tell the call's card something, after this turn's facts are committed. A call-back may have no card."""
        if call.card:
            self.commands.append(TellCard(call.card, command))

    def send_to(self, card: str, command: linecard.AnyCommand) -> None:
        """Tell a card about a conversation that the rules do not know."""
        self.commands.append(TellCard(card, command))

    def line(self, call: str) -> Line:
        """What is known of the call's card at this moment."""
        return self.world.lines.setdefault(call, Line())

    def due(self, mono: float, kind: str, ident: str) -> None:
        """Ask to be woken. A deadline that is not wanted any more is ignored when it comes."""
        heapq.heappush(self.world.deadlines, (mono, kind, ident))

    def enqueue(self, call: Call) -> None:
        """Put a queued call on the floor. One whose queue was taken out of the site goes elsewhere (`removed`)."""
        assert call.state is CallState.QUEUED
        if call.queue not in self.plan.queues:
            self.due(self.now.mono, "queue-removed", call.call)
            return
        self._widen_at(call.call, self.world.floor.join(self.waiting(call), self.now.mono))

    def waiting(self, call: Call) -> WaitingCall:
        """The call as the floor sees it."""
        assert call.joined is not None
        return WaitingCall(
            call.call,
            call.queue,
            call.priority,
            call.joined.mono,
            call.last_agent,
            self._spoke_last(call),
            call.is_away(),
        )

    def share(self, call: Call) -> None:
        """Tell the floor how many phones ring for the call, and how many may."""
        if call.queue in self.plan.queues and not self.world.recovering:
            most = self.plan.most_phones(call.queue, self.now.mono - call.since.mono)
            self.world.floor.ring(self.waiting(call), len(call.fork), most, self.now.mono)

    def prioritise(self, call: Call) -> None:
        """More is known of the caller: the call, if it waits, may now belong further ahead (or behind)."""
        waits = self.world.floor.waits(call.call)
        if not waits and call.state is not CallState.OFFERED:
            return
        priority = self.plan.priority(call, call.queue)
        if priority != call.priority:
            self.note(facts.CallPriority(call=call.call, priority=priority))
            if call.fork and call.agent is None:
                self.share(call)
        if waits:  # the agent who spoke last with the caller may be another one, too
            self.enqueue(call)

    def widen(self, call: str) -> None:
        """The waiting call may have come to the next tier of skills."""
        self._widen_at(call, self.world.floor.widen(call, self.now.mono))

    def _widen_at(self, call: str, mono: float | None) -> None:
        if mono is not None:
            self.due(mono, "tier", call)

    def _spoke_last(self, call: Call) -> str:
        """The agent who shall have the call if free; empty: no matter who."""
        seconds = self.plan.queue(call.queue).sticky_seconds
        return spoken.agent_of(self.state, call, seconds, self.now.mono) if seconds else ""

    def in_time(self, call: Call) -> bool:
        """Whether the call has not waited longer than its queue's service level allows."""
        waited = 0.0 if call.joined is None else self.moment.mono - call.joined.mono
        return waited <= self.plan.queue(call.queue).service_level_seconds

    def weigh(self, queue_id: str) -> None:
        """The queue's service level changed: tell the floor how much it needs now."""
        memory = self.state.queues.get(queue_id)
        if memory is not None:
            self.world.floor.set_need(queue_id, need(memory, self.plan.queue(queue_id).service_level_percent))

    def expected_wait(self, call: Call) -> float | None:
        """Seconds that a waiting call is expected to wait from now on; None: nothing to go by."""
        place = self.world.floor.position(call.call)
        return None if place is None else self.world.waits.expected(call.queue, place)

    def play(
        self, call: Call, token: str, files: list[str], *, loop: bool = False, leg: str = linecard.CUSTOMER
    ) -> None:
        """Play files to a leg of the call; what played there stops."""
        if leg == linecard.CUSTOMER:
            self.line(call.call).playing = token
        self.send(call, linecard.Play(call=call.call, leg=leg, files=files, loop=loop, token=token))

    def music_failed(self, call: Call, token: str) -> None:
        """What plays for ever is over: its file cannot be read. Nobody waits in silence for that."""
        line = self.line(call.call)
        if not line.own_music:
            line.own_music = True
            self.play(call, token, self.plan.sounds.own_music(), loop=True)

    def music(self, call: Call, said: Sequence[str] = ()) -> None:
        """Let the customer hear the queue's greeting (once; `said` instead), that there is a survey (once), and then
        its music; who is being asked, the question."""
        line = self.line(call.call)
        if not line.up or line.playing or line.menu:
            return
        sounds = self.plan.sounds
        files = list(said) if said or line.greeted else sounds.greeting(call.queue)
        line.greeted = True
        if self._offers_survey(call, line):
            line.offered_survey = True  # the music follows when that was heard
            self.play(call, SURVEY_OFFER, files + sounds.survey_offer(self.plan.queue(call.queue).survey_key))
        else:
            self.play(call, "waiting", files + sounds.music(call.queue), loop=True)

    def _offers_survey(self, call: Call, line: Line) -> bool:
        """Whether the caller, who waits, is still to be told of the queue's survey."""
        knows = line.offered_survey or call.heard_survey or call.wants_survey
        waits = call.state in (CallState.QUEUED, CallState.OFFERED) and not call.is_away()
        return waits and not knows and bool(self.plan.queue(call.queue).survey)
