"""A simulated time span as figures, beside what Erlang's formulas expect of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from server.call import facts
from server.call.now import Now
from server.callflow import CallFlow, Plan
from server.config.site import Queue, SiteFile
from server.records.cells import Cells, interval_start, milliseconds
from server.records.figure_book import FigureBook
from server.records.figures import QUEUE_FIGURES, Sums, Value, values_of
from server.records.summary import Terms, Wanted, by_queue
from server.simulator import erlang
from server.simulator.arrivals import HOUR, Traffic, callers, draws
from server.simulator.floor_run import FloorRun, OnFacts
from server.simulator.staffing import Silence, staffed

START_DAY = datetime(2026, 1, 5, tzinfo=UTC)
"""Where the simulated clock begins: midnight (of the site's zone) before a Monday."""
SHOWN = ("offered", "answered", "abandoned", "service_level", "asa_seconds", "aht_seconds", "occupancy")
"""What a line has, in this order; and after it the rest of `EXTRA`."""
EXTRA = ("short_abandoned", "overflowed", "call_back", "longest_wait_seconds", "utilisation")
WAITING = "waiting"
"""After those: callers who waited still when the run was over, a day after the last arrival; `longest_wait_seconds` has
their waits so far."""


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """`intervals`: each with `from` (ISO 8601 with zone). `abandoned` counts short abandons in; they are also told
    apart. Figures count the calls that arrived within the hours asked for, whenever they ended; times of agents count
    within these hours. `erlang_c`, `erlang_a`: in balance, for the mean of the arrivals. `steps`: events handled."""

    intervals: list[dict[str, Value | str]]
    total: dict[str, Value]
    erlang_c: erlang.Expected
    erlang_a: erlang.Expected
    steps: int


def study(
    site: SiteFile,
    queue: Queue,
    traffic: Traffic,
    agents: int,
    *,
    ring_seconds: float = 0,
    seed: int = 1,
    interval_seconds: int = 900,
    keep: Callable[[list[facts.Entry]], None] | None = None,
) -> Study:
    """Run the rules of `site` with so many agents in `queue` and these callers. `keep` is handed the ledger as well.

    Raises `BrokenInvariant` if the rules do what they must never do.
    """
    zone = ZoneInfo(site.site.time_zone)
    crew = staffed(site, queue.id, agents)
    terms = Terms.of(crew, zone)
    book = FigureBook(zone, terms.service_seconds)
    start = start_of(zone)
    run = FloorRun(new_flow(crew, seed), crew, start, ring_seconds, _both(book.take, keep))
    run.run(callers(traffic, seed))
    end = start.wall + traffic.hours * HOUR
    cells = book.cells_at(run.now).between(start.wall, end)
    waiting = _still_waiting(cells, book, run)
    lines = by_queue(
        cells,
        terms,
        Wanted(group=["interval"], interval_seconds=interval_seconds, queues=frozenset([queue.id])),
    )
    return Study(
        intervals=[
            {
                "from": datetime.fromtimestamp(float(begin), zone).isoformat(),
                **_line(sums),
                WAITING: _begun_within(waiting, float(begin), interval_seconds),
            }
            for (begin,), sums in lines.items()
        ],
        total={**_line(_total(cells, terms, queue.id)), WAITING: len(waiting)},
        erlang_c=_expected_c(traffic, queue, agents, ring_seconds),
        erlang_a=_expected_a(traffic, queue, agents, ring_seconds),
        steps=run.steps,
    )


def start_of(zone: ZoneInfo) -> Now:
    """The first moment of a run."""
    return Now(interval_start(START_DAY.timestamp(), 86_400, zone), 1_000.0)


def new_flow(site: SiteFile, seed: int) -> CallFlow:
    """The rules of the site, with chance from the seed."""
    return CallFlow(Plan(site, Silence()), draws(seed))


def _both(fold: OnFacts, keep: OnFacts | None) -> OnFacts:
    if keep is None:
        return fold
    kept = keep

    def both(entries: list[facts.Entry]) -> None:
        fold(entries)
        kept(entries)

    return both


def _total(cells: Cells, terms: Terms, queue: str) -> Sums:
    return by_queue(cells, terms, Wanted(group=[], queues=frozenset([queue]))).get((), Sums())


def _line(sums: Sums) -> dict[str, Value]:
    figures = values_of(sums, QUEUE_FIGURES)
    figures["abandoned"] = sums.queue.abandoned + sums.queue.short_abandoned
    return {name: figures[name] for name in (*SHOWN, *EXTRA)}


def _still_waiting(cells: Cells, book: FigureBook, run: FloorRun) -> list[float]:
    """Beginnings (wall) of the counted intervals in which those joined who wait still; their waits so far go into
    `cells`, whose own longest waits are of calls that were answered or left."""
    places = book.held().places
    found: list[float] = []
    for call in run.flow.calls(run.now):
        place = places.get(call.call)
        if place is None or place.is_answered or (place.interval, place.queue) not in cells.queues:
            continue
        cell = cells.queues[place.interval, place.queue]
        cell.longest_wait_ms = max(cell.longest_wait_ms, milliseconds(call.waited_seconds))
        found.append(place.interval)
    return found


def _begun_within(moments: list[float], begin: float, seconds: float) -> int:
    return sum(begin <= moment < begin + seconds for moment in moments)


def _expected_c(traffic: Traffic, queue: Queue, agents: int, ring_seconds: float) -> erlang.Expected:
    busy = traffic.talk_seconds + queue.wrap_up_seconds + ring_seconds
    return erlang.queue_c(traffic.mean_per_hour() / HOUR, busy, agents, queue.service_level_seconds)


def _expected_a(traffic: Traffic, queue: Queue, agents: int, ring_seconds: float) -> erlang.Expected:
    busy = traffic.talk_seconds + queue.wrap_up_seconds + ring_seconds
    rate, patience = traffic.mean_per_hour() / HOUR, traffic.patience_seconds
    return erlang.queue_a(rate, busy, patience, agents, queue.service_level_seconds)
