"""What happens in a session on the telephone, and what is to be done about it.

| event   | meaning                                                                                    |
|---------|--------------------------------------------------------------------------------------------|
| shown   | the session as it stands: it has begun, or an event that was taken is stored               |
| failed  | the session cannot go on (its keeper is away, the script is not there, nothing can be said) |
| digit   | a key was pressed                                                                          |
| played  | what was said is over, not cut short                                                       |
| woken   | the moment of the last `wake` has come                                                     |
| hung-up | the caller is gone                                                                         |

| action  | meaning                                                                                    |
|---------|--------------------------------------------------------------------------------------------|
| say     | play these parts; what was said before stops. `loop`: the last one again and again         |
| hush    | what is said stops: the caller keys                                                        |
| take    | hand this event to the session; `shown` or `failed` follows                                |
| wake    | send `woken` then; a later `wake` replaces it                                              |
| leave   | the conversation is over, and the call goes on elsewhere                                   |
| hang-up | the conversation is over, and the call with it                                             |
"""

from collections.abc import Iterable, Iterator

import msgspec

from scriptengine.interpreter import Event as ScriptEvent
from server.call.dialogs import DialogView


class Event(msgspec.Struct, frozen=True, tag_field="t"):
    """Base of what happens."""


class Shown(Event, frozen=True, tag="shown"):
    view: DialogView


class Failed(Event, frozen=True, tag="failed"):
    """`why`: a code of `server.call.dialogs`, `away`, or `no-voice`."""

    why: str


class Digit(Event, frozen=True, tag="digit"):
    key: str


class Played(Event, frozen=True, tag="played"):
    pass


class Woken(Event, frozen=True, tag="woken"):
    pass


class HungUp(Event, frozen=True, tag="hung-up"):
    pass


AnyEvent = Shown | Failed | Digit | Played | Woken | HungUp


class Part(msgspec.Struct, frozen=True, tag_field="p"):
    """Base of what is said, one after the other."""


class Words(Part, frozen=True, tag="words"):
    """A text, spoken in a language (`en`, `pt-BR`)."""

    text: str
    language: str


class Pause(Part, frozen=True, tag="pause"):
    """Silence, never longer than `utterance.LONGEST_PAUSE_MS`."""

    milliseconds: int


class Recording(Part, frozen=True, tag="recording"):
    """A recording of the script's own; where there is none, what is spoken instead."""

    script: str
    name: str
    language: str
    otherwise: tuple[Words | Pause, ...]


class Music(Part, frozen=True, tag="music"):
    """While something takes its time."""


class Tick(Part, frozen=True, tag="tick"):
    """A short soft sound: we are listening."""


AnyPart = Words | Pause | Recording | Music | Tick


class Action(msgspec.Struct, frozen=True, tag_field="t"):
    """Base of what is to be done."""


class Say(Action, frozen=True, tag="say"):
    parts: tuple[AnyPart, ...]
    loop: bool = False


class Hush(Action, frozen=True, tag="hush"):
    pass


class Take(Action, frozen=True, tag="take"):
    """`revision`: what the caller heard; None: whatever it is."""

    event: ScriptEvent
    revision: int | None = None


class Wake(Action, frozen=True, tag="wake"):
    at: float


class Leave(Action, frozen=True, tag="leave"):
    """`why`: `end` (the script's, to `queue`; empty: to nobody it names), `person` (the caller wants one) or `fault`.
    `said`: on the way."""

    why: str
    queue: str = ""
    said: tuple[AnyPart, ...] = ()


class HangUp(Action, frozen=True, tag="hang-up"):
    """`why`: `end` (of the script), `silent` (nothing was keyed for too long) or `hung-up` (the caller is gone)."""

    why: str


AnyAction = Say | Hush | Take | Wake | Leave | HangUp


def texts_in(parts: Iterable[AnyPart]) -> Iterator[Words]:
    """Every text among the parts, also those that a recording may replace."""
    for part in parts:
        if isinstance(part, Words):
            yield part
        elif isinstance(part, Recording):
            yield from texts_in(part.otherwise)
