"""Facts of offers, talks and what follows applied to the state: of the call and of its agent."""

from server.acd.agent import Agent
from server.acd.service_need import QueueMemory
from server.call import facts
from server.call.now import Now
from server.call.states import CallState, WorkState
from server.callflow import spoken
from server.callflow.applying.changes import Changes, of_agent, of_call
from server.callflow.state import Call, Ringing, State


def _offered(state: State, at: Now, fact: facts.CallOffered) -> None:
    call, agent = state.calls.get(fact.call), state.agents.get(fact.agent)
    if call is not None:
        if not fact.fork or fact.fork == fact.offer:
            call.state, call.since = CallState.OFFERED, at
            call.offer, call.leg, call.rang = fact.offer, fact.leg, False
        if fact.fork:
            call.fork[fact.agent] = Ringing(fact.offer, at)
        else:
            call.agent = fact.agent
        call.offers, call.last_agent = fact.offer, fact.agent
    if agent is not None:
        agent.call = fact.call
        agent.move(WorkState.RESERVED, at)
    _memory(state, fact.queue).last_agent = fact.agent


def _memory(state: State, queue: str) -> QueueMemory:
    return state.queues.setdefault(queue, QueueMemory())


def _rang(state: State, at: Now, fact: facts.OfferRang) -> None:
    call, agent = state.calls.get(fact.call), state.agents.get(fact.agent)
    if call is not None:
        call.rang = True
        if fact.agent in call.fork:
            call.fork[fact.agent] = Ringing(fact.offer, call.fork[fact.agent].at, rang=True)
    if agent is not None and agent.call == fact.call:
        agent.move(WorkState.RINGING, at)


@of_call
def _won(call: Call, _at: Now, fact: facts.OfferWon) -> None:
    if call.fork.pop(fact.agent, None) is not None:
        call.agent, call.offer, call.last_agent = fact.agent, fact.offer, fact.agent


def _offer_ended(state: State, at: Now, fact: facts.OfferEnded) -> None:
    if fact.result == "answered":
        return  # `call-connected` of the same moment says the rest
    call, agent = state.calls.get(fact.call), state.agents.get(fact.agent)
    shared = call is not None and call.fork.pop(fact.agent, None) is not None
    alone = call is not None and call.agent == fact.agent and call.offer == fact.offer
    if call is not None and (alone or (shared and call.agent is None and not call.fork)):
        call.agent, call.leg, call.rang, call.passed_to = None, "", False, ""
        call.state, call.since = CallState.QUEUED, at
    if agent is not None and agent.call == fact.call:
        free_since = agent.idle_since
        agent.call = None
        agent.move(WorkState.IDLE, at)
        if shared:
            agent.idle_since = free_since  # it was everybody's call: nobody loses the place in the order by it


def _connected(state: State, at: Now, fact: facts.CallConnected) -> None:
    call, agent = state.calls.get(fact.call), state.agents.get(fact.agent)
    if call is not None:
        call.state, call.since, call.connected = CallState.TALKING, at, at
        call.muted, call.without_result = False, ""
        call.called_back = bool(call.call_back)
        if call.joined is not None:
            call.waited_seconds = max(0.0, at.mono - call.joined.mono)
    if agent is not None:
        agent.move(WorkState.TALKING, at)
        agent.last_call = fact.call
        agent.calls_taken += 1
        agent.talk_began_mono = at.mono
    if call is None or not call.passed_to:  # passed on directly it did not wait for an agent of the queue
        _memory(state, fact.queue).observe(fact.in_time)
    if call is not None:
        call.passed_to = ""


def _held(state: State, at: Now, fact: facts.CallHeld) -> None:
    call, agent = state.calls.get(fact.call), state.agents.get(fact.agent)
    if call is not None:
        call.state, call.since = (CallState.HOLDING if fact.on else CallState.TALKING), at
    if agent is not None and _talks_in(agent, fact.call):
        agent.move(WorkState.HOLDING if fact.on else WorkState.TALKING, at)


@of_call
def _muted(call: Call, _at: Now, fact: facts.AgentMuted) -> None:
    call.muted = fact.on


