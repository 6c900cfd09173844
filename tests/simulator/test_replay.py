"""A recorded day through the rules again."""

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))
from varied_day import VariedDay

from server.call import facts as f
from server.simulator.replay import ReplayRefused, replay


@pytest.mark.parametrize("seed", [1, 2])
def test_a_recorded_day_gives_the_identical_offers(seed: int) -> None:
    day = VariedDay(seed, hours=4)
    result = replay(day.site, day.entries)
    assert len(result.recorded) > 300
    assert result.replayed == result.recorded
    assert result.whys_differ == 0
    assert result.refused == []


def test_other_rules_give_other_offers() -> None:
    day = VariedDay(3, hours=1)
    site = replace(day.site, queue=[replace(queue, strategy="top-down") for queue in day.site.queue])
    result = replay(site, day.entries)
    assert result.replayed != result.recorded


def test_chance_is_given_back() -> None:
    day = VariedDay(4, hours=1, strategy="weighted-random")
    assert any(isinstance(e.fact, f.CallOffered) and e.fact.why.draw is not None for e in day.entries)
    result = replay(day.site, day.entries)
    assert result.replayed == result.recorded


def test_a_ledger_with_a_restart_is_refused() -> None:
    day = VariedDay(5, hours=0.2)
    with pytest.raises(ReplayRefused, match="restarted"):
        replay(day.site, [*day.entries, day.entries[0]])
