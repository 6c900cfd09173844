"""A conversation's legs, what plays to them, and who hears whom: plain state, no phone."""

import math
from collections import deque
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Protocol

from server.linecard.worker.message import Message
from server.linecard.worker.reports import Figures
from server.wire.linecard import BARGE, LISTEN, LegSnapshot

Node = tuple[str, str]
"""An end of a wire: `("leg", name)`, `("player", number)`, `("track", "token:index")`, or `SINK`."""
SINK: Node = ("sink", "")
"""What goes there is thrown away."""
Wire = tuple[Node, Node]
"""Sound goes from the first node to the second."""

ARRIVING, DIALLING, RINGING, UP = "arriving", "dialling", "ringing", "up"
"""States of a leg; `held` is shown instead of `up` while the far end holds us."""


class Refusal(Exception):
    """A command cannot be obeyed; the text is one sentence."""


class PhoneRefused(Exception):
    """The phone cannot do what it was asked; the text is one sentence."""


class Phone(Protocol):
    """What the conversation needs of pjsua2. Every method may raise `PhoneRefused`."""

    def claim(self) -> bool:
        """Take the card for a conversation that we begin; False: an INVITE was faster."""
        ...

    def free(self) -> None:
        """The conversation is over: let the next INVITE in."""
        ...

    def rest(self) -> None:
        """No leg is left, nor will be soon: stop the clock of the conference, which the first leg's media starts."""
        ...

    def answer(self, leg: str, code: int) -> None: ...

    def dial(self, leg: str, target: str, caller: str, headers: Iterable[tuple[str, str]]) -> None: ...

    def hang_up(self, leg: str, code: int, elsewhere: bool) -> None:
        """End a leg: BYE, CANCEL or a final answer. `Ended` is reported for it. `elsewhere`: say that another
        answered."""
        ...

    def has_room(self, legs: int) -> bool:
        """Whether one more leg can be dialled while `legs` live."""
        ...

    def lingering(self) -> int:
        """How many ended legs still take up a place, because their far ends have not answered."""
        ...

    def refresh(self, leg: str) -> None:
        """The leg's media is a new one: wire it again at the next `patch`."""
        ...

    def forget(self, leg: str) -> None:
        """The end of this leg is known; its name may be used again."""
        ...

    def play(self, player: int, path: str, loop: bool) -> None:
        """Open a file as a new player; it sounds where wires lead."""
        ...

    def stop_player(self, player: int) -> None: ...

    def patch(self, wires: Set[Wire]) -> None:
        """Let exactly these wires exist, as far as their ends do."""
        ...

    def press(self, leg: str, digits: str) -> None: ...

    def record(self, token: str, path: str, tracks: int) -> None: ...

    def finish_recording(self, token: str) -> None:
        """Close the file; `Written` is reported."""
        ...

    def figures(self, leg: str) -> Figures | None:
        """Media counters now; None: no media."""
        ...

    def loudness(self, leg: str) -> int:
        """How loud the last frame that came from the leg was: 0 is digital silence, 255 full scale, 16 a step of 6 dB
        (the logarithm of the mean, as G.711 mu-law has it). 0 without media."""
        ...


@dataclass(slots=True)
class Playing:
    """A `play` under way. `token` is None for what the card plays of its own accord."""

    player: int
    files: list[str]
    loop: bool
    token: str | None
    index: int = 0


