"""An agent's day: the fold of the facts about one agent, cut at local midnight.

At each moment an agent is in exactly one of: logged out, idle (ready and free), not ready (by reason), ringing
(reserved or ringing), talking, holding, wrap-up. Work goes before presence: an agent who chose a break during a call
talks. So the times of the states add up to the time logged in. Time is measured on the monotonic clock; the wall clock
only says where midnight is.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import msgspec
from msgspec.structs import replace

from server.call import facts as f
from server.call.now import Now
from server.call.states import Presence, WorkState
from server.records.instants import iso, seconds

_PRESENCES = {presence.value: presence for presence in Presence}
_CallOver = f.CallReturned | f.CallTransferred | f.CallReleased | f.CallClosed
MISSED = ("no-answer", "not-accepted")


class AgentDay(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's figures of one local day (`day`: ISO date). Durations are seconds.

    idle + not ready + ringing + talk + hold + wrap-up = logged in. `not_ready` is by reason (empty: none was given).
    `missed`: offers that rang and were not answered, by a colleague neither; `transferred`: calls passed on.
    `longest_call_seconds`: the longest conversation that ended.
    """

    agent: str
    day: str
    calls: int = 0
    offered: int = 0
    missed: int = 0
    transferred: int = 0
    talk_seconds: float = 0.0
    hold_seconds: float = 0.0
    wrap_up_seconds: float = 0.0
    ringing_seconds: float = 0.0
    idle_seconds: float = 0.0
    not_ready_seconds: float = 0.0
    not_ready: dict[str, float] = {}
    logged_in_seconds: float = 0.0
    longest_call_seconds: float = 0.0
    first_log_in_at: str | None = None
    last_log_out_at: str | None = None


class Figures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sums of a day, not rounded."""

    calls: int = 0
    offered: int = 0
    missed: int = 0
    transferred: int = 0
    talk: float = 0.0
    hold: float = 0.0
    wrap_up: float = 0.0
    ringing: float = 0.0
    idle: float = 0.0
    not_ready: dict[str, float] = {}
    longest_call: float = 0.0
    first_log_in: float | None = None
    last_log_out: float | None = None


class AgentSoFar(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the facts say of an agent so far.

    `since`: up to where the figures are counted. `ended`: the call's release, up to which the present talk counts.
    `before`: the last whole day. `day_ends`: wall time of the next local midnight.
    """

    agent: str
    day: str
    day_ends: float
    boot: str
    since: Now
    shift: float = 0.0
    presence: Presence = Presence.LOGGED_OUT
    reason: str = ""
    work: WorkState = WorkState.IDLE
    call: str = ""
    connected: float | None = None
    ended: Now | None = None
    figures: Figures = Figures()
    before: AgentDay | None = None


def fold(so_far: AgentSoFar | None, agent: str, entry: f.Entry, zone: tzinfo, boot: str = "") -> AgentSoFar:
    """`so_far` and one more entry about `agent` (or a `core-began`, or the end of the agent's call).

    `zone` says where midnight is; `boot` is the boot in which the entry was written.
    """
    if so_far is None:
        so_far = _begin(agent, entry.at, zone, boot)
    step = _STEPS.get(type(entry.fact))
    if step is None:
        return so_far
    changed: AgentSoFar = step(so_far, entry.fact, Now(entry.at.wall, entry.at.mono + so_far.shift), zone)
    return changed


def day_of(so_far: AgentSoFar, now: Now, zone: tzinfo) -> AgentDay:
    """The day that is at `now`, counted up to `now`."""
    return _written(advance(so_far, Now(now.wall, now.mono + so_far.shift), zone))


def advance(s: AgentSoFar, at: Now, zone: tzinfo) -> AgentSoFar:
    """Counts the present state up to `at`; a day that is over by then becomes `before`."""
    if s.ended is not None:
        ended = s.ended
        s = _count(replace(s, ended=None), ended, zone)
        length = max(0.0, ended.mono - s.connected) if s.connected is not None else 0.0
        figures = replace(s.figures, longest_call=max(s.figures.longest_call, length))
        s = replace(s, work=WorkState.IDLE, call="", connected=None, figures=figures)
    return _count(s, at, zone)


