"""A recorded day through the rules again."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "callflow"))
from transcript import ledger_of
from varied_day import VariedDay

from server.acd.routing import STRATEGIES
from server.call import facts as f
from server.simulator.replay import Replayed, replay

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
REPLAYED = sorted(path.stem for path in TRANSCRIPTS.glob("*.txt"))
"""In each the rules are woken when it is due."""


def is_identical(result: Replayed) -> bool:
    return result.replayed == result.recorded and not result.refused


@pytest.mark.parametrize("seed", [1, 2])
def test_a_recorded_day_gives_the_identical_offers(seed: int) -> None:
    day = VariedDay(seed, hours=4)
    result = replay(day.site, day.entries)
    assert len(result.recorded) > 300
    assert is_identical(result)
    assert result.whys_differ == 0


def test_a_day_with_keys_call_backs_and_restarts_gives_them_as_well() -> None:
    day = VariedDay(13, hours=3, keys=True, restarts=5)
    kinds = [type(entry.fact) for entry in day.entries]
    assert kinds.count(f.CoreBegan) == 6
    assert {f.CallBackWanted, f.CallBackAsked, f.CallBackTried, f.CallBackFailed, f.CallBackDeclined} <= set(kinds)
    assert {f.CallTransferred, f.CallReturned, f.CallDiverted, f.DiversionAnswered} <= set(kinds)
    result = replay(day.site, day.entries)
    assert len(result.recorded) > 200
    assert is_identical(result)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    restarts=st.integers(0, 5),
    strategy=st.sampled_from(sorted(STRATEGIES)),
    calls_per_hour=st.sampled_from([40, 130, 220]),
)
def test_whatever_happens_on_a_day_its_replay_has_the_identical_offers(
    seed: int, restarts: int, strategy: str, calls_per_hour: float
) -> None:
    day = VariedDay(seed, 0.5, calls_per_hour, strategy, keys=True, restarts=restarts)
    assert is_identical(replay(day.site, day.entries))


@pytest.mark.parametrize("name", REPLAYED)
def test_every_written_down_call_has_the_identical_offers(name: str) -> None:
    runner = ledger_of(TRANSCRIPTS / f"{name}.txt")
    result = replay(runner.site, runner.ledger)
    assert result.replayed == result.recorded


def of_tasks(entries: Sequence[f.Entry]) -> list[tuple[str, str, float, str]]:
    """What happened to messages that waited as tasks, and when."""
    kinds = (
        f.CallArrived,
        f.CallOffered,
        f.MessagePlayed,
        f.CallBackTried,
        f.CallConnected,
        f.CallBackFailed,
        f.CallClosed,
    )
    calls = {entry.fact.call for entry in entries if isinstance(entry.fact, f.VoicemailTask)}
    return [
        (type(entry.fact).__name__, entry.fact.call, entry.at.mono, str(getattr(entry.fact, "outcome", "")))
        for entry in entries
        if isinstance(entry.fact, kinds) and entry.fact.call in calls
    ]


@pytest.mark.parametrize("name", [name for name in REPLAYED if name.startswith("message_tasks")])
def test_messages_wait_are_heard_and_end_as_tasks(name: str) -> None:
    runner = ledger_of(TRANSCRIPTS / f"{name}.txt")
    recorded = of_tasks(runner.ledger)
    assert len(recorded) >= 8
    result = replay(runner.site, runner.ledger)
    assert of_tasks(result.made) == recorded
    assert is_identical(result)


def test_a_number_that_was_typed_and_not_confirmed_is_not_in_the_ledger() -> None:
    day = VariedDay(13, hours=3, keys=True)
    typed = [caller for caller in day.pressed if "*" in caller and "55555" in caller]
    assert typed
    assert not any("55555" in repr(entry.fact) for entry in day.entries)


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
