"""What the status monitor keeps over a restart."""

from pathlib import Path

from pytest_twisted import ensureDeferred
from storage_rig import WALL, running

from server.wire.monitor import Limits, Sample, Thresholds


@ensureDeferred
async def test_thresholds_are_kept_until_they_are_taken_back(tmp_path: Path) -> None:
    strict = Thresholds(waiting=Limits(1, 2), ready=Limits(3, None))
    async with running(tmp_path) as storage:
        assert await storage.monitor.thresholds() == {}
        await storage.monitor.save_thresholds("sales", Thresholds(), "sofia")
        await storage.monitor.save_thresholds("sales", strict, "sofia")
        await storage.monitor.save_thresholds("*", Thresholds(), "sofia")
    async with running(tmp_path) as storage:
        assert await storage.monitor.thresholds() == {"sales": strict, "*": Thresholds()}
        await storage.monitor.save_thresholds("*", None, "sofia")
        assert list(await storage.monitor.thresholds()) == ["sales"]


@ensureDeferred
async def test_samples_are_kept_for_as_long_as_they_are_shown(tmp_path: Path) -> None:
    samples = [Sample(WALL + 10 * turn, {"*": (turn, 2), "sales": (turn, 1)}) for turn in range(9)]
    async with running(tmp_path) as storage:
        for start in (0, 3, 6):
            await storage.monitor.add_samples(samples[start : start + 3], WALL - 7200)
    async with running(tmp_path) as storage:
        assert await storage.monitor.samples(WALL - 7200) == samples
        assert await storage.monitor.samples(WALL + 15) == samples[2:]
        await storage.monitor.add_samples([], WALL + 30)
        assert await storage.monitor.samples(0) == samples[3:]
