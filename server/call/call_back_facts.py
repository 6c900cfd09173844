"""Facts of call-backs: asked for, dialled, not reached, due. All are told in `facts`."""

from server.call.fact import Fact


class CallBackWanted(Fact, frozen=True, tag="call-back-wanted"):
    """The caller, who waits, pressed `key`, which leads to a call-back, and is asked for the number. What is typed then
    is nobody's business until it is confirmed (`call-back-asked`)."""

    call: str
    key: str


class CallBackDeclined(Fact, frozen=True, tag="call-back-declined"):
    """The caller did not confirm a number: who pressed a key for it waits on."""

    call: str


class CallBackAsked(Fact, frozen=True, tag="call-back-asked"):
    """The caller waits in `queue` without a line from now on; `number` (E.164, or as dialled) will be called."""

    call: str
    queue: str
    number: str


class CallBackTried(Fact, frozen=True, tag="call-back-tried"):
    """The agent is on the line, and the number is dialled; `attempt` counts from 1."""

    call: str
    attempt: int


class CallBackFailed(Fact, frozen=True, tag="call-back-failed"):
    """The number was not reached: `cause` as in a leg's release. It is due again at `again`."""

    call: str
    attempt: int
    cause: str
    again_mono: float
    again_at: float


class CallBackDue(Fact, frozen=True, tag="call-back-due"):
    """The call-back waits again, at the place that its join time gives."""

    call: str
