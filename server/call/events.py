"""Events: what the rules are told. Each is handed to `callflow` together with the moment it came in."""

from collections.abc import Sequence

import msgspec

from server.call.dialog_facts import DialogFact
from server.call.dialogs import DialogView
from server.call.facts import VoicemailChanged, VoicemailLeft
from server.wire import desk, linecard


class CardSaid(msgspec.Struct, frozen=True):
    """A line card reports (`event.mono` is when it happened, which may be before now if the core was away)."""

    card: str
    event: linecard.AnyEvent
    caller_e164: str = ""
    """With `arrived`: the caller's number in E.164, or empty; worked out at the edge of the rules."""


class CardLost(msgspec.Struct, frozen=True):
    """A line card's process is gone; `call` is the conversation that it held, or empty."""

    card: str
    call: str = ""


class CardBack(msgspec.Struct, frozen=True):
    """After a core's restart: a card said hello with this snapshot."""

    card: str
    hello: linecard.Hello


class VoicemailAsked(msgspec.Struct, frozen=True):
    """`save` or `delete` a message of a mailbox. `by`: an agent's id, or `control`."""

    mailbox: str
    message: str
    change: str
    by: str


class VoicemailForwardAsked(msgspec.Struct, frozen=True):
    """Give a copy of a message to the mailbox `to`. `by`: an agent's id."""

    mailbox: str
    message: str
    to: str
    by: str


class VoicemailMailed(msgspec.Struct, frozen=True):
    """The mail that tells of a message is kept for sending; or (`result` `refused`) it cannot be sent at all."""

    mailbox: str
    message: str
    result: str = "queued"


class PinUnlockAsked(msgspec.Struct, frozen=True):
    """Lift the lock that wrong PINs have set on a mailbox. `by`: `control`."""

    mailbox: str
    by: str


class VoicemailNotKept(msgspec.Struct, frozen=True):
    """It could not be committed that a message was left: the disk takes nothing."""

    call: str
    mailbox: str
    message: str


class DialogShown(msgspec.Struct, frozen=True):
    """A session of the call as it stands, after `BeginDialog` or `StepDialog`; what it says can be played."""

    call: str
    view: DialogView


class DialogFailed(msgspec.Struct, frozen=True):
    """The call's session cannot go on. `why`: a code of `server.call.dialogs`, `away` (nobody keeps sessions now), or
    `no-voice` (what it says cannot be spoken)."""

    call: str
    session: str
    why: str


class CardsSeen(msgspec.Struct, frozen=True):
    """Now and then: which conversation each card holds (card to call; idle cards are left out)."""

    conversations: dict[str, str]


class CardsCounted(msgspec.Struct, frozen=True):
    """After a core's restart: the time in which cards could come back is over; calls on other cards are lost."""


class AgentAsked(msgspec.Struct, frozen=True):
    """Somebody asks for something on behalf of `agent`. `by` is the agent's own id, a supervisor's, or `control`.
    `numbers`: of the card of a customer who is chosen."""

    agent: str
    by: str
    request: desk.AnyRequest
    numbers: Sequence[str] = ()


class SupervisionAsked(msgspec.Struct, frozen=True):
    """`supervisor` wants to hear a talk, or to hear it in another way. `mode`: as in `wire.linecard.JOIN_MODES`; empty:
    the supervisor's leg shall end."""

    call: str
    supervisor: str
    mode: str


class MessageAsked(msgspec.Struct, frozen=True):
    """`by`, a supervisor, writes `text` to `agent`, or to everybody of `queue` who has a desk."""

    by: str
    text: str
    agent: str = ""
    queue: str = ""


