"""What a card holds: the conversation's legs, what plays and is recorded, and the steps that
commands and reports share.

Plain state; the rules of commands are in `orders`, those of reports in `hearing`.
"""

from collections.abc import Callable
from typing import Any

from server.call.now import Now
from server.linecard.worker.addresses import checked_target, own_address
from server.linecard.worker.causes import cause_of
from server.linecard.worker.dialling import Dials
from server.linecard.worker.farewells import FIRST_AFTER_SECONDS, Farewells
from server.linecard.worker.jukebox import Jukebox
from server.linecard.worker.legs import UP, Leg, Phone, PhoneRefused, Refusal
from server.linecard.worker.outbox import Outbox
from server.linecard.worker.reports import Figures
from server.linecard.worker.tapes import Tapes
from server.wire import linecard

MEDIA_CHECK_SECONDS = 2.0


class Holding:
    """`card`: this card's name. `via`: `HOST:PORT` of its SIP socket. `domain`: of our own addresses. `lost_seconds`:
    RTP silence that ends a leg, 0: never. `music`: WAV file for a leg left alone while the core is away, empty: none.

    `call` is empty while there is no conversation; `now` is the time of the present turn.
    """

    def __init__(
        self, card: str, phone: Phone, outbox: Outbox, *, via: str, domain: str, lost_seconds: float, music: str
    ) -> None:
        self.card, self.phone, self.outbox = card, phone, outbox
        self.via, self.domain = via, domain
        self.call = ""
        self.conversations = 0
        self.closing = False
        self.now = Now(0, 0)
        self.legs: dict[str, Leg] = {}
        self.dials = Dials(phone)
        self.farewells = Farewells()
        self.jukebox = Jukebox(phone, self.say, music)
        self.tapes = Tapes(phone, self.say)
        self.media_check_at: float | None = None
        self._lost_seconds = lost_seconds

    def open(self, call: str) -> None:
        """A conversation begins."""
        self.call = call
        self.conversations += 1
        self.closing = False

    def close(self) -> None:
        """The conversation is over."""
        self.say(linecard.Idle)
        self.call = ""
        self.media_check_at = None
        self.jukebox.forget()

    def say(self, kind: type[linecard.CardEvent], **fields: Any) -> None:
        """An event for the core."""
        self.outbox.add(kind, self.call, self.now, **fields)

    def leg(self, name: str) -> Leg:
        """A living leg. Raises `Refusal`."""
        try:
            return self.legs[name]
        except KeyError:
            raise Refusal("there is no such leg") from None

    def place_dials(self) -> None:
        """Send the INVITEs of known legs whose turn has come."""
        while (found := self.dials.take(self.legs, self.now.mono)) is not None:
            command, has_room = found
            if has_room:
                self._place(command)
            else:
                self.gone(command.leg, 500, None, fault=True)

    def _place(self, command: linecard.Dial) -> None:
        self.dials.budget.note(self.now.mono)
        caller = own_address(command.caller, command.caller_name, self.domain)
        try:
            self.phone.dial(command.leg, checked_target(command.uri), caller, command.headers.items())
        except PhoneRefused:
            self.gone(command.leg, 500, None, fault=True)

    def end(self, leg: Leg, by: str, cause: str, code: int = 0) -> None:
        """Hang a leg up; its end is reported."""
        if leg.asked:
            return
        leg.asked = (by, cause)
        leg.ring_until = None
        if self.dials.withdraw(leg.name):
            self.gone(leg.name, 487, None)
        else:
            self.phone.hang_up(leg.name, code, cause == "answered-elsewhere")

    def gone(self, name: str, code: int, figures: Figures | None, *, fault: bool = False) -> None:
        """A leg is over, with a SIP status and the figures of its media."""
        leg = self.legs.pop(name, None)
        if leg is None:
            return
        self.phone.forget(name)
        self.farewells.drop(name)
        self.jukebox.stop(leg)
        for other in self.legs.values():
            other.bridged.discard(name)
            if other.joined is not None and other.joined[0] == name:
                other.joined = None
        self.tapes.legs_left(self.legs)
        if figures and leg.state == UP:
            self._say_quality(name, figures)
        if fault:
            by, cause = "card", "fault"
        elif leg.asked:
            by, cause = leg.asked
        else:
            by, cause = "far-end", cause_of(code, leg.state == UP, leg.rang)
        self.say(linecard.Released, leg=name, by=by, code=code, cause=cause)

    def farewell(self, leg: Leg, write: Callable[[], bytes]) -> None:
        """From now on `write()` makes the message that ends this leg."""
        due = self.now.mono if leg.state == UP else self.now.mono + FIRST_AFTER_SECONDS
        self.farewells.note(self.call, leg.name, due, write)

    def watch_media(self) -> None:
        """A leg is up: see from time to time that its media lives."""
        if self.media_check_at is None and self._lost_seconds > 0:
            self.media_check_at = self.now.mono + MEDIA_CHECK_SECONDS

    def check_media(self) -> None:
        """End the legs whose media is lost."""
        up = [leg for leg in self.legs.values() if leg.state == UP and not leg.asked]
        for leg in up:
            figures = self.phone.figures(leg.name)
            if figures and leg.media_is_lost(figures.received, self.now.mono, self._lost_seconds):
                self.end(leg, "card", "media-lost")
        self.media_check_at = self.now.mono + MEDIA_CHECK_SECONDS if up else None

    def _say_quality(self, leg: str, figures: Figures) -> None:
        self.say(
            linecard.Quality,
            leg=leg,
            sent=figures.sent,
            received=figures.received,
            lost=figures.lost,
            jitter_ms=figures.jitter_ms,
            round_trip_ms=figures.round_trip_ms,
        )
