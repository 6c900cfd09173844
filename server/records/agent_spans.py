"""What an agent did, as spans of time: read off two states of the agent's day, one entry apart.

`agent_day` decides which moment belongs to what; this only cuts the same time at the interval's borders. Borders are
rounded to microseconds, not durations, so that the spans of a day add up to the day.
"""

from collections.abc import Iterator

from server.call import facts as f
from server.call.now import Now
from server.call.states import Presence, WorkState
from server.records.agent_day import AgentSoFar
from server.records.cells import GRAIN_SECONDS, AgentCell, grain_of

Span = tuple[WorkState, Now, Now]


def spans(before: AgentSoFar, after: AgentSoFar, fact: f.AnyFact | None) -> Iterator[Span]:
    """The time between two states, cut where a talk ended in between."""
    ended = before.ended
    if ended is None or after.ended is not None or (isinstance(fact, f.WrapUpBegan) and before.connected is not None):
        yield before.work, before.since, after.since
        return
    cut = Now(ended.wall, min(max(ended.mono, before.since.mono), after.since.mono))
    yield before.work, before.since, cut
    yield WorkState.IDLE, cut, after.since


def pieces(start: Now, end: Now) -> Iterator[tuple[int, int]]:
    """(interval, microseconds) of the time from `start` to `end`; the wall clock only says where borders are."""
    if end.mono <= start.mono:
        return
    begun = round(start.mono * 1_000_000)
    lag = end.mono - end.wall
    interval = grain_of(min(start.wall, end.wall))
    while True:
        border = interval + GRAIN_SECONDS
        stop = end.mono if border >= end.wall else min(max(border + lag, start.mono), end.mono)
        stopped = round(stop * 1_000_000)
        if stopped > begun:
            yield interval, stopped - begun
        if border >= end.wall:
            return
        begun, interval = max(begun, stopped), border


def count(cell: AgentCell, work: WorkState, presence: Presence, reason: str, spent_us: int) -> None:
    """Add time in a state to a cell; work goes before presence."""
    match work:
        case WorkState.TALKING:
            cell.talk_us += spent_us
        case WorkState.HOLDING:
            cell.hold_us += spent_us
        case WorkState.WRAP_UP:
            cell.wrap_up_us += spent_us
        case WorkState.RESERVED | WorkState.RINGING:
            cell.ringing_us += spent_us
        case _ if presence is Presence.READY:
            cell.idle_us += spent_us
        case _ if presence is Presence.NOT_READY:
            cell.not_ready_us = {**cell.not_ready_us, reason: cell.not_ready_us.get(reason, 0) + spent_us}
