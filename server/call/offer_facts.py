"""Facts of offers: an agent is reserved for a call, the phone rings, how that ended; and why this agent.

All facts are told in `facts`.
"""

import msgspec

from server.call.fact import Fact


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """An agent who was considered, and the value by which the rule compared (smaller wins)."""

    agent: str
    value: float
    passed_over: str = ""
    """Why the agent was left out although the value was best; empty: was in."""
    tier: int = 0
    """The first tier of the queue whose skills the agent has."""
    penalty: int = 0
    preferred: bool = False
    """Spoke last with this caller, and is free."""


class Rival(msgspec.Struct, frozen=True):
    """The first call of another queue for which an agent was free as well."""

    queue: str
    call: str
    priority: int
    need: int
    joined_mono: float


class Why(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reason of an offer. Both choices can be recomputed from it alone.

    The agent: candidates that were passed over are out; one who is preferred wins; else those of the lowest tier, of
    them those of the smallest penalty, are compared. Without a `draw` the smallest value wins, ties go to the first in
    the list. With one, each holds `value` tickets, counted in the list's order from `tickets_before`; the ticket
    `int(draw * tickets)` wins.

    The call: higher priority, then greater need, then earlier join, against each of the `rivals`.
    """

    strategy: str
    rule: str
    candidates: list[Candidate]
    candidate_count: int
    """All who were free and able; `candidates` holds at most the best 20 (of one agent more for a call that rings
    already: the best 2)."""
    sentence: str
    waited_seconds: float = 0
    position: int = 1
    tier: int = 0
    """The tier that the call had reached; agents of later ones were not considered."""
    require: str = ""
    """Skills that the tier asks for; empty: none."""
    draw: float | None = None
    """Chance, from 0, below 1; None: the strategy needs none."""
    tickets: int = 0
    tickets_before: int = 0
    priority: int = 0
    need: int = 0
    """Points by which the queue was below its service level."""
    joined_mono: float = 0
    rivals: list[Rival] = []


class CallOffered(Fact, frozen=True, tag="call-offered"):
    """`offer` counts from 1 within the call. `fork`: the first of the offers that ring together with this one over the
    same leg (itself, if it begins it); 0: it rings alone."""

    call: str
    queue: str
    agent: str
    offer: int
    leg: str
    why: Why
    fork: int = 0
    waiting: int = 0
    """Calls that wait on in the queue."""
    serving: int = 0
    """Agents who serve the queue now: ready and reachable, or busy with a call."""


class OfferRang(Fact, frozen=True, tag="offer-rang"):
    call: str
    agent: str
    offer: int


class OfferWon(Fact, frozen=True, tag="offer-won"):
    """Of those who were offered the call together, `agent` picked up; the others' offers end in the same moment."""

    call: str
    agent: str
    offer: int


ELSEWHERE = "answered-elsewhere"
"""`OfferEnded.result` of those whose phones rang until a colleague picked up: nothing that they missed."""


class OfferEnded(Fact, frozen=True, tag="offer-ended"):
    """`result`: `answered`, `no-answer`, `busy`, `rejected`, `unreachable`, `not-accepted`, `caller-left`,
    `answered-elsewhere` (`by`: the agent who picked up), `customer-not-reached`, `message-done` and `message-put-back`
    (the agent heard a message and needs no call, or gives it back), `withdrawn`, `fault`."""

    call: str
    agent: str
    offer: int
    result: str
    by: str = ""
