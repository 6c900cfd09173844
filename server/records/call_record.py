"""A call's record: the fold of its facts.

`fold` takes the facts of one call in order and keeps what is known so far; `record_of` writes that down as the record
that others see. Durations are differences of the monotonic clock, so that a jump of the wall clock bends none of them;
after a reboot of the machine (a `core-began` with another `boot`) the monotonic clock is carried on by the wall clock.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from server.call import facts as f
from server.call.now import Now
from server.call.states import CallState
from server.records import dialogs, supervision
from server.records.conversations import Lengths, Spoken, hold_over, lengths_of, part, wrapped_up
from server.records.dialogs import DialogRun
from server.records.instants import iso, seconds


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """The call was offered to `agent`. `result` as in `OfferEnded`, None while the offer is open."""

    agent: str
    at: str
    result: str | None
    why: f.Why


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """`agent` talked with the customer from `at` on, and got the call in `queue`; the seconds are the agent's own."""

    agent: str
    queue: str
    at: str
    talk_seconds: float
    hold_seconds: float
    wrap_up_seconds: float


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """`agent` passed the call on to `to` (`queue:ID`, `agent:ID`, `number:+...`), `kind`: `blind` or `attended`."""

    agent: str
    kind: str
    to: str
    at: str
    talked_seconds: float


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One call. Times are ISO 8601 in UTC with milliseconds, None: it did not happen (yet). Durations are seconds, 0
    for what did not happen; of a live call only what is over is counted.

    `queue` is the last one joined, `queued_at` the first join. `offered_at` is the offer that was answered.
    `ended_at` is the first release of customer or agent, from which wrap-up counts. `wait_seconds` runs from queue
    entry to connection or end, `talk_seconds` leaves hold out. `agent` is who talked (last); None: nobody. `outcome` is
    None while the call is live. `cause` is why it ended; `caller_agent` the agent who placed the call, if one did.
    `call_back`: the number that the caller chose to be called at. `origin`: where a call-back that began outside of a
    call was asked for, as `web`; empty: the call came over the line. `supervisions`: who listened, oldest first.

    Where an agent passed the call on, or an agent's end was lost and the customer waited again, `offered_at`,
    `answered_at` and `wait_seconds` are of the first conversation; talk, hold and wrap-up are the sums of
    `conversations`, in which each agent's own are told apart. `transfers`: who passed it on, and to whom.
    `dialogs`: sessions of scripts, oldest first.
    """

    call_id: str
    from_: str = msgspec.field(name="from")
    to: str
    queue: str | None
    agent: str | None
    arrived_at: str
    queued_at: str | None
    offered_at: str | None
    answered_at: str | None
    ended_at: str | None
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    wrap_up_seconds: float
    outcome: str | None
    released_by: str | None
    offers: list[Offer]
    state: str
    cause: str = ""
    from_e164: str = ""
    caller_name: str = ""
    caller_agent: str = ""
    trunk: str = ""
    card: str = ""
    customer: str = ""
    notes: str = ""
    result: str = ""
    wrap_up_began_at: str | None = None
    wrap_up_ended_at: str | None = None
    wrap_up_ended_by: str = ""
    closed_at: str | None = None
    call_back: str = ""
    origin: str = ""
    conversations: list[Conversation] = []
    transfers: list[Transfer] = []
    supervisions: list[supervision.Supervision] = []
    dialogs: list[DialogRun] = []


class OfferSoFar(msgspec.Struct, frozen=True, kw_only=True):
    """An offer as the fold keeps it."""

    agent: str
    offer: int
    at: float
    why: f.Why
    result: str = ""


class CallSoFar(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the facts of a call say so far.

    `first` is the ledger position of its arrival. Every `Now` in here is on the monotonic clock of the boot in which
    the call arrived; `shift` is added to what is read on a later boot's clock. `last`: the latest fact. `answered` is
    the first connection, `connected` the present one; `left_queues`: when it was sent to a mailbox or a number, which
    ended its wait; `spoken` the conversations. `wrap_ups`: agents who wrap up now, and since when.
    """

    arrived: f.CallArrived
    first: int
    boot: str
    at: Now
    last: Now
    shift: float = 0.0
    state: CallState = CallState.ARRIVING
    queue: str = ""
    queued: Now | None = None
    left_queues: Now | None = None
    agent: str = ""
    offered_at: float | None = None
    answered: Now | None = None
    connected: Now | None = None
    spoken: list[Spoken] = []
    held_since: float | None = None
    ended: Now | None = None
    released_by: str = ""
    cause: str = ""
    outcome: str = ""
    closed_at: float | None = None
    wrap_ups: dict[str, float] = {}
    wrap_up_began_at: float | None = None
    wrap_up_ended_at: float | None = None
    wrap_up_ended_by: str = ""
    customer: str = ""
    notes: str = ""
    result: str = ""
    offers: list[OfferSoFar] = []
    call_back: str = ""
    transfers: list[Transfer] = []
    supervisions: list[supervision.SupervisionSoFar] = []
    dialogs: list[DialogRun] = []

    @property
    def is_closed(self) -> bool:
        """Whether the call has its outcome."""
        return self.closed_at is not None

    @property
    def is_finished(self) -> bool:
        """Whether it is closed and nobody wraps it up any more."""
        return self.closed_at is not None and not self.wrap_ups


