"""A call waits in a queue: it joins, its deadlines are set, and if it must go it is said goodbye to."""

from collections.abc import Sequence

from server.acd.waiting_call import WaitingCall
from server.call import facts
from server.call.states import CallState, Outcome
from server.callflow import announcing, talking
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.wire import linecard

GOODBYE_SECONDS = 15
"""A goodbye of ours is over by then."""
MESSAGE_SECONDS = 180
"""A message of the site's own is cut off after so long."""


def join(turn: Turn, call: Call, queue_id: str) -> None:
    """The call joins a queue. The wait is counted from its first queue, the queue's own limits from now."""
    priority = turn.plan.priority(call, queue_id)
    joined = call.joined or turn.moment
    place = turn.world.floor.line(queue_id).position(WaitingCall(call.call, queue_id, priority, joined.mono))
    floor, waits = turn.world.floor, turn.world.waits
    at_once = floor.free_count(queue_id) and not floor.waiting_count(queue_id)
    expected = None if at_once else waits.expected(queue_id, place)
    turn.note(
        facts.CallQueued(
            call=call.call,
            queue=queue_id,
            priority=priority,
            joined_mono=joined.mono,
            joined_at=joined.wall,
            position=place,
            expected_seconds=None if expected is None else round(expected, 1),
        )
    )
    turn.enqueue(call)
    set_deadlines(turn, call)


def set_deadlines(turn: Turn, call: Call) -> None:
    """How long the call may wait in this queue, and when it hears an announcement (also after a restart)."""
    queue = turn.plan.queue(call.queue)
    if call.entered is None or call.is_away():
        return
    if queue.max_wait_seconds:
        turn.due(call.entered.mono + queue.max_wait_seconds, "max-wait", call.call)
    announcing.begin(turn, call)


def goodbye(turn: Turn, call: Call, outcome: Outcome, cause: str, message: str = "", files: Sequence[str] = ()) -> None:
    """Say why the caller cannot be served (`message`: a file of the site's own; or `files`), then hang up."""
    turn.world.floor.leave(call.call)
    if not call.released:
        turn.note(facts.CallReleased(call=call.call, by="server", cause=cause))
    line = turn.line(call.call)
    line.menu, line.goodbye_outcome, line.goodbye_cause = "", outcome, cause
    said = turn.plan.sounds.message(message) if message else list(files) or turn.plan.sounds.sorry(cause)
    if line.up:
        turn.play(call, "goodbye", said)
    else:
        line.when_up = said
    turn.due(turn.now.mono + (MESSAGE_SECONDS if message else GOODBYE_SECONDS), "goodbye", call.call)


def goodbye_over(turn: Turn, call: Call) -> None:
    """The goodbye was heard (or took too long)."""
    line = turn.line(call.call)
    if call.state is CallState.ENDING and line.goodbye_outcome:
        turn.send(call, linecard.Close(call=call.call))
        talking.close(turn, call, Outcome(line.goodbye_outcome), line.goodbye_cause)
