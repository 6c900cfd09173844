"""What the core says to a line card: commands and what goes beside them. `linecard` tells how they are used."""

import msgspec

LISTEN, WHISPER, BARGE = "listen", "whisper", "barge"
JOIN_MODES = (LISTEN, WHISPER, BARGE)
"""Who hears a leg that joined another: nobody; that one; that one and all who are bridged with it."""


class Command(msgspec.Struct, frozen=True, tag_field="t", kw_only=True):
    """Base of what the core asks of a card. `id` is 0 until the exchange numbers it."""

    call: str
    id: int = 0


class Begin(Command, frozen=True, tag="begin"):
    """Gives an idle card the conversation `call`, which will start with a `dial`."""


class Progress(Command, frozen=True, tag="progress"):
    """Answers the arriving leg provisionally."""

    leg: str
    code: int = 180


class Answer(Command, frozen=True, tag="answer"):
    """Answers the arriving leg with 200."""

    leg: str


class Dial(Command, frozen=True, tag="dial"):
    """Calls `uri` as a new leg named `leg`.

    `caller` and `caller_name` are shown to the callee (From). `headers` are added to the INVITE. The leg is given up
    with cause `no-answer` after `ring_seconds` (0: never by the card).
    """

    leg: str
    uri: str
    caller: str = ""
    caller_name: str = ""
    ring_seconds: float = 0
    headers: dict[str, str] = {}


class Play(Command, frozen=True, tag="play"):
    """Plays WAV `files` one after the other to `leg`; the last one again and again if `loop`.

    `token` comes back in `played`. A file that cannot be read is skipped and named in a `refused`.
    """

    leg: str
    files: list[str]
    loop: bool = False
    token: str = ""


class Stop(Command, frozen=True, tag="stop"):
    """Stops what plays to `leg`."""

    leg: str


class Bridge(Command, frozen=True, tag="bridge"):
    """Lets two legs hear one another."""

    a: str
    b: str


class Unbridge(Command, frozen=True, tag="unbridge"):
    """Parts two legs."""

    a: str
    b: str


class Mute(Command, frozen=True, tag="mute"):
    """Nobody hears `leg` while `on`; stays through hold and bridge."""

    leg: str
    on: bool


class Join(Command, frozen=True, tag="join"):
    """From now on `leg` hears the leg `to` and everybody who is bridged with it, through hold and mute of these.

    `mode` is one of `JOIN_MODES`. Stops what plays to `leg`; its join, if it has one, is replaced. It ends when
    either of the two legs does; there is no other way out than `release`.
    """

    leg: str
    to: str
    mode: str = LISTEN


class Digits(Command, frozen=True, tag="digits"):
    """Sends DTMF (0-9 A-D * #) to `leg` as RFC 4733 events."""

    leg: str
    digits: str


class Record(Command, frozen=True, tag="record"):
    """Records one leg, or two as left and right, into `path` (written under a temporary name, synced, renamed).

    It ends by `unrecord`, when all its legs are over, after `max_seconds`, or after `silence_seconds` in which no leg
    spoke (0: no limit).
    """

    token: str
    legs: list[str]
    path: str
    max_seconds: float = 0
    silence_seconds: float = 0


class Unrecord(Command, frozen=True, tag="unrecord"):
    """Stops the recording `token`."""

    token: str


class Release(Command, frozen=True, tag="release"):
    """Hangs `leg` up: BYE, CANCEL, or `code` as the final answer to an arriving leg that was not answered."""

    leg: str
    code: int = 0
    cause: str = "normal"


class Close(Command, frozen=True, tag="close"):
    """Ends the conversation: all legs are released, the card is free again."""


class Ack(msgspec.Struct, frozen=True, tag_field="t", tag="ack"):
    """Events up to and including `seq` are committed."""

    seq: int


class Ping(msgspec.Struct, frozen=True, tag_field="t", tag="ping"):
    """Asks for a `pong` with the same number."""

    number: int


class Retire(msgspec.Struct, frozen=True, tag_field="t", tag="retire"):
    """No new conversation; the process ends when the present one is over."""


AnyCommand = (
    Begin
    | Progress
    | Answer
    | Dial
    | Play
    | Stop
    | Bridge
    | Unbridge
    | Mute
    | Join
    | Digits
    | Record
    | Unrecord
    | Release
    | Close
)
ToCard = AnyCommand | Ack | Ping | Retire
