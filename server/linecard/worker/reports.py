"""Reports: what the phone tells the conversation. Posted by pjsua2's callbacks, read by the card's main thread."""

from typing import Protocol

import msgspec


class Figures(msgspec.Struct, frozen=True):
    """Media counters of a leg: packets; jitter and round trip in milliseconds (None: not measured)."""

    sent: int
    received: int
    lost: int
    jitter_ms: float | None = None
    round_trip_ms: float | None = None

    def plus(self, later: "Figures") -> "Figures":
        """These and those of a later stream; the later one's times count, where it has any."""
        return Figures(
            sent=self.sent + later.sent,
            received=self.received + later.received,
            lost=self.lost + later.lost,
            jitter_ms=self.jitter_ms if later.jitter_ms is None else later.jitter_ms,
            round_trip_ms=self.round_trip_ms if later.round_trip_ms is None else later.round_trip_ms,
        )


class Came(msgspec.Struct, frozen=True):
    """A first INVITE came in and waits for an answer. `text`: the INVITE as on the wire."""

    leg: str
    text: str


class Called(msgspec.Struct, frozen=True):
    """The INVITE of a dialled leg left. `text`: the INVITE as on the wire, empty if it is not known."""

    leg: str
    text: str


class Rang(msgspec.Struct, frozen=True):
    """A dialled leg answered provisionally with `code` (180 to 199)."""

    leg: str
    code: int


class Connected(msgspec.Struct, frozen=True):
    """The dialog is confirmed. `text`: the ACK that came to an arriving leg, the 2xx that came to a dialled one."""

    leg: str
    text: str


class MediaChanged(msgspec.Struct, frozen=True):
    """The leg's media began or was negotiated anew. `held`: the far end does not want to hear us."""

    leg: str
    held: bool


class Pressed(msgspec.Struct, frozen=True):
    """A digit came in. `method`: 0 RFC 4733, 1 SIP INFO."""

    leg: str
    digit: str
    method: int


class Ended(msgspec.Struct, frozen=True):
    """The leg is over, with the SIP status `code` and its last figures (None: it never had media)."""

    leg: str
    code: int
    figures: Figures | None


class PlayerEnded(msgspec.Struct, frozen=True):
    """The player of that number reached the end of its file."""

    player: int


class Written(msgspec.Struct, frozen=True):
    """The recording `token` is on disk at `path`, or `why` it is not."""

    token: str
    path: str
    seconds: float
    why: str = ""


class Post(Protocol):
    """Hands a report over from any thread and returns at once."""

    def __call__(self, report: "Report", *, wake: bool = True) -> None:
        """`wake`: have it read now. False: it comes of a SIP message, and is read when all of that message is done. Not
        for what may come of a timer: the event thread waits after its timers as it does after messages."""
        ...


Report = Came | Called | Rang | Connected | MediaChanged | Pressed | Ended | PlayerEnded | Written
