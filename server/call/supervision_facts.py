"""Facts of supervisors on the line of a talk. All are told in `facts`."""

from server.call.fact import Fact


class SupervisorCalled(Fact, frozen=True, tag="supervisor-called"):
    """`supervisor` wants to hear the talk of `agent`; `mode` as in `wire.linecard.JOIN_MODES`. `leg`: the supervisor's
    phone."""

    call: str
    agent: str
    supervisor: str
    mode: str
    leg: str


class SupervisorJoined(Fact, frozen=True, tag="supervisor-joined"):
    """From now on the supervisor hears the talk, and is heard as `mode` says."""

    call: str
    agent: str
    supervisor: str
    mode: str


class SupervisorChanged(Fact, frozen=True, tag="supervisor-changed"):
    """Another mode, before or after the phone was answered."""

    call: str
    agent: str
    supervisor: str
    mode: str


class SupervisorLeft(Fact, frozen=True, tag="supervisor-left"):
    """`cause`: `hung-up`, `asked` (then `by` says by whom), `talk-over`; or what became of the supervisor's phone, as
    in a leg's release, or `not-accepted`."""

    call: str
    agent: str
    supervisor: str
    cause: str
    by: str = ""
