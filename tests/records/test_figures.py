"""Figures: the monitor's fold and the report's fold give the same, to the last digit, and agree with the records."""

import itertools
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "simulator"))
sys.path.insert(0, str(Path(__file__).parent))
import call_stories as told
from varied_day import ZONE, VariedDay

from server.call import facts as f
from server.call.now import Now
from server.records.book import Book
from server.records.call_so_far import CallSoFar, record_of
from server.records.cells import Cells, QueueCell, interval_start, milliseconds, total_agent, total_queue
from server.records.figure_book import FigureBook
from server.records.figures import AGENT_FIGURES, CUSTOMER_FIGURES, QUEUE_FIGURES, Sums, figure_named, values_of
from server.records.live_figures import LiveFigures
from server.records.summary import Terms, Wanted, by_agent, by_customer, by_queue
from server.reports.period import INTERVALS

DAY = VariedDay(1)
TERMS = Terms.of(DAY.site, ZONE)


def folded(entries: list[f.Entry]) -> FigureBook:
    book = FigureBook(ZONE, TERMS.service_seconds)
    book.take(entries)
    return book


def until(hours: float) -> tuple[list[f.Entry], Now]:
    moment = Now(DAY.start.wall + hours * 3600, DAY.start.mono + hours * 3600)
    return [entry for entry in DAY.entries if entry.at.mono <= moment.mono], moment


def test_the_wall_at_six_shows_what_the_report_for_the_day_shows() -> None:
    """The day begins at 12:00 here, so that 18:00 is six hours later; the report folds all at once."""
    entries, six = until(6)
    clock = [DAY.start]
    live = LiveFigures(TERMS, lambda: clock[0])
    for entry in entries:
        clock[0] = entry.at
        live.take([entry])
        if entry.position % 200 == 0:  # whoever looks meanwhile changes nothing
            live.queue_today("billing")
    clock[0] = six
    cells = folded(entries).cells_at(six).between(DAY.start.wall, six.wall)
    for queue in ("billing", "rescue"):
        lines = by_queue(cells, TERMS, Wanted(group=["queue", "interval"], queues=frozenset([queue])))
        whole = by_queue(cells, TERMS, Wanted(group=["queue"]))[(queue,)]
        assert dict(live.queue_today(queue)) == values_of(whole, QUEUE_FIGURES)
        assert sum(sums.queue.offered for sums in lines.values()) == whole.queue.offered
        for (_, start), sums in lines.items():
            assert dict(live.interval(queue, float(start), float(start) + 900)) == values_of(sums, QUEUE_FIGURES)
    for agent in DAY.site.agent:
        sums = by_agent(cells, TERMS, Wanted(group=["agent"]))[(agent.id,)]
        assert live.agent_today(agent.id) == values_of(sums, AGENT_FIGURES)


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, len(DAY.entries)), max_size=12), again=st.integers(0, 50))
def test_folding_in_pieces_is_folding_in_one_go(cuts: list[int], again: int) -> None:
    book = FigureBook(ZONE, TERMS.service_seconds)
    places = [0, *sorted(cuts), len(DAY.entries)]
    for start, end in itertools.pairwise(places):
        book.take(DAY.entries[max(0, start - again) : end])  # some come twice, and count once
    assert book.cells() == folded(DAY.entries).cells()


def test_a_fold_goes_on_where_another_stopped() -> None:
    first = folded(DAY.entries[:5000])
    second = FigureBook(ZONE, TERMS.service_seconds, first.held())
    second.take(DAY.entries)
    cells = first.cells()
    cells.add(second.cells())
    assert cells == folded(DAY.entries).cells()


def finished_calls() -> list[CallSoFar]:
    found: dict[str, CallSoFar] = {}
    book = Book(ZONE)
    for call in book.take(DAY.entries).closed:
        found[call.arrived.call] = call
    return list(found.values())


def test_the_figures_are_the_sums_of_the_records() -> None:
    cell = total_queue(folded(DAY.entries).cells().queues.values())
    records = [record_of(call) for call in finished_calls()]
    answered = [record for record in records if record.answered_at is not None]
    left = [r for r in records if r.answered_at is None and r.outcome in ("abandoned", "short-abandoned")]
    assert cell.answered == len(answered) > 300
    assert cell.abandoned + cell.short_abandoned == len(left) > 100
    assert cell.wait_answered_ms == sum(milliseconds(record.wait_seconds) for record in answered)
    assert cell.wait_abandoned_ms == sum(milliseconds(record.wait_seconds) for record in left)
    assert cell.handled == sum(len(record.conversations) for record in answered)
    assert cell.transferred == sum(len(record.transfers) for record in records) > 20
    to_queues = [t.to for record in records for t in record.transfers if t.to.startswith("queue:")]
    assert cell.transferred_in == len(to_queues) > 10
    assert cell.talk_ms == sum(milliseconds(record.talk_seconds) for record in answered)
    assert cell.hold_ms == sum(milliseconds(record.hold_seconds) for record in answered) > 0
    assert cell.wrap_up_ms == sum(milliseconds(record.wrap_up_seconds) for record in answered)


def test_every_call_is_counted_once_in_each_queue_that_it_joined() -> None:
    for cell in folded(DAY.entries).cells().queues.values():
        ended = cell.answered + cell.abandoned + cell.short_abandoned + cell.overflowed + cell.call_back
        assert cell.offered == ended + cell.voicemail + cell.other
    overflowed = total_queue(c for key, c in folded(DAY.entries).cells().queues.items() if key[1] == "billing")
    assert overflowed.overflowed > 10


def test_an_agents_time_is_whole_and_is_that_of_the_agents_day() -> None:
    entries, now = until(7.5)
    book = Book(ZONE)
    book.take(entries)
    cells = folded(entries).cells_at(now)
    for day in book.agent_days(now):
        cell = total_agent(c for key, c in cells.agents.items() if key[1] == day.agent)
        assert cell.logged_in_us == pytest.approx(day.logged_in_seconds * 1_000_000, abs=600)
        assert cell.talk_us == pytest.approx(day.talk_seconds * 1_000_000, abs=600)
        assert cell.hold_us == pytest.approx(day.hold_seconds * 1_000_000, abs=600)
        assert cell.wrap_up_us == pytest.approx(day.wrap_up_seconds * 1_000_000, abs=600)
        assert cell.idle_us == pytest.approx(day.idle_seconds * 1_000_000, abs=600)
        assert cell.ringing_us == pytest.approx(day.ringing_seconds * 1_000_000, abs=600)
        assert {r: us / 1_000_000 for r, us in cell.not_ready_us.items()} == pytest.approx(day.not_ready, abs=0.002)
        assert (cell.calls, cell.offered, cell.missed) == (day.calls, day.offered, day.missed)


def test_no_interval_of_an_agent_is_longer_than_five_minutes() -> None:
    cells = folded(DAY.entries).cells()
    assert max(cell.logged_in_us for cell in cells.agents.values()) <= 300_000_000
    assert len(cells.agents) > 100


def test_one_call_by_hand() -> None:
    """The call waits 4 s, talks 50 s, is held 10 s and wrapped up for 12.5 s."""
    book = FigureBook(ZONE, {"service": 20})
    book.take(told.entries(*told.answered_call()))
    terms = Terms(zone=ZONE, service_seconds={"service": 20}, abandons={}, members={"service": ["ana"]})
    (sums,) = by_queue(book.cells(), terms, Wanted(group=[])).values()
    shown = values_of(sums, QUEUE_FIGURES)
    assert shown["offered"] == shown["answered"] == shown["within"] == shown["handled"] == 1
    assert shown["asa_seconds"] == shown["longest_wait_seconds"] == 4.0
    assert shown["aht_seconds"] == 72.5
    assert shown["connected_seconds"] == 60.0
    assert shown["service_level"] == 1.0
    assert shown["occupancy"] == 1.0
    assert shown["utilisation"] == round(60 / 72.5, 6)
    assert shown["abandon_rate"] == 0.0
    (customer,) = by_customer(book.cells(), terms, Wanted(group=["customer"])).items()
    assert customer[0] == ("+493012345678",)
    assert values_of(customer[1], CUSTOMER_FIGURES)["customer_talk_seconds"] == 50.0


def test_whoever_the_agent_recognises_in_the_wrap_up_is_the_customer() -> None:
    story = told.answered_call()
    known = (story[-2][0] + 1, f.CustomerKnown(call="c1", customer="k7", by="ana"))
    book = FigureBook(ZONE, {"service": 20})
    book.take(told.entries(*story[:-1], known, story[-1]))
    ((_, customer),) = book.cells().customers
    assert customer == "k7"


def test_a_call_back_is_its_own_outcome() -> None:
    story: list[tuple[float, f.AnyFact]] = [
        (0.0, told.arrived()),
        (0.0, told.queued(0.0)),
        (40.0, f.CallBackAsked(call="c1", queue="service", number="+493012345678")),
        (200.0, told.offered()),
        (205.0, told.connected()),
        (265.0, f.CallReleased(call="c1", by="customer", cause="normal", agent="ana")),
        (265.0, told.wrap_up_began(265.0)),
        (265.0, f.CallClosed(call="c1", outcome="call-back", cause="normal")),
        (275.0, f.WrapUpEnded(agent="ana", call="c1", by="agent")),
    ]
    book = FigureBook(ZONE, {"service": 20})
    book.take(told.entries(*story))
    (cell,) = book.cells().queues.values()
    assert cell == QueueCell(offered=1, call_back=1, call_back_reached=1, handled=1, talk_ms=60_000, wrap_up_ms=10_000)


@pytest.mark.parametrize(("abandons", "level"), [("left-out", 60 / 90), ("against", 0.6), ("for", 0.7)])
def test_the_three_service_levels(abandons: str, level: float) -> None:
    cell = QueueCell(offered=100, answered=75, within=60, abandoned=20, short_abandoned=5, abandoned_within=10)
    sums = Sums()
    sums.add_queue(cell, abandons)
    shown = values_of(sums, QUEUE_FIGURES)
    assert shown["service_level"] == round(level, 6)
    assert shown["abandon_rate"] == round(20 / 95, 6)


def test_a_reasons_time_is_a_figure_of_its_own() -> None:
    figure = figure_named("not_ready:lunch", AGENT_FIGURES)
    assert figure is not None
    cells = folded(DAY.entries).cells()
    sums = by_agent(cells, TERMS, Wanted(group=[]))[()]
    assert figure.compute(sums) == round(sums.agent.not_ready_us["lunch"] / 1_000_000, 3) > 0
    assert figure_named("not_ready:lunch", CUSTOMER_FIGURES) is None
    assert figure_named("no_such", QUEUE_FIGURES) is None


def test_intervals_follow_the_local_day() -> None:
    midnight = interval_start(DAY.start.wall, 86_400, ZONE)
    assert interval_start(midnight + 86_399, 86_400, ZONE) == midnight
    assert interval_start(midnight + 3_000, 900, ZONE) == midnight + 2_700
    for length in (60, 420, 100_000, 0):
        with pytest.raises(ValueError, match="interval"):
            interval_start(midnight, length, ZONE)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Santiago", "America/Havana", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("seconds", sorted(INTERVALS.values()))
def test_intervals_cover_the_year_and_none_is_torn(zone: str, seconds: int) -> None:
    """Each begins within itself, goes on until the next begins, and begins at its time by the wall's clock, but for
    times that are left out. A repeated hour is told apart where intervals are no longer than it."""
    zone_info, begun = ZoneInfo(zone), 0.0
    for wall in range(1_798_761_600, 1_798_761_600 + 366 * 86_400, 900):
        start = interval_start(wall, seconds, zone_info)
        assert start <= wall
        assert start >= begun, "a moment that follows belongs to the same interval or to a later one"
        if start == begun:
            continue
        begun, local = start, datetime.fromtimestamp(start, zone_info)
        assert interval_start(start, seconds, zone_info) == start
        was = datetime.fromtimestamp(start - 1, zone_info)
        if was.utcoffset() == local.utcoffset():
            assert (local.hour * 3600 + local.minute * 60) % seconds == 0


def test_old_cells_are_forgotten_and_the_newer_stay() -> None:
    cells: Cells = folded(DAY.entries).cells()
    half = DAY.start.wall + 4 * 3600
    later = len(cells.between(half, float("inf")).queues)
    cells.forget_before(half)
    assert len(cells.queues) == later > 0
