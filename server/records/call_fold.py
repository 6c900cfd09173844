"""The fold of a call's facts: `fold` takes them in order and keeps what is known so far.

After a reboot of the machine (a `core-began` with another `boot`) the monotonic clock is carried on by the wall clock.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from server.call import facts as f
from server.call.now import Now
from server.call.states import CallState
from server.records import dialogs, supervision
from server.records.call_record import Transfer
from server.records.call_so_far import CallSoFar, OfferSoFar
from server.records.conversations import Spoken, hold_over, part, wrapped_up
from server.records.instants import iso


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
    state = _unless_over(c, CallState.QUEUED)
    return replace(c, queue=fact.queue, queued=joined, left_queues=None, state=state, last=at)


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
    leads_out = fact.leg or fact.to.startswith(("voicemail:", "dialog:"))
    left = at if leads_out and c.answered is None else c.left_queues
    is_out = fact.leg or (fact.to == "call-back" and c.state is CallState.ARRIVING)
    state = _unless_over(c, CallState.DIVERTED) if is_out else c.state
    return replace(c, queue=c.queue or fact.queue, left_queues=left, state=state, last=at)


def _in_mailbox(c: CallSoFar, _fact: f.MailboxEntered, at: Now) -> CallSoFar:
    return replace(c, state=_unless_over(c, CallState.IN_MAILBOX), last=at)


def _in_dialog(c: CallSoFar, _fact: f.ScriptEntered, at: Now) -> CallSoFar:
    return replace(c, state=_unless_over(c, CallState.IN_DIALOG), last=at)


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
    f.MailboxEntered: _in_mailbox,
    f.ScriptEntered: _in_dialog,
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
