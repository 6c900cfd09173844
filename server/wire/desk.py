"""desk <-> core: WebSocket `/desk`, subprotocol `caruso.v1.json`, one JSON message tagged by `t` in each text frame.

The desk logs in over HTTP (`POST /api/v1/sessions`), opens the socket and says `hello` with its token within 5 s.
It then gets `welcome` with its whole state, and after that `changed` with the sections that changed. Each of them
carries `revision`, which grows by one; a gap means: reconnect. All times are seconds since 1970 (UTC) by the server's
clock; each message carries `now`, so that a desk with a wrong clock counts rightly.

desk -> core (requests; `id` is chosen by the desk, unique in the connection; each gets exactly one reply):

| message         | meaning                                                          | reply                |
|-----------------|------------------------------------------------------------------|----------------------|
| hello           | log in with a session's token                                    | welcome, or close 4401 |
| set-presence    | be ready, not ready (with a reason), logged out                  | done, refused        |
| after-call      | choose during a call what comes after it; None takes it back     | done, refused        |
| hang-up         | release my call                                                  | done, refused        |
| hold            | the customer hears music (`on`), or is taken back                | done, refused        |
| mute            | nobody hears me while `on`                                       | done, refused        |
| keypad          | send digits to the customer's end                                | done, refused        |
| save-notes      | keep the notes of a call of mine (the whole text, each time)     | done (committed), refused |
| choose-result   | keep the result of a call of mine                                | done (committed), refused |
| extend-wrap-up  | more time                                                        | done, refused        |
| finish-wrap-up  | I am done with the call                                          | done, refused        |
| saw-message     | I have seen a supervisor's message                               | done (committed), refused |
| call-customer   | I have heard the message: call the customer now                  | done, refused        |
| finish-message  | I have heard the message: no call is needed                      | done, refused        |
| call-back-message | ring my phone, and then call the caller of that message         | done, refused        |
| find-customers  | search by name or number                                         | found                |
| choose-customer | this is the customer of the call                                 | done, refused        |
| save-customer   | keep a new or changed card; linked with `call` if that is given  | saved, refused       |
| step-script     | one step in the script of my call                                | done, refused        |
| begin-script    | try again to begin the script of my call                         | done, refused        |
| pass-on         | pass my customer on to the queue that the script's end names     | done, refused        |
| script-places   | where can I jump to in the script?                               | places, refused      |
| look-up         | which services are there?                                        | services             |
| beat            | I am alive, each 5 s; silent for 10 s: unreachable               | done                 |

core -> desk: welcome, changed, done, refused, found, saved, services, places. Close codes: 4401 not logged in, 4402
another desk of the same agent took over, 4409 protocol error.

The section `script` (`desk_script.Script`) is the script of my call with all that it shows; a step names the revision
that the agent saw, and is refused with `script-stale` (and the section sent anew) when another step came first.
"""

import msgspec
from msgspec import UNSET, UnsetType

from server.wire.desk_script import Place, Script, ScriptEvent

SUBPROTOCOL = "caruso.v1.json"
MAX_MESSAGE_OCTETS = 64 * 1024
MAX_NOTES_CHARACTERS = 20_000
MAX_MESSAGE_CHARACTERS = 300
"""Of a supervisor's message."""


class Request(msgspec.Struct, frozen=True, tag_field="t", kw_only=True):
    """Base of what a desk asks."""

    id: int = 0


class Hello(msgspec.Struct, frozen=True, tag_field="t", tag="hello"):
    """First message of a connection."""

    token: str
    language: str = "en"


class SetPresence(Request, frozen=True, tag="set-presence"):
    """`presence`: `ready`, `not-ready`, `logged-out`. `reason` is an id of a `[[reason]]`, or empty."""

    presence: str
    reason: str = ""


class AfterCall(Request, frozen=True, tag="after-call"):
    """What comes after this call; `presence` None takes the choice back."""

    presence: str | None
    reason: str = ""


class HangUp(Request, frozen=True, tag="hang-up"):
    """Release my call."""


class Hold(Request, frozen=True, tag="hold"):
    """Put the customer on hold, or take them back."""

    on: bool


class Mute(Request, frozen=True, tag="mute"):
    """Nobody hears me while `on`."""

    on: bool


class Keypad(Request, frozen=True, tag="keypad"):
    """Send 1 to 32 of `0-9 A-D * #` to the customer's end."""

    digits: str


