"""What was learnt about waiting outlives a restart of the core: from a checkpoint, or from the ledger alone."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from varied_day import VariedDay

from server.call import facts as f
from server.call.now import Now
from server.callflow import CallFlow
from server.callflow.state import decode
from server.simulator.study import new_flow

DAY = VariedDay(7, hours=3, keys=True)
NOW = DAY.run.now


def learnt(flow: CallFlow) -> dict[str, tuple[float | None, float | None]]:
    return {queue.id: (queue.expected_wait_seconds, queue.wait_error_seconds) for queue in flow.queues()}


def taken_over(checkpoint: bytes | None, entries: list[f.Entry], boot: str = "simulation") -> CallFlow:
    fresh = new_flow(DAY.site, 1)
    fresh.recover(checkpoint, entries)
    fresh.begin(boot, "", Now(NOW.wall + 1, NOW.mono + 1))
    return fresh


def test_the_estimate_and_its_error_go_on() -> None:
    before = learnt(DAY.flow)
    expected, error = before["billing"]
    assert error is not None
    assert error > 0
    assert expected is not None
    assert learnt(taken_over(DAY.flow.checkpoint(), [])) == before


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_checkpoint_and_the_rest_of_the_ledger_are_the_whole_ledger(share: float) -> None:
    half = int(len(DAY.entries) * share)
    first = new_flow(DAY.site, 1)
    first.recover(None, DAY.entries[:half])
    rest = taken_over(first.checkpoint(), DAY.entries[half:])
    whole = taken_over(None, DAY.entries)
    assert decode(rest.checkpoint()) == decode(whole.checkpoint())
    assert learnt(rest) == learnt(whole) == learnt(DAY.flow)


def test_moments_of_another_boot_teach_nothing_wrong() -> None:
    """The means stay; who waited or talked over the boot is not measured with two clocks."""
    fresh = taken_over(DAY.flow.checkpoint(), [], boot="another")
    memory = fresh._world.waits.memory
    assert memory.queues["billing"].error.count > 50
    assert not memory.told
    assert not memory.taken
    assert all(queue.last_offer is None for queue in memory.queues.values())
