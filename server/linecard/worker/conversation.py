"""The conversation on this card: obeys the core's commands, turns the phone's reports into events.

Knows no pjsua2, socket or clock: it is handed a `Phone`, an `Outbox` and the time. One thread only.
"""

from server.call.now import Now
from server.linecard.worker import reports
from server.linecard.worker.addresses import BadAddress
from server.linecard.worker.hearing import Hearing
from server.linecard.worker.holding import Holding
from server.linecard.worker.legs import UP, Phone, PhoneRefused, Refusal, wires_of
from server.linecard.worker.orders import Orders
from server.linecard.worker.outbox import Outbox
from server.wire import linecard

REST_AFTER_SECONDS = 0.1
"""Idle time after which the conference clock stops: stop and start cost as much CPU as this, and a little more, does
running (0.18 ms; 1.4 ms a second). Who waits for so long loses least, whenever the next conversation comes."""
FIRST_LINGER_SECONDS, LAST_LINGER_SECONDS = 0.025, 2.0
"""A card whose last legs are not answered for so long has lost places, and takes no other conversation."""


class Conversation:
    """The one conversation that a card holds, or none (`call` is empty then). Arguments as in `Holding`.

    A turn is any number of `obey`, `told` and `wake`, and one `settle` after them.
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
        self.last_command = 0
        self.worn_out = False
        self._phone = phone
        self._holding = Holding(card, phone, outbox, via=via, domain=domain, lost_seconds=lost_seconds, music=music)
        self._orders, self._hearing = Orders(self._holding), Hearing(self._holding)
        self.farewells = self._holding.farewells
        self._core_is_here = True
        self._linger_at: float | None = None
        self._linger_since = 0.0
        self._rest_at: float | None = None

    @property
    def call(self) -> str:
        """Name of the conversation; empty: there is none."""
        return self._holding.call

    @property
    def conversations(self) -> int:
        """How many there were, with the present one."""
        return self._holding.conversations

    @property
    def has_legs(self) -> bool:
        """Whether any leg lives."""
        return bool(self._holding.legs)

    def obey(self, command: linecard.AnyCommand, now: Now) -> None:
        """Carry a command out, once; what cannot be obeyed is answered by `refused`."""
        if command.id and command.id <= self.last_command:
            return
        self.last_command = max(self.last_command, command.id)
        self._holding.now = now
        try:
            self._orders.obey(command)
        except (Refusal, PhoneRefused, BadAddress) as refusal:
            self._holding.outbox.add(linecard.Refused, command.call, now, id=command.id, why=str(refusal))

    def told(self, report: reports.Report, now: Now) -> None:
        """Take a report of the phone."""
        self._holding.now = now
        self._hearing.hear(report)

    def wake(self, now: Now) -> None:
        """Do what is due."""
        holding, holding.now = self._holding, now
        for leg in list(holding.legs.values()):
            if leg.ring_until is not None and leg.ring_until <= now.mono:
                leg.ring_until = None
                holding.end(leg, "card", "no-answer")
        holding.place_dials()
        if holding.media_check_at is not None and holding.media_check_at <= now.mono:
            holding.check_media()
        if holding.tapes.check_at is not None and holding.tapes.check_at <= now.mono:
            holding.tapes.check(now.mono)
        if self._rest_at is not None and self._rest_at <= now.mono:
            self._rest_at = None
            if not holding.call:
                self._phone.rest()

    def next_deadline(self) -> float | None:
        """When `wake` wants to be called, in `mono` seconds; None: not before something happens."""
        holding = self._holding
        times = [leg.ring_until for leg in holding.legs.values()]
        times += holding.media_check_at, holding.tapes.check_at, self._rest_at, self._linger_at
        times.append(holding.dials.next_deadline(holding.now.mono))
        return min([time for time in times if time is not None], default=None)

    def core_is_here(self, here: bool) -> None:
        """Whether anybody decides. While nobody does, who is left alone hears music."""
        self._core_is_here = here

    def snapshot(self) -> list[linecard.LegSnapshot]:
        """The legs as they are now."""
        return [leg.snapshot() for leg in self._holding.legs.values()]

    def recordings(self) -> list[str]:
        """Tokens of the recordings whose `recorded` was not said yet."""
        return [recording.token for recording in self._holding.tapes.running()]

    def end_all(self, now: Now) -> None:
        """The process must end: hang everything up."""
        self._holding.now = now
        for leg in list(self._holding.legs.values()):
            self._holding.end(leg, "card", "fault", 500)

    def settle(self, now: Now) -> None:
        """After every turn: comfort who is alone, patch the wires, and end what is over."""
        holding, holding.now = self._holding, now
        if not holding.call:
            return
        if not self._core_is_here:
            for leg in holding.legs.values():
                if leg.state == UP and leg.is_alone() and not leg.asked:
                    holding.jukebox.comfort(leg)
        over = holding.closing and not holding.legs
        if over:
            holding.tapes.finish_all()
        self._phone.patch(wires_of(holding.legs.values(), holding.tapes.running()))
        if over and not holding.tapes.running() and not self._lingers():
            holding.close()
            self._rest_at = now.mono + REST_AFTER_SECONDS
            if not self.worn_out:
                self._phone.free()

    def _lingers(self) -> bool:
        """Whether to wait for far ends that have not answered our BYE or CANCEL yet."""
        now = self._holding.now.mono
        if self._linger_at is not None and now < self._linger_at:
            return True
        if not self._phone.lingering():
            self._linger_at = None
            return False
        if self._linger_at is None:
            self._linger_at, self._linger_since = now + FIRST_LINGER_SECONDS, now
        elif now < self._linger_since + LAST_LINGER_SECONDS:
            waited = now - self._linger_since
            self._linger_at = self._linger_since + min(2 * waited, LAST_LINGER_SECONDS)
        else:
            self._linger_at, self.worn_out = None, True
            return False
        return True