@of_call
def _returned(call: Call, at: Now, _fact: facts.CallReturned) -> None:
    call.state, call.since = CallState.QUEUED, at
    call.agent, call.leg, call.connected = None, "", None


@of_call
def _transferred(call: Call, at: Now, fact: facts.CallTransferred) -> None:
    kind, _, ident = fact.to.partition(":")
    call.state, call.since = CallState.QUEUED, at
    call.agent, call.leg, call.connected = None, "", None
    call.last_agent, call.transfers = fact.agent, call.transfers + 1
    call.passed_to = ident if kind == "agent" else ""
    if kind == "queue":  # a new wait begins there; `call-queued` of the same moment says so
        call.joined, call.entered = None, None


def _released(state: State, at: Now, fact: facts.CallReleased) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.state, call.since, call.released = CallState.ENDING, at, True
        if fact.remember_seconds and fact.agent:
            spoken.remember(state, call, fact.agent, at.mono, fact.remember_seconds)


def _closed(state: State, at: Now, fact: facts.CallClosed) -> None:
    call = state.calls.get(fact.call)
    if call is None:
        return
    call.state, call.since = CallState.CLOSED, at
    if not fact.in_time and call.queue:
        _memory(state, call.queue).observe(False)
    if not _wraps_up(state, call):
        del state.calls[fact.call]


def _wrap_up_began(state: State, _at: Now, fact: facts.WrapUpBegan) -> None:
    agent, call = state.agents.get(fact.agent), state.calls.get(fact.call)
    if call is not None:
        call.wrapped_up_by = [*(one for one in call.wrapped_up_by if one != fact.agent), fact.agent]
    if agent is not None and _talks_in(agent, fact.call):
        agent.call = fact.call
        agent.move(WorkState.WRAP_UP, Now(fact.began_at, fact.began_mono))
        agent.talk_seconds += max(0.0, fact.began_mono - agent.talk_began_mono)
        agent.wrap_up_began = Now(fact.began_at, fact.began_mono)
        agent.wrap_up_seconds = fact.seconds


@of_agent
def _wrap_up_extended(agent: Agent, _at: Now, fact: facts.WrapUpExtended) -> None:
    agent.wrap_up_seconds += fact.seconds


def _wrap_up_ended(state: State, at: Now, fact: facts.WrapUpEnded) -> None:
    agent = state.agents.get(fact.agent)
    if agent is None or agent.call != fact.call or agent.work_state is not WorkState.WRAP_UP:
        return
    call = state.calls.get(fact.call)
    had_time = agent.wrap_up_seconds > 0  # a queue without wrap-up asks nobody for a result
    if call is not None and fact.by == "time-out" and had_time and not call.released and call.had_last() == agent.id:
        call.without_result = agent.id
    agent.wrap_up_began, agent.wrap_up_seconds, agent.call = None, 0, None
    agent.move(WorkState.IDLE, at)
    if call is not None and call.state is CallState.CLOSED and not _wraps_up(state, call):
        del state.calls[fact.call]


def _talks_in(agent: Agent, call: str) -> bool:
    """Whether the agent talks in the call; not who was taken out of the site during the talk, and has come back."""
    return agent.work_state in (WorkState.TALKING, WorkState.HOLDING) and (agent.call or call) == call


def _wraps_up(state: State, call: Call) -> bool:
    """Whether one of the agents who had the call still wraps it up."""
    agents = (state.agents.get(agent) for agent in call.wrapped_up_by)
    return any(
        agent is not None and agent.call == call.call and agent.work_state is WorkState.WRAP_UP for agent in agents
    )


APPLY: Changes = {
    facts.CallOffered: _offered,
    facts.OfferRang: _rang,
    facts.OfferWon: _won,
    facts.OfferEnded: _offer_ended,
    facts.CallConnected: _connected,
    facts.CallHeld: _held,
    facts.AgentMuted: _muted,
    facts.CallReturned: _returned,
    facts.CallTransferred: _transferred,
    facts.CallReleased: _released,
    facts.CallClosed: _closed,
    facts.WrapUpBegan: _wrap_up_began,
    facts.WrapUpExtended: _wrap_up_extended,
    facts.WrapUpEnded: _wrap_up_ended,
}