class SaveNotes(Request, frozen=True, tag="save-notes"):
    """The whole text of the notes, at most `MAX_NOTES_CHARACTERS`."""

    call: str
    text: str


class ChooseResult(Request, frozen=True, tag="choose-result"):
    """`result` is an id of a `[[result]]`; empty takes the choice back."""

    call: str
    result: str


class ExtendWrapUp(Request, frozen=True, tag="extend-wrap-up"):
    """`seconds` 1 to 600 more."""

    seconds: int = 30


class FinishWrapUp(Request, frozen=True, tag="finish-wrap-up"):
    """Done with the call."""


class SawMessage(Request, frozen=True, tag="saw-message"):
    """I have seen the message of that id."""

    message: str


class CallCustomer(Request, frozen=True, tag="call-customer"):
    """I have heard the message that is my task: call the customer now."""


class FinishMessage(Request, frozen=True, tag="finish-message"):
    """I have heard the message that is my task: no call is needed."""


class CallBackMessage(Request, frozen=True, tag="call-back-message"):
    """Ring my phone, and then the caller's of a message in a mailbox of mine."""

    mailbox: str
    message: str


class FindCustomers(Request, frozen=True, tag="find-customers"):
    """Customers whose name contains `text`, or one of whose numbers ends with its digits; at most 20."""

    text: str


class ChooseCustomer(Request, frozen=True, tag="choose-customer"):
    """The customer of `call` is `customer` (an id)."""

    call: str
    customer: str


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's card. `id` is empty for a new one. `numbers` are E.164 where they can be, as written otherwise."""

    id: str = ""
    number: str = ""
    """The company's own customer number."""
    name: str = ""
    language: str = ""
    email: str = ""
    segment: str = ""
    numbers: list[str] = []


class SaveCustomer(Request, frozen=True, tag="save-customer"):
    """Keep this card. With `call`, it becomes the customer of that call."""

    customer: Customer
    call: str = ""


class StepScript(Request, frozen=True, tag="step-script"):
    """`event` in the script of `call`, of which the agent saw `revision`."""

    call: str
    revision: int
    event: ScriptEvent


class BeginScript(Request, frozen=True, tag="begin-script"):
    """Try now to begin the script of `call` that was `unavailable`."""

    call: str


class PassOn(Request, frozen=True, tag="pass-on"):
    """Pass the customer of `call` on to the queue that the end of its script names."""

    call: str


class ScriptPlaces(Request, frozen=True, tag="script-places"):
    """Where an agent may jump to in the script of `call`."""

    call: str


class LookUp(Request, frozen=True, tag="look-up"):
    """Services by `interface`; empty: all."""

    interface: str = ""


class Beat(Request, frozen=True, tag="beat"):
    """I am alive. `phone`: whether the softphone is registered; None: the desk has none."""

    phone: bool | None = None


AnyRequest = (
    SetPresence
    | AfterCall
    | HangUp
    | Hold
    | Mute
    | Keypad
    | SaveNotes
    | ChooseResult
    | ExtendWrapUp
    | FinishWrapUp
    | SawMessage
    | CallCustomer
    | FinishMessage
    | CallBackMessage
    | FindCustomers
    | ChooseCustomer
    | SaveCustomer
    | StepScript
    | BeginScript
    | PassOn
    | ScriptPlaces
    | LookUp
    | Beat
)
FromDesk = Hello | AnyRequest


class Named(msgspec.Struct, frozen=True):
    """Something to choose from."""

    id: str
    name: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The agent. `since`: when the shown state began. `fault`: why nobody can reach the agent; empty: all is well."""

    id: str
    name: str
    role: str
    presence: str
    reason: str
    work_state: str
    since: float
    reachable: bool
    fault: str = ""
    after_call: str | None = None
    after_call_reason: str = ""
    phone: str = "registered"
    taken_by: str = ""
    """The colleague's name who picked up the last call that rang here as well; empty again with the next call."""


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the customer's history. `seconds`: length of the conversation."""

    call: str
    channel: str
    at: float
    number: str
    queue: str = ""
    agent: str = ""
    outcome: str = ""
    result: str = ""
    notes: str = ""
    seconds: float = 0


