"""What is said to a test phone, and what it says: one JSON object on each line of its stdin and stdout.

commands, tagged by `do` (`call`, where it may be left out, is the newest call of the phone):

| do         | meaning                                                          | shows in                        |
|------------|------------------------------------------------------------------|---------------------------------|
| register   | register at a server, and stay registered                        | registered, registration-failed |
| unregister | end the registration                                             | unregistered                    |
| call       | call a SIP URI; `call` names the new call                        | ringing, answered, released     |
| by-itself  | what to do with calls that come in from now on                   | prepared                        |
| answer     | answer a call that came in                                       | answered                        |
| hang-up    | end a call, or reject one that came in (`code`)                  | released                        |
| play       | what the far end hears: a WAV file or `tone:HERTZ`, repeated     | playing                         |
| stop       | silence again                                                    | stopped                         |
| dtmf       | send digits (RFC 4733)                                           | sent                            |
| record     | write what the phone hears to a WAV file                         | recording                       |
| unrecord   | finish the file                                                  | recorded                        |
| hold       | put the far end on hold (`on`), or take it back                  | media                           |
| level      | how loud is it now?                                              | level                           |
| quit       | hang up, unregister and end                                      | gone                            |

events, tagged by `event`; each has `mono` (the machine's monotonic clock, the same for all its processes) and `wall`
(seconds since 1970): see the structs. A command that cannot be obeyed is answered by `refused`.
"""

import msgspec

MAX_LINE_OCTETS = 16 * 1024
MAX_CALLS = 4


class Command(msgspec.Struct, frozen=True, tag_field="do", kw_only=True, forbid_unknown_fields=True):
    """Base of the commands."""


class Register(Command, frozen=True, tag="register"):
    """`server`: `HOST:PORT` that requests are sent to; `domain`: host part of our address, empty: `server`."""

    server: str
    user: str
    password: str = ""
    domain: str = ""
    seconds: int = 300


class Unregister(Command, frozen=True, tag="unregister"):
    """End the registration."""


class Call(Command, frozen=True, tag="call"):
    """Call `uri` (`sip:USER@HOST`). `server`: `HOST:PORT` to send it to; empty: where the registration is, else what
    the URI says. `caller` is the user part of From, empty: the phone's own."""

    uri: str
    server: str = ""
    caller: str = ""
    caller_name: str = ""
    call: str = ""
    headers: dict[str, str] = {}


class ByItself(Command, frozen=True, tag="by-itself"):
    """Answer calls after `ring_seconds` with `code`: 200 takes them, 3xx to 6xx rejects them, 0: just rings."""

    code: int = 200
    ring_seconds: float = 0


class Answer(Command, frozen=True, tag="answer"):
    call: str = ""


class HangUp(Command, frozen=True, tag="hang-up"):
    """`code`: final answer to a call that came in and was not answered."""

    call: str = ""
    code: int = 603


class Play(Command, frozen=True, tag="play"):
    """`what`: path of a WAV file (mono, 16 bit), or `tone:HERTZ`. Without `call`: into every call, also later ones."""

    what: str
    call: str = ""


class Stop(Command, frozen=True, tag="stop"):
    """Without `call`: all that plays."""

    call: str = ""


class Dtmf(Command, frozen=True, tag="dtmf"):
    digits: str
    call: str = ""


class Record(Command, frozen=True, tag="record"):
    """Without `call`: all calls, mixed. Time runs only while there is a call to hear."""

    file: str
    call: str = ""


class Unrecord(Command, frozen=True, tag="unrecord"):
    """`file` empty: all recordings."""

    file: str = ""


class Hold(Command, frozen=True, tag="hold"):
    on: bool
    call: str = ""


class Level(Command, frozen=True, tag="level"):
    call: str = ""


class Quit(Command, frozen=True, tag="quit"):
    """Hang up, unregister and end."""


AnyCommand = (
    Register
    | Unregister
    | Call
    | ByItself
    | Answer
    | HangUp
    | Play
    | Stop
    | Dtmf
    | Record
    | Unrecord
    | Hold
    | Level
    | Quit
)


class Event(msgspec.Struct, frozen=True, tag_field="event", kw_only=True):
    """Base of the events."""

    mono: float = 0
    wall: float = 0


class Ready(Event, frozen=True, tag="ready"):
    """First event: the phone listens on `host` and `port` (UDP; TCP too if `tcp_port` is not 0)."""

    host: str
    port: int
    tcp_port: int = 0


class Registered(Event, frozen=True, tag="registered"):
    user: str
    seconds: int


class RegistrationFailed(Event, frozen=True, tag="registration-failed"):
    """`code`: SIP status; 408 and 503 are also made locally, when nobody answers."""

    user: str
    code: int
    reason: str


class Unregistered(Event, frozen=True, tag="unregistered"):
    user: str


class Prepared(Event, frozen=True, tag="prepared"):
    """Calls that come in from now on are treated as `by-itself` said."""

    code: int


class Incoming(Event, frozen=True, tag="incoming"):
    """A call came in and rings. `caller`: user part of From."""

    call: str
    caller: str
    caller_name: str
    sip_call_id: str


class Calling(Event, frozen=True, tag="calling"):
    """An INVITE is on its way."""

    call: str
    sip_call_id: str


class Ringing(Event, frozen=True, tag="ringing"):
    """The far end answered provisionally."""

    call: str
    code: int


class Answered(Event, frozen=True, tag="answered"):
    """The call is up: 200 and ACK were exchanged."""

    call: str


class Media(Event, frozen=True, tag="media"):
    """`state`: `active`, `held-here`, `held-there`, `none`."""

    call: str
    state: str


class Digit(Event, frozen=True, tag="digit"):
    """A key was pressed at the far end."""

    call: str
    digit: str


class Released(Event, frozen=True, tag="released"):
    """The call is over. `by`: `here` or `far-end`; `code`: SIP status (200 after a BYE); `seconds`: time it was up."""

    call: str
    by: str
    code: int
    reason: str
    seconds: float


class Playing(Event, frozen=True, tag="playing"):
    what: str


class Stopped(Event, frozen=True, tag="stopped"):
    pass


class Sent(Event, frozen=True, tag="sent"):
    """The digits are in the queue of the sender."""

    call: str
    digits: str


class Recording(Event, frozen=True, tag="recording"):
    file: str


class Recorded(Event, frozen=True, tag="recorded"):
    """The file is whole."""

    file: str


class LevelNow(Event, frozen=True, tag="level"):
    """Levels of the last 20 ms, 0 (silence) to 255, as pjsua2 scales them."""

    call: str
    heard: int
    spoken: int


class Refused(Event, frozen=True, tag="refused"):
    """Command `do` could not be obeyed; `why` is one sentence."""

    do: str
    why: str


class Gone(Event, frozen=True, tag="gone"):
    """Last event."""


AnyEvent = (
    Ready
    | Registered
    | RegistrationFailed
    | Unregistered
    | Prepared
    | Incoming
    | Calling
    | Ringing
    | Answered
    | Media
    | Digit
    | Released
    | Playing
    | Stopped
    | Sent
    | Recording
    | Recorded
    | LevelNow
    | Refused
    | Gone
)


def name_of(word: Command | Event) -> str:
    """The tag of a command or event."""
    return str(type(word).__struct_config__.tag)
