"""What each report of the phone means for what the card holds."""

from collections.abc import Callable
from typing import Any

from server.linecard.worker import farewell, reports
from server.linecard.worker.holding import Holding
from server.linecard.worker.invite import read_invite
from server.linecard.worker.legs import ARRIVING, DIALLING, RINGING, UP, Leg
from server.linecard.worker.message import Message
from server.wire import linecard


class Hearing:
    """Turns reports into state and events."""

    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._ears: dict[type[Any], Callable[[Any], None]] = {
            reports.Came: self._came,
            reports.Called: self._called,
            reports.Rang: self._rang,
            reports.Connected: self._connected,
            reports.MediaChanged: self._media_changed,
            reports.Pressed: self._pressed,
            reports.Ended: self._ended,
            reports.PlayerEnded: self._player_ended,
            reports.Written: holding.tapes.written,
        }

    def hear(self, report: reports.Report) -> None:
        """Take a report."""
        self._ears[type(report)](report)

    def _came(self, report: reports.Came) -> None:
        holding = self._holding
        holding.dials.budget.note(holding.now.mono)
        holding.open(f"{holding.card}-{holding.conversations + 1}")
        invite = Message(report.text)
        invitation = read_invite(invite)
        leg = Leg(report.leg, f"sip:{invitation.caller}", ARRIVING, invite=invite)
        holding.legs[leg.name] = leg
        holding.farewell(leg, lambda: farewell.refusal(invite, holding.card))
        holding.say(
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
        leg = self._holding.legs.get(report.leg)
        if leg is not None:
            self._holding.farewell(leg, lambda: farewell.cancel(Message(report.text)))

    def _rang(self, report: reports.Rang) -> None:
        leg = self._holding.legs.get(report.leg)
        if leg and leg.state in (DIALLING, RINGING):
            leg.state, leg.rang = RINGING, True
            self._holding.say(linecard.Progressed, leg=leg.name, code=report.code)

    def _connected(self, report: reports.Connected) -> None:
        holding = self._holding
        leg = holding.legs.get(report.leg)
        if leg is None or leg.state == UP:
            return
        invite, via = leg.invite, holding.via
        leg.state, leg.ring_until, leg.packets_since, leg.invite = UP, None, holding.now.mono, None
        if invite is not None:
            holding.farewell(leg, lambda: farewell.bye_as_callee(invite, Message(report.text), via))
        else:
            holding.farewell(leg, lambda: farewell.bye_as_caller(Message(report.text), via))
        holding.watch_media()
        holding.say(linecard.Answered, leg=leg.name)
        if leg.held:
            holding.say(linecard.Held, leg=leg.name, on=True)

    def _media_changed(self, report: reports.MediaChanged) -> None:
        leg = self._holding.legs.get(report.leg)
        if leg is None:
            return
        self._holding.phone.refresh(leg.name)
        if leg.held != report.held:
            leg.held = report.held
            if leg.state == UP:
                self._holding.say(linecard.Held, leg=leg.name, on=report.held)

    def _pressed(self, report: reports.Pressed) -> None:
        leg = self._holding.legs.get(report.leg)
        if leg is None:
            return
        if leg.digit_method is None:
            leg.digit_method = report.method
        if leg.digit_method == report.method:
            self._holding.say(linecard.Digit, leg=leg.name, digit=report.digit)

    def _ended(self, report: reports.Ended) -> None:
        self._holding.gone(report.leg, report.code, report.figures)

    def _player_ended(self, report: reports.PlayerEnded) -> None:
        for leg in self._holding.legs.values():
            if leg.playing and leg.playing.player == report.player:
                for why in self._holding.jukebox.next_file(leg):
                    self._holding.say(linecard.Refused, id=0, why=why)
                return