class Supervision(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor on my call's line. `mode`: `listen` (nobody hears them), `whisper` (I do), `barge` (the customer
    does, too)."""

    name: str
    mode: str
    since: float


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """The message that is to be heard, and its caller called back. `hearing`: I am on the line, and it waits for my
    word (`call-customer`, `finish-message`)."""

    mailbox: str
    message: str
    hearing: bool = False


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """The call that is offered to me, that I have, or that I wrap up.

    `state`: `reserved`, `ringing`, `talking`, `holding`, `wrap-up`. `customer` None with `matches` empty: unknown;
    with matches: the agent must choose. `looked_up` is false until the customers service has answered.
    """

    call: str
    state: str
    number: str
    number_shown: str
    name: str
    queue: str
    queue_name: str
    waited_seconds: float
    since: float
    call_back: str = ""
    """The number that is called back once the agent is on the line; empty: the customer called and waits."""
    answered_at: float | None = None
    muted: bool = False
    notes: str = ""
    result: str = ""
    customer: Customer | None = None
    matches: list[Customer] = []
    looked_up: bool = False
    history: list[Contact] = []
    supervision: Supervision | None = None
    """Who listens or speaks to me; None: nobody, or the company does not show it."""
    task: Task | None = None
    """A message in place of a caller who waits; None: it is none."""


class WrapUp(msgspec.Struct, frozen=True, kw_only=True):
    """My wrap-up. `ends_at` None: it has no limit."""

    call: str
    began_at: float
    ends_at: float | None


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One of my queues. `longest_since`: when the caller who waits longest joined; None: nobody waits."""

    id: str
    name: str
    waiting: int
    longest_since: float | None


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """Another agent, as colleagues may see them."""

    id: str
    name: str
    presence: str
    work_state: str


class MyDay(msgspec.Struct, frozen=True, kw_only=True):
    """My figures since local midnight, as the reports show them. `not_ready`: seconds by reason (empty text: none was
    given); `idle_seconds`: ready and free."""

    calls: int = 0
    talk_seconds: float = 0
    hold_seconds: float = 0
    wrap_up_seconds: float = 0
    missed: int = 0
    transferred: int = 0
    idle_seconds: float = 0
    not_ready: dict[str, float] = {}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor's message that I have not seen yet. `by`: the name; `queue`: the queue's name if it went to all of
    it, else empty."""

    id: str
    by: str
    text: str
    at: float
    queue: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """All that a desk shows."""

    me: Me
    call: Call | None
    wrap_up: WrapUp | None
    queues: list[Queue]
    colleagues: list[Colleague]
    my_day: MyDay
    reasons: list[Named]
    results: list[Named]
    messages: list[Message] = []
    """Oldest first."""
    script: Script | None = None
    """Of my call; None: it has none."""


class Welcome(msgspec.Struct, frozen=True, tag_field="t", tag="welcome", kw_only=True):
    """The whole state."""

    revision: int
    now: float
    state: State


class Changed(msgspec.Struct, frozen=True, tag_field="t", tag="changed", kw_only=True, omit_defaults=True):
    """The sections that changed since the revision before; each is whole."""

    revision: int
    now: float
    me: Me | UnsetType = UNSET
    call: Call | None | UnsetType = UNSET
    wrap_up: WrapUp | None | UnsetType = UNSET
    queues: list[Queue] | UnsetType = UNSET
    colleagues: list[Colleague] | UnsetType = UNSET
    my_day: MyDay | UnsetType = UNSET
    messages: list[Message] | UnsetType = UNSET
    script: Script | None | UnsetType = UNSET


class Done(msgspec.Struct, frozen=True, tag_field="t", tag="done"):
    """Request `id` is carried out."""

    id: int


class Refused(msgspec.Struct, frozen=True, tag_field="t", tag="refused"):
    """Request `id` is not carried out. `problem` is a stable id, `detail` one sentence."""

    id: int
    problem: str
    detail: str


class Found(msgspec.Struct, frozen=True, tag_field="t", tag="found"):
    """Answer to `find-customers`."""

    id: int
    customers: list[Customer]


class Saved(msgspec.Struct, frozen=True, tag_field="t", tag="saved"):
    """Answer to `save-customer`: the card as it is kept, with its id."""

    id: int
    customer: Customer


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """One registered service instance."""

    interface: str
    version: str
    instance: str
    rank: int
    state: str


class Services(msgspec.Struct, frozen=True, tag_field="t", tag="services"):
    """Answer to `look-up`."""

    id: int
    services: list[ServiceView]


class Places(msgspec.Struct, frozen=True, tag_field="t", tag="places"):
    """Answer to `script-places`, in the order of the script."""

    id: int
    places: list[Place]


FromCore = Welcome | Changed | Done | Refused | Found | Saved | Services | Places