def fold(so_far: CallSoFar | None, entry: f.Entry, boot: str = "") -> CallSoFar | None:
    """`so_far` and one more entry of the same call (or a `core-began`).

    `boot` is the boot in which the entry was written, needed with the first. None comes back while the arrival has not
    been seen. What `so_far` does not allow (a hold after the end) changes nothing.
    """
    if so_far is None:
        if isinstance(entry.fact, f.CallArrived):
            return CallSoFar(arrived=entry.fact, first=entry.position, boot=boot, at=entry.at, last=entry.at)
        return None
    step = _STEPS.get(type(entry.fact))
    if step is None:
        return so_far
    at = Now(entry.at.wall, entry.at.mono + so_far.shift) if so_far.shift else entry.at
    changed: CallSoFar = step(so_far, entry.fact, at)
    return changed


def _core_began(c: CallSoFar, fact: f.CoreBegan, at: Now) -> CallSoFar:
    if fact.boot == c.boot:
        return c
    carried = c.last.mono + max(0.0, at.wall - c.last.wall)
    return replace(c, boot=fact.boot, shift=c.shift + carried - at.mono, last=Now(at.wall, carried))


def _queued(c: CallSoFar, fact: f.CallQueued, at: Now) -> CallSoFar:
    joined = c.queued or Now(fact.joined_at, fact.joined_mono + c.shift)
    return replace(c, queue=fact.queue, queued=joined, state=_unless_over(c, CallState.QUEUED), last=at)


def _offered(c: CallSoFar, fact: f.CallOffered, at: Now) -> CallSoFar:
    offer = OfferSoFar(agent=fact.agent, offer=fact.offer, at=at.wall, why=fact.why)
    return replace(c, offers=[*c.offers, offer], state=_unless_over(c, CallState.OFFERED), last=at)


def _offer_ended(c: CallSoFar, fact: f.OfferEnded, at: Now) -> CallSoFar:
    offers = _with_result(c.offers, fact)
    is_last = all(offer.result for offer in reversed(offers))  # of those that rang together, the last is open longest
    is_back = c.state is CallState.OFFERED and fact.result != "answered" and is_last
    back = CallState.QUEUED if c.queued is not None else CallState.ARRIVING
    return replace(c, offers=offers, state=back if is_back else c.state, last=at)


def _with_result(offers: list[OfferSoFar], fact: f.OfferEnded) -> list[OfferSoFar]:
    """Offers are numbered from 1 within the call. A ring at hundreds of phones has hundreds: none is searched for."""
    place = fact.offer - 1
    if not 0 <= place < len(offers) or offers[place].offer != fact.offer or offers[place].result:
        return offers
    return [*offers[:place], replace(offers[place], result=fact.result), *offers[place + 1 :]]


def _connected(c: CallSoFar, fact: f.CallConnected, at: Now) -> CallSoFar:
    if c.ended is not None:
        return c
    offered_at = next((o.at for o in c.offers if o.offer == fact.offer), None)
    offers = [replace(o, result="answered") if o.offer == fact.offer and not o.result else o for o in c.offers]
    spoken = c.spoken
    if c.connected is None:
        spoken = [*spoken, Spoken(agent=fact.agent, queue=fact.queue, at=at.wall, began=at.mono)]
    return replace(
        c,
        agent=fact.agent,
        offers=offers,
        offered_at=offered_at if c.answered is None else c.offered_at,
        answered=c.answered or at,
        connected=c.connected or at,
        spoken=spoken,
        state=CallState.TALKING,
        last=at,
    )


def _held(c: CallSoFar, fact: f.CallHeld, at: Now) -> CallSoFar:
    if c.connected is None or c.ended is not None or fact.on == (c.held_since is not None):
        return c
    if fact.on:
        return replace(c, held_since=at.mono, state=CallState.HOLDING, last=at)
    return replace(c, spoken=_hold_over(c, at.mono), held_since=None, state=CallState.TALKING, last=at)


def _returned(c: CallSoFar, _fact: f.CallReturned, at: Now) -> CallSoFar:
    if c.connected is None or c.ended is not None:
        return c
    spoken = part(_hold_over(c, at.mono), at.mono)
    return replace(c, spoken=spoken, held_since=None, connected=None, state=CallState.QUEUED, last=at)


