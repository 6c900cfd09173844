"""Facts applied to the state: the only place where calls and agents change.

Used by the rules for each fact that they note, and by a new core for each entry of the ledger: both arrive at the
same state. A fact about a call or agent that is not known (any more) changes nothing.
"""

from collections.abc import Callable
from typing import Any, get_args

from server.acd.agent import Agent
from server.acd.service_need import QueueMemory
from server.call import dialog_facts, facts
from server.call.now import Now
from server.call.states import CallState, Presence, WorkState
from server.callflow import apply_dialog, apply_voicemail, spoken, supervision
from server.callflow.state import Call, Ringing, State

FROM_MESSAGE = "voicemail"
"""`CallArrived.origin` of a call-back for a message: nobody asked for it on a page."""
ORDER_SECONDS = 3600.0
"""For so long it is remembered that a call-back was asked for outside of a call."""


def apply(state: State, at: Now, fact: facts.AnyFact) -> None:
    """Change `state` as `fact` says. `at` is the moment of the fact."""
    if not isinstance(fact, facts.CoreBegan):
        state.clock = at
    _APPLY[type(fact)](state, at, fact)


def _core_began(state: State, at: Now, fact: facts.CoreBegan) -> None:
    if state.boot and state.boot != fact.boot:
        _shift(state, (at.mono - at.wall) - (state.clock.mono - state.clock.wall))
    state.boot = fact.boot
    state.clock = at
    supervision.forget_messages(state, at)
    for agent in state.agents.values():
        if agent.since.wall == 0:  # nothing is known of this agent yet: as it is now, since now
            agent.since, agent.idle_since = at, at.mono


def _shift(state: State, seconds: float) -> None:
    """The machine was booted anew: carry monotonic moments over to the new boot, by the wall clock."""

    def moved(moment: Now) -> Now:
        return Now(moment.wall, moment.mono + seconds)

    for agent in state.agents.values():
        agent.since = moved(agent.since)
        agent.idle_since += seconds
        agent.desk_lost_mono += seconds
        agent.phone_lost_mono += seconds if agent.phone_lost_mono else 0
        agent.talk_began_mono += seconds
        if agent.wrap_up_began is not None:
            agent.wrap_up_began = moved(agent.wrap_up_began)
    supervision.shift(state, moved)
    spoken.shift(state, lambda mono: mono + seconds)
    state.ordered = [(mono + seconds, number) for mono, number in state.ordered]
    state.ordered_by_known = [(mono + seconds, number) for mono, number in state.ordered_by_known]
    for call in state.calls.values():
        call.fork = {agent: Ringing(one.offer, moved(one.at), one.rang) for agent, one in call.fork.items()}
        call.arrived, call.since = moved(call.arrived), moved(call.since)
        call.joined = None if call.joined is None else moved(call.joined)
        call.connected = None if call.connected is None else moved(call.connected)
        call.entered = None if call.entered is None else moved(call.entered)
        call.again = None if call.again is None else moved(call.again)


def _arrived(state: State, at: Now, fact: facts.CallArrived) -> None:
    state.calls[fact.call] = Call(
        call=fact.call,
        card=fact.card,
        caller=fact.caller,
        caller_e164=fact.caller_e164,
        caller_name=fact.caller_name,
        dialled=fact.dialled,
        trunk=fact.trunk,
        arrived=at,
        since=at,
    )
    if fact.origin and fact.origin != FROM_MESSAGE:
        order = (at.mono, fact.caller_e164 or fact.caller)
        if fact.customer:
            state.ordered_by_known = [*_of_last_hour(state.ordered_by_known, at), order]
        else:
            state.ordered = [*_of_last_hour(state.ordered, at), order]


def _of_last_hour(orders: list[tuple[float, str]], at: Now) -> list[tuple[float, str]]:
    return [order for order in orders if order[0] > at.mono - ORDER_SECONDS]


def _queued(state: State, at: Now, fact: facts.CallQueued) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.state, call.since = CallState.QUEUED, at
        call.queue, call.priority = fact.queue, fact.priority
        call.joined, call.entered = Now(fact.joined_at, fact.joined_mono), at


