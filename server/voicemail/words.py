"""What happens in a voicemail conversation, and what is to be done about it.

| event        | meaning                                                                             |
|--------------|-------------------------------------------------------------------------------------|
| digit        | a key was pressed                                                                   |
| played       | what was said is over, not cut short                                                |
| recorded     | the recording is whole: how long, and what ended it (`key silence length hang-up`)    |
| kept         | the message is committed, its sound synced to disk                                   |
| not-kept     | it could not be saved: `full` (the disk), `quota` (the mailbox), `fault`               |
| checked      | the answer to `check-pin`: `right`, `wrong`, `locked`, `unknown` (no such mailbox)      |
| found        | the answer to `look`: the mailbox's messages                                         |
| done         | `mark`, `forward` or `use-greeting` is committed; `ok` false: it could not be done      |
| woken        | the moment of the last `wake` has come                                              |
| hung-up      | the caller is gone                                                                  |

| action       | meaning                                                                             |
|--------------|-------------------------------------------------------------------------------------|
| say          | play these parts; what was said before stops                                         |
| hush         | what is said stops: the listener types                                              |
| record       | begin a recording (after a tone that is part of what was said)                        |
| stop         | end the recording; `recorded` follows                                               |
| drop         | throw the recording away                                                            |
| keep         | save the recording as a message; `kept` or `not-kept` follows                         |
| check-pin, look, mark, forward, use-greeting | ask the keeper of mailboxes                            |
| wake         | send `woken` then; a later `wake` replaces it                                        |
| leave-to     | the conversation ends, the call goes to that destination                              |
| hang-up      | the conversation ends                                                               |
"""

from enum import StrEnum

import msgspec


class Event(msgspec.Struct, frozen=True, tag_field="t"):
    """Base of what happens."""


class Digit(Event, frozen=True, tag="digit"):
    key: str


class Played(Event, frozen=True, tag="played"):
    pass


class Recorded(Event, frozen=True, tag="recorded"):
    seconds: float
    ended: str = "key"


class Kept(Event, frozen=True, tag="kept"):
    pass


class NotKept(Event, frozen=True, tag="not-kept"):
    why: str


class Checked(Event, frozen=True, tag="checked"):
    result: str


class Found(Event, frozen=True, tag="found"):
    messages: "tuple[Message, ...]"


class Done(Event, frozen=True, tag="done"):
    ok: bool


class Woken(Event, frozen=True, tag="woken"):
    pass


class HungUp(Event, frozen=True, tag="hung-up"):
    pass


AnyEvent = Digit | Played | Recorded | Kept | NotKept | Checked | Found | Done | Woken | HungUp


class Message(msgspec.Struct, frozen=True):
    """A message as its owner hears of it. `at` is wall-clock seconds; `caller` is empty if unknown."""

    id: str
    at: float
    caller: str
    seconds: float
    urgent: bool = False
    saved: bool = False
    """Heard and saved; otherwise it is new."""


class Part(msgspec.Struct, frozen=True, tag_field="p"):
    """Base of what is said, one after the other."""


class Clip(Part, frozen=True, tag="clip"):
    """A prompt by its name (`server.speech` has the texts)."""

    name: str


class Count(Part, frozen=True, tag="count"):
    """A number as people say it."""

    number: int


class Digits(Part, frozen=True, tag="digits"):
    """A telephone number, digit by digit."""

    text: str


class Moment(Part, frozen=True, tag="moment"):
    """Day and time in the site's time zone."""

    at: float


class Greeting(Part, frozen=True, tag="greeting"):
    """The mailbox's own greeting; ours if it has none."""


class Sound(Part, frozen=True, tag="sound"):
    """A message's sound."""

    message: str


class Recording(Part, frozen=True, tag="recording"):
    """What was recorded in this conversation and is not kept yet."""


AnyPart = Clip | Count | Digits | Moment | Greeting | Sound | Recording


class Action(msgspec.Struct, frozen=True, tag_field="t"):
    """Base of what is to be done."""


class Say(Action, frozen=True, tag="say"):
    parts: tuple[AnyPart, ...]


class Hush(Action, frozen=True, tag="hush"):
    pass


class Record(Action, frozen=True, tag="record"):
    """0 of `max_seconds` or `silence_seconds` is no limit."""

    max_seconds: float
    silence_seconds: float


class Stop(Action, frozen=True, tag="stop"):
    pass


class Drop(Action, frozen=True, tag="drop"):
    pass


class Keep(Action, frozen=True, tag="keep"):
    urgent: bool
    seconds: float


class CheckPin(Action, frozen=True, tag="check-pin"):
    """`box` as it was typed. The digits of the PIN are in no log."""

    box: str
    pin: str


class Look(Action, frozen=True, tag="look"):
    box: str


class Change(StrEnum):
    """What an owner does with a message."""

    SAVE = "save"
    DELETE = "delete"


class Mark(Action, frozen=True, tag="mark"):
    message: str
    change: Change


class Forward(Action, frozen=True, tag="forward"):
    """Give a copy to the mailbox that was typed."""

    message: str
    box: str


class UseGreeting(Action, frozen=True, tag="use-greeting"):
    """`own`: the recording; otherwise ours again."""

    own: bool


class Wake(Action, frozen=True, tag="wake"):
    at: float


class LeaveTo(Action, frozen=True, tag="leave-to"):
    """`to` as in the site file, e.g. `queue:billing`."""

    to: str


class HangUp(Action, frozen=True, tag="hang-up"):
    pass


AnyAction = (
    Say | Hush | Record | Stop | Drop | Keep | CheckPin | Look | Mark | Forward | UseGreeting | Wake | LeaveTo | HangUp
)


def clips(*names: str) -> tuple[AnyPart, ...]:
    """Prompts by their names."""
    return tuple(Clip(name) for name in names)
