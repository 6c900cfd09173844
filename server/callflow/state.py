"""State of the rules: calls and agents. A fold of facts, but for `Line`, which the cards tell anew after a restart."""

import msgspec

from server.acd.agent import Agent
from server.call.now import Now
from server.call.states import CallState

CHECKPOINT_VERSION = 1


class Call(msgspec.Struct, kw_only=True):
    """A call that is not closed, or whose agent still wraps it up. Changed only by facts."""

    call: str
    card: str
    caller: str
    caller_e164: str
    caller_name: str
    dialled: str
    trunk: str
    arrived: Now
    state: CallState = CallState.ARRIVING
    since: Now
    queue: str = ""
    priority: int = 0
    joined: Now | None = None
    offers: int = 0
    leg: str = ""
    """The agent's leg: of the offer, then of the talk."""
    agent: str | None = None
    """Who is offered, talks, or wraps up."""
    rang: bool = False
    connected: Now | None = None
    muted: bool = False
    last_agent: str = ""
    released: bool = False
    notes: str = ""
    result: str = ""
    customer: str = ""
    waited_seconds: float = 0
    """Final once connected or closed."""


class Line(msgspec.Struct):
    """What is known of a call's card at this moment. No fact: a card's snapshot gives it back."""

    up: bool = False
    """The customer's leg is answered and has media."""
    playing: str = ""
    """Token of what plays to the customer."""
    greeted: bool = False
    confirming: bool = False
    """The agent's leg is answered and must press 1."""
    goodbye_outcome: str = ""


class State(msgspec.Struct, kw_only=True):
    """Everything that a checkpoint keeps."""

    version: int = CHECKPOINT_VERSION
    boot: str = ""
    clock: Now = Now(0, 0)
    """When the last fact was noted; relates the clocks of two boots."""
    calls: dict[str, Call] = {}
    agents: dict[str, Agent] = {}


def encode(state: State) -> bytes:
    """A checkpoint's octets."""
    return msgspec.msgpack.encode(state)


def decode(octets: bytes) -> State | None:
    """State of a checkpoint; None if another version wrote it (the ledger is then read from its beginning)."""
    try:
        state = msgspec.msgpack.decode(octets, type=State)
    except msgspec.DecodeError:
        return None
    return state if state.version == CHECKPOINT_VERSION else None