def _transferred(c: CallSoFar, fact: f.CallTransferred, at: Now) -> CallSoFar:
    if c.connected is None or c.ended is not None:
        return c
    transfer = Transfer(
        agent=fact.agent, kind=fact.kind, to=fact.to, at=iso(at.wall), talked_seconds=fact.talked_seconds
    )
    return replace(
        c,
        spoken=part(_hold_over(c, at.mono), at.mono, passed_on=True),
        transfers=[*c.transfers, transfer],
        held_since=None,
        connected=None,
        state=CallState.QUEUED,
        supervisions=supervision.end(c.supervisions, at.wall),
        last=at,
    )


def _released(c: CallSoFar, fact: f.CallReleased, at: Now) -> CallSoFar:
    if c.released_by:
        return c
    state = _unless_over(c, CallState.ENDING)
    over = supervision.end(c.supervisions, at.wall)
    return replace(
        c, ended=c.ended or at, released_by=fact.by, cause=fact.cause, state=state, supervisions=over, last=at
    )


def _closed(c: CallSoFar, fact: f.CallClosed, at: Now) -> CallSoFar:
    if c.is_closed:
        return c
    return replace(
        c,
        ended=c.ended or at,
        outcome=fact.outcome,
        cause=c.cause or fact.cause,
        closed_at=at.wall,
        state=CallState.CLOSED,
        last=at,
    )


def _wrap_up_began(c: CallSoFar, fact: f.WrapUpBegan, at: Now) -> CallSoFar:
    if fact.agent in c.wrap_ups:
        return c
    began = Now(fact.began_at, fact.began_mono + c.shift)
    return replace(
        c,
        ended=c.ended and began,  # it knows the moment of the release best; after a return there was none
        wrap_ups={**c.wrap_ups, fact.agent: began.mono},
        wrap_up_began_at=began.wall,
        wrap_up_ended_at=None,
        last=at,
    )


def _wrap_up_ended(c: CallSoFar, fact: f.WrapUpEnded, at: Now) -> CallSoFar:
    since = c.wrap_ups.get(fact.agent)
    if since is None:
        return c
    return replace(
        c,
        spoken=wrapped_up(c.spoken, fact.agent, max(0.0, at.mono - since)),
        wrap_ups={agent: began for agent, began in c.wrap_ups.items() if agent != fact.agent},
        wrap_up_ended_at=at.wall,
        wrap_up_ended_by=fact.by,
        last=at,
    )


def _notes(c: CallSoFar, fact: f.NotesSaved, at: Now) -> CallSoFar:
    return replace(c, notes=fact.text, last=at)


def _result(c: CallSoFar, fact: f.ResultChosen, at: Now) -> CallSoFar:
    return replace(c, result=fact.result, last=at)


def _customer(c: CallSoFar, fact: f.CustomerKnown, at: Now) -> CallSoFar:
    return replace(c, customer=fact.customer, last=at)


def _diverted(c: CallSoFar, fact: f.CallDiverted, at: Now) -> CallSoFar:
    left = at if (fact.leg or fact.to.startswith("voicemail:")) and c.answered is None else c.left_queues
    return replace(c, queue=c.queue or fact.queue, left_queues=left, last=at)


def _call_back_asked(c: CallSoFar, fact: f.CallBackAsked, at: Now) -> CallSoFar:
    return replace(c, call_back=fact.number, last=at)


def _call_back_failed(c: CallSoFar, _fact: f.CallBackFailed, at: Now) -> CallSoFar:
    return replace(c, state=_unless_over(c, CallState.CALL_BACK_LATER), last=at)


def _call_back_due(c: CallSoFar, _fact: f.CallBackDue, at: Now) -> CallSoFar:
    return replace(c, state=_unless_over(c, CallState.QUEUED), last=at)


def _supervised(c: CallSoFar, fact: supervision.SupervisionFact, at: Now) -> CallSoFar:
    if c.ended is not None:  # which ended that, too
        return c
    return replace(c, supervisions=supervision.fold(c.supervisions, fact, at.wall), last=at)


def _dialog(c: CallSoFar, fact: Any, at: Now) -> CallSoFar:
    return replace(c, dialogs=dialogs.taken(c.dialogs, fact), last=at)


_STEPS: dict[type, Callable[[CallSoFar, Any, Now], CallSoFar]] = {
    **dict.fromkeys(dialogs.KINDS, _dialog),
    f.CoreBegan: _core_began,
    f.CallQueued: _queued,
    f.CallOffered: _offered,
    f.OfferEnded: _offer_ended,
    f.CallConnected: _connected,
    f.CallHeld: _held,
    f.CallReturned: _returned,
    f.CallTransferred: _transferred,
    f.CallReleased: _released,
    f.CallClosed: _closed,
    f.WrapUpBegan: _wrap_up_began,
    f.WrapUpEnded: _wrap_up_ended,
    f.NotesSaved: _notes,
    f.ResultChosen: _result,
    f.CustomerKnown: _customer,
    f.CallDiverted: _diverted,
    f.CallBackAsked: _call_back_asked,
    f.CallBackFailed: _call_back_failed,
    f.CallBackDue: _call_back_due,
    f.SupervisorJoined: _supervised,
    f.SupervisorChanged: _supervised,
    f.SupervisorLeft: _supervised,
}


