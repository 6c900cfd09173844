"""What the agent can do at the desk."""

import msgspec

from agentdesk.desk.happenings import Typed
from server.wire import desk as wire
from server.wire.desk_script import ScriptEvent


class SetPresence(msgspec.Struct, frozen=True):
    """Be `ready` or `not-ready` (with the id of a reason, or none)."""

    presence: str
    reason: str = ""


class AfterCall(msgspec.Struct, frozen=True):
    """What comes after this call."""

    presence: str
    reason: str = ""


class Answer(msgspec.Struct, frozen=True):
    """Take the ringing call on the softphone."""


class HangUp(msgspec.Struct, frozen=True):
    """End the call, or reject it while it rings."""


class ToggleHold(msgspec.Struct, frozen=True):
    """Put the customer on hold, or take them back."""


class ToggleMute(msgspec.Struct, frozen=True):
    """Be heard by nobody, or again."""


class ToggleKeypad(msgspec.Struct, frozen=True):
    """Show or hide the keypad."""


class PressDigit(msgspec.Struct, frozen=True):
    """Send one of `0-9 * #` to the customer's end."""

    digit: str


class EditNotes(msgspec.Struct, frozen=True):
    """The notes' whole text, after each change."""

    text: str


class ChooseResult(msgspec.Struct, frozen=True):
    """How the conversation ended; empty takes the choice back."""

    result: str


class ExtendWrapUp(msgspec.Struct, frozen=True):
    """Thirty seconds more."""


class Finish(msgspec.Struct, frozen=True):
    """Done with the call."""


class Search(msgspec.Struct, frozen=True):
    """The search box's text, after each change."""

    text: str


class ChooseCustomer(msgspec.Struct, frozen=True):
    """This is the customer of the call; without a call: show the card."""

    customer: wire.Customer


class SaveCustomer(msgspec.Struct, frozen=True):
    """Keep the card that was filled."""

    customer: wire.Customer


class NewCard(msgspec.Struct, frozen=True):
    """None of the matches is the customer: fill a new card."""


class TryNow(msgspec.Struct, frozen=True):
    """Reconnect at once; after a take-over: take the work back to this window."""


class DismissNotice(msgspec.Struct, frozen=True):
    """The notice was read."""


class SawMessage(msgspec.Struct, frozen=True):
    """The supervisor's message that is shown was seen."""


class CallCustomer(msgspec.Struct, frozen=True):
    """The message was heard: call the customer now."""


class FinishMessage(msgspec.Struct, frozen=True):
    """The message was heard: no call is needed."""


class CallBackMessage(msgspec.Struct, frozen=True):
    """Ring my phone, and then the caller of that message."""

    mailbox: str
    message: str


class StepScript(msgspec.Struct, frozen=True):
    """A step in the script, of which `revision` was shown."""

    revision: int
    event: ScriptEvent


class TakeWay(msgspec.Struct, frozen=True):
    """A way of the script that has a button of that number; with `needs_confirmation` it is asked for twice."""

    revision: int
    button: int
    needs_confirmation: bool = False


class BeginScript(msgspec.Struct, frozen=True):
    """Try again to begin the script that could not be begun."""


class PassOn(msgspec.Struct, frozen=True):
    """Pass the customer on to the queue that the script's end names."""


class OpenJumpList(msgspec.Struct, frozen=True):
    """Where can I jump to in the script?"""


class CloseJumpList(msgspec.Struct, frozen=True):
    """I stay where I am."""


class TypeAnswer(msgspec.Struct, frozen=True):
    """What stands in a field of the sheet that is shown, after each change."""

    sheet: str
    question: str
    typed: Typed


class AttachFile(msgspec.Struct, frozen=True):
    """The file at `path` answers a question of the sheet that is shown."""

    sheet: str
    question: str
    path: str


class AttachDrawing(msgspec.Struct, frozen=True):
    """What was drawn (PNG) answers a question of the sheet that is shown."""

    sheet: str
    question: str
    octets: bytes


class Detach(msgspec.Struct, frozen=True):
    """The file or signature is not the answer."""

    sheet: str
    question: str


class OpenFile(msgspec.Struct, frozen=True):
    """Look at a file that was attached. `answer`: its name on the server. `label`: how it is called here."""

    answer: str
    label: str


class LogOut(msgspec.Struct, frozen=True):
    """End of work: log out and close."""


Action = (
    SetPresence
    | AfterCall
    | Answer
    | HangUp
    | ToggleHold
    | ToggleMute
    | ToggleKeypad
    | PressDigit
    | EditNotes
    | ChooseResult
    | ExtendWrapUp
    | Finish
    | Search
    | ChooseCustomer
    | SaveCustomer
    | NewCard
    | TryNow
    | DismissNotice
    | SawMessage
    | CallCustomer
    | FinishMessage
    | CallBackMessage
    | StepScript
    | TakeWay
    | BeginScript
    | PassOn
    | OpenJumpList
    | CloseJumpList
    | TypeAnswer
    | AttachFile
    | AttachDrawing
    | Detach
    | OpenFile
    | LogOut
)
