"""A card as the core knows it."""

import enum
from collections import deque
from dataclasses import dataclass, field

import msgspec

from server.call.ports import CardAddress
from server.linecard import codec
from server.linecard.connections import Connection
from server.linecard.process_watch import ProcessWatch
from server.wire import linecard

COMMANDS_KEPT = 64
"""Commands that are sent again should the card come back without having seen them."""
SET_UPS, SET_UP_SECONDS = 6, 0.6
"""A card is not taken again while it had so many set-ups in so short a time (its ioqueue keeps closed handles)."""


class CardState(enum.Enum):
    """What a card is doing. `TAKEN`: reserved for an INVITE that has not arrived there yet."""

    IDLE = "idle"
    TAKEN = "taken"
    BUSY = "busy"
    RETIRING = "retiring"


@dataclass(slots=True)
class KnownCard:
    """One card's process. Times are `mono` seconds; None: not (or not waiting).

    `answered`: number of the last question whether it lives that needs no answer any longer; None: it was not asked on
    this connection. `has_spoken`: it said something since the watchdog suspected it. `parted`: the connection that
    broke last.
    """

    name: str
    pid: int
    address: CardAddress
    connection: Connection[linecard.Hello] | None
    watch: ProcessWatch | None = None
    state: CardState = CardState.IDLE
    call: str = ""
    conversations: int = 0
    last_seq: int = 0
    last_id: int = 0
    acknowledged: int = 0
    taken_at: float = 0
    answered: int | None = None
    has_spoken: bool = False
    parted: Connection[linecard.Hello] | None = None
    said_bye: bool = False
    farewells: dict[str, bytes] = field(default_factory=dict)
    sent: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=COMMANDS_KEPT))
    set_ups: deque[float] = field(default_factory=lambda: deque(maxlen=SET_UPS))

    def numbered(self, command: linecard.AnyCommand, now: float) -> bytes:
        """A command as it is to be written; kept for a card that is away for a moment and gets it when it is back."""
        self.last_id += 1
        frame = codec.encode(msgspec.structs.replace(command, id=self.last_id))
        self.sent.append((self.last_id, frame))
        if isinstance(command, linecard.Dial):
            self.set_ups.append(now)
        return frame

    def send_again(self, last_command: int) -> None:
        """Send commands after `last_command` again."""
        self.write(b"".join(frame for number, frame in self.sent if number > last_command))

    def write(self, frames: bytes) -> None:
        """Send frames if the card is connected."""
        if self.connection is not None and frames:
            self.connection.write(frames)

    def free_at(self, now: float) -> float:
        """When the card may be taken again, as far as its set-ups are concerned."""
        if len(self.set_ups) < SET_UPS:
            return now
        return max(now, self.set_ups[0] + SET_UP_SECONDS)
