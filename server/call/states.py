"""Names of the states of agents and calls (vocabulary of the field), and the agent's transition table."""

from enum import StrEnum


class Presence(StrEnum):
    """What the agent chose."""

    LOGGED_OUT = "logged-out"
    READY = "ready"
    NOT_READY = "not-ready"


class WorkState(StrEnum):
    """What happens to the agent."""

    IDLE = "idle"
    RESERVED = "reserved"
    RINGING = "ringing"
    TALKING = "talking"
    HOLDING = "holding"
    WRAP_UP = "wrap-up"


WORK_STATE_TRANSITIONS: dict[WorkState, frozenset[WorkState]] = {
    WorkState.IDLE: frozenset({WorkState.RESERVED}),
    WorkState.RESERVED: frozenset({WorkState.RINGING, WorkState.TALKING, WorkState.IDLE}),
    WorkState.RINGING: frozenset({WorkState.TALKING, WorkState.IDLE}),
    WorkState.TALKING: frozenset({WorkState.HOLDING, WorkState.WRAP_UP, WorkState.IDLE}),
    WorkState.HOLDING: frozenset({WorkState.TALKING, WorkState.WRAP_UP, WorkState.IDLE}),
    WorkState.WRAP_UP: frozenset({WorkState.IDLE}),
}
"""Which work state may follow which. Everything else is an `IllegalTransition` and changes nothing."""


class CallState(StrEnum):
    """Where a call is on its way."""

    ARRIVING = "arriving"
    QUEUED = "queued"
    OFFERED = "offered"
    TALKING = "talking"
    HOLDING = "holding"
    DIVERTED = "diverted"
    """Not in a queue: sent to a number, or asked for a number to call back."""
    CALL_BACK_LATER = "call-back-later"
    """A call-back whose customer was not reached, until it is due again."""
    IN_MAILBOX = "in-mailbox"
    """Leaves a message, or hears messages."""
    IN_DIALOG = "in-dialog"
    """With a dialog script: keys answer its questions."""
    ENDING = "ending"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What became of a call: exactly one of these."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SHORT_ABANDONED = "short-abandoned"
    CALL_BACK = "call-back"
    VOICEMAIL = "voicemail"
    OVERFLOWED = "overflowed"
    CLOSED = "closed"
    FULL = "full"
    SELF_SERVED = "self-served"
    BLOCKED = "blocked"
    FAILED = "failed"


class IllegalTransition(Exception):
    """A state may not follow another: a fault in our rules. Nothing was changed."""
