"""What a desk asks; part of `wire.desk`, whose table says what each request means and how it is answered."""

import msgspec

from server.wire.desk_cards import Customer
from server.wire.desk_script import ScriptEvent

MAX_NOTES_CHARACTERS = 20_000


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
