"""What each command of the core does."""

from collections.abc import Callable
from typing import Any

from server.linecard.worker.addresses import checked_header, checked_target
from server.linecard.worker.holding import Holding
from server.linecard.worker.legs import ARRIVING, DIALLING, UP, Leg, Refusal
from server.wire import linecard

MAX_DIGITS = 32


class Orders:
    """Carries commands out on what the card holds."""

    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._verbs: dict[type[linecard.Command], Callable[[Any], None]] = {
            linecard.Begin: self._begin,
            linecard.Progress: self._progress,
            linecard.Answer: self._answer,
            linecard.Dial: self._dial,
            linecard.Play: self._play,
            linecard.Stop: self._stop,
            linecard.Bridge: self._bridge,
            linecard.Unbridge: self._unbridge,
            linecard.Mute: self._mute,
            linecard.Join: self._join,
            linecard.Digits: self._digits,
            linecard.Record: self._record,
            linecard.Unrecord: self._unrecord,
            linecard.Release: self._release,
            linecard.Close: self._close,
        }

    def obey(self, command: linecard.AnyCommand) -> None:
        """Carry a command out. Raises `Refusal`, `PhoneRefused` or `BadAddress`."""
        held = self._holding.call
        if not isinstance(command, linecard.Begin) and (not held or command.call != held):
            raise Refusal("the card does not hold this conversation")
        self._verbs[type(command)](command)

    def _begin(self, command: linecard.Begin) -> None:
        if self._holding.call or not self._holding.phone.claim():
            raise Refusal("the card already holds a conversation")
        self._holding.open(command.call)

    def _progress(self, command: linecard.Progress) -> None:
        leg = self._holding.leg(command.leg)
        if leg.state != ARRIVING or not 180 <= command.code < 200:
            raise Refusal("only an arriving leg takes a provisional answer, 180 to 199")
        self._holding.phone.answer(leg.name, command.code)

    def _answer(self, command: linecard.Answer) -> None:
        leg = self._holding.leg(command.leg)
        if leg.state != ARRIVING:
            raise Refusal("the leg was answered before, or we dialled it")
        self._holding.phone.answer(leg.name, 200)

    def _dial(self, command: linecard.Dial) -> None:
        holding = self._holding
        if command.leg in holding.legs or not command.leg:
            raise Refusal("the name of the leg is empty or in use")
        checked_target(command.uri)
        for name, value in command.headers.items():
            checked_header(name, value)
        leg = Leg(command.leg, command.uri, DIALLING)
        if command.ring_seconds > 0:
            leg.ring_until = holding.now.mono + command.ring_seconds
        holding.legs[leg.name] = leg
        holding.dials.add(command, holding.now.mono)
        holding.place_dials()

    def _play(self, command: linecard.Play) -> None:
        leg = self._holding.leg(command.leg)
        for why in self._holding.jukebox.play(leg, command.files, command.loop, command.token):
            self._holding.say(linecard.Refused, id=command.id, why=why)

    def _stop(self, command: linecard.Stop) -> None:
        self._holding.jukebox.stop(self._holding.leg(command.leg))

    def _bridge(self, command: linecard.Bridge) -> None:
        a, b = self._holding.leg(command.a), self._holding.leg(command.b)
        if a is b:
            raise Refusal("a leg cannot be bridged to itself")
        if a.joined is not None or b.joined is not None:
            raise Refusal("a leg that joined another cannot be bridged")
        for leg, other in ((a, b), (b, a)):
            self._holding.jukebox.stop(leg)
            leg.bridged.add(other.name)

    def _unbridge(self, command: linecard.Unbridge) -> None:
        a, b = self._holding.leg(command.a), self._holding.leg(command.b)
        a.bridged.discard(b.name)
        b.bridged.discard(a.name)

    def _mute(self, command: linecard.Mute) -> None:
        self._holding.leg(command.leg).muted = command.on

    def _join(self, command: linecard.Join) -> None:
        leg, to = self._holding.leg(command.leg), self._holding.leg(command.to)
        if leg is to:
            raise Refusal("a leg cannot join itself")
        if leg.bridged or to.joined is not None:
            raise Refusal("a leg that is bridged cannot join, and none can join a leg that joined another")
        if command.mode not in linecard.JOIN_MODES:
            raise Refusal("a leg joins to listen, whisper or barge")
        self._holding.jukebox.stop(leg)
        leg.joined = (to.name, command.mode)

    def _digits(self, command: linecard.Digits) -> None:
        leg = self._holding.leg(command.leg)
        if leg.state != UP:
            raise Refusal("digits can be sent only to a leg that was answered")
        if not 0 < len(command.digits) <= MAX_DIGITS or set(command.digits) - set("0123456789ABCD*#"):
            raise Refusal("digits are 1 to 32 of 0-9, A-D, * and #")
        self._holding.phone.press(leg.name, command.digits)

    def _record(self, command: linecard.Record) -> None:
        for name in command.legs:
            self._holding.leg(name)
        self._holding.tapes.start(command, self._holding.now.mono)

    def _unrecord(self, command: linecard.Unrecord) -> None:
        self._holding.tapes.finish(command.token)

    def _release(self, command: linecard.Release) -> None:
        self._holding.end(self._holding.leg(command.leg), "core", command.cause, command.code)

    def _close(self, _command: linecard.Close) -> None:
        self._holding.closing = True
        for leg in list(self._holding.legs.values()):
            self._holding.end(leg, "core", "normal")