def _diverted(state: State, at: Now, fact: facts.CallDiverted) -> None:
    call = state.calls.get(fact.call)
    if call is None:
        return
    call.diverted, call.diverted_to, call.diversions = fact.why, fact.to, call.diversions + 1
    call.queue = fact.queue
    if fact.leg or (fact.to == "call-back" and call.state is CallState.ARRIVING):
        call.state, call.since, call.leg = CallState.DIVERTED, at, fact.leg


def _diversion_answered(state: State, at: Now, fact: facts.DiversionAnswered) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.connected = at


def _call_back_asked(state: State, _at: Now, fact: facts.CallBackAsked) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.call_back = fact.number


def _card_changed(state: State, _at: Now, fact: facts.CardChanged) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.card = fact.card


def _call_back_tried(state: State, _at: Now, fact: facts.CallBackTried) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.attempts = fact.attempt


def _call_back_failed(state: State, at: Now, fact: facts.CallBackFailed) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.state, call.since = CallState.CALL_BACK_LATER, at
        call.again = Now(fact.again_at, fact.again_mono)


def _call_back_due(state: State, at: Now, fact: facts.CallBackDue) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.state, call.since, call.again = CallState.QUEUED, at, None


def _priority(state: State, _at: Now, fact: facts.CallPriority) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.priority = fact.priority


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


def _won(state: State, _at: Now, fact: facts.OfferWon) -> None:
    call = state.calls.get(fact.call)
    if call is not None and call.fork.pop(fact.agent, None) is not None:
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
        call.muted = False
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
    if agent is not None:
        agent.move(WorkState.HOLDING if fact.on else WorkState.TALKING, at)


def _muted(state: State, _at: Now, fact: facts.AgentMuted) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.muted = fact.on


def _returned(state: State, at: Now, fact: facts.CallReturned) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.state, call.since = CallState.QUEUED, at
        call.agent, call.leg, call.connected = None, "", None


def _transferred(state: State, at: Now, fact: facts.CallTransferred) -> None:
    call = state.calls.get(fact.call)
    if call is None:
        return
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
    if call.transfers and _wraps_up(state, call):
        return  # one of the agents who had it still wraps it up
    agent = state.agents.get(call.agent) if call.agent else None
    if agent is None or agent.call != call.call or agent.work_state is WorkState.IDLE:
        del state.calls[fact.call]


def _wrap_up_began(state: State, _at: Now, fact: facts.WrapUpBegan) -> None:
    agent, call = state.agents.get(fact.agent), state.calls.get(fact.call)
    if call is not None and fact.agent not in call.wrapped_up_by:
        call.wrapped_up_by.append(fact.agent)
    if agent is not None:
        agent.call = fact.call
        agent.move(WorkState.WRAP_UP, Now(fact.began_at, fact.began_mono))
        agent.talk_seconds += max(0.0, fact.began_mono - agent.talk_began_mono)
        agent.wrap_up_began = Now(fact.began_at, fact.began_mono)
        agent.wrap_up_seconds = fact.seconds


def _wrap_up_extended(state: State, _at: Now, fact: facts.WrapUpExtended) -> None:
    agent = state.agents.get(fact.agent)
    if agent is not None:
        agent.wrap_up_seconds += fact.seconds


def _wrap_up_ended(state: State, at: Now, fact: facts.WrapUpEnded) -> None:
    agent = state.agents.get(fact.agent)
    if agent is None:
        return
    agent.wrap_up_began, agent.wrap_up_seconds, agent.call = None, 0, None
    agent.move(WorkState.IDLE, at)
    call = state.calls.get(fact.call)
    if call is not None and call.state is CallState.CLOSED and not _wraps_up(state, call):
        del state.calls[fact.call]


def _wraps_up(state: State, call: Call) -> bool:
    """Whether one of the agents who had the call still wraps it up."""
    agents = (state.agents.get(agent) for agent in call.wrapped_up_by)
    return any(agent is not None and agent.call == call.call for agent in agents)


def _presence(state: State, at: Now, fact: facts.PresenceChosen) -> None:
    agent = state.agents.get(fact.agent)
    if agent is None:
        return
    if agent.presence is Presence.LOGGED_OUT and fact.presence != Presence.LOGGED_OUT:
        agent.calls_taken, agent.talk_seconds = 0, 0
    agent.presence, agent.reason = Presence(fact.presence), fact.reason
    agent.after_call, agent.after_call_reason = None, ""
    if agent.desk is False and fact.by != "rule":
        _desk_left(agent)  # whoever chooses now does so without the lost desk
    if agent.work_state is WorkState.IDLE:
        agent.since, agent.idle_since = at, at.mono


