"""Facts: what happened, as the ledger keeps it. State is a fold of facts and nothing else.

A fact is committed before the command that follows from it leaves. Each is one frozen struct; an `Entry` adds the
moment and the place in the ledger. Adding a field needs a default; a fact's name and meaning never change.

| fact               | meaning                                                             |
|--------------------|---------------------------------------------------------------------|
| core-began         | a core started (`boot`: the machine's boot, for the deadlines)       |
| call-arrived       | a conversation began on a card                                       |
| call-queued        | it joined a queue; `joined` keeps the first join time in an overflow |
| call-offered       | an agent was reserved for it, and why                                |
| offer-rang         | the agent's phone rings                                              |
| offer-ended        | the offer is over: how                                               |
| call-connected     | customer and agent hear one another                                  |
| call-held          | the customer is on hold (by the agent), or was taken back            |
| agent-muted        | nobody hears the agent, or again                                     |
| call-returned      | the agent's end was lost in a talk: the customer is back in the queue |
| call-released      | the first release of customer or agent; wrap-up counts from here     |
| call-closed        | everything about the call is over; its one outcome                   |
| wrap-up-began / -extended / -ended | the agent's time after the call                      |
| presence-chosen    | an agent (or a rule, or a supervisor) chose a presence               |
| after-call-chosen  | what comes after this call                                           |
| desk-linked, phone-registered, phone-failed | what is known of an agent's desk and phone   |
| agent-reached      | an agent became reachable or unreachable (follows from the three)    |
| notes-saved, result-chosen, customer-known | what the agent wrote down about a call       |
"""

import msgspec

from server.call.now import Now


class Fact(msgspec.Struct, frozen=True, tag_field="t", kw_only=True, omit_defaults=True):
    """Base of all facts."""


class CoreBegan(Fact, frozen=True, tag="core-began"):
    """A core process started."""

    boot: str
    version: str = ""


class CallArrived(Fact, frozen=True, tag="call-arrived"):
    """`caller` as it arrived; `caller_e164` where it can be read as a telephone number, else empty."""

    call: str
    card: str
    caller: str
    dialled: str
    caller_name: str = ""
    caller_e164: str = ""
    trunk: str = ""
    agent: str = ""


class CallQueued(Fact, frozen=True, tag="call-queued"):
    """`joined_mono` and `joined_at`: when the wait began (kept through overflow)."""

    call: str
    queue: str
    priority: int
    joined_mono: float
    joined_at: float


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """An agent who was considered, and the value by which the rule compared (smaller wins)."""

    agent: str
    value: float
    passed_over: str = ""
    """Why the agent was left out although the value was best; empty: was in."""


