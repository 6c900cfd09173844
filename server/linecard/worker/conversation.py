"""The conversation on this card: obeys the core's commands, turns the phone's reports into events.

Knows no pjsua2, socket or clock: it is handed a `Phone`, an `Outbox` and the time. One thread only.
"""

from collections.abc import Callable
from typing import Any

from server.call.now import Now
from server.linecard.worker import farewell, legs, reports
from server.linecard.worker.addresses import BadAddress, checked_header, checked_target, own_address
from server.linecard.worker.causes import cause_of
from server.linecard.worker.invite import read_invite
from server.linecard.worker.jukebox import Jukebox
from server.linecard.worker.legs import ARRIVING, DIALLING, RINGING, UP, Leg, Phone, PhoneRefused, Refusal
from server.linecard.worker.outbox import Outbox
from server.linecard.worker.tapes import Tapes
from server.wire import linecard

MEDIA_CHECK_SECONDS = 1.0
REST_AFTER_SECONDS = 5.0
"""Idle time after which the conference clock stops: starting it is cheap, stopping it takes 20 ms."""
MAX_DIGITS = 32
FIRST_LINGER_SECONDS, LAST_LINGER_SECONDS = 0.01, 2.0
"""A card whose last legs are not answered for so long has lost places, and takes no other conversation."""