def _after_call(state: State, _at: Now, fact: facts.AfterCallChosen) -> None:
    agent = state.agents.get(fact.agent)
    if agent is not None:
        agent.after_call = None if fact.presence is None else Presence(fact.presence)
        agent.after_call_reason = fact.reason


def _desk(state: State, at: Now, fact: facts.DeskLinked) -> None:
    agent = state.agents.get(fact.agent)
    if agent is not None:
        agent.desk = fact.connected
        agent.desk_lost_mono = 0 if fact.connected else at.mono
        if not fact.connected and agent.presence is Presence.LOGGED_OUT:
            _desk_left(agent)


def _desk_left(agent: Agent) -> None:
    agent.desk, agent.desk_lost_mono = None, 0


def _phone(state: State, at: Now, fact: facts.PhoneRegistered) -> None:
    agent = state.agents.get(fact.agent)
    if agent is not None:
        agent.registered, agent.phone_failed, agent.phone_answers = fact.registered, "", False
        _phone_seen(agent, at)


def _phone_failed(state: State, at: Now, fact: facts.PhoneFailed) -> None:
    agent = state.agents.get(fact.agent)
    if agent is not None:
        agent.phone_failed = fact.how if fact.failed else ""
        _phone_seen(agent, at)


def _phone_answered(state: State, _at: Now, fact: facts.PhoneAnswered) -> None:
    agent = state.agents.get(fact.agent)
    if agent is not None:
        agent.phone_answers = True


def _phone_seen(agent: Agent, at: Now) -> None:
    if not agent.phone_fault():
        agent.phone_lost_mono = 0
    elif not agent.phone_lost_mono:
        agent.phone_lost_mono = at.mono


def _reached(state: State, at: Now, fact: facts.AgentReached) -> None:
    agent = state.agents.get(fact.agent)
    if agent is not None:
        agent.reachable = fact.reachable
        if fact.reachable and agent.work_state is WorkState.IDLE:
            agent.idle_since = at.mono


def _nothing(_state: State, _at: Now, _fact: facts.AnyFact) -> None:
    """Changes no call and no agent: the facts that follow do, or it is for those who read the ledger."""


def _notes(state: State, _at: Now, fact: facts.NotesSaved) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.notes = fact.text


def _result(state: State, _at: Now, fact: facts.ResultChosen) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.result = fact.result


def _customer(state: State, _at: Now, fact: facts.CustomerKnown) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.customer, call.segment, call.customer_numbers = fact.customer, fact.segment, fact.numbers
    if call is None or call.released:
        spoken.set_right(state, fact)


_APPLY: dict[type[Any], Callable[[State, Now, Any], None]] = {
    **supervision.APPLY,
    **apply_voicemail.APPLY,
    **dict.fromkeys(get_args(dialog_facts.DialogFact), _nothing),
    **apply_dialog.APPLY,
    facts.CoreBegan: _core_began,
    facts.CoreStopping: _nothing,
    facts.CardsCounted: _nothing,
    facts.CallArrived: _arrived,
    facts.CallQueued: _queued,
    facts.CallPriority: _priority,
    facts.CallDiverted: _diverted,
    facts.DiversionAnswered: _diversion_answered,
    facts.CallBackWanted: _nothing,
    facts.CallBackDeclined: _nothing,
    facts.CallBackAsked: _call_back_asked,
    facts.CardChanged: _card_changed,
    facts.CallBackTried: _call_back_tried,
    facts.CallBackFailed: _call_back_failed,
    facts.CallBackDue: _call_back_due,
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
    facts.PresenceChosen: _presence,
    facts.AfterCallChosen: _after_call,
    facts.DeskLinked: _desk,
    facts.PhoneRegistered: _phone,
    facts.PhoneFailed: _phone_failed,
    facts.PhoneAnswered: _phone_answered,
    facts.AgentReached: _reached,
    facts.StateRepaired: _nothing,
    facts.NotesSaved: _notes,
    facts.ResultChosen: _result,
    facts.CustomerKnown: _customer,
}
