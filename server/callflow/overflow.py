"""A queue cannot serve a call: closed, full, empty of agents, waited too long, or the caller presses a key.

The call goes where the site file says (`when_closed` ...): to another queue, where its wait so far counts; to a
number over the trunk; to a mailbox or a dialog script; to the question for a call-back; or it is told so and hung up.
What became of it is one `call-diverted` for each queue that could not serve it, and in the end its one outcome.
"""

from collections.abc import Sequence

from server.call import facts
from server.call.states import CallState, Outcome
from server.callflow import call_back, in_dialog, in_mailbox, offering, talking, waiting
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.config.destinations import AT_ONCE, Destination, read_destination
from server.config.site import Queue
from server.wire import linecard

MOST_DIVERSIONS = 10
"""A call that was sent on so often is said goodbye to: a net under the check of the site file."""
NUMBER_RING_SECONDS = 60.0
OUTCOMES = {"closed": Outcome.CLOSED, "full": Outcome.FULL}
"""What else diverts a call makes it `overflowed`."""


def outcome_of(call: Call) -> Outcome:
    """The outcome of a diverted call that no agent got."""
    return OUTCOMES.get(call.diverted, Outcome.OVERFLOWED)


def enter(turn: Turn, call: Call, queue_id: str, said: Sequence[str] = ()) -> None:
    """The call joins the queue if the queue can have it; otherwise it goes where the queue sends it. `said`: files that
    are played on the way in, instead of the queue's greeting."""
    queue = turn.plan.queues[queue_id]
    destinations = {"closed": queue.when_closed, "full": queue.when_full, "empty": queue.when_empty}
    if why := obstacle(turn, queue):
        divert(turn, call, queue, why, destinations[why])
    else:
        waiting.join(turn, call, queue_id)
        turn.line(call.call).playing = ""  # the music of a queue that it left
        turn.music(call, said)


def obstacle(turn: Turn, queue: Queue) -> str:
    """Why a caller could not join the queue now: `closed`, `full`, `empty`; empty text: nothing is in the way."""
    opening = turn.plan.openings.get(queue.id)
    if opening is not None and not opening.is_open(turn.moment.wall):
        return "closed"
    if _is_full(turn, queue):
        return "full"
    return "empty" if _is_empty(turn, queue) else ""


def _is_full(turn: Turn, queue: Queue) -> bool:
    """Whether as many wait as may; a call-back keeps a place, but no line."""
    return 0 < queue.max_waiting <= turn.world.floor.callers(queue.id)


def _is_empty(turn: Turn, queue: Queue) -> bool:
    """Whether nobody of the queue is logged in, and that matters."""
    if queue.when_empty == "wait":
        return False
    return not turn.world.attendance.logged_in(queue.id)


def logged_out(turn: Turn, agent_id: str) -> None:
    """An agent logged out: who waits in a queue that is empty now is not left there."""
    for queue_id in turn.plan.agents[agent_id].queues:
        queue = turn.plan.queues[queue_id]
        if _is_empty(turn, queue):
            for waiting_call in turn.world.floor.waiting(queue_id):
                call = turn.state.calls[waiting_call]
                if not call.is_away():
                    divert(turn, call, queue, "empty", queue.when_empty)


def waited_too_long(turn: Turn, call: Call) -> None:
    """`max_wait_seconds` have passed. An offer under way is let ring on, a caller who is being asked may answer."""
    queue = turn.plan.queue(call.queue)
    if call.is_away() or call.entered is None or call.state not in (CallState.QUEUED, CallState.OFFERED):
        return
    if call.entered.mono + queue.max_wait_seconds > turn.now.mono or not queue.max_wait_seconds:
        return  # the deadline of a queue that it has left
    if call.state is CallState.OFFERED or turn.line(call.call).menu:
        turn.due(turn.now.mono + 1, "max-wait", call.call)
    else:
        divert(turn, call, queue, "too-long", queue.when_too_long)


def key(turn: Turn, call: Call, digit: str) -> None:
    """The caller pressed a key. It does what was announced, also while an agent's phone rings: the offer is withdrawn
    if the caller goes elsewhere."""
    if turn.line(call.call).menu:
        call_back.key(turn, call, digit)
        return
    if call.state not in (CallState.QUEUED, CallState.OFFERED) or call.is_away():
        return
    queue = turn.plan.queue(call.queue)
    if queue.survey and digit == queue.survey_key:
        _wants_survey(turn, call)
        return
    to = next((leave.to for leave in queue.exit if leave.key == digit), "")
    if to == "call-back":
        call_back.ask(turn, call, by_key=digit)
    elif to:
        offering.withdraw(turn, call)
        divert(turn, call, queue, "key", to, digit)


