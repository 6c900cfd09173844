"""A call's record, as others see it. `call_fold` folds the call's facts, `call_so_far` writes the record from that."""

import msgspec

from server.call import facts as f
from server.records import supervision
from server.records.dialogs import DialogRun


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