class CallBackOrdered(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is in no call asks to be called by an agent of `queue`. `call`: its id, made by whoever asks, so
    that asking twice makes one call-back. `number`: as it is to be dialled; `e164`: the same in E.164, empty if it
    cannot be read so. `is_typed`: a person wrote it, so that the queue must allow it; else we know it. `origin`: where
    it was asked for, as `web`. `customer`, `segment`: of the customer's card; empty: nobody knows who it is.
    `is_known`: the customer has a personal link of ours, and does not count among strangers.
    """

    call: str
    queue: str
    number: str
    origin: str
    e164: str = ""
    name: str = ""
    is_typed: bool = True
    customer: str = ""
    segment: str = ""
    is_known: bool = False


class PhoneSeen(msgspec.Struct, frozen=True):
    """An agent's phone registered, or its registration ended."""

    agent: str
    registered: bool


class DeskSeen(msgspec.Struct, frozen=True):
    """An agent's desk connected, or was lost (silent for 10 s, or its socket closed)."""

    agent: str
    connected: bool


class PhoneProbed(msgspec.Struct, frozen=True):
    """A phone that is probed answered OPTIONS, or did not."""

    agent: str
    reachable: bool


class CustomerFound(msgspec.Struct, frozen=True):
    """The customers service knows exactly one customer for the call's number; `segment`, `numbers`: of the card."""

    call: str
    customer: str
    segment: str = ""
    numbers: Sequence[str] = ()


class TransferAsked(msgspec.Struct, frozen=True):
    """Pass the customer of the talk `call` on to `to`: `queue:ID` or `agent:ID`. `by`: the agent's own id, a
    supervisor's, or `control`."""

    call: str
    to: str
    by: str


class CardTaken(msgspec.Struct, frozen=True):
    """What became of a `TakeCard`: `card` is ours now; empty: there was none."""

    call: str
    offer: int
    card: str


class PhoneRang(msgspec.Struct, frozen=True):
    """Of a leg that rings at several agents' phones: this agent's rings."""

    call: str
    leg: str
    agent: str


class PhonePickedUp(msgspec.Struct, frozen=True):
    """Of such a leg: this agent's phone was the first to be picked up. The card's `answered` follows it."""

    call: str
    leg: str
    agent: str


class PhoneDeclined(msgspec.Struct, frozen=True):
    """Of such a leg: this agent's phone will not be picked up. `cause`: as in a card's `released`."""

    call: str
    leg: str
    agent: str
    cause: str


class DialogTold(msgspec.Struct, frozen=True):
    """Something happened in a dialog session: facts for the ledger. The rules of calls do not change by them."""

    facts: tuple[DialogFact, ...]


class MessageTold(msgspec.Struct, frozen=True):
    """What became of a message on a recorded day: in a replay messages are not spoken again, and what was noted of them
    is told instead."""

    fact: VoicemailLeft | VoicemailChanged


class MessageWaits(msgspec.Struct, frozen=True):
    """On a recorded day this message began to wait as a task, if the site of the replay wants that."""

    mailbox: str
    message: str


class DeadlinePassed(msgspec.Struct, frozen=True):
    """A moment that `next_deadline()` named has come."""


class Stopping(msgspec.Struct, frozen=True):
    """The server ends: no new calls. With `now`, the calls that are left are released."""

    now: bool = False


AnyEvent = (
    CardSaid
    | CardLost
    | CardBack
    | VoicemailAsked
    | VoicemailForwardAsked
    | VoicemailMailed
    | PinUnlockAsked
    | VoicemailNotKept
    | DialogShown
    | DialogFailed
    | CardsSeen
    | CardsCounted
    | AgentAsked
    | SupervisionAsked
    | MessageAsked
    | CallBackOrdered
    | PhoneSeen
    | DeskSeen
    | PhoneProbed
    | CustomerFound
    | TransferAsked
    | CardTaken
    | PhoneRang
    | PhonePickedUp
    | PhoneDeclined
    | DialogTold
    | MessageTold
    | MessageWaits
    | DeadlinePassed
    | Stopping
)


class RequestRefused(Exception):
    """A request cannot be carried out. `problem` is a stable id, the text one sentence."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail
