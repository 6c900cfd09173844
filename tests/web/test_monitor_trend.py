"""The curve outlives the core, and a store that is away."""

import pytest_twisted
from twisted.internet.task import Clock

from server.web.monitor.recent import RecentFigures
from server.web.monitor.trend import KEEP_EACH, SAMPLE_SECONDS, SHOWN_SECONDS, Trend
from server.wire.monitor import Sample
from tests.fakes.storage import FakeMonitorStore

WALL = 1_790_000_000.0


class Rig:
    """A trend on a clock that is turned by hand."""

    def __init__(self, store: FakeMonitorStore) -> None:
        self.clock = Clock()
        self.store = store
        self.waiting = 0
        self.trend = Trend(self.clock, store, lambda: Sample(WALL + self.clock.seconds(), {"*": (self.waiting, 1)}))

    def run(self, samples: int) -> None:
        for _ in range(samples):
            self.waiting += 1
            self.clock.advance(SAMPLE_SECONDS)


@pytest_twisted.ensureDeferred
async def test_an_early_core_left_its_samples():
    store = FakeMonitorStore()
    store.kept_samples = [Sample(WALL - SHOWN_SECONDS - 1, {}), Sample(WALL - 10, {"*": (9, 9)}), Sample(WALL, {})]
    rig = Rig(store)
    rig.trend.start()
    await rig.trend.load(WALL)
    assert rig.trend.samples == [Sample(WALL - 10, {"*": (9, 9)}), Sample(WALL, {"*": (0, 1)})]
    rig.run(3)
    assert [sample.counts["*"][0] for sample in rig.trend.samples] == [9, 0, 1, 2, 3]
    await rig.trend.stop()
    assert [sample.counts.get("*", (0, 0))[0] for sample in store.kept_samples][-4:] == [0, 1, 2, 3]


@pytest_twisted.ensureDeferred
async def test_samples_wait_for_a_store_that_is_away():
    store = FakeMonitorStore()
    rig = Rig(store)
    rig.trend.start()
    store.failure = ConnectionError("away")
    rig.run(KEEP_EACH + 1)
    assert store.kept_samples == []
    store.failure = None
    rig.run(1)
    assert store.kept_samples == rig.trend.samples
    await rig.trend.stop()
    assert store.kept_samples == rig.trend.samples


@pytest_twisted.ensureDeferred
async def test_no_more_than_two_hours_are_shown():
    rig = Rig(FakeMonitorStore())
    rig.trend.start()
    rig.run(1000)
    assert rig.trend.samples[0].at >= rig.trend.samples[-1].at - SHOWN_SECONDS
    assert len(rig.trend.samples) == 720
    await rig.trend.stop()
    assert len(rig.store.kept_samples) <= 727


class CountedFigures:
    """Figures that count how often they are worked out."""

    def __init__(self) -> None:
        self.asked = {"now": 0, "today": 0}

    def queue_now(self, queue: str, last_seconds: float) -> dict[str, float | None]:
        assert last_seconds == 1800
        self.asked["now"] += 1
        names = ("offered", "answered", "abandoned", "service_level", "abandon_rate", "asa_seconds")
        return dict(zip(names, (4, 3, 1, 0.75, 0.25, None), strict=True))

    def queue_today(self, queue: str) -> dict[str, float | None]:
        self.asked["today"] += 1
        return {"service_level": 0.5}


def test_figures_are_worked_out_when_something_happened_and_not_with_each_message():
    figures, clock = CountedFigures(), Clock()
    given: list[CountedFigures | None] = [None]
    recent = RecentFigures(lambda: given[0], ["sales"], clock.seconds)
    assert recent.now() == {}
    given[0] = figures
    found = recent.now()
    assert set(found) == {"*", "sales"}
    sales = found["sales"]
    assert (sales.offered, sales.service_level, sales.service_level_today, sales.answer_seconds) == (4, 0.75, 0.5, None)
    recent.outdated()
    recent.now()
    assert figures.asked == {"now": 2, "today": 2}  # not again within the second
    clock.advance(1)
    recent.now()
    assert figures.asked == {"now": 4, "today": 2}
    clock.advance(5)
    recent.now()
    assert figures.asked == {"now": 4, "today": 2}  # nothing happened
    clock.advance(5)
    recent.now()
    assert figures.asked == {"now": 6, "today": 4}