def _unless_over(c: CallSoFar, state: CallState) -> CallState:
    """`state`, unless the call has ended or talks, which it does not fall back from."""
    if c.is_closed or (c.ended is not None and state is not CallState.ENDING):
        return c.state
    return c.state if c.connected is not None and state is not CallState.ENDING else state


def _hold_over(c: CallSoFar, mono: float) -> list[Spoken]:
    return c.spoken if c.held_since is None else hold_over(c.spoken, mono - c.held_since)


def conversations(c: CallSoFar) -> list[Lengths]:
    """Who talked with the customer, each with the seconds that are the agent's own."""
    return lengths_of(c.spoken, None if c.ended is None else c.ended.mono, c.held_since)


def conversation_seconds(c: CallSoFar) -> float:
    """Talk and hold of all agents; a conversation that goes on is not counted."""
    return seconds(sum(one.seconds for one in conversations(c)))


class Durations(msgspec.Struct, frozen=True):
    """A record's durations, in seconds, rounded as the record shows them."""

    wait: float
    talk: float
    hold: float
    wrap_up: float


def durations(c: CallSoFar) -> Durations:
    """How long the call waited, talked, was held and was wrapped up, as far as that is over."""
    until = c.answered or c.left_queues or c.ended
    waited = until.mono - c.queued.mono if c.queued is not None and until is not None else 0.0
    each = conversations(c)
    return Durations(
        seconds(waited),
        seconds(sum(one.talk for one in each)),
        seconds(sum(one.hold for one in each)),
        seconds(sum(one.wrap_up for one in each)),
    )


def record_of(c: CallSoFar) -> CallRecord:
    """The record, as others see it."""
    lengths = durations(c)
    return CallRecord(
        call_id=c.arrived.call,
        from_=c.arrived.caller,
        to=c.arrived.dialled,
        queue=c.queue or None,
        agent=c.agent or None,
        arrived_at=iso(c.at.wall),
        queued_at=iso(c.queued.wall) if c.queued is not None else None,
        offered_at=_iso_or_none(c.offered_at),
        answered_at=iso(c.answered.wall) if c.answered is not None else None,
        ended_at=iso(c.ended.wall) if c.ended is not None else None,
        wait_seconds=lengths.wait,
        talk_seconds=lengths.talk,
        hold_seconds=lengths.hold,
        wrap_up_seconds=lengths.wrap_up,
        outcome=c.outcome or None,
        released_by=c.released_by or None,
        offers=[Offer(agent=o.agent, at=iso(o.at), result=o.result or None, why=o.why) for o in c.offers],
        state=c.state.value,
        cause=c.cause,
        from_e164=c.arrived.caller_e164,
        caller_name=c.arrived.caller_name,
        caller_agent=c.arrived.agent,
        trunk=c.arrived.trunk,
        card=c.arrived.card,
        customer=c.customer,
        notes=c.notes,
        result=c.result,
        wrap_up_began_at=_iso_or_none(c.wrap_up_began_at),
        wrap_up_ended_at=_iso_or_none(c.wrap_up_ended_at),
        wrap_up_ended_by=c.wrap_up_ended_by,
        closed_at=_iso_or_none(c.closed_at),
        call_back=c.call_back,
        origin=c.arrived.origin,
        conversations=[_conversation(one) for one in conversations(c)],
        transfers=c.transfers,
        supervisions=[supervision.shown(one) for one in c.supervisions],
        dialogs=c.dialogs,
    )


def _conversation(one: Lengths) -> Conversation:
    return Conversation(
        agent=one.agent,
        queue=one.queue,
        at=iso(one.at),
        talk_seconds=one.talk,
        hold_seconds=one.hold,
        wrap_up_seconds=one.wrap_up,
    )


def amend(record: CallRecord, fact: f.AnyFact) -> CallRecord:
    """A finished record with what an agent wrote down afterwards; other facts change nothing."""
    match fact:
        case f.NotesSaved():
            return replace(record, notes=fact.text)
        case f.ResultChosen():
            return replace(record, result=fact.result)
        case f.CustomerKnown():
            return replace(record, customer=fact.customer)
    if isinstance(fact, dialogs.KINDS):
        return replace(record, dialogs=dialogs.taken(record.dialogs, fact))
    return record


def _iso_or_none(wall: float | None) -> str | None:
    return None if wall is None else iso(wall)
