"""What is known of a call so far, how long it took as far as that is over, and both as the record that others see.

Durations are differences of the monotonic clock, so that a jump of the wall clock bends none of them.
"""

import msgspec
from msgspec.structs import replace

from server.call import facts as f
from server.call.now import Now
from server.call.states import CallState
from server.records import dialogs, supervision
from server.records.call_record import CallRecord, Conversation, Offer, Transfer
from server.records.conversations import Lengths, Spoken, lengths_of
from server.records.dialogs import DialogRun
from server.records.instants import iso, seconds


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


def conversations(c: CallSoFar) -> list[Lengths]:
    """Who talked with the customer, each with the seconds that are the agent's own."""
    return lengths_of(c.spoken, None if c.ended is None else c.ended.mono, c.held_since)


def agents_of(c: CallSoFar) -> set[str]:
    """Whose call it is or was: everybody who talked with the customer, also who passed it on."""
    return {agent for agent in (c.agent, *(one.agent for one in c.spoken)) if agent}


def conversation_seconds(c: CallSoFar) -> float:
    """Talk and hold of all agents; a conversation that goes on is not counted."""
    return seconds(sum(one.seconds for one in conversations(c)))


class Durations(msgspec.Struct, frozen=True):
    """A record's durations, in seconds, rounded as the record shows them."""

    wait: float
    talk: float
    hold: float
    wrap_up: float


def durations(c: CallSoFar, each: list[Lengths] | None = None) -> Durations:
    """How long the call waited, talked, was held and was wrapped up, as far as that is over. `each`: its
    `conversations`, where they are known already."""
    until = c.answered or c.left_queues or c.ended
    waited = until.mono - c.queued.mono if c.queued is not None and until is not None else 0.0
    if each is None:
        each = conversations(c)
    return Durations(
        seconds(waited),
        seconds(sum(one.talk for one in each)),
        seconds(sum(one.hold for one in each)),
        seconds(sum(one.wrap_up for one in each)),
    )


def record_of(c: CallSoFar) -> CallRecord:
    """The record, as others see it."""
    each = conversations(c)
    lengths = durations(c, each)
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
        conversations=[_conversation(one) for one in each],
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
