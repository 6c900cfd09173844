"""What a line card says to the core: events and what goes beside them. `linecard` tells how they are used."""

import msgspec


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
