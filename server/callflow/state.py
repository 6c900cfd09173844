"""State of the rules: calls and agents. A fold of facts, but for `Line`, which the cards tell anew after a restart."""

import msgspec

from server.acd.agent import Agent
from server.acd.service_need import QueueMemory
from server.acd.wait_estimate import WaitMemory
from server.call.now import Now
from server.call.states import CallState
from server.ivr.conversation import Talk
from server.voicemail.hearing import Hearing
from server.voicemail.leaving import Leaving
from server.voicemail.mailbox import Lock
from server.voicemail.words import Message as VoiceMessage

CHECKPOINT_VERSION = 3


class Ringing(msgspec.Struct, frozen=True):
    """An agent's share in a ring: the number of the offer, when it was made, and whether the phone rings."""

    offer: int
    at: Now
    rang: bool = False


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
    entered: Now | None = None
    """When it joined its present queue; `joined` is when the wait began."""
    diverted: str = ""
    """Why the last queue could not serve it, as in `CallDiverted.why`."""
    diverted_to: str = ""
    diversions: int = 0
    call_back: str = ""
    """The number to call back; empty: the caller is on the line. `card` is empty while no card is needed."""
    called_back: bool = False
    """The call-back's customer and an agent have heard one another: it is a call like any other from then on."""
    attempts: int = 0
    again: Now | None = None
    """When a call-back that failed is due."""
    offers: int = 0
    """How many offers were made."""
    offer: int = 0
    """Number of the present offer; of offers that ring together the first one's, until one of them has won."""
    leg: str = ""
    """The agent's leg: of the offer, then of the talk."""
    agent: str | None = None
    """Who is offered, talks, or wraps up; None while several agents are offered it together."""
    fork: dict[str, Ringing] = {}
    """Agents who are offered it together, in the order of their offers."""
    rang: bool = False
    connected: Now | None = None
    muted: bool = False
    last_agent: str = ""
    transfers: int = 0
    """How often an agent passed it on."""
    wrapped_up_by: list[str] = []
    """Agents who wrap it up, or have, in the order in which they parted from the customer."""
    without_result: str = ""
    """The agent whose wrap-up timed out without a result while the customer waited for the next agent; empty: none."""
    passed_to: str = ""
    """The agent to whom it was passed on directly, until the offer to that agent is over."""
    released: bool = False
    notes: str = ""
    result: str = ""
    supervisors: int = 0
    """How many supervisors' legs it had so far."""
    customer: str = ""
    segment: str = ""
    """Of the customer's card."""
    customer_numbers: list[str] = []
    """Of the customer's card, as far as it was asked for."""
    waited_seconds: float = 0
    """Final once connected or closed."""
    mailbox: str = ""
    hears_messages: bool = False
    sound: str = ""
    """What was recorded and is no message yet; empty: nothing."""
    sound_seconds: float = 0
    sounds: int = 0
    """How many recordings the call has made."""
    messages_left: int = 0
    script: str = ""
    """Of the dialog that the caller is or was with."""
    scripts: int = 0
    """To how many it was led, surveys left out."""
    session: str = ""
    """Of that script; a person goes on with it."""
    revision: int = 0
    """Of the session, as it was shown last."""
    first_revision: int = 0
    """Of the session, as it was shown first: in this one the caller has not chosen the language yet."""
    keys_used: int = 0
    """Number of the card's event with the last key that was used or thrown away: told again, it means nothing."""
    otherwise: str = ""
    """Where the call goes if the script does not say it."""
    is_survey: bool = False
    """The dialog is a survey after the talk."""
    wants_survey: bool = False
    heard_survey: bool = False
    """The caller knows that there is a survey."""
    asks_survey: bool = False
    """The agent has hung up, and the caller is asked for the survey."""
    message: str = ""
    """The last one that was left."""
    not_taken: str = ""
    """Why a message could not be kept, as in `VoicemailNotTaken.why`; empty: none was refused."""

    task_box: str = ""
    task: str = ""
    """The message of the mailbox `task_box` for which this call-back is; empty: for none."""
    reserved: str = ""
    """The agent who asked for that, and who alone gets it; empty: whom the queue chooses."""

    def is_away(self) -> bool:
        """Whether nobody is on the line for it: a call-back before it is answered."""
        return bool(self.call_back) and not self.called_back

    def had_last(self) -> str:
        """The agent who talks with the customer, or did last; empty: nobody yet."""
        if self.state in (CallState.TALKING, CallState.HOLDING):
            return self.agent or ""
        return self.wrapped_up_by[-1] if self.wrapped_up_by else ""

    def open_offers(self) -> list[tuple[str, int]]:
        """Agent and number of each offer that has not ended."""
        if self.state is not CallState.OFFERED:
            return []
        won = [(self.agent, self.offer)] if self.agent is not None else []
        return won + [(agent, ringing.offer) for agent, ringing in self.fork.items()]

    def number(self) -> str:
        """The caller's telephone number as far as it is known; empty for a caller without one."""
        return self.caller_e164 or (self.caller if self.caller.lstrip("+").isdigit() else "")


