"""The sweep: what the rules believe against what the line cards hold, every ten seconds.

Events and deadlines keep the two together; the sweep finds where they did not, repairs it, and each repair is a fact, a
warning in the log and a count in the metrics: there should be none. A contradiction is repaired when two sweeps running
found it, because what a card has just said or was just told may still be on its way.

| what                | contradiction                                               | repair                          |
|---------------------|-------------------------------------------------------------|---------------------------------|
| call-without-card   | a call's card does not hold it                               | as if the card had been lost    |
| unknown-conversation | a card holds a conversation that is over or was never known | the card closes it              |
| agent-without-call  | an agent is busy with a call that does not have the agent    | the agent is free               |
| offer-overdue       | an offer goes on longer than ringing and accepting can take  | the offer is missed by a fault  |
| wrap-up-overdue     | a wrap-up is past its deadline                               | it ends                         |
"""

from collections.abc import Iterator, Mapping

from server.acd.agent import Agent
from server.call import facts
from server.call.events import CardsSeen
from server.call.states import CallState, WorkState
from server.callflow import forking, message_tasks, offering, restart, talking
from server.callflow.plan import ACCEPT_SECONDS
from server.callflow.state import Call, State
from server.callflow.turn import Turn
from server.wire import linecard

SLACK_SECONDS = 10
WITH_AGENT = (CallState.OFFERED, CallState.TALKING, CallState.HOLDING)

Found = tuple[str, str, str]
"""What, the call (empty: none), the agent or, of an unknown conversation, the card."""


def sweep(turn: Turn, event: CardsSeen) -> None:
    """Compare, and repair what was found the last time already."""
    world = turn.world
    if world.recovering:
        return
    found = set(contradictions(turn, event.conversations))
    for one in sorted(found & world.suspects):
        what, call, other = one
        agent = "" if what == "unknown-conversation" else other
        turn.note(facts.StateRepaired(what=what, call=call, agent=agent), turn.now)
        _repair(turn, one)
    world.suspects = found - world.suspects


def contradictions(turn: Turn, conversations: Mapping[str, str]) -> Iterator[Found]:
    """Everything in the state that cannot be, given the conversation (a call's id) that each card holds."""
    state = turn.state
    for call in state.calls.values():
        if call.state is not CallState.CLOSED and call.card and conversations.get(call.card) != call.call:
            yield "call-without-card", call.call, ""
        elif call.state is CallState.OFFERED and call.agent is not None and _overdue(turn, call, call.since.mono):
            yield "offer-overdue", call.call, call.agent
        for agent, ringing in call.fork.items():
            if _overdue(turn, call, ringing.at.mono):
                yield "offer-overdue", call.call, agent
    for card, held in conversations.items():
        known = state.calls.get(held)
        if held and (known is None or known.state is CallState.CLOSED or known.card != card):
            yield "unknown-conversation", held, card
    for one in state.agents.values():
        if _without_call(state, one):
            yield "agent-without-call", one.call or "", one.id
        ends = one.wrap_up_ends_mono()
        if ends is not None and ends + SLACK_SECONDS < turn.now.mono:
            yield "wrap-up-overdue", one.call or "", one.id


def _overdue(turn: Turn, call: Call, since: float) -> bool:
    queue = turn.plan.queue(call.queue)
    if not queue.ring_seconds:
        return False
    longest = queue.ring_seconds + offering.GUARD_SECONDS + ACCEPT_SECONDS + SLACK_SECONDS
    if call.is_away():  # a line card is taken before, and the customer's phone rings after
        longest += message_tasks.HEARING_SECONDS if call.task else 0
        longest += turn.plan.queue(call.queue).call_back_ring_seconds + offering.GUARD_SECONDS + 60
    return turn.now.mono - since > longest


def _without_call(state: State, agent: Agent) -> bool:
    if agent.work_state in (WorkState.IDLE, WorkState.WRAP_UP):
        return False
    call = state.calls.get(agent.call or "")
    if call is None or call.state not in WITH_AGENT:
        return True
    return call.agent != agent.id and agent.id not in call.fork


def _repair(turn: Turn, found: Found) -> None:
    what, call_id, other = found
    call = turn.state.calls.get(call_id)
    if what == "unknown-conversation":
        turn.send_to(other, linecard.Close(call=call_id))
    elif what == "agent-without-call":
        _free(turn, turn.state.agents[other])
    elif what == "wrap-up-overdue":
        talking.end_wrap_up(turn, other, "time-out")
    elif call is not None and what == "call-without-card":
        restart.call_lost(turn, call)
    elif call is not None and other in call.fork:
        forking.drop(turn, call, other, "fault")
    elif call is not None and call.state is CallState.OFFERED and call.agent is not None:
        offering.missed(turn, call, "fault")


def _free(turn: Turn, agent: Agent) -> None:
    """The agent's call is gone: an offer ended by a fault, a talk with a wrap-up that is over at once."""
    call = agent.call or ""
    if agent.work_state in (WorkState.RESERVED, WorkState.RINGING):
        turn.note(facts.OfferEnded(call=call, agent=agent.id, offer=0, result="fault"), turn.now)
        return
    now = turn.now
    turn.note(facts.WrapUpBegan(agent=agent.id, call=call, seconds=0, began_mono=now.mono, began_at=now.wall), turn.now)
    talking.end_wrap_up(turn, agent.id, "time-out", keep_result=True)
