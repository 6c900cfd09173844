"""A call-back that begins outside of a call: somebody asked for it on a page.

It is a call like any other from its first fact on, whose customer is away: it waits at its place in the queue, an agent
is reserved, and the number is dialled as `call_back` says. Nobody spoke for the number, so it is taken more carefully
than a caller's own: only forms that the queue allows, one at a time for each number, and only so many in an hour.
Customers with a personal link have as many for themselves: strangers cannot use up what is theirs.
"""

from server.call import facts
from server.call.events import CallBackOrdered, RequestRefused
from server.call.states import CallState
from server.callflow import waiting
from server.callflow.applying.calls import ORDER_SECONDS
from server.callflow.turn import Turn
from server.callflow.typed_numbers import may_be_called

MOST_FOR_NUMBER = 2
"""So many call-backs to the same number may be asked for in an hour."""


def asked(turn: Turn, event: CallBackOrdered) -> None:
    """Take a call-back, or refuse it. One that was taken before (the same call) is not taken twice."""
    if event.call in turn.state.calls:
        return
    _judge(turn, event)
    turn.note(
        facts.CallArrived(
            call=event.call,
            card="",
            caller=event.number,
            caller_e164=event.e164,
            caller_name=event.name,
            dialled=turn.plan.number_of(event.queue),
            origin=event.origin,
            customer=event.customer if event.is_known else "",
        )
    )
    call = turn.state.calls[event.call]
    if event.customer:
        known = facts.CustomerKnown(call=call.call, customer=event.customer, by=event.origin, segment=event.segment)
        turn.note(known)
    waiting.join(turn, call, event.queue)
    turn.note(facts.CallBackAsked(call=call.call, queue=event.queue, number=event.number))


def _judge(turn: Turn, event: CallBackOrdered) -> None:
    """Raises `RequestRefused`."""
    if turn.world.stopping:
        raise RequestRefused("stopping", "The server ends; ask again in a moment.")
    if event.queue not in turn.plan.queues:
        raise RequestRefused("not-found", f"There is no queue {event.queue}.")
    beginnings, country = turn.plan.queue(event.queue).call_back_typed, turn.plan.country
    if event.is_typed and not may_be_called(event.number, beginnings, country):
        raise RequestRefused("number-refused", "This number is not called back.")
    if any(_waits_for(turn, call, event) for call in turn.state.calls):
        raise RequestRefused("asked-already", "A call-back to this number waits already.")
    since = turn.now.mono - ORDER_SECONDS
    known, strange = turn.state.ordered_by_known, turn.state.ordered
    number, most = event.e164 or event.number, turn.plan.site.web.call_backs_per_hour
    to_number = sum(mono > since and to == number for mono, to in (*known, *strange))
    recent = sum(mono > since for mono, _ in (known if event.is_known else strange))
    if recent >= most or to_number >= MOST_FOR_NUMBER:
        raise RequestRefused("too-many", "Too many call-backs were asked for; try again later.")


def _waits_for(turn: Turn, call_id: str, event: CallBackOrdered) -> bool:
    call = turn.state.calls[call_id]
    if not call.is_away() or call.state is CallState.CLOSED:
        return False
    return call.call_back == event.number or bool(event.e164 and call.caller_e164 == event.e164)