def _begin(agent: str, at: Now, zone: tzinfo, boot: str) -> AgentSoFar:
    day = datetime.fromtimestamp(at.wall, zone).date()
    return AgentSoFar(agent=agent, day=day.isoformat(), day_ends=_midnight_after(day, zone), boot=boot, since=at)


def _midnight_after(day: date, zone: tzinfo) -> float:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone).timestamp()


def _count(s: AgentSoFar, at: Now, zone: tzinfo) -> AgentSoFar:
    """The interval from `since` to `at` belongs to the present state; it is cut at each midnight in it."""
    while at.wall >= s.day_ends:
        midnight = Now(s.day_ends, min(max(at.mono - (at.wall - s.day_ends), s.since.mono), max(at.mono, s.since.mono)))
        over = _added(s, midnight)
        day = date.fromisoformat(s.day) + timedelta(days=1)
        fresh = Figures(first_log_in=midnight.wall if _is_in(over) else None)
        s = replace(
            over, before=_written(over), figures=fresh, day=day.isoformat(), day_ends=_midnight_after(day, zone)
        )
    return _added(s, at)


def _added(s: AgentSoFar, at: Now) -> AgentSoFar:
    spent = at.mono - s.since.mono
    if spent <= 0:
        return s
    n = s.figures
    match s.work:
        case WorkState.TALKING:
            n = replace(n, talk=n.talk + spent)
        case WorkState.HOLDING:
            n = replace(n, hold=n.hold + spent)
        case WorkState.WRAP_UP:
            n = replace(n, wrap_up=n.wrap_up + spent)
        case WorkState.RESERVED | WorkState.RINGING:
            n = replace(n, ringing=n.ringing + spent)
        case WorkState.IDLE if s.presence is Presence.READY:
            n = replace(n, idle=n.idle + spent)
        case WorkState.IDLE if s.presence is Presence.NOT_READY:
            n = replace(n, not_ready={**n.not_ready, s.reason: n.not_ready.get(s.reason, 0.0) + spent})
    return replace(s, since=at, figures=n)


def _is_in(s: AgentSoFar) -> bool:
    return s.presence is not Presence.LOGGED_OUT or s.work is not WorkState.IDLE


def _written(s: AgentSoFar) -> AgentDay:
    n = s.figures
    away = sum(n.not_ready.values())
    return AgentDay(
        agent=s.agent,
        day=s.day,
        calls=n.calls,
        offered=n.offered,
        missed=n.missed,
        transferred=n.transferred,
        talk_seconds=seconds(n.talk),
        hold_seconds=seconds(n.hold),
        wrap_up_seconds=seconds(n.wrap_up),
        ringing_seconds=seconds(n.ringing),
        idle_seconds=seconds(n.idle),
        not_ready_seconds=seconds(away),
        not_ready={reason: seconds(spent) for reason, spent in n.not_ready.items()},
        logged_in_seconds=seconds(n.talk + n.hold + n.wrap_up + n.ringing + n.idle + away),
        longest_call_seconds=seconds(n.longest_call),
        first_log_in_at=None if n.first_log_in is None else iso(n.first_log_in),
        last_log_out_at=None if n.last_log_out is None else iso(n.last_log_out),
    )


def _core_began(s: AgentSoFar, fact: f.CoreBegan, at: Now, zone: tzinfo) -> AgentSoFar:
    """Another boot: its monotonic clock is carried on from ours by the wall clock."""
    if fact.boot == s.boot:
        return s
    carried = s.since.mono + max(0.0, at.wall - s.since.wall)
    return advance(replace(s, boot=fact.boot, shift=s.shift + carried - at.mono), Now(at.wall, carried), zone)


