"""Facts of a call on its way: it arrives, waits, talks, goes elsewhere, and ends. All are told in `facts`."""

from server.call.fact import Fact


class CallArrived(Fact, frozen=True, tag="call-arrived"):
    """`caller` as it arrived; `caller_e164` where it can be read as a telephone number, else empty. `origin`: where a
    call-back that began outside of a call was asked for, as `web` (then nobody is on the line, and there is no card);
    empty: it came over the line. `customer`: of the customer file, who had a personal link."""

    call: str
    card: str
    caller: str
    dialled: str
    caller_name: str = ""
    caller_e164: str = ""
    trunk: str = ""
    agent: str = ""
    origin: str = ""
    customer: str = ""


class CallQueued(Fact, frozen=True, tag="call-queued"):
    """`joined_mono` and `joined_at`: when the wait began (kept through overflow)."""

    call: str
    queue: str
    priority: int
    joined_mono: float
    joined_at: float
    position: int = 0
    """Place in the queue, from 1; 0: not known (written by an older version)."""
    expected_seconds: float | None = None
    """How much longer the wait was expected to be; None: nothing to go by, or an agent is free."""


class CallPriority(Fact, frozen=True, tag="call-priority"):
    """The waiting call's priority is another now, because the customer became known."""

    call: str
    priority: int


class CallConnected(Fact, frozen=True, tag="call-connected"):
    """`in_time`: within the queue's service level."""

    call: str
    queue: str
    agent: str
    offer: int
    in_time: bool = True


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


class CallTransferred(Fact, frozen=True, tag="call-transferred"):
    """`agent`, who talked with the customer in `queue`, passed the call on to `to`: `queue:ID`, `agent:ID` or
    `number:+...`; the agent's part of the call is over. `kind`: `blind`, or `attended` (the agent had spoken with who
    gets it, for `consulted_seconds`). `talked_seconds`: talk and hold of the agent in this call until then. `by` asked
    for it: the agent's or a supervisor's id, or `control`."""

    call: str
    agent: str
    kind: str
    to: str
    by: str
    queue: str
    talked_seconds: float
    consulted_seconds: float = 0


class CallDiverted(Fact, frozen=True, tag="call-diverted"):
    """`why`: `closed`, `full`, `empty`, `too-long`, `key` (then `key` says which), `queue-removed` (it is not in the
    site any more). `to`: as in the site file's `when_closed`. `queue`: the one that it leaves or could not join.
    `position` is 0 and `waited_seconds` 0 if it never waited there. `leg`: of the number, if it is sent to one."""

    call: str
    queue: str
    why: str
    to: str
    key: str = ""
    position: int = 0
    waited_seconds: float = 0
    leg: str = ""


class DiversionAnswered(Fact, frozen=True, tag="diversion-answered"):
    """The caller and the number that the call was sent to hear one another."""

    call: str


class CardChanged(Fact, frozen=True, tag="card-changed"):
    """The call-back is held by `card` now; empty: by none."""

    call: str
    card: str


class CallReleased(Fact, frozen=True, tag="call-released"):
    """`by`: `customer`, `agent`, `server`, `fault`. `remember_seconds`: for so long it matters who spoke last."""

    call: str
    by: str
    cause: str
    agent: str = ""
    remember_seconds: float = 0


class CallClosed(Fact, frozen=True, tag="call-closed"):
    """`in_time` is false of a caller who gave up after the service level's seconds."""

    call: str
    outcome: str
    cause: str
    in_time: bool = True


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
    """The customer of the call is `customer` (an id), of `segment`; `by`: `number` or an agent's id. `numbers`: the
    customer's, as far as the card was asked for them."""

    call: str
    customer: str
    by: str
    segment: str = ""
    numbers: list[str] = []


BY_NUMBER = "number"
"""`CustomerKnown.by` when the caller's number told who it is."""


NO_RESULT = "none-timeout"
"""The result that a wrap-up's time-out stores when the agent chose none."""