class Watch(msgspec.Struct, kw_only=True):
    """A supervisor's leg in a talk. Changed only by facts. `joined` None: the phone rings, or must be confirmed."""

    supervisor: str
    agent: str
    leg: str
    mode: str
    began: Now
    joined: Now | None = None


class Message(msgspec.Struct, kw_only=True):
    """From a supervisor (`by`) to an agent, as one of `queue` or alone. Changed only by facts. `seen` None: not yet."""

    id: str
    by: str
    text: str
    queue: str
    sent: Now
    seen: Now | None = None


class Spoke(msgspec.Struct, frozen=True):
    """Who spoke last with a number or customer, when the talk ended, and until when that matters (`Now.mono`)."""

    agent: str
    ended_mono: float
    until_mono: float
    call: str = ""
    customer: str = ""
    """Empty: nobody has said who it was."""
    number: str = ""
    """Of the call; empty: it showed none."""


class Line(msgspec.Struct):
    """What is known of a call's card at this moment. No fact: a card's snapshot gives it back."""

    up: bool = False
    """The customer's leg is answered and has media."""
    playing: str = ""
    """Token of what plays to the customer."""
    greeted: bool = False
    own_music: bool = False
    """The queue's music could not be played: it is our own now."""
    supervisor_accept_until: float = 0
    """The supervisor's leg is answered and must press 1 until then (`Now.mono`); 0: it need not."""
    confirming: bool = False
    """The agent's leg is answered and must press 1."""
    goodbye_outcome: str = ""
    goodbye_cause: str = ""
    when_up: list[str] = []
    """What is said as soon as the customer's leg has media: the call cannot be served."""
    announce_at: float = 0
    """`Now.mono` of the next announcement; 0: none is to come."""
    menu: str = ""
    """What the caller is asked: `offer`, `confirm` or `enter` (of a call-back), or told: `thanks`; empty: nothing."""
    menu_until: float = 0
    """`Now.mono` until which an answer is waited for; 0: the question is still being asked."""
    exit_key: str = ""
    """The key that led to the question; empty: it was asked because the queue cannot serve the call."""
    typed: str = ""
    asked: int = 0
    """How often, in this menu."""
    number: str = ""
    """The number that the caller is asked to confirm."""
    kept: bool = False
    """A call-back was confirmed while an agent's phone rang."""
    reaching: bool = False
    """A call-back: the agent is on the line, and the customer's phone rings."""
    mailbox_talk: Leaving | Hearing | None = None
    """The conversation with a mailbox; None: there is none, or it begins when the leg has media."""
    mailbox_wake: float = 0
    """`Now.mono` at which that conversation wants to be woken; 0: it does not."""
    said: int = 0
    """How often the mailbox or the dialog spoke: names what plays."""
    dialog: Talk | None = None
    """The conversation with a dialog script; None: there is none, or it begins when the leg has media."""
    dialog_wake: float = 0
    """`Now.mono` at which it wants to be woken; 0: it does not."""
    keys: list[int] = []
    """Numbers of the card's events with keys for a dialog that have led to no step yet, oldest first. The card keeps
    them, and tells a new core of them again."""
    early_keys: str = ""
    """Keyed before the conversation has begun: while the core was away."""
    offered_survey: bool = False
    """While waiting: it was begun to say so."""
    survey_asked: int = 0
    """How often, after the talk."""
    survey_until: float = 0
    """`Now.mono` until which the answer is waited for."""
    hearing: bool = False
    """The agent is on the line, hears the message, and has not said yet what is to happen."""
    recording: str = ""
    """The sound that is being recorded."""


class Mailbox(msgspec.Struct, kw_only=True):
    """What is in a mailbox."""

    messages: dict[str, VoiceMessage] = {}
    sounds: dict[str, str] = {}
    """Of each message."""
    greeting: str = ""
    """The sound that its owner recorded; empty: none."""
    lock: Lock = Lock()
    to_mail: list[str] = []
    """Messages that a mail has yet to tell of."""


class State(msgspec.Struct, kw_only=True):
    """Everything that a checkpoint keeps."""

    version: int = CHECKPOINT_VERSION
    boot: str = ""
    clock: Now = Now(0, 0)
    """When the last fact was noted; relates the clocks of two boots."""
    calls: dict[str, Call] = {}
    agents: dict[str, Agent] = {}
    queues: dict[str, QueueMemory] = {}
    watches: dict[str, Watch] = {}
    """By call: who listens to its talk, or is about to."""
    messages: dict[str, list[Message]] = {}
    """By agent, the last ones, oldest first."""
    messages_sent: int = 0
    spoke: dict[str, Spoke] = {}
    """By the caller's number, and by customer (see `spoken`); only while it matters."""
    ordered: list[tuple[float, str]] = []
    """Call-backs that strangers asked for outside of a call in the last hour: when (`Now.mono`), to which number."""
    ordered_by_known: list[tuple[float, str]] = []
    """The same of customers with a personal link."""
    waits: WaitMemory = msgspec.field(default_factory=WaitMemory)
    """What was learnt about waiting; written down with a checkpoint, and kept up to date outside of the state."""
    mailboxes: dict[str, Mailbox] = {}
    """Those that were ever used."""


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