@dataclass(slots=True)
class Leg:
    """One SIP dialog of the conversation. Times are `mono` seconds."""

    name: str
    uri: str
    state: str
    invite: Message | None = None
    """The INVITE of an arriving leg that is not up yet."""
    held: bool = False
    muted: bool = False
    bridged: set[str] = field(default_factory=set)
    joined: tuple[str, str] | None = None
    """The leg whose conversation it joined, and the mode (`wire.linecard.JOIN_MODES`)."""
    playing: Playing | None = None
    ring_until: float | None = None
    rang: bool = False
    asked: tuple[str, str] | None = None
    """Who asked for the end, and the cause, once it was asked for."""
    digit_method: int | None = None
    """The way in which the first digit came; digits that come another way too are repeats of the same key."""
    packets: int = 0
    packets_since: float = 0

    def snapshot(self) -> LegSnapshot:
        """As it is told to the core."""
        playing = self.playing.token if self.playing else None
        joined_to, join_mode = self.joined or ("", "")
        return LegSnapshot(
            leg=self.name,
            state="held" if self.held and self.state == UP else self.state,
            uri=self.uri,
            bridged_to=sorted(self.bridged),
            playing=playing or "",
            muted=self.muted,
            joined_to=joined_to,
            join_mode=join_mode,
        )

    def is_alone(self) -> bool:
        """Whether the leg hears nobody and nothing."""
        return not self.bridged and self.joined is None and self.playing is None

    def media_is_lost(self, received: int, now: float, lost_seconds: float) -> bool:
        """Note the packets received so far; True when none came for `lost_seconds` after the first, while not held."""
        if received != self.packets or self.held:
            self.packets, self.packets_since = received, now
        return 0 < lost_seconds <= now - self.packets_since and received > 0


@dataclass(slots=True)
class Recording:
    """A recording under way, one track for each leg."""

    token: str
    legs: list[str]
    until: float = math.inf
    """`mono` seconds at which it is long enough."""
    silence_seconds: float = math.inf
    """After so long without a word it is over."""
    spoke_at: float = 0
    """`mono` seconds of the last word."""
    ended: str = ""
    """What ended it, as in `linecard.Recorded`; empty while it runs."""

    @property
    def finishing(self) -> bool:
        """Whether it is over, and on its way to the disk."""
        return bool(self.ended)


def wires_of(legs: Iterable[Leg], recordings: Iterable[Recording]) -> set[Wire]:
    """Who hears whom: bridged and joined legs, players, and tracks of recordings; nobody hears a muted leg.

    Each leg has wires from others only, so that nobody hears the own voice come back. The conference reads only legs
    that somebody hears. What comes in from another would fill its jitter buffer and be late, and then dropped bit by
    bit, when it is heard at last; so a leg that no other leg hears is heard by the sink.
    """
    wires: set[Wire] = set()
    audible, known = {}, {leg.name: leg for leg in legs}
    listeners = {name: set(leg.bridged) for name, leg in known.items()}
    for leg in known.values():
        _add_joined(leg, known, listeners)
    for leg in known.values():
        node = ("leg", leg.name)
        if leg.playing:
            wires.add((("player", str(leg.playing.player)), node))
        if not leg.muted:
            audible[leg.name] = node
            wires.update((node, ("leg", other)) for other in listeners[leg.name])
        if leg.muted or not listeners[leg.name]:
            wires.add((node, SINK))
    for recording in recordings:
        for index, name in enumerate(recording.legs):
            if name in audible and not recording.finishing:
                wires.add((audible[name], ("track", f"{recording.token}:{index}")))
    return wires


def _add_joined(leg: Leg, known: Mapping[str, Leg], listeners: Mapping[str, set[str]]) -> None:
    """Add to `listeners` (by the name of who speaks) what follows from the leg's join."""
    to, mode = leg.joined or ("", LISTEN)
    if to not in known:
        return
    others = known[to].bridged - {leg.name}
    for heard in (to, *others):
        listeners[heard].add(leg.name)
    if mode != LISTEN:
        listeners[leg.name].add(to)
    if mode == BARGE:
        listeners[leg.name] |= others


class SetUpBudget:
    """How many legs may be set up in a short time.

    pjsua2's ioqueue has 64 handles, a leg takes two, and each is kept for 500 ms after its close; the process aborts
    when none is left.
    """

    def __init__(self, count: int = 12, seconds: float = 0.6) -> None:
        self._count = count
        self._seconds = seconds
        self._times: deque[float] = deque()

    def note(self, now: float) -> None:
        """A leg is set up now."""
        self._times.append(now)

    def free_at(self, now: float) -> float:
        """When the next leg may be set up; not after `now`: at once."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        if len(self._times) < self._count:
            return now
        return self._times[-self._count] + self._seconds
