"""A real bank with real cards, a pool, and the small edge: the line cards' part of a core."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

from twisted.internet.defer import DeferredQueue
from twisted.internet.threads import deferToThread

from server import clock
from server.config.site import LineCards, SiteFile
from server.linecard.pool import Pool
from server.wire import linecard
from tests.linecard.sip_kit import PATIENCE_SECONDS, SmallEdge, Telephone, later

ROOT = Path(__file__).parents[2]


class House:
    """`events` queues (card, event); `lost` and `hellos` likewise; `orphans` are given to the edge."""

    def __init__(self, reactor, folder, **cards):
        self.reactor, self.folder = reactor, folder
        self.cards = {"spare": 1, "maximum": 4, **cards}
        self.events, self.lost, self.hellos = DeferredQueue(), DeferredQueue(), DeferredQueue()
        self.kept, self.phones, self.orphans = [], [], []
        self.edge = SmallEdge().start(reactor)
        (folder / "cards.key").write_text("a shared secret")
        self.bank = None
        self.pool = None

    def open_pool(self):
        self.pool = Pool(
            self.reactor,
            SiteFile(linecards=LineCards(**self.cards)),
            self.folder,
            "a shared secret",
            clock.now,
            on_event=lambda card, event: self.events.put((card, event)),
            on_lost=lambda card, call: self.lost.put((card, call)),
            on_hello=lambda card, hello: self.hellos.put((card, hello)),
            on_orphans=self.take_orphans,
        )
        self.pool.start({})

    def take_orphans(self, card, texts):
        self.orphans += texts
        for text in texts:
            self.edge.inject(text)

    def open_bank(self, *extra, disk_is_full=False):
        words = ["--data", str(self.folder), "--edge", f"127.0.0.1:{self.edge.port}"]
        words += ["--secret-file", str(self.folder / "cards.key"), "--media-address", "127.0.0.1", *extra]
        self.bank = subprocess.Popen(
            [sys.executable, "-m", "server.linecard.bank", *words],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "bank.log").open("a"),
            preexec_fn=_can_write_no_file if disk_is_full else None,
        )

    async def has_idle_cards(self):
        """Wait until the spare cards are up."""
        while self.pool.counts().get("idle", 0) < self.cards["spare"]:
            await later(self.reactor, 0.02)

    def phone(self):
        phone = Telephone(self.edge.port).start(self.reactor)
        self.phones.append(phone)
        return phone

    async def sees(self, kind, **fields):
        """Wait for an event of a kind; the others are kept in `kept`. Events come in order."""
        while True:
            card, event = await self.events.get().addTimeout(PATIENCE_SECONDS, self.reactor)
            self.kept.append(event)
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                return card, event

    async def takes_call(self, phone, number="100", extra=()):
        """A phone calls and a card has it: the card's name and `arrived`."""
        address = await self.pool.take()
        self.edge.cards.append((address.host, address.port))
        phone.call(number, extra)
        return await self.sees(linecard.Arrived)

    async def close(self):
        """End the bank first, then every card that wrote its pid or is here, then what is ours."""
        if self.bank is not None:
            self.bank.terminate()
            await deferToThread(self.bank.wait)
        for card in list(self.pool._cards.values()):
            if card.watch is not None:
                card.watch.kill()
        self.pool.stop()
        for place in (self.folder / "cards").glob("*.pid"):
            with contextlib.suppress(ProcessLookupError, FileNotFoundError, ValueError, IndexError):
                os.kill(int(place.read_text().split()[0]), signal.SIGKILL)
        for phone in self.phones:
            phone.stop()
        self.edge.listening.stopListening()


def _can_write_no_file():
    """In the child: what a full disk is to it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
