"""card <-> core: length-prefixed msgpack on a Unix socket.

Each frame is a 4-octet big-endian length and one message, a msgpack map tagged by `t`. The card connects to the core
(`DIR/cards.sock`), says `hello` with the bank's secret, and again whenever the core has been away. All messages but
`hello`, `ping`, `pong`, `ack` and `retire` belong to one conversation, named `call`.

Times are `Now.mono` seconds (the same clock for every process of the machine) and `Now.wall` seconds.

core -> card (commands; a card obeys each command `id` once, a repeat is ignored; a command that cannot be obeyed is
answered by `refused`, everything else shows in events):

| message    | meaning                                                                          | shows in     |
|------------|----------------------------------------------------------------------------------|--------------|
| begin      | the card gets a conversation that starts with a leg dialled by us                |              |
| progress   | answer an arriving leg provisionally (180, 183)                                  |              |
| answer     | answer an arriving leg with 200                                                  | answered     |
| dial       | call a leg: progressed, then                                                     | answered, released |
| play       | play files to a leg, one after the other; what played there before stops         | played       |
| stop       | stop what plays to a leg                                                         | played       |
| bridge     | two legs hear one another; stops what plays to either                            |              |
| unbridge   | two legs hear one another no longer                                              |              |
| mute       | a leg is heard by nobody (it still hears)                                        |              |
| join       | a leg hears a conversation: it listens, whispers or barges in; again: another mode |            |
| digits     | send DTMF digits (RFC 4733) to a leg                                             |              |
| record     | record a leg, or two legs as left and right, to a WAV file                       | recorded     |
| unrecord   | stop recording and close the file                                                | recorded     |
| release    | hang a leg up with a SIP code                                                    | released     |
| close      | the conversation is over: hang everything up; the card is free again             | idle         |
| ack        | events up to `seq` are safe in the ledger and need not be kept                   |              |
| ping       | are you alive?                                                                   | pong         |
| retire     | take no new conversation; end when the present one is over                       | bye          |

card -> core (events; numbered by `seq` from 1 for the life of the card, kept until `ack`, sent again after a
reconnect):

| message    | meaning                                                                                             |
|------------|-----------------------------------------------------------------------------------------------------|
| hello      | first message of every connection: who I am, and a snapshot of the conversation and its legs         |
| arrived    | an INVITE created a conversation; its leg is called `customer`                                       |
| progressed | a dialled leg rings or sends early media                                                             |
| answered   | a leg is connected (200 and ACK seen, media on)                                                      |
| held       | the far end put us on hold, or took us back                                                          |
| digit      | a DTMF digit came from a leg                                                                         |
| played     | the files of a `play` are over, or were stopped                                                      |
| recorded   | a recording is complete and on disk                                                                  |
| quality    | figures of a leg's media, sent when it is released                                                   |
| released   | a leg is over                                                                                        |
| refused    | a command could not be obeyed, and why                                                               |
| idle       | the conversation is over, the card is free for another                                               |
| pong       | alive                                                                                                |
| bye        | the card ends by itself                                                                              |
| farewell   | the SIP message that would end a leg, should this card die before it can (not numbered, not kept)    |

The bank has a connection of its own to the core (`DIR/bank.sock`), same framing: core -> bank `fork`; bank -> core
`bank`, `forked`, `exited`.
"""

import msgspec

MAX_FRAME_OCTETS = 64 * 1024

CUSTOMER = "customer"
"""Name of the leg with which every conversation from outside begins."""
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


class LegSnapshot(msgspec.Struct, frozen=True):
    """A leg as it is now. `state`: `arriving`, `dialling`, `ringing`, `up`, `held` (by the far end)."""

    leg: str
    state: str
    uri: str
    bridged_to: list[str] = []
    playing: str = ""
    """Token of the present `play`, empty if nothing plays."""
    muted: bool = False
    joined_to: str = ""
    """The leg whose conversation it joined; empty: none."""
    join_mode: str = ""
    """As in `join`; empty while it joined none."""


class CardEvent(msgspec.Struct, frozen=True, tag_field="t", kw_only=True):
    """Base of what a card reports. `seq` 1, 2, 3 ... for the life of the card; `mono` and `wall`: when it happened."""

    call: str
    seq: int = 0
    mono: float = 0
    wall: float = 0


class Hello(msgspec.Struct, frozen=True, tag_field="t", tag="hello", kw_only=True):
    """First message of each connection from a card.

    `call` is empty when the card is idle. `conversations` counts those it has had. Events not yet acknowledged follow
    as they are.
    """

    secret: str
    card: str
    pid: int
    sip_host: str
    sip_port: int
    version: int = 1
    call: str = ""
    legs: list[LegSnapshot] = []
    conversations: int = 0
    retiring: bool = False
    last_command: int = 0
    """Highest command `id` that was obeyed or refused; later ones are sent again by a core that still has them."""
    recordings: list[str] = []
    """Tokens of the recordings whose `recorded` is still to come on this connection: they are under way, being written,
    or the event was not acknowledged."""


