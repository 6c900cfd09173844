"""What a waiting caller is told: the place in the queue, the expected wait, and that a call-back can be had.

An announcement is played before the music and goes over into it, so nothing has to end before an agent who becomes
free gets the caller: `bridge` stops whatever plays. It is never given more often than the queue says, not even after
a missed offer or a restart.
"""

import math

from server.call.states import CallState
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.config.site import Queue

CALL_BACK = "call-back"


def has_announcements(queue: Queue) -> bool:
    """Whether callers of the queue are told anything while they wait."""
    return queue.announce_position or queue.announce_wait or bool(call_back_key(queue))


def call_back_key(queue: Queue) -> str:
    """The key that leads to a call-back; empty: there is none."""
    return next((leave.key for leave in queue.exit if leave.to == CALL_BACK), "")


def begin(turn: Turn, call: Call) -> None:
    """Set the time of the next announcement, counted from when the call joined its present queue."""
    queue = turn.plan.queue(call.queue)
    line = turn.line(call.call)
    line.announce_at = 0
    if call.entered is None or not has_announcements(queue):
        return
    at, every = call.entered.mono + queue.announce_first_seconds, queue.announce_every_seconds
    if at < turn.now.mono:  # after a restart of the core: those whose time is over are not made up for
        if not every:
            return
        at += every * math.ceil((turn.now.mono - at) / every)
    _next(turn, call, at)


def _next(turn: Turn, call: Call, at: float) -> None:
    turn.line(call.call).announce_at = at
    turn.due(at, "announce", call.call)


def due(turn: Turn, call: Call) -> None:
    """A moment for an announcement. It falls out if an agent's phone rings already, or the caller is being asked."""
    line = turn.line(call.call)
    if not 0 < line.announce_at <= turn.now.mono or call.state not in (CallState.QUEUED, CallState.OFFERED):
        return
    queue = turn.plan.queue(call.queue)
    line.announce_at = 0
    if queue.announce_every_seconds:
        _next(turn, call, turn.now.mono + queue.announce_every_seconds)
    if call.state is CallState.QUEUED and line.up and not line.menu and not call.is_away():
        _speak(turn, call, queue)


def _speak(turn: Turn, call: Call, queue: Queue) -> None:
    sounds = turn.plan.sounds
    position = turn.world.floor.position(call.call) if queue.announce_position else None
    files = sounds.announcement(position, turn.expected_wait(call) if queue.announce_wait else None)
    if key := call_back_key(queue):
        files = files + sounds.call_back_offer(key)
    if files:
        turn.line(call.call).greeted = True
        turn.play(call, "waiting", files + sounds.music(call.queue), loop=True)
