"""Facts of agents: wrap-up, presence, desk and phone, and what a supervisor wrote to them. All are told in `facts`."""

from server.call.fact import Fact


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
    """An INVITE to the agent's phone or a probe failed, or (`failed` false) it is believed in again."""

    agent: str
    failed: bool
    how: str = "invite-failed"


class PhoneAnswered(Fact, frozen=True, tag="phone-answered"):
    """The agent's registered phone answered OPTIONS for the first time since it registered. One that never does is
    believed until a call does not reach it or its registration ends; one that did and is silent later is lost."""

    agent: str


class AgentReached(Fact, frozen=True, tag="agent-reached"):
    """`why` is empty when reachable: `phone-not-registered`, `desk-lost`, `invite-failed`, `probe-failed`."""

    agent: str
    reachable: bool
    why: str = ""


class StateRepaired(Fact, frozen=True, tag="state-repaired"):
    """The rules believed what the line cards contradict: `what` as in `server.callflow.sweep`. The facts that follow
    are the repair."""

    what: str
    call: str = ""
    agent: str = ""


class MessageSent(Fact, frozen=True, tag="message-sent"):
    """`by`, a supervisor, wrote `text` to `agent`, as one of `queue` (empty: to the agent alone). `message`: its id."""

    agent: str
    message: str
    by: str
    text: str
    queue: str = ""


class MessageSeen(Fact, frozen=True, tag="message-seen"):
    """The agent says that the message was seen."""

    agent: str
    message: str
