"""The expected wait that the rules write down for each caller, against the wait that came: in simulated days."""

from collections import deque

import msgspec
import pytest

from server.call import facts
from server.config.site import SiteFile
from server.simulator.arrivals import Traffic
from server.simulator.study import study


class Errors:
    """Absolute errors, call by call, of the rules' estimate and of the mean wait of the hour before."""

    def __init__(self) -> None:
        self.ours: list[float] = []
        self.last_hours_mean: list[float] = []
        self._told: dict[str, tuple[float, float, float]] = {}
        self._waits: deque[tuple[float, float]] = deque()
        self._sum = 0.0

    def take(self, entries: list[facts.Entry]) -> None:
        """Follow the ledger."""
        for entry in entries:
            fact, now = entry.fact, entry.at.mono
            if isinstance(fact, facts.CallQueued) and fact.expected_seconds is not None:
                while self._waits and self._waits[0][0] < now - 3600:
                    self._sum -= self._waits.popleft()[1]
                mean = self._sum / len(self._waits) if self._waits else 0.0
                self._told[fact.call] = (now, fact.expected_seconds, mean)
            elif isinstance(fact, facts.CallConnected):
                self._answered(fact.call, now)

    def _answered(self, call: str, now: float) -> None:
        if call not in self._told:
            return
        joined, expected, mean = self._told.pop(call)
        self.ours.append(abs(now - joined - expected))
        self.last_hours_mean.append(abs(now - joined - mean))
        self._waits.append((now, now - joined))
        self._sum += now - joined


@pytest.mark.parametrize(
    ("agents", "calls", "hours", "ring", "wrap_up"),
    [(6, [90, 130], 24, 0, 0), (20, [320, 400, 350], 12, 4, 15), (60, [1150, 1250], 6, 3, 0)],
)
def test_it_beats_the_last_hours_mean(
    agents: int, calls: list[float], hours: float, ring: float, wrap_up: float
) -> None:
    site = msgspec.convert(
        {
            "queue": [{"id": "q", "wrap_up_seconds": wrap_up}],
            "agent": [{"id": "ana", "queues": ["q"]}],
        },
        SiteFile,
    )
    seen = Errors()
    traffic = Traffic(calls_per_hour=calls, hours=hours, talk_seconds=170 - ring - wrap_up, patience_seconds=240)
    study(site, site.queue[0], traffic, agents, ring_seconds=ring, seed=5, keep=seen.take)
    assert len(seen.ours) > 300
    ours, mean = (sum(errors) / len(errors) for errors in (seen.ours, seen.last_hours_mean))
    assert ours < 0.75 * mean