def _wants_survey(turn: Turn, call: Call) -> None:
    """The caller agrees to a survey after the call, and waits on."""
    if call.wants_survey:
        return
    turn.note(facts.SurveyWanted(call=call.call, queue=call.queue))
    line = turn.line(call.call)
    if line.up:
        line.greeted = line.offered_survey = True
        sounds = turn.plan.sounds
        turn.play(call, "waiting", sounds.survey_thanks() + sounds.music(call.queue), loop=True)


def divert(turn: Turn, call: Call, queue: Queue, why: str, to: str, digit: str = "", said: Sequence[str] = ()) -> None:
    """Send the call where the site file says. `said`: files that are played before the music."""
    destination = read_destination(to) if call.diversions < MOST_DIVERSIONS else Destination("goodbye")
    is_again = (call.diverted, call.diverted_to, call.queue) == (why, to, queue.id)
    if destination.kind == "call-back" and is_again:
        call_back.ask(turn, call)  # asked again, after a restart of the core: it is the same diversion
        return
    if destination.kind == "dialog" and is_again and why in AT_ONCE:  # the script has led back to here
        to, destination = "goodbye", Destination("goodbye")
    place = turn.world.floor.position(call.call) or 0
    waited = turn.moment.mono - call.joined.mono if call.joined is not None else 0.0
    leg = f"number-{call.diversions + 1}" if destination.kind == "number" else ""
    turn.note(
        facts.CallDiverted(
            call=call.call,
            queue=queue.id,
            why=why,
            to=to,
            key=digit,
            position=place,
            waited_seconds=round(max(0.0, waited), 3),
            leg=leg,
        )
    )
    if destination.kind == "call-back":
        call_back.ask(turn, call)
        return
    turn.world.floor.leave(call.call)
    turn.line(call.call).menu = ""
    if destination.kind == "dialog":  # who left the queue by a key may come back
        in_dialog.enter_diverted(turn, call, destination.ident, f"queue:{queue.id}" if digit and queue.id else "")
    else:
        _send(turn, call, destination, why, said)


def _send(turn: Turn, call: Call, to: Destination, why: str, said: Sequence[str]) -> None:
    if to.kind == "queue":
        enter(turn, call, to.ident, said)
    elif to.kind == "number":
        _dial(turn, call, to.ident, said)
    elif to.kind == "voicemail":
        in_mailbox.enter(turn, call, to.ident)
        if turn.line(call.call).up:
            in_mailbox.begin(turn, call)
    else:
        waiting.goodbye(turn, call, outcome_of(call), why, to.ident)


def _dial(turn: Turn, call: Call, number: str, said: Sequence[str]) -> None:
    """Call the number, and let the caller hear music meanwhile."""
    caller = call.caller_e164 or call.caller
    turn.send(call, turn.plan.dial_number(call.call, call.leg, number, caller, call.caller_name, NUMBER_RING_SECONDS))
    turn.line(call.call).greeted = True
    turn.music(call, said)


def number_answered(turn: Turn, call: Call) -> None:
    """The number picked up: the two hear one another."""
    turn.line(call.call).playing = ""
    turn.note(facts.DiversionAnswered(call=call.call))
    turn.send(call, linecard.Bridge(call=call.call, a=linecard.CUSTOMER, b=call.leg))


def number_left(turn: Turn, call: Call, cause: str) -> None:
    """The number hung up, or could not be reached."""
    if call.connected is None:
        waiting.goodbye(turn, call, outcome_of(call), call.diverted)
        return
    turn.note(facts.CallReleased(call=call.call, by="number", cause=cause))
    turn.send(call, linecard.Close(call=call.call))
    talking.close(turn, call, outcome_of(call), cause)


def again(turn: Turn, call: Call, legs: dict[str, linecard.LegSnapshot]) -> None:
    """After a restart of the core: go on with a diverted call. `legs`: what its card has."""
    leg = legs.get(call.leg) if call.leg else None
    if not call.leg:
        call_back.ask(turn, call)
    elif leg is None:
        number_left(turn, call, "fault")
    elif leg.state in ("up", "held") and linecard.CUSTOMER not in leg.bridged_to:
        number_answered(turn, call)
