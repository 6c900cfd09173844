"""The pool: which line cards there are, who has one, and that there are enough (core side, Twisted).

Implements `server.call.ports.CardPool` for the edge and `Telephony` for the exchange. Cards connect by themselves,
before or after this pool began; a card that was there before says so in its `hello`.
"""

import socket
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IListeningPort
from twisted.internet.task import LoopingCall

from server import unix_port
from server.call.now import Now
from server.call.ports import CardAddress
from server.config.site import SiteFile
from server.linecard import codec, supply
from server.linecard.bank_line import BankLine
from server.linecard.connections import Door
from server.linecard.known_card import CardState, KnownCard
from server.linecard.reception import Reception
from server.linecard.roster import Roster
from server.linecard.waiters import Waiters
from server.linecard.watchdog import ASK_SECONDS, Watchdog
from server.wire import linecard, processes

log = structlog.get_logger()

ARRIVES_WITHIN_SECONDS = 5.0
"""An INVITE for which a card was taken is there by then, or was lost."""
ACKNOWLEDGE_SECONDS = 0.1
"""Acknowledgements wait so long for a command to travel with."""
SURPLUS_SECONDS = 60.0
"""Idle cards that nobody needed for so long are surplus."""
_RESTING = (CardState.IDLE, CardState.TAKEN)


