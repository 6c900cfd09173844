"""A real storage on a real SQLite file, with a wall clock that can be set."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from twisted.internet import reactor, task

from server import clock
from server.call import facts as f
from server.call.now import Now
from server.config.site import Sip, Site, SiteFile, Storage as StorageSettings
from server.storage.storage import Storage

URL = "sqlite:///caruso.db"
WALL = 1_795_296_363.123


class Clock:
    """The real monotonic clock, and a wall clock that is set."""

    def __init__(self) -> None:
        self.wall = WALL

    def __call__(self) -> Now:
        return Now(self.wall, clock.now().mono)


def site(**storage: Any) -> SiteFile:
    return SiteFile(
        site=Site(country="DE", time_zone="Europe/Berlin"),
        sip=Sip(domain="caruso.test"),
        storage=StorageSettings(**storage),
    )


@asynccontextmanager
async def running(
    data_dir: Path, now: Callable[[], Now] | None = None, settings: SiteFile | None = None, **words: dict[str, str]
) -> AsyncIterator[Storage]:
    storage = Storage(reactor, URL, data_dir, settings or site(), now or Clock(), **words)
    await storage.start()
    try:
        yield storage
    finally:
        await storage.stop()


def beside(data_dir: Path) -> sqlite3.Connection:
    """Another process's look at the file, so to speak."""
    return sqlite3.connect(data_dir / "caruso.db", isolation_level=None)


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = clock.now().mono + seconds
    while not condition():
        assert clock.now().mono < end, "it did not come about"
        await task.deferLater(reactor, 0.02)


def at(second: float) -> Now:
    return Now(WALL + second, 5_000.0 + second)


def call(name: str, start: float = 0.0, agent: str = "ana") -> list[tuple[Now, f.AnyFact]]:
    """A short call from arrival to the end of its wrap-up (nine facts)."""
    why = f.Why(strategy="top-down", rule="order", candidates=[], candidate_count=1, sentence=f"{agent} is first")
    told: list[tuple[float, f.AnyFact]] = [
        (0, f.CallArrived(call=name, card="k", caller="0301234567", dialled="100", caller_e164="+49301234567")),
        (0, f.CallQueued(call=name, queue="service", priority=0, joined_mono=5_000.0 + start, joined_at=WALL + start)),
        (1, f.CallOffered(call=name, queue="service", agent=agent, offer=1, leg="a1", why=why)),
        (3, f.CallConnected(call=name, queue="service", agent=agent, offer=1)),
        (9, f.CallReleased(call=name, by="customer", cause="normal", agent=agent)),
        (9, f.WrapUpBegan(agent=agent, call=name, seconds=5, began_mono=5_009.0 + start, began_at=WALL + start + 9)),
        (9, f.CallClosed(call=name, outcome="answered", cause="normal")),
        (10, f.ResultChosen(call=name, agent=agent, result="order")),
        (14, f.WrapUpEnded(agent=agent, call=name, by="time-out")),
    ]
    return [(at(start + second), fact) for second, fact in told]