class Why(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reason of an offer. The choice can be recomputed from it alone: among the candidates that were not passed over,
    the smallest value wins, ties go to the first in the list."""

    strategy: str
    rule: str
    candidates: list[Candidate]
    candidate_count: int
    """All who were free and able; `candidates` holds at most the best 20."""
    sentence: str
    waited_seconds: float = 0
    position: int = 1


class CallOffered(Fact, frozen=True, tag="call-offered"):
    """`offer` counts from 1 within the call."""

    call: str
    queue: str
    agent: str
    offer: int
    leg: str
    why: Why


class OfferRang(Fact, frozen=True, tag="offer-rang"):
    call: str
    agent: str
    offer: int


class OfferEnded(Fact, frozen=True, tag="offer-ended"):
    """`result`: `answered`, `no-answer`, `busy`, `rejected`, `unreachable`, `not-accepted`, `caller-left`,
    `withdrawn`, `fault`."""

    call: str
    agent: str
    offer: int
    result: str


class CallConnected(Fact, frozen=True, tag="call-connected"):
    call: str
    queue: str
    agent: str
    offer: int


class CallHeld(Fact, frozen=True, tag="call-held"):
    call: str
    agent: str
    on: bool


class AgentMuted(Fact, frozen=True, tag="agent-muted"):
    call: str
    agent: str
    on: bool


class CallReturned(Fact, frozen=True, tag="call-returned"):
    """The agent's end of a talk was lost (`cause`); the customer waits again, with the old join time."""

    call: str
    agent: str
    cause: str


class CallReleased(Fact, frozen=True, tag="call-released"):
    """`by`: `customer`, `agent`, `server`, `fault`."""

    call: str
    by: str
    cause: str
    agent: str = ""


class CallClosed(Fact, frozen=True, tag="call-closed"):
    call: str
    outcome: str
    cause: str


class WrapUpBegan(Fact, frozen=True, tag="wrap-up-began"):
    """`began_mono`: the moment of the first release, from which `seconds` count."""

    agent: str
    call: str
    seconds: float
    began_mono: float
    began_at: float


class WrapUpExtended(Fact, frozen=True, tag="wrap-up-extended"):
    agent: str
    call: str
    seconds: float


class WrapUpEnded(Fact, frozen=True, tag="wrap-up-ended"):
    """`by`: `agent`, `time-out`, `supervisor`, `restart`."""

    agent: str
    call: str
    by: str


class PresenceChosen(Fact, frozen=True, tag="presence-chosen"):
    """`by`: an agent's or supervisor's id, `control`, or `rule` (ring no answer)."""

    agent: str
    presence: str
    reason: str = ""
    by: str = ""


class AfterCallChosen(Fact, frozen=True, tag="after-call-chosen"):
    agent: str
    presence: str | None
    reason: str = ""


class DeskLinked(Fact, frozen=True, tag="desk-linked"):
    """The agent's desk connected, or was lost."""

    agent: str
    connected: bool


class PhoneRegistered(Fact, frozen=True, tag="phone-registered"):
    """The agent's phone registered, or its last registration ended."""

    agent: str
    registered: bool


class PhoneFailed(Fact, frozen=True, tag="phone-failed"):
    """An INVITE (or a probe) to the agent's fixed phone failed, or (`failed` false) it is believed in again."""

    agent: str
    failed: bool
    how: str = "invite-failed"


class AgentReached(Fact, frozen=True, tag="agent-reached"):
    """`why` is empty when reachable: `phone-not-registered`, `desk-lost`, `invite-failed`, `probe-failed`."""

    agent: str
    reachable: bool
    why: str = ""


class NotesSaved(Fact, frozen=True, tag="notes-saved"):
    call: str
    agent: str
    text: str


class ResultChosen(Fact, frozen=True, tag="result-chosen"):
    """`result` is an id of the site's `[[result]]`, empty (taken back), or `none-timeout`."""

    call: str
    agent: str
    result: str


class CustomerKnown(Fact, frozen=True, tag="customer-known"):
    """The customer of the call is `customer` (an id); `by`: `number` or an agent's id."""

    call: str
    customer: str
    by: str


BY_NUMBER = "number"
"""`CustomerKnown.by` when the caller's number told who it is."""

AnyFact = (
    CoreBegan
    | CallArrived
    | CallQueued
    | CallOffered
    | OfferRang
    | OfferEnded
    | CallConnected
    | CallHeld
    | AgentMuted
    | CallReleased
    | CallClosed
    | WrapUpBegan
    | WrapUpExtended
    | WrapUpEnded
    | PresenceChosen
    | AfterCallChosen
    | AgentReached
    | DeskLinked
    | PhoneRegistered
    | PhoneFailed
    | CallReturned
    | NotesSaved
    | ResultChosen
    | CustomerKnown
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in its place. `position` counts from 1 without gaps in one ledger."""

    position: int
    at: Now
    fact: AnyFact


NO_RESULT = "none-timeout"
"""The result that a wrap-up's time-out stores when the agent chose none."""


def is_promised(fact: AnyFact) -> bool:
    """Whether a person was told that this is saved: its commit is always fully synced to the disk."""
    if isinstance(fact, ResultChosen):
        return fact.result != NO_RESULT
    if isinstance(fact, CustomerKnown):
        return fact.by != BY_NUMBER
    return isinstance(fact, NotesSaved)


def call_of(fact: AnyFact) -> str:
    """The call that a fact belongs to, empty if none."""
    return getattr(fact, "call", "")


def agent_of(fact: AnyFact) -> str:
    """The agent whom a fact is about, empty if none."""
    return getattr(fact, "agent", "")