class Pool:
    """All line cards of this machine.

    `on_event(card, event)`: each event once and in order. `on_hello(card, hello)`: a card said hello to this core for
    the first time. `on_orphans(card, messages)`: its process died; these SIP messages, sent as if from it, end its
    dialogs. `on_lost(card, call)`: after that; `call` may be empty. `counters`: how often what happened.
    """

    def __init__(
        self,
        reactor: Any,
        site: SiteFile,
        data_dir: Path,
        secret: str,
        now: Callable[[], Now],
        *,
        on_event: Callable[[str, linecard.AnyEvent], None],
        on_lost: Callable[[str, str], None],
        on_hello: Callable[[str, linecard.Hello], None],
        on_orphans: Callable[[str, list[bytes]], None],
    ) -> None:
        self._reactor, self._settings, self._folder, self._secret = reactor, site.linecards, data_dir, secret
        self._now, self._on_lost = now, on_lost
        self._roster = Roster()
        self.counters = self._roster.counters
        self._cards, self._idle = self._roster.cards, self._roster.idle
        self._waiters = Waiters(reactor, site.linecards.arrival_wait_seconds)
        self._bank = BankLine(
            reactor,
            secret,
            lambda: now().mono,
            self._supply,
            self._cards.__contains__,
            folder=data_dir,
            answer_within_seconds=site.linecards.answer_within_seconds,
            counters=self.counters,
        )
        self._reception = Reception(
            reactor,
            secret,
            data_dir,
            now,
            self._roster,
            joined=self._bank.hello,
            changed=self._serve,
            on_event=on_event,
            on_lost=on_lost,
            on_hello=on_hello,
            on_orphans=on_orphans,
        )
        self._unacknowledged: set[str] = set()
        self._acknowledging: Any = None
        self._serving: Any = None
        self._fewest_idle, self._fewest_since = 0, 0.0
        self._watchdog = Watchdog(
            reactor,
            lambda: now().mono,
            site.linecards.answer_within_seconds,
            cards=self._cards.values,
            tell=lambda card, frames: card.write(self._acknowledgement(card) + frames),
            silent=self._end_silent,
        )
        self._ports: list[IListeningPort] = []
        self._clock = LoopingCall(self._tick)
        self._clock.clock = reactor

    # ---- life

    def start(self, sockets: Mapping[str, socket.socket]) -> None:
        """Listen on the sockets that the supervisor handed down, or open them."""
        doors = {
            processes.CARDS_SOCKET: Door(self._reception.build),
            processes.BANK_SOCKET: Door(self._bank.build),
        }
        for name, door in doors.items():
            if name in sockets:
                sockets[name].setblocking(False)  # accept() of a blocking one would stop the reactor
                port = unix_port.listen(self._reactor, sockets[name], door)
            else:
                path = self._folder / name
                path.unlink(missing_ok=True)
                port = self._reactor.listenUNIX(str(path), door, mode=0o600, backlog=256)
            self._ports.append(port)
        self._fewest_since = self._now().mono
        self._clock.start(ASK_SECONDS)

    def stop(self) -> None:
        """Let go of cards and sockets; the cards live on."""
        self._roster.closing = True
        if self._clock.running:
            self._clock.stop()
        self._watchdog.close()
        for port in self._ports:
            port.stopListening()
        for call in (self._acknowledging, self._serving):
            if call is not None and call.active():
                call.cancel()
        self._waiters.close()
        self._bank.close()
        for card in self._cards.values():
            if card.watch is not None:
                card.watch.close()
            if card.connection is not None:
                card.connection.part()

    def retire_all(self) -> None:
        """The house closes: no card more, and each ends when its conversation is over."""
        self._roster.closing = True
        for card in list(self._cards.values()):
            self._roster.retire(card)

    def counts(self) -> dict[str, int]:
        """Cards by state, those that start, and how many wait for one."""
        counted = Counter(card.state.value for card in self._cards.values())
        counted["starting"] = self._bank.starting
        counted["waiting"] = len(self._waiters)
        return dict(counted)

    @property
    def has_bank(self) -> bool:
        """Whether there is a bank, so that cards can be forked."""
        return self._bank.is_here

    def conversations(self) -> dict[str, str]:
        """Card to call, for the cards that hold one."""
        return self._roster.conversations()

    # ---- CardPool

    def take(self) -> Deferred[CardAddress]:
        """An idle card, reserved for one INVITE; who came first is served first.

        Fails with `LookupError` after `arrival_wait_seconds`. Cancel it when the caller gave up.
        """
        waiting = self._waiters.add()
        self._serve()
        if not waiting.called:
            self.counters["take_waited"] += 1
        return waiting

    def put_back(self, name: str) -> None:
        """The INVITE for which the card was taken did not reach it."""
        card = self._cards.get(name)
        if card is not None and card.state is CardState.TAKEN:
            self._roster.make_idle(card)
            self._serve()

    def address(self, name: str) -> CardAddress | None:
        """Where a card is; None: it is gone."""
        card = self._cards.get(name)
        return card.address if card else None

    def cards(self) -> list[CardAddress]:
        """Every card that can be reached, busy or idle."""
        return self._roster.addresses()

    def card_at(self, host: str, port: int) -> str | None:
        """The card whose SIP socket is there; None: no card's."""
        return self._roster.card_at(host, port)

    # ---- Telephony

    def send(self, card: str, *commands: linecard.AnyCommand) -> None:
        """Send commands; to a card that is gone they are lost, and `on_lost` was or will be called."""
        known = self._cards.get(card)
        if known is None:
            self.counters["commands_to_nobody"] += len(commands)
            self._lost_before_its_call(card, commands)
            return
        frames = [self._acknowledgement(known)]
        for command in commands:
            if isinstance(command, linecard.Begin):
                self._roster.make_busy(known, command.call)
            frames.append(known.numbered(command, self._now().mono))
        known.write(b"".join(frames))

    def _lost_before_its_call(self, card: str, commands: Sequence[linecard.AnyCommand]) -> None:
        """The card ended between its being taken and its first command: nobody knew then which call it was for."""
        for command in commands:
            if isinstance(command, linecard.Begin) and not self._roster.closing:
                self._reactor.callLater(0, self._on_lost, card, command.call)

    def acknowledge(self, card: str, seq: int) -> None:
        """The card's events up to `seq` are committed."""
        known = self._cards.get(card)
        if known is None or seq <= known.acknowledged:
            return
        known.acknowledged = seq
        self._unacknowledged.add(card)
        if known.state in _RESTING:
            return  # it goes with the next question or the next conversation's first command
        if self._acknowledging is None or not self._acknowledging.active():
            self._acknowledging = self._reactor.callLater(ACKNOWLEDGE_SECONDS, self._acknowledge_all)

    # ---- who waits

    def _serve(self) -> None:
        """Give idle cards to those who wait, then see that there are enough."""
        now = self._now().mono
        resting = None
        # the last that became idle comes first: its conference clock may still run, its memory be in the cache
        for card in reversed(list(self._idle.values())) if self._waiters else ():
            if not self._waiters:
                break
            if card.connection is None or card.name not in self._idle:
                continue
            free_at = card.free_at(now)
            if free_at > now:
                resting = min(free_at, resting or free_at)
                continue
            self._roster.make_taken(card, now)
            self._waiters.serve(card.address)
        self._fewest_idle = min(self._fewest_idle, len(self._idle))
        if self._waiters and resting is not None and (self._serving is None or not self._serving.active()):
            self._serving = self._reactor.callLater(max(0.0, resting - now), self._serve)
        self._supply()

    def _stock(self) -> supply.Stock:
        worn = sum(self._is_worn(card) for card in self._idle.values()) if self._settings.retire_after else 0
        return supply.Stock(
            idle=len(self._idle),
            worn=worn,
            starting=self._bank.starting,
            total=len(self._cards),
            waiting=len(self._waiters),
        )

    def _is_worn(self, card: KnownCard) -> bool:
        return 0 < self._settings.retire_after <= card.conversations

    def _supply(self) -> None:
        if self._roster.closing:
            return
        stock = self._stock()
        if stock.worn:
            worn = [card for card in self._idle.values() if self._is_worn(card)]
            for card in worn[: supply.to_retire(stock, self._settings.spare, self._settings.maximum)]:
                self._roster.retire(card)
        count = supply.to_fork(stock, self._settings.spare, self._settings.maximum)
        self._bank.ask(count)

    # ---- time

    def _tick(self) -> None:
        now = self._now().mono
        for card in list(self._cards.values()):
            if card.state is CardState.TAKEN and now - card.taken_at > ARRIVES_WITHIN_SECONDS:
                self.counters["arrivals_lost"] += 1
                log.warning("call did not begin on its card", card=card.name)
                self._roster.make_idle(card)
                self._serve()
        self._watchdog.ask()
        self._bank.tick()
        self._retire_surplus(now)
        self._supply()

    def _end_silent(self, card: KnownCard) -> None:
        log.error("card does not answer", card=card.name, call=card.call)
        self._roster.kill(card)

    def _retire_surplus(self, now: float) -> None:
        if now - self._fewest_since < SURPLUS_SECONDS:
            return
        for card in list(self._idle.values())[: max(0, self._fewest_idle - self._settings.spare)]:
            self._roster.retire(card)
        self._fewest_idle, self._fewest_since = len(self._idle), now

    def _acknowledge_all(self) -> None:
        for name in list(self._unacknowledged):
            card = self._cards.get(name)
            if card is None:
                self._unacknowledged.discard(name)
            elif card.state not in _RESTING:
                card.write(self._acknowledgement(card))

    def _acknowledgement(self, card: KnownCard) -> bytes:
        """What the card has not been told yet of its events being safe."""
        if card.name not in self._unacknowledged:
            return b""
        self._unacknowledged.discard(card.name)
        return codec.encode(linecard.Ack(card.acknowledged))
