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

The bank has a connection of its own to the core (`DIR/bank.sock`), same framing: core -> bank `fork`, `ping`; bank ->
core `bank`, `forked`, `not-forked`, `exited`, `pong`.
"""

from server.wire.card_bank import (
    Bank,
    Exited,
    Fork,
    Forked,
    FromBank,
    NotForked,
    ToBank,
)
from server.wire.card_commands import (
    BARGE,
    JOIN_MODES,
    LISTEN,
    WHISPER,
    Ack,
    Answer,
    AnyCommand,
    Begin,
    Bridge,
    Close,
    Command,
    Dial,
    Digits,
    Join,
    Mute,
    Ping,
    Play,
    Progress,
    Record,
    Release,
    Retire,
    Stop,
    ToCard,
    Unbridge,
    Unrecord,
)
from server.wire.card_events import (
    Answered,
    AnyEvent,
    Arrived,
    Bye,
    CardEvent,
    Digit,
    Farewell,
    FromCard,
    Held,
    Hello,
    Idle,
    LegSnapshot,
    Played,
    Pong,
    Progressed,
    Quality,
    Recorded,
    Refused,
    Released,
)

MAX_FRAME_OCTETS = 64 * 1024

CUSTOMER = "customer"
"""Name of the leg with which every conversation from outside begins."""

__all__ = [
    "BARGE",
    "CUSTOMER",
    "JOIN_MODES",
    "LISTEN",
    "MAX_FRAME_OCTETS",
    "WHISPER",
    "Ack",
    "Answer",
    "Answered",
    "AnyCommand",
    "AnyEvent",
    "Arrived",
    "Bank",
    "Begin",
    "Bridge",
    "Bye",
    "CardEvent",
    "Close",
    "Command",
    "Dial",
    "Digit",
    "Digits",
    "Exited",
    "Farewell",
    "Fork",
    "Forked",
    "FromBank",
    "FromCard",
    "Held",
    "Hello",
    "Idle",
    "Join",
    "LegSnapshot",
    "Mute",
    "NotForked",
    "Ping",
    "Play",
    "Played",
    "Pong",
    "Progress",
    "Progressed",
    "Quality",
    "Record",
    "Recorded",
    "Refused",
    "Release",
    "Released",
    "Retire",
    "Stop",
    "ToBank",
    "ToCard",
    "Unbridge",
    "Unrecord",
]