class Conversation:
    """The one conversation that a card holds, or none (`call` is empty then).

    `card`: this card's name. `via`: `HOST:PORT` of its SIP socket. `lost_seconds`:
    RTP silence that ends a leg, 0: never. `music`: WAV file for a leg left alone while the core is away, empty: none.
    """

    def __init__(
        self,
        card: str,
        phone: Phone,
        outbox: Outbox,
        *,
        via: str,
        domain: str,
        lost_seconds: float = 10,
        music: str = "",
    ) -> None:
        self.call = ""
        self.conversations = 0
        self.last_command = 0
        self.farewells: dict[str, linecard.Farewell] = {}
        self.new_farewells: list[linecard.Farewell] = []
        self._card, self._phone, self._outbox = card, phone, outbox
        self._via, self._domain = via, domain
        self._lost_seconds = lost_seconds
        self._jukebox = Jukebox(phone, self._say, music)
        self._tapes = Tapes(phone, self._say)
        self._now = Now(0, 0)
        self._legs: dict[str, Leg] = {}
        self._waiting_dials: list[linecard.Dial] = []
        self._budget = legs.SetUpBudget()
        self.worn_out = False
        self._linger_at: float | None = None
        self._linger_since = 0.0
        self._core_is_here = True
        self._closing = False
        self._media_check_at: float | None = None
        self._rest_at: float | None = None
        self._verbs: dict[type[linecard.Command], Callable[[Any], None]] = {
            linecard.Progress: self._progress,
            linecard.Answer: self._answer,
            linecard.Dial: self._dial,
            linecard.Play: self._play,
            linecard.Stop: self._stop,
            linecard.Bridge: self._bridge,
            linecard.Unbridge: self._unbridge,
            linecard.Mute: self._mute,
            linecard.Digits: self._digits,
            linecard.Record: self._record,
            linecard.Unrecord: self._unrecord,
            linecard.Release: self._release,
            linecard.Close: self._close,
        }
        self._ears: dict[type[Any], Callable[[Any], None]] = {
            reports.Came: self._came,
            reports.Called: self._called,
            reports.Rang: self._rang,
            reports.Connected: self._connected,
            reports.MediaChanged: self._media_changed,
            reports.Pressed: self._pressed,
            reports.Ended: self._ended,
            reports.PlayerEnded: self._player_ended,
            reports.Written: self._tapes.written,
        }

    # ---- what the loop calls

    def obey(self, command: linecard.AnyCommand, now: Now) -> None:
        """Carry a command out, once; what cannot be obeyed is answered by `refused`."""
        if command.id and command.id <= self.last_command:
            return
        self.last_command = max(self.last_command, command.id)
        self._now = now
        try:
            if isinstance(command, linecard.Begin):
                self._begin(command)
            elif not self.call or command.call != self.call:
                raise Refusal("the card does not hold this conversation")
            else:
                self._verbs[type(command)](command)
        except (Refusal, PhoneRefused, BadAddress) as refusal:
            self._outbox.add(linecard.Refused, command.call, now, id=command.id, why=str(refusal))
        self._settle()

    def told(self, report: reports.Report, now: Now) -> None:
        """Take a report of the phone."""
        self._now = now
        self._ears[type(report)](report)
        self._settle()

    def wake(self, now: Now) -> None:
        """Do what is due."""
        self._now = now
        for leg in list(self._legs.values()):
            if leg.ring_until is not None and leg.ring_until <= now.mono:
                leg.ring_until = None
                self._end(leg, "card", "no-answer")
        if self._waiting_dials and self._budget.free_at(now.mono) <= now.mono:
            self._place(self._waiting_dials.pop(0))
        if self._media_check_at is not None and self._media_check_at <= now.mono:
            self._check_media()
        if self._linger_at is not None and self._linger_at <= now.mono:
            waited = now.mono - self._linger_since
            self._linger_at = self._linger_since + min(2 * waited, LAST_LINGER_SECONDS)
        if self._rest_at is not None and self._rest_at <= now.mono:
            self._rest_at = None
            self._phone.rest()
        self._settle()

    def next_deadline(self) -> float | None:
        """When `wake` wants to be called, in `mono` seconds; None: not before something happens."""
        times = [leg.ring_until for leg in self._legs.values() if leg.ring_until is not None]
        times += [time for time in (self._media_check_at, self._rest_at, self._linger_at) if time is not None]
        if self._waiting_dials:
            times.append(self._budget.free_at(self._now.mono))
        return min(times) if times else None

    def core_is_here(self, here: bool, now: Now) -> None:
        """Whether anybody decides. While nobody does, who is left alone hears music."""
        self._now, self._core_is_here = now, here
        self._settle()

    def snapshot(self) -> list[linecard.LegSnapshot]:
        """The legs as they are now."""
        return [leg.snapshot() for leg in self._legs.values()]

    def end_all(self, now: Now) -> None:
        """The process must end: hang everything up."""
        self._now = now
        for leg in list(self._legs.values()):
            self._end(leg, "card", "fault", 500)

    # ---- commands

    def _begin(self, command: linecard.Begin) -> None:
        if self.call or not self._phone.claim():
            raise Refusal("the card already holds a conversation")
        self._open(command.call)

    def _progress(self, command: linecard.Progress) -> None:
        leg = self._leg(command.leg)
        if leg.state != ARRIVING or not 180 <= command.code < 200:
            raise Refusal("only an arriving leg takes a provisional answer, 180 to 199")
        self._phone.answer(leg.name, command.code)

    def _answer(self, command: linecard.Answer) -> None:
        leg = self._leg(command.leg)
        if leg.state != ARRIVING:
            raise Refusal("the leg was answered before, or we dialled it")
        self._phone.answer(leg.name, 200)

    def _dial(self, command: linecard.Dial) -> None:
        if command.leg in self._legs or not command.leg:
            raise Refusal("the name of the leg is empty or in use")
        checked_target(command.uri)
        for name, value in command.headers.items():
            checked_header(name, value)
        leg = Leg(command.leg, command.uri, DIALLING)
        if command.ring_seconds > 0:
            leg.ring_until = self._now.mono + command.ring_seconds
        has_room = self._phone.has_room(len(self._legs))
        self._legs[leg.name] = leg
        if not has_room:
            self._ended(reports.Ended(leg.name, 500, None), fault=True)
        elif self._budget.free_at(self._now.mono) <= self._now.mono:
            self._place(command)
        else:
            self._waiting_dials.append(command)

    def _place(self, command: linecard.Dial) -> None:
        self._budget.note(self._now.mono)
        caller = own_address(command.caller, command.caller_name, self._domain)
        try:
            self._phone.dial(command.leg, checked_target(command.uri), caller, command.headers.items())
        except PhoneRefused:
            self._ended(reports.Ended(command.leg, 500, None), fault=True)

    def _play(self, command: linecard.Play) -> None:
        for why in self._jukebox.play(self._leg(command.leg), command.files, command.loop, command.token):
            self._say(linecard.Refused, id=command.id, why=why)

    def _stop(self, command: linecard.Stop) -> None:
        self._jukebox.stop(self._leg(command.leg))

    def _bridge(self, command: linecard.Bridge) -> None:
        a, b = self._leg(command.a), self._leg(command.b)
        if a is b:
            raise Refusal("a leg cannot be bridged to itself")
        for leg, other in ((a, b), (b, a)):
            self._jukebox.stop(leg)
            leg.bridged.add(other.name)

    def _unbridge(self, command: linecard.Unbridge) -> None:
        a, b = self._leg(command.a), self._leg(command.b)
        a.bridged.discard(b.name)
        b.bridged.discard(a.name)

    def _mute(self, command: linecard.Mute) -> None:
        self._leg(command.leg).muted = command.on

    def _digits(self, command: linecard.Digits) -> None:
        leg = self._leg(command.leg)
        if leg.state != UP:
            raise Refusal("digits can be sent only to a leg that was answered")
        if not 0 < len(command.digits) <= MAX_DIGITS or set(command.digits) - set("0123456789ABCD*#"):
            raise Refusal("digits are 1 to 32 of 0-9, A-D, * and #")
        self._phone.press(leg.name, command.digits)

    def _record(self, command: linecard.Record) -> None:
        for name in command.legs:
            self._leg(name)
        self._tapes.start(command)

    def _unrecord(self, command: linecard.Unrecord) -> None:
        self._tapes.finish(command.token)

    def _release(self, command: linecard.Release) -> None:
        self._end(self._leg(command.leg), "core", command.cause, command.code)

    def _close(self, _command: linecard.Close) -> None:
        self._closing = True
        for leg in list(self._legs.values()):
            self._end(leg, "core", "normal")

    # ---- reports

    def _came(self, report: reports.Came) -> None:
        self._budget.note(self._now.mono)
        self._open(f"{self._card}-{self.conversations + 1}")
        invitation = read_invite(report.text)
        leg = Leg(report.leg, f"sip:{invitation.caller}", ARRIVING, invite=report.text)
        self._legs[leg.name] = leg
        self._farewell(leg.name, farewell.refusal(report.text, self._card))
        self._say(
            linecard.Arrived,
            leg=leg.name,
            caller=invitation.caller,
            caller_name=invitation.caller_name,
            dialled=invitation.dialled,
            trunk=invitation.trunk,
            agent=invitation.agent,
            sip_call_id=invitation.sip_call_id,
        )

    def _called(self, report: reports.Called) -> None:
        self._farewell(report.leg, farewell.cancel(report.text))

    def _rang(self, report: reports.Rang) -> None:
        leg = self._legs.get(report.leg)
        if leg and leg.state in (DIALLING, RINGING):
            leg.state, leg.rang = RINGING, True
            self._say(linecard.Progressed, leg=leg.name, code=report.code)

    def _connected(self, report: reports.Connected) -> None:
        leg = self._legs.get(report.leg)
        if leg is None or leg.state == UP:
            return
        if leg.state == ARRIVING:
            self._farewell(leg.name, farewell.bye_as_callee(leg.invite, report.text, self._via))
        else:
            self._farewell(leg.name, farewell.bye_as_caller(report.text, self._via))
        leg.state, leg.ring_until, leg.packets_since, leg.invite = UP, None, self._now.mono, ""
        if self._media_check_at is None and self._lost_seconds > 0:
            self._media_check_at = self._now.mono + MEDIA_CHECK_SECONDS
        self._say(linecard.Answered, leg=leg.name)
        if leg.held:
            self._say(linecard.Held, leg=leg.name, on=True)

    def _media_changed(self, report: reports.MediaChanged) -> None:
        leg = self._legs.get(report.leg)
        if leg is None:
            return
        self._phone.refresh(leg.name)
        if leg.held != report.held:
            leg.held = report.held
            if leg.state == UP:
                self._say(linecard.Held, leg=leg.name, on=report.held)

    def _pressed(self, report: reports.Pressed) -> None:
        leg = self._legs.get(report.leg)
        if leg is None:
            return
        if leg.digit_method is None:
            leg.digit_method = report.method
        if leg.digit_method == report.method:
            self._say(linecard.Digit, leg=leg.name, digit=report.digit)

    def _ended(self, report: reports.Ended, fault: bool = False) -> None:
        leg = self._legs.pop(report.leg, None)
        if leg is None:
            return
        self._phone.forget(leg.name)
        self.farewells.pop(leg.name, None)
        self._jukebox.stop(leg)
        for other in self._legs.values():
            other.bridged.discard(leg.name)
        if report.figures and leg.state == UP:
            figures = report.figures
            self._say(
                linecard.Quality,
                leg=leg.name,
                sent=figures.sent,
                received=figures.received,
                lost=figures.lost,
                jitter_ms=figures.jitter_ms,
                round_trip_ms=figures.round_trip_ms,
            )
        if fault:
            by, cause = "card", "fault"
        elif leg.asked:
            by, cause = leg.asked
        else:
            by, cause = "far-end", cause_of(report.code, leg.state == UP, leg.rang)
        self._say(linecard.Released, leg=leg.name, by=by, code=report.code, cause=cause)

    def _player_ended(self, report: reports.PlayerEnded) -> None:
        for leg in self._legs.values():
            if leg.playing and leg.playing.player == report.player:
                for why in self._jukebox.next_file(leg):
                    self._say(linecard.Refused, id=0, why=why)
                return

    # ---- steps of more than one

    def _open(self, call: str) -> None:
        self._phone.run()
        self.call = call
        self.conversations += 1
        self._closing = False
        self._rest_at = None

    def _leg(self, name: str) -> Leg:
        try:
            return self._legs[name]
        except KeyError:
            raise Refusal("there is no such leg") from None

    def _end(self, leg: Leg, by: str, cause: str, code: int = 0) -> None:
        if leg.asked:
            return
        leg.asked = (by, cause)
        leg.ring_until = None
        waiting = [dial for dial in self._waiting_dials if dial.leg == leg.name]
        if waiting:
            self._waiting_dials.remove(waiting[0])
            self._ended(reports.Ended(leg.name, 487, None))
        else:
            self._phone.hang_up(leg.name, code, cause == "answered-elsewhere")

    def _check_media(self) -> None:
        up = [leg for leg in self._legs.values() if leg.state == UP and not leg.asked]
        for leg in up:
            figures = self._phone.figures(leg.name)
            if figures and leg.media_is_lost(figures.received, self._now.mono, self._lost_seconds):
                self._end(leg, "card", "media-lost")
        self._media_check_at = self._now.mono + MEDIA_CHECK_SECONDS if up else None

    def _farewell(self, leg: str, text: bytes) -> None:
        if text and leg in self._legs:
            self.farewells[leg] = linecard.Farewell(self.call, leg, text)
            self.new_farewells.append(self.farewells[leg])

    def _settle(self) -> None:
        """After every step: comfort who is alone, patch the wires, and end what is over."""
        if not self.call:
            return
        if not self._core_is_here:
            for leg in self._legs.values():
                if leg.state == UP and not leg.bridged and not leg.playing and not leg.asked:
                    self._jukebox.comfort(leg)
        if self._closing and not self._legs:
            self._tapes.finish_all()
        self._phone.patch(legs.wires_of(self._legs.values(), self._tapes.running()))
        if self._closing and not self._legs and not self._tapes.running() and not self._lingers():
            self._say(linecard.Idle)
            self.call = ""
            self.farewells.clear()
            self._jukebox.forget()
            self._rest_at = self._now.mono + REST_AFTER_SECONDS
            if not self.worn_out:
                self._phone.free()

    def _lingers(self) -> bool:
        """Whether to wait for far ends that have not answered our BYE or CANCEL yet."""
        if not self._phone.lingering():
            self._linger_at = None
            return False
        now = self._now.mono
        if self._linger_at is None:
            self._linger_at, self._linger_since = now + FIRST_LINGER_SECONDS, now
        elif now >= self._linger_since + LAST_LINGER_SECONDS:
            self._linger_at, self.worn_out = None, True
            return False
        return True

    def _say(self, kind: type[linecard.CardEvent], **fields: Any) -> None:
        self._outbox.add(kind, self.call, self._now, **fields)
