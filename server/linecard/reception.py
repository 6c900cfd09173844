"""Cards come, speak, and go: each connection from its hello on, and the end of each process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from server.call.now import Now
from server.call.ports import CardAddress
from server.linecard.connections import Connection
from server.linecard.known_card import CardState, KnownCard
from server.linecard.process_name import start_ticks
from server.linecard.process_watch import ProcessWatch
from server.linecard.roster import Roster
from server.wire import linecard, processes

log = structlog.get_logger()

BACK_WITHIN_SECONDS = 2.0
"""A card whose connection broke is back by then, or is killed."""

CardConnection = Connection[linecard.Hello]


class Reception:
    """`folder`: the data directory. `joined(card)`: a card's first hello came. `changed()`: one became idle, came back
    or is gone. The other callbacks are those of the `Pool`."""

    def __init__(
        self,
        reactor: Any,
        secret: str,
        folder: Path,
        now: Callable[[], Now],
        roster: Roster,
        *,
        joined: Callable[[str], None],
        changed: Callable[[], None],
        on_event: Callable[[str, linecard.AnyEvent], None],
        on_lost: Callable[[str, str], None],
        on_hello: Callable[[str, linecard.Hello], None],
        on_orphans: Callable[[str, list[bytes]], None],
    ) -> None:
        self._reactor, self._secret, self._folder, self._now = reactor, secret, folder, now
        self._roster = roster
        self._joined, self._changed = joined, changed
        self._on_event, self._on_lost, self._on_hello, self._on_orphans = on_event, on_lost, on_hello, on_orphans

    def build(self) -> CardConnection:
        """A connection for who comes to the cards' socket."""
        connection: CardConnection = Connection(self._reactor, self._secret, linecard.FromCard, linecard.Hello)
        connection.met = self.came
        return connection

    def came(self, connection: CardConnection, hello: linecard.Hello) -> None:
        """A card said hello, for the first time or again."""
        peer = connection.peer_pid()
        if hello.version != 1 or (peer and peer != hello.pid):
            connection.drop("another version of the protocol, or another's pid")
            return
        card = self._roster.cards.get(hello.card)
        first = card is None
        if card is None:
            card = self._new_card(hello)
            if card is None:
                connection.drop("the process of the card is gone")
                return
        elif card.connection is not None:
            card.connection.part()
        card.connection, card.answered, card.has_spoken = connection, None, True
        connection.said = lambda message: self._said(card, message)
        connection.gone = lambda gone: self._away(card, gone)
        card.farewells.clear()
        self._roster.counters["hellos"] += 1
        self._place(card, hello, first=first)

    def _new_card(self, hello: linecard.Hello) -> KnownCard | None:
        address = CardAddress(hello.card, hello.sip_host, hello.sip_port)
        card = KnownCard(hello.card, hello.pid, address, None, conversations=hello.conversations)
        # later than any number that a former core gave: the clock is the machine's
        card.last_id = max(hello.last_command, int(self._now().mono * 1_000_000))
        try:
            card.watch = ProcessWatch(self._reactor, hello.pid, lambda: self._ended(card))
        except ProcessLookupError:
            return None
        if self._has_anothers_pid(hello):
            card.watch.close()
            return None
        self._joined(hello.card)
        self._roster.add(card)
        return card

    def _has_anothers_pid(self, hello: linecard.Hello) -> bool:
        """Whether the card ended before its hello was read (that may lie in the socket while no core is there) and its
        pid is a later process's by now, which is not ours to watch and to kill. Each card notes when it began."""
        note = self._folder / processes.CARDS_FOLDER / f"{hello.card}.pid"
        try:
            _, began = note.read_text(encoding="ascii").split()
            return int(began) != start_ticks(hello.pid)
        except (OSError, ValueError):
            return False  # nothing is noted, or the process has just ended: its watch tells

    def _place(self, card: KnownCard, hello: linecard.Hello, *, first: bool) -> None:
        """Find out what a card that said hello is doing."""
        if hello.call:
            self._roster.make_busy(card, hello.call)
        if first:
            log.info("card joined", card=card.name, call=hello.call)
            self._on_hello(card.name, hello)
        else:
            card.send_again(hello.last_command)
        if self._roster.closing or hello.retiring:
            self._roster.retire(card)
            return
        if first and not hello.call:
            self._roster.make_idle(card)
        self._changed()

    def _away(self, card: KnownCard, connection: CardConnection) -> None:
        if card.connection is connection:
            card.connection, card.parted = None, connection
            self._reactor.callLater(BACK_WITHIN_SECONDS, self._stays_away, card, connection)

    def _stays_away(self, card: KnownCard, since: CardConnection) -> None:
        """`since`: the connection that broke. A later one that broke as well has its own time."""
        roster = self._roster
        is_away = card.connection is None and card.parted is since
        if is_away and roster.cards.get(card.name) is card and not roster.closing:
            log.error("card did not come back", card=card.name, call=card.call)
            roster.kill(card)

    def _said(self, card: KnownCard, message: linecard.FromCard) -> None:
        card.has_spoken = True
        if isinstance(message, linecard.CardEvent):
            self._happened(card, message)
        elif isinstance(message, linecard.Pong):
            card.answered = message.number
        elif isinstance(message, linecard.Farewell):
            card.farewells[message.leg] = message.text
        elif isinstance(message, linecard.Bye):
            card.said_bye = True
            self._roster.leave(card)
        elif isinstance(message, linecard.Hello):
            log.warning("second hello ignored", card=card.name)

    def _happened(self, card: KnownCard, event: linecard.AnyEvent) -> None:
        """Keep our own picture of the card, and hand the event on, once."""
        if event.seq <= card.last_seq:
            self._roster.counters["events_repeated"] += 1
            return
        card.last_seq = event.seq
        if isinstance(event, linecard.Arrived):
            card.set_ups.append(self._now().mono)
            self._roster.make_busy(card, event.call)
        elif isinstance(event, linecard.Released):
            card.farewells.pop(event.leg, None)
        self._on_event(card.name, event)
        if isinstance(event, linecard.Idle):
            card.call = ""
            card.farewells.clear()
            if card.state is not CardState.RETIRING:
                self._roster.make_idle(card)
                self._changed()

    def _ended(self, card: KnownCard) -> None:
        """The process is gone, whatever its connection says."""
        self._roster.remove(card)
        (self._folder / processes.CARDS_FOLDER / f"{card.name}.pid").unlink(missing_ok=True)
        if card.connection is not None:
            card.connection.part()
        if not card.said_bye or card.call:
            log.error("card lost", card=card.name, call=card.call)
            self._roster.counters["cards_lost"] += 1
            if card.farewells:
                self._on_orphans(card.name, list(card.farewells.values()))
            self._on_lost(card.name, card.call)
        self._changed()