def _presence(s: AgentSoFar, fact: f.PresenceChosen, at: Now, zone: tzinfo) -> AgentSoFar:
    presence = _PRESENCES.get(fact.presence)
    if presence is None:
        return s
    s = advance(s, at, zone)
    n = s.figures
    if presence is Presence.LOGGED_OUT and s.presence is not Presence.LOGGED_OUT:
        n = replace(n, last_log_out=at.wall)
    elif presence is not Presence.LOGGED_OUT and n.first_log_in is None:
        n = replace(n, first_log_in=at.wall)
    return replace(s, presence=presence, reason=fact.reason, figures=n)


def _offered(s: AgentSoFar, fact: f.CallOffered, at: Now, zone: tzinfo) -> AgentSoFar:
    s = advance(s, at, zone)
    figures = replace(s.figures, offered=s.figures.offered + 1)
    return replace(s, work=WorkState.RESERVED, call=fact.call, figures=figures)


def _offer_ended(s: AgentSoFar, fact: f.OfferEnded, at: Now, zone: tzinfo) -> AgentSoFar:
    if fact.result == "answered" or s.call != fact.call or s.work is not WorkState.RESERVED:
        return s
    s = advance(s, at, zone)
    missed = s.figures.missed + (fact.result in MISSED)
    return replace(s, work=WorkState.IDLE, call="", figures=replace(s.figures, missed=missed))


def _connected(s: AgentSoFar, fact: f.CallConnected, at: Now, zone: tzinfo) -> AgentSoFar:
    s = advance(s, at, zone)
    figures = replace(s.figures, calls=s.figures.calls + 1)
    return replace(s, work=WorkState.TALKING, call=fact.call, connected=at.mono, figures=figures)


def _held(s: AgentSoFar, fact: f.CallHeld, at: Now, zone: tzinfo) -> AgentSoFar:
    if s.call != fact.call or s.connected is None or s.ended is not None:
        return s
    return replace(advance(s, at, zone), work=WorkState.HOLDING if fact.on else WorkState.TALKING)


def _call_over(s: AgentSoFar, fact: _CallOver, at: Now, zone: tzinfo) -> AgentSoFar:
    """The talk ends here, unless a wrap-up that follows knows the moment better (the core may have been away)."""
    if s.call != fact.call or s.work is WorkState.WRAP_UP or s.ended is not None:
        return s
    if s.connected is None:
        return replace(advance(s, at, zone), work=WorkState.IDLE, call="")
    return replace(s, ended=at)


def _transferred(s: AgentSoFar, fact: f.CallTransferred, at: Now, zone: tzinfo) -> AgentSoFar:
    over = _call_over(s, fact, at, zone)
    return replace(over, figures=replace(over.figures, transferred=over.figures.transferred + 1))


def _wrap_up_began(s: AgentSoFar, fact: f.WrapUpBegan, at: Now, zone: tzinfo) -> AgentSoFar:
    began = Now(fact.began_at, min(fact.began_mono + s.shift, at.mono))
    s = advance(replace(s, ended=began) if s.connected is not None else s, began, zone)
    return replace(s, work=WorkState.WRAP_UP, call=fact.call)


def _wrap_up_ended(s: AgentSoFar, fact: f.WrapUpEnded, at: Now, zone: tzinfo) -> AgentSoFar:
    if s.call != fact.call or s.work is not WorkState.WRAP_UP:
        return s
    return replace(advance(s, at, zone), work=WorkState.IDLE, call="")


_STEPS: dict[type, Callable[[AgentSoFar, Any, Now, tzinfo], AgentSoFar]] = {
    f.CoreBegan: _core_began,
    f.PresenceChosen: _presence,
    f.CallOffered: _offered,
    f.OfferEnded: _offer_ended,
    f.CallConnected: _connected,
    f.CallHeld: _held,
    f.CallReturned: _call_over,
    f.CallTransferred: _transferred,
    f.CallReleased: _call_over,
    f.CallClosed: _call_over,
    f.WrapUpBegan: _wrap_up_began,
    f.WrapUpEnded: _wrap_up_ended,
}
