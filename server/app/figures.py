"""The figures of now: folded from the ledger in small pieces while the core works already, then entry by entry."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from server.app.core import Frame, Stop
from server.call.facts import Entry
from server.exchange import Exchange
from server.records.figure_book import Held
from server.records.live_figures import LiveFigures, Midnight, held_of
from server.records.summary import Terms

log = structlog.get_logger()

PIECE = 200
"""Entries folded in one go: a few milliseconds, in which no call waits noticeably."""
DAY, PRUNED = "figures-day", "figures"
"""Names under which folds are kept: of the midnight before the last one, and of the last pruning."""


async def figures(frame: Frame) -> Stop:
    """Registers the service `figures` as soon as the ledger is folded."""
    ledger: Any = await frame.find("storage")
    exchange: Exchange = await frame.find("acd")
    terms = Terms.of(frame.site, ZoneInfo(frame.site.site.time_zone))
    live = LiveFigures(terms, frame.now, await _held(ledger))
    begun_at = live.position
    came: list[Entry] | None = []
    kept: Midnight | None = None

    def take(entries: Sequence[Entry]) -> None:
        nonlocal kept
        if came is not None:
            came.extend(entries)
            return
        live.take(entries)
        if (midnight := live.yesterday()) is not None and midnight != kept:
            kept = midnight
            ledger.keep(DAY, midnight.position, midnight.held).addErrback(_not_kept)

    stop = exchange.subscribe(take)
    async for page in ledger.iterate(begun_at, PIECE):
        live.take(page)
    waiting, came = came or [], None
    take(waiting)
    log.info("figures-folded", position=live.position, entries=live.position - begun_at)
    frame.directory.provide("figures", "1.0", live)
    return stop


async def _held(ledger: Any) -> Held | None:
    """The newest fold that is kept."""
    found = [kept for name in (DAY, PRUNED) if (kept := await ledger.kept(name)) is not None]
    return held_of(max(found)[1]) if found else None


def _not_kept(failure: Any) -> None:
    log.error("figures-not-kept", error=str(failure.value))  # the next core folds more of the ledger, no more
