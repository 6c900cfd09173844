"""One call at several agents' phones at the same time: `ring-all` and `ring-progressively`.

The card dials one leg at our own edge, and the edge rings the phones of all who are offered the call; who is added
later (because the agent became free, the next tier of skills counts, or `ring_step_seconds` have passed) rings along.
Each agent has an offer of the own, with its own reason, its own `ring_seconds` and its own end: who declines, lets it
ring too long, or is not to have it any more drops out alone. The first who picks up has won (`offer-won`); from then on
it is an offer like any other, and the card's `answered` connects it. The others were `answered-elsewhere`.

An agent's phone rings for one call at a time, and a phone that rings is not taken away for a call that is worth more.
"""

from server.call import facts
from server.call.commands import RingAgents, RingNoLonger
from server.call.events import PhoneDeclined, PhonePickedUp, PhoneRang
from server.call.states import CallState
from server.callflow import call_back
from server.callflow.missing import agent_missed, result_of
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.wire import linecard

PROMPT_SECONDS = 4
"""A phone that can be reached rings by then."""
PICKED_UP_SECONDS = 10
"""So long after a phone was picked up the card must have the leg: a safety net, never the rule."""


def offered(turn: Turn, call: Call, agent: str) -> None:
    """The agent was offered the call, as the first or besides others."""
    turn.share(call)
    turn.world.floor.asked(call.call, agent)
    if call.offer != call.offers:
        if call.card:
            _ring(turn, call, [agent])
        return
    _step(turn, call)
    if call.is_away():
        call_back.begin(turn, call)
    else:
        dial(turn, call)


def dial(turn: Turn, call: Call) -> None:
    """Let the card dial the leg that rings at everybody who is offered the call."""
    _ring(turn, call, list(call.fork))
    turn.send(call, turn.plan.dial_fork(call))


def _ring(turn: Turn, call: Call, agents: list[str]) -> None:
    seconds = turn.plan.queue(call.queue).ring_seconds
    for agent in agents if seconds else ():
        turn.due(turn.now.mono + seconds, f"rings-{call.fork[agent].offer}", call.call)
    rung = turn.rung.get((call.call, call.leg))
    if rung is not None:
        rung.extend(agents)
        return
    turn.rung[call.call, call.leg] = rung = list(agents)
    turn.commands.append(RingAgents(call.call, call.leg, rung))


def _step(turn: Turn, call: Call) -> None:
    """Be woken when one phone more may ring."""
    when = turn.plan.next_phone_at(call.queue, turn.now.mono - call.since.mono)
    if when is not None:
        turn.due(call.since.mono + when, f"more-{call.offer}", call.call)


def one_more(turn: Turn, call: Call) -> None:
    """The time has come at which one phone more may ring."""
    if call.fork and call.agent is None:
        turn.share(call)
        _step(turn, call)


def overdue(turn: Turn, call: Call, offer: int) -> None:
    """A phone has rung for `ring_seconds`."""
    for agent, ringing in call.fork.items():
        if ringing.offer == offer:
            drop(turn, call, agent, "no-answer" if ringing.rang else "unreachable")
            return


def _call_of(turn: Turn, event: PhoneRang | PhonePickedUp | PhoneDeclined) -> Call | None:
    call = turn.state.calls.get(event.call)
    wanted = call is not None and call.state is CallState.OFFERED and call.leg == event.leg and call.agent is None
    return call if wanted else None


def rang(turn: Turn, event: PhoneRang) -> None:
    """One of the phones rings."""
    call = _call_of(turn, event)
    ringing = call.fork.get(event.agent) if call is not None else None
    if ringing is not None and not ringing.rang:
        turn.note(facts.OfferRang(call=event.call, agent=event.agent, offer=ringing.offer))


def picked_up(turn: Turn, event: PhonePickedUp) -> None:
    """One of the phones was picked up: the others ring no longer. The edge has seen to that already."""
    call = _call_of(turn, event)
    if call is None:
        return
    if event.agent not in call.fork:  # a moment after the agent was not to have it any more
        give_up(turn, call, "withdrawn")
        return
    turn.note(facts.OfferWon(call=call.call, agent=event.agent, offer=call.fork[event.agent].offer))
    for agent, ringing in list(call.fork.items()):
        turn.note(
            facts.OfferEnded(call=call.call, agent=agent, offer=ringing.offer, result=facts.ELSEWHERE, by=event.agent)
        )
    turn.due(turn.now.mono + PICKED_UP_SECONDS, f"picked-{call.offer}", call.call)


def declined(turn: Turn, event: PhoneDeclined) -> None:
    """One of the phones will not be picked up."""
    call = _call_of(turn, event)
    if call is not None and event.agent in call.fork:
        drop(turn, call, event.agent, result_of(event.cause), rings=False)


def drop(turn: Turn, call: Call, agent: str, result: str, *, rings: bool = True, blamed: bool = True) -> None:
    """One agent has the offer no longer; the others' phones ring on. With the last one the caller is back at the old
    place. `rings`: the agent's phone must be told. `blamed`: the result tells something about the agent or the phone.
    """
    leg = call.leg
    turn.note(facts.OfferEnded(call=call.call, agent=agent, offer=call.fork[agent].offer, result=result))
    is_over = call.state is CallState.QUEUED
    if is_over:
        turn.send(call, linecard.Release(call=call.call, leg=leg, cause=result))
        call_back.part(turn, call)
    else:
        if rings and call.card:  # a call-back that still waits for a line card rings nowhere
            turn.commands.append(RingNoLonger(call.call, leg, agent, result))
        turn.share(call)
    if blamed and result != "withdrawn":
        agent_missed(turn, agent, result)
    if is_over:
        turn.enqueue(call)
        turn.music(call)


def leg_over(turn: Turn, call: Call) -> None:
    """The card's leg is gone while it rang: phones that never rang are not believed in, nobody missed anything. One
    that was added a moment before had no time to ring. Those of the ring's beginning are judged however soon the leg
    ended: somebody must be, or the same ring would begin again at once."""
    long_ago = turn.moment.mono - PROMPT_SECONDS
    silent = [
        agent
        for agent, one in call.fork.items()
        if not one.rang and (one.at.mono <= long_ago or one.at.mono <= call.since.mono)
    ]
    for agent, ringing in list(call.fork.items()):
        result = "fault" if agent in silent else "withdrawn"
        turn.note(facts.OfferEnded(call=call.call, agent=agent, offer=ringing.offer, result=result))
    call_back.part(turn, call)
    for agent in silent:
        agent_missed(turn, agent, "fault")
    turn.enqueue(call)
    turn.music(call)


def give_up(turn: Turn, call: Call, result: str) -> None:
    """Nobody of those whose phones ring has the call: it is back at the old place."""
    turn.send(call, linecard.Release(call=call.call, leg=call.leg, cause=result))
    for agent, offer in call.open_offers():
        turn.note(facts.OfferEnded(call=call.call, agent=agent, offer=offer, result=result))
    call_back.part(turn, call)
    turn.enqueue(call)
    turn.music(call)
