"""A waiting call is offered to an agent: reserved, the desk told, the phone rung, answered or missed."""

from server.acd.floor import Match
from server.call import facts
from server.call.events import CardTaken
from server.call.states import CallState
from server.callflow import call_back, forking, message_tasks
from server.callflow.missing import agent_missed, result_of
from server.callflow.plan import ACCEPT_SECONDS
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.wire import linecard

GUARD_SECONDS = 5
"""How much longer than the ringing an offer may take before it is taken as failed: a safety net, never the rule."""


def match(turn: Turn) -> None:
    """Offer waiting calls to free agents as long as there is a pair."""
    if turn.world.recovering or turn.world.stopping:
        return
    while (found := turn.world.floor.next_match(turn.now.mono, turn.world.draw)) is not None:
        offer(turn, found)


def offer(turn: Turn, found: Match) -> None:
    """Reserve the agent and ring the phone, besides others' phones where the strategy says so."""
    call = turn.state.calls[found.call.call]
    number = call.offers + 1
    shared = turn.plan.is_shared(call.queue) and not call.passed_to
    is_known = call.queue in turn.plan.queues  # not if it was taken out of the site and an agent passes its call on
    turn.world.floor.leave(call.call)
    turn.note(
        facts.CallOffered(
            call=call.call,
            queue=call.queue,
            agent=found.agent,
            offer=number,
            leg=call.leg if found.joins else f"agent-{number}",
            why=found.why,
            fork=call.offer if found.joins else number if shared else 0,
            waiting=turn.world.floor.waiting_count(call.queue) if is_known else 0,
            serving=turn.world.waits.serving(call.queue),
        ),
        turn.now,
    )
    turn.world.floor.offered(call.queue, found.agent)
    if shared:
        forking.offered(turn, call, found.agent)
    elif call.is_away():
        call_back.begin(turn, call)
    else:
        ring_agent(turn, call)


def card_taken(turn: Turn, event: CardTaken) -> None:
    """There is a line card for a call-back whose agent is reserved: the agent's phone rings now."""
    call = call_back.card_taken(turn, event)
    if call is not None and call.fork:
        forking.dial(turn, call)
    elif call is not None:
        ring_agent(turn, call)


def ring_agent(turn: Turn, call: Call) -> None:
    """Ring the phone of the agent who is reserved for the call."""
    assert call.agent is not None
    ring = turn.plan.queue(call.queue).ring_seconds
    caller = call.call_back or call.caller_e164 or call.caller
    turn.send(call, turn.plan.dial(call.call, call.leg, call.agent, caller, call.caller_name, ring))
    if ring:
        turn.due(turn.now.mono + ring + GUARD_SECONDS, f"offer-{call.offer}", call.call)


def rings(turn: Turn, call: Call, leg: str) -> None:
    """The agent's phone rings."""
    if call.state is CallState.OFFERED and call.leg == leg and not call.rang and call.agent is not None:
        turn.note(facts.OfferRang(call=call.call, agent=call.agent, offer=call.offer))


def answered(turn: Turn, call: Call, leg: str) -> None:
    """The agent's phone was picked up. Over a trunk, a person must say so first."""
    if call.state is not CallState.OFFERED or call.leg != leg:
        turn.send(call, linecard.Release(call=call.call, leg=leg, cause="answered-elsewhere"))
    elif call.agent is None or call.agent not in turn.plan.agents:
        withdraw(turn, call)  # who picked up only the core before us knew, or was taken out of the site meanwhile
    elif turn.plan.must_accept(call.agent):
        turn.line(call.call).confirming = True
        files = turn.plan.sounds.who_calls(call.caller_e164 or call.caller)
        turn.play(call, "accept", files, leg=leg)
        turn.due(turn.now.mono + ACCEPT_SECONDS, f"accept-{call.offer}", call.call)
    else:
        connect(turn, call)


def digit(turn: Turn, call: Call, key: str) -> None:
    """A key on the agent's phone while the offer waits for it: 1 accepts, anything else repeats the question."""
    if turn.line(call.call).hearing:
        message_tasks.key(turn, call, key)
    if not turn.line(call.call).confirming:
        return
    if key == "1":
        connect(turn, call)
    else:
        files = turn.plan.sounds.who_calls(call.caller_e164 or call.caller)
        turn.play(call, "accept", files, leg=call.leg)


def connect(turn: Turn, call: Call) -> None:
    """Customer and agent hear one another."""
    assert call.agent is not None
    line = turn.line(call.call)
    line.confirming = False
    if call.is_away() and not line.up:
        (message_tasks.hear if message_tasks.is_heard_first(call) else call_back.reach)(turn, call)
        return
    line.playing, line.menu, line.reaching, line.kept = "", "", False, False
    turn.note(facts.OfferEnded(call=call.call, agent=call.agent, offer=call.offer, result="answered"))
    turn.note(
        facts.CallConnected(
            call=call.call, queue=call.queue, agent=call.agent, offer=call.offer, in_time=turn.in_time(call)
        )
    )
    turn.weigh(call.queue)
    turn.send(call, linecard.Bridge(call=call.call, a=linecard.CUSTOMER, b=call.leg))


def leg_over(turn: Turn, call: Call, leg: str, cause: str) -> None:
    """The agent's leg ended before the agent had the caller."""
    if call.state is CallState.OFFERED and call.leg == leg:
        if call.agent is None:
            forking.leg_over(turn, call)
            return
        result = "not-accepted" if turn.line(call.call).confirming else result_of(cause)
        missed(turn, call, result, leg_is_over=True)


def missed(turn: Turn, call: Call, result: str, *, leg_is_over: bool = False) -> None:
    """The offer came to nothing by the agent's side: the caller is back at the old place, the agent not ready."""
    agent_id = call.agent
    assert agent_id is not None
    if turn.line(call.call).reaching:
        call_back.not_reached(turn, call, "agent-left")  # not at once again: the customer's phone rang already
        return
    if turn.line(call.call).hearing:
        message_tasks.put_back(turn, call)
        return
    end_offer(turn, call, result, leg_is_over=leg_is_over)
    agent_missed(turn, agent_id, result)
    if call.reserved:
        message_tasks.close_reserved(turn, call, result)
        return
    turn.enqueue(call)
    turn.music(call)


def end_offer(turn: Turn, call: Call, result: str, *, leg_is_over: bool = False) -> None:
    """The offer (or all that ring together) is over without a talk; its leg is released, unless it ended by itself."""
    turn.line(call.call).confirming = False
    if not leg_is_over:
        turn.send(call, linecard.Release(call=call.call, leg=call.leg, cause=result))
    for agent, offer in call.open_offers():
        turn.note(facts.OfferEnded(call=call.call, agent=agent, offer=offer, result=result))
    call_back.part(turn, call)


def withdraw(turn: Turn, call: Call) -> None:
    """Take an offer back: the agent is no longer to have it. The caller is back at the old place."""
    if call.state is CallState.OFFERED:
        end_offer(turn, call, "withdrawn")
        if call.reserved:
            message_tasks.close_reserved(turn, call, "withdrawn")
            return
        turn.enqueue(call)
        turn.music(call)
