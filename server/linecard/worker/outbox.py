"""Events until the core has acknowledged them."""

from collections import deque
from typing import Any

from server.call.now import Now
from server.linecard import codec
from server.wire import linecard

MAX_KEPT = 2000
"""Above so many unacknowledged events, those that a far end can cause at will are dropped."""
_DROPPABLE = (linecard.Digit, linecard.Held)


class Outbox:
    """Numbers events and keeps them as frames, in order.

    All events but digits and holds follow from the core's own commands or end a leg, so they are few while the core is
    away; a caller who plays on the keypad meanwhile cannot fill the memory.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._last = 0
        self._kept: deque[tuple[int, bytes]] = deque()
        self._unsent: deque[bytes] = deque()
        self._recorded: deque[tuple[int, str, str]] = deque()

    def add(self, kind: type[linecard.CardEvent], call: str, now: Now, **fields: Any) -> None:
        """Number an event and keep it for sending."""
        if len(self._kept) >= MAX_KEPT and issubclass(kind, _DROPPABLE):
            self.dropped += 1
            return
        self._last += 1
        frame = codec.encode(kind(call=call, seq=self._last, mono=now.mono, wall=now.wall, **fields))
        self._kept.append((self._last, frame))
        if kind is linecard.Recorded:
            self._recorded.append((self._last, call, fields["token"]))
        self._unsent.append(frame)

    def acknowledged(self, seq: int) -> None:
        """Events up to `seq` are safe."""
        while self._kept and self._kept[0][0] <= seq:
            self._kept.popleft()
        while self._recorded and self._recorded[0][0] <= seq:
            self._recorded.popleft()

    def recorded(self, call: str) -> list[str]:
        """Tokens of the call's recordings of whose end the core may not know."""
        return [token for _, one, token in self._recorded if one == call]

    def take_unsent(self) -> bytes:
        """Frames that were not sent on this connection yet; they count as sent now."""
        if not self._unsent:
            return b""
        frames = b"".join(self._unsent)
        self._unsent.clear()
        return frames

    def send_again(self) -> None:
        """The connection is a new one: all that is kept is unsent."""
        self._unsent = deque(frame for _, frame in self._kept)

    def __len__(self) -> int:
        return len(self._kept)
