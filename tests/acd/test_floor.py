"""The floor: who is matched with whom, and why."""

import sys
from pathlib import Path

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from floor_rig import Rig, agent
from recompute import agent_of, call_is_first

from server.acd.floor import Floor
from server.acd.line import QueueRules
from server.call.now import Now
from server.call.states import IllegalTransition, WorkState


def test_longest_idle_takes_who_is_free_longest() -> None:
    rig = Rig({"x": ["a"], "y": ["a"], "z": ["a"]})
    for name, since in (("x", 30.0), ("y", 10.0), ("z", 20.0)):
        rig.free(name, idle_since=since)
    rig.join("c1")
    match = rig.take()
    assert match is not None
    assert match.agent == "y"
    assert match.why.sentence == (
        "y: the agent who has been free longest, of 3 free (free for 90 s); the caller waited 10 s"
    )
    assert rig.take() is None


def test_top_down_takes_the_first_of_the_fixed_order() -> None:
    rig = Rig({"x": ["b"], "y": ["b"]})
    rig.free("x", idle_since=50)
    rig.free("y", idle_since=1)
    rig.join("c1", "b")
    rig.join("c2", "b", 91)
    first, second = rig.take(), rig.take()
    assert first is not None
    assert second is not None
    assert [first.agent, second.agent] == ["x", "y"]


def test_a_free_agent_gets_the_higher_priority_then_the_longer_wait() -> None:
    rig = Rig({"x": ["a", "b"]})
    rig.join("early", "a", 10)
    rig.join("late", "a", 20)
    rig.join("urgent", "b", 30, priority=5)
    served = []
    for _ in range(3):
        rig.free("x")
        match = rig.take()
        assert match is not None
        assert call_is_first(match.why)
        served.append((match.call.call, [rival.call for rival in match.why.rivals]))
    assert served == [("urgent", ["early"]), ("early", []), ("late", [])]


def test_between_queues_of_one_priority_the_one_that_is_short_of_its_goal_comes_first() -> None:
    rig = Rig({"x": ["a", "b"]})
    rig.join("early", "a", 10)
    rig.join("late", "b", 50)
    rig.floor.set_need("b", 15)
    rig.free("x")
    match = rig.take()
    assert match is not None
    assert match.call.call == "late"
    assert call_is_first(match.why)
    assert match.why.sentence.endswith("before the queue a: its service level is 15 points short, there 0")


def test_not_offered_twice_running_to_the_same_agent_while_another_is_free() -> None:
    rig = Rig({"x": ["a"], "y": ["a"]})
    rig.free("x", idle_since=1)
    rig.free("y", idle_since=50)
    rig.join("c1", last_agent="x")
    match = rig.take()
    assert match is not None
    assert match.agent == agent_of(match.why) == "y"
    assert [(one.agent, one.passed_over) for one in match.why.candidates] == [("y", ""), ("x", "had the last offer")]
    rig.join("c2", last_agent="x")
    match = rig.take()
    assert match is not None
    assert match.agent == "x", "nobody else is free"


def test_positions_and_the_longest_wait_count_all_priorities() -> None:
    rig = Rig({"x": ["a"]})
    rig.join("plain", joined=10)
    rig.join("gold", joined=20, priority=3)
    rig.join("late", joined=30)
    assert rig.floor.waiting("a") == ["gold", "plain", "late"]
    assert [rig.floor.position(call) for call in ("gold", "plain", "late", "gone")] == [1, 2, 3, None]
    assert rig.floor.longest_waiting("a") == "plain"
    rig.floor.leave("plain")
    assert rig.floor.longest_waiting("a") == "gold"


def test_an_unknown_strategy_is_an_error() -> None:
    with pytest.raises(KeyError):
        Floor([QueueRules("a", "fastest")], {})


def test_an_illegal_transition_changes_nothing() -> None:
    someone = agent("x")
    before = msgspec.structs.asdict(someone)
    with pytest.raises(IllegalTransition, match="idle cannot become talking"):
        someone.move(WorkState.TALKING, Now(1.0, 1.0))
    assert msgspec.structs.asdict(someone) == before


def test_a_call_back_keeps_a_place_but_takes_up_no_line() -> None:
    rig = Rig({"x": ["a"]})
    rig.join("c1")
    rig.join("c2", joined=91)
    rig.join("c1", away=True)  # the caller hung up and is called back
    assert (rig.floor.waiting("a"), rig.floor.callers("a")) == (["c1", "c2"], 1)
    rig.floor.leave("c1")
    assert rig.floor.callers("a") == 1
    rig.floor.leave("c2")
    assert rig.floor.callers("a") == 0
