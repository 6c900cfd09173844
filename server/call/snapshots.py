"""Snapshots: what the rules let others see of their state. Made on request, never kept."""

import msgspec


class MessageSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A message to an agent. `by`: a supervisor's id; `queue`: it went to all of that queue; empty: to this agent.
    `seen_at` None: not yet. Times are wall seconds."""

    id: str
    by: str
    text: str
    queue: str
    sent_at: float
    seen_at: float | None


class AgentSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """An agent now. `since`: wall time at which the shown state (presence and work state together) began.

    `call`: the call that is offered, talked, or wrapped up; None: none. `wrap_up_ends_at`: None outside a wrap-up or
    when it has no limit. `fault` is why the agent is not reachable, as in `AgentReached.why`.
    """

    id: str
    name: str
    role: str
    presence: str
    reason: str
    work_state: str
    since: float
    reachable: bool
    fault: str
    phone: str
    queues: list[str]
    call: str | None
    after_call: str | None
    after_call_reason: str
    wrap_up_began_at: float | None
    wrap_up_ends_at: float | None
    messages: list[MessageSnapshot] = []
    """The last ones, oldest first."""


class SupervisionSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor's leg in a talk. `mode` as in `wire.linecard.JOIN_MODES`; `since`: wall seconds since it hears, or
    while it is not `joined`, since the supervisor's phone is called."""

    supervisor: str
    mode: str
    joined: bool
    since: float


class CallSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is not closed, or whose agent still wraps up. `state` as in `CallState`; times are wall seconds."""

    call: str
    state: str
    caller: str
    caller_e164: str
    caller_name: str
    dialled: str
    trunk: str
    queue: str
    priority: int
    arrived_at: float
    joined_at: float | None
    waited_seconds: float
    position: int | None
    """Place in its queue, from 1; None: it does not wait."""
    agent: str | None
    since: float
    answered_at: float | None
    muted: bool
    notes: str
    result: str
    customer: str
    ringing: list[str] = []
    """Agents whose phones ring for it at the same time, first asked first; `agent` is None as long as there are any."""
    call_back: str = ""
    """The number to call back, if the caller asked for it; nobody is on the line until it is answered."""
    mailbox: str = ""
    message: str = ""
    """The message of `mailbox` for which this call-back is; empty: for none."""
    hearing: bool = False
    """Its agent hears it, and has not said yet what is to happen."""
    supervision: SupervisionSnapshot | None = None
    """Who listens to the talk, or is about to; None: nobody."""


class QueueSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A queue now. `ready`: agents of it who are ready, reachable and idle; `logged_in`: those not logged out."""

    id: str
    name: str
    waiting: int
    longest_since: float | None
    ready: int
    talking: int
    logged_in: int
    expected_wait_seconds: float | None = None
    """How long who joined now would wait; None: nobody serves the queue, or nothing is known yet."""
    wait_error_seconds: float | None = None
    """Mean absolute error of the estimates that calls were given lately; None: none was tested yet."""
    call_backs: int | None = None
    """Callers who are to be called back (those in `waiting`, too); None: the queue has no call-back."""
