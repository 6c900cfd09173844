"""An agent passes the customer on, without speaking to who gets the call before (a blind transfer).

To a queue: the customer waits there like everybody, and the wait begins anew; the one before is over and was counted.
A queue that would not take a caller now (closed, full, nobody there) does not get one: the agent keeps the customer.

To an agent, who must be free: the phone rings at once, past the queue. If the call is not taken the customer waits in
the queue in which the talk was, at the place that the first join gives: before those who came later.

Either way the agent's part is over: the leg is released, and the wrap-up begins, each agent's own.
"""

from server.acd.floor import Match
from server.acd.waiting_call import WaitingCall
from server.call import facts
from server.call.events import RequestRefused, TransferAsked
from server.call.states import CallState
from server.callflow import offering, overflow, supervising, talking
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.wire import linecard

BLIND = "blind"
CANNOT_JOIN = {"closed": "is closed", "full": "is full", "empty": "has no agents"}


def transfer(turn: Turn, event: TransferAsked) -> None:
    """Carry it out, or raise `RequestRefused` before anything has changed."""
    call = turn.state.calls.get(event.call)
    if call is None or call.agent is None or call.state not in (CallState.TALKING, CallState.HOLDING):
        raise RequestRefused("no-talk", f"No agent talks in a call {event.call!r}.")
    if turn.world.recovering or turn.world.stopping:
        raise RequestRefused("not-now", "The server starts or ends: no call is passed on.")
    kind, _, ident = event.to.partition(":")
    if kind == "queue":
        _to_queue(turn, call, event, ident)
    elif kind == "agent":
        _to_agent(turn, call, event, ident)
    else:
        raise RequestRefused("unknown-target", "A call is passed on to queue:ID or agent:ID.")


def _to_queue(turn: Turn, call: Call, event: TransferAsked, queue_id: str) -> None:
    if queue_id not in turn.plan.queues:
        raise RequestRefused("unknown-queue", f"There is no queue {queue_id!r}.")
    if why := overflow.obstacle(turn, turn.plan.queues[queue_id]):
        raise RequestRefused("queue-cannot", f"The queue {queue_id!r} {CANNOT_JOIN[why]}: the customer is still yours.")
    _part(turn, call, event)
    overflow.enter(turn, call, queue_id)


def _to_agent(turn: Turn, call: Call, event: TransferAsked, agent_id: str) -> None:
    agent = turn.state.agents.get(agent_id)
    if agent is None or agent_id not in turn.plan.agents:
        raise RequestRefused("unknown-agent", f"There is no agent {agent_id!r}.")
    if not agent.free():
        raise RequestRefused("agent-not-free", f"The agent {agent_id!r} is not free: the customer is still yours.")
    before = call.agent or ""
    _part(turn, call, event)
    turn.music(call)
    if longest := turn.plan.queue(call.queue).max_wait_seconds:
        turn.due(turn.now.mono + longest, "max-wait", call.call)
    offering.offer(turn, _match(turn, call, before, agent_id))


def _part(turn: Turn, call: Call, event: TransferAsked) -> None:
    """The agent leaves the customer, who hears music from now on, and wraps up."""
    agent, leg, is_talking = call.agent, call.leg, call.state is CallState.TALKING
    assert agent is not None
    talked = 0.0 if call.connected is None else turn.moment.mono - call.connected.mono
    turn.note(
        facts.CallTransferred(
            call=call.call,
            agent=agent,
            kind=BLIND,
            to=event.to,
            by=event.by,
            queue=call.queue,
            talked_seconds=round(max(0.0, talked), 3),
        )
    )
    if is_talking:
        turn.send(call, linecard.Unbridge(call=call.call, a=linecard.CUSTOMER, b=leg))
    turn.send(call, linecard.Release(call=call.call, leg=leg, cause="transferred"))
    supervising.settle(turn)  # now, so that who is called next finds the place of who listened
    talking.wrap_up(turn, agent, call)
    line = turn.line(call.call)
    line.playing, line.greeted = "", True


def _match(turn: Turn, call: Call, by: str, agent: str) -> Match:
    """The offer's reason: no rule of the queue chose, a person did."""
    joined = turn.moment.mono if call.joined is None else call.joined.mono
    why = facts.Why(
        strategy="transfer",
        rule="passed on by an agent",
        candidates=[facts.Candidate(agent, 0.0)],
        candidate_count=1,
        sentence=f"{agent}: {by} passed the call on to this agent",
        waited_seconds=round(max(0.0, turn.now.mono - joined), 3),
        priority=call.priority,
        joined_mono=joined,
    )
    return Match(WaitingCall(call.call, call.queue, call.priority, joined, call.last_agent), agent, why)