class Arrived(CardEvent, frozen=True, tag="arrived"):
    """An INVITE came in. `caller`, `dialled`: the user part of From (or of a trusted P-Asserted-Identity) and of the
    request URI, decoded; `trunk`: the trunk's name, or empty, as the edge wrote it in `X-Caruso-Trunk`;
    `agent`: the authenticated agent who calls, or empty (`X-Caruso-Agent`)."""

    leg: str
    caller: str
    caller_name: str
    dialled: str
    trunk: str = ""
    agent: str = ""
    sip_call_id: str = ""


class Progressed(CardEvent, frozen=True, tag="progressed"):
    """A dialled leg rings (180) or sends early media (183)."""

    leg: str
    code: int


class Answered(CardEvent, frozen=True, tag="answered"):
    """A leg is connected and its media runs."""

    leg: str


class Held(CardEvent, frozen=True, tag="held"):
    """The far end of `leg` holds us (`on`) or took us back."""

    leg: str
    on: bool


class Digit(CardEvent, frozen=True, tag="digit"):
    """One key pressed at the far end of `leg`."""

    leg: str
    digit: str


class Played(CardEvent, frozen=True, tag="played"):
    """The `play` with this token is over; `stopped` if it was cut short."""

    leg: str
    token: str
    stopped: bool = False


class Recorded(CardEvent, frozen=True, tag="recorded"):
    """The recording `token` is whole and on disk at `path`; `ended`: `asked`, `silence`, `length`, `hang-up`.

    `lost`: it could not be made or kept, and there is no file; why stands in the `refused` that goes before.
    """

    token: str
    path: str
    seconds: float
    ended: str = "asked"


class Quality(CardEvent, frozen=True, tag="quality"):
    """Media figures of a leg: packets sent, received, lost; jitter and round trip in milliseconds (None: not known)."""

    leg: str
    sent: int
    received: int
    lost: int
    jitter_ms: float | None = None
    round_trip_ms: float | None = None


class Released(CardEvent, frozen=True, tag="released"):
    """A leg is over.

    `by`: `far-end`, `core` (we asked), `card` (time-out, fault). `code` is the SIP final code (200 after BYE).
    `cause`: `normal`, `busy`, `no-answer`, `rejected`, `unreachable`, `cancelled`, `answered-elsewhere`,
    `media-lost`, `fault`.
    """

    leg: str
    by: str
    code: int
    cause: str


class Refused(CardEvent, frozen=True, tag="refused"):
    """Command `id` could not be obeyed; `why` is one sentence. Refusals of a wrong `call` carry that call."""

    id: int
    why: str


class Idle(CardEvent, frozen=True, tag="idle"):
    """The conversation is over; the card can take another (unless it retires, then `bye` follows)."""


class Pong(msgspec.Struct, frozen=True, tag_field="t", tag="pong"):
    """Answer to `ping`."""

    number: int


class Bye(msgspec.Struct, frozen=True, tag_field="t", tag="bye"):
    """The card ends: it was retired."""


class Farewell(msgspec.Struct, frozen=True, tag_field="t", tag="farewell"):
    """What to put on the wire in the card's name if its process dies while `leg` lives.

    `text` is a whole SIP message: BYE for a leg that is up, CANCEL for one that is being dialled, 500 to the INVITE
    of one that was not answered yet. Each replaces the leg's former one; `released` ends it. After each hello those
    of the living legs follow.
    """

    call: str
    leg: str
    text: bytes


AnyEvent = Arrived | Progressed | Answered | Held | Digit | Played | Recorded | Quality | Released | Refused | Idle
FromCard = Hello | AnyEvent | Pong | Bye | Farewell


class Fork(msgspec.Struct, frozen=True, tag_field="t", tag="fork"):
    """core -> bank: fork `count` more cards."""

    count: int


class Bank(msgspec.Struct, frozen=True, tag_field="t", tag="bank"):
    """bank -> core, first message: the bank is there, with the pids of its living children."""

    secret: str
    pid: int
    children: list[int] = []


class Forked(msgspec.Struct, frozen=True, tag_field="t", tag="forked"):
    """bank -> core: a card process was forked; it will say hello by itself."""

    card: str
    pid: int


class Exited(msgspec.Struct, frozen=True, tag_field="t", tag="exited"):
    """bank -> core: a card process ended; `status` as `os.waitstatus_to_exitcode` gives it (negative: a signal)."""

    card: str
    pid: int
    status: int


FromBank = Bank | Forked | Exited
