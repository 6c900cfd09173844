"""Each strategy by itself, with tiers, penalties, sticky agents; and every choice recomputed from its reason."""

import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from floor_rig import Rig
from recompute import agent_of, call_is_first

from server.acd.line import Tier
from server.acd.routing import STRATEGIES

TIERS = (Tier(0, "english >= 5"), Tier(30, "english >= 3"))


def one_queue(strategy: str, names: str = "xyz", **more: object) -> Rig:
    rig = Rig({name: ["a"] for name in names}, {"a": strategy}, **more)  # type: ignore[arg-type]
    rig.all_free()
    return rig


def test_fewest_calls() -> None:
    rig = one_queue("fewest-calls")
    for name, calls in (("x", 4), ("y", 2), ("z", 3)):
        rig.free(name, calls_taken=calls)
    rig.join("c1")
    match = rig.take()
    assert match is not None
    assert match.agent == "y"
    assert "2 calls since log-in" in match.why.sentence


def test_least_talk_time() -> None:
    rig = one_queue("least-talk-time")
    for name, seconds in (("x", 40.0), ("y", 200.0), ("z", 30.5)):
        rig.free(name, talk_seconds=seconds)
    assert rig.served(1) == ["z"]


def test_round_robin_goes_on_after_the_last_one() -> None:
    rig = one_queue("round-robin")
    assert rig.served(4) == ["x", "y", "z", "x"]
    rig.floor.offered("a", "z")
    assert rig.served(2) == ["x", "y"]


def test_round_robin_leaves_out_who_is_not_free() -> None:
    rig = one_queue("round-robin")
    rig.join("c1")
    rig.join("c2")
    assert [match.agent for match in (rig.take(), rig.take()) if match] == ["x", "y"]
    rig.free("x")
    assert rig.served(2) == ["z", "x"]


def test_random_takes_whom_the_draw_names() -> None:
    draws = iter([0.0, 0.34, 0.67, 0.999])
    rig = one_queue("random", draw=lambda: next(draws))
    assert rig.served(4) == ["x", "y", "z", "z"]


def test_weighted_random_shares_by_weight() -> None:
    steps = iter([number / 60 for number in range(60)])
    rig = Rig({"x": [("a", 0, 0, 1)], "y": [("a", 0, 0, 3)], "z": [("a", 0, 0, 2)]}, {"a": "weighted-random"},
              draw=lambda: next(steps))  # fmt: skip
    rig.all_free()
    assert Counter(rig.served(60)) == {"x": 10, "y": 30, "z": 20}


def test_a_small_penalty_is_asked_first() -> None:
    rig = Rig({"x": [("a", 0, 2)], "y": [("a", 0, 1)], "z": [("a", 0, 1)]}, {"a": "longest-idle"})
    for name, since in (("x", 1.0), ("y", 9.0), ("z", 5.0)):
        rig.free(name, idle_since=since)
    rig.join("c1")
    match = rig.take()
    assert match is not None
    assert match.agent == agent_of(match.why) == "z"


def test_tiers_widen_with_the_waiting_time() -> None:
    rig = Rig({"good": [("a", 0)], "fair": [("a", 1)]}, {"a": "longest-idle"}, TIERS)
    rig.free("fair", idle_since=1)
    assert rig.join("c1", joined=100, mono=100) == 130
    assert rig.take(129) is None
    assert rig.floor.widen("c1", 130) is None
    match = rig.take(130)
    assert match is not None
    assert match.agent == "fair"
    assert match.why.tier == 1
    assert match.why.sentence.endswith("the caller waited 30 s; asked for: english >= 3")


@given(joined=st.floats(0, 1e6), after=st.floats(0.001, 86_400))
def test_a_tier_is_reached_at_the_very_moment_that_was_named(joined: float, after: float) -> None:
    rig = Rig({"x": [("a", 1)]}, {"a": "longest-idle"}, (Tier(0), Tier(after)))
    due = rig.join("c1", joined=joined, mono=joined)
    if due is not None:
        assert rig.floor.widen("c1", due) is None
        assert rig.floor.line("a").tier_of("c1") == 1


def test_better_skills_come_first_and_others_are_not_kept_waiting() -> None:
    rig = Rig({"good": [("a", 0)], "fair": [("a", 1)]}, {"a": "longest-idle"}, TIERS)
    rig.join("old", joined=50, mono=100)
    rig.join("new", joined=99, mono=100)
    rig.free("fair", idle_since=1)
    match = rig.take()
    assert match is not None
    assert (match.call.call, match.agent) == ("old", "fair")
    rig.free("fair")
    assert rig.take() is None, "the new one needs a better agent"
    rig.free("good", idle_since=99)
    rig.join("old again", joined=50, mono=100)
    match = rig.take()
    assert match is not None
    assert (match.call.call, match.agent) == ("old again", "good")


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_who_spoke_last_with_the_caller_is_preferred(strategy: str) -> None:
    rig = one_queue(strategy)
    rig.join("c1", preferred="z")
    match = rig.take()
    assert match is not None
    assert match.agent == agent_of(match.why) == "z"
    assert "spoke last with this caller" in match.why.sentence
    rig.join("c2", preferred="z")
    match = rig.take()
    assert match is not None
    assert match.agent != "z", "nobody waits for one agent while another is free"


QUEUES = "abc"
MEMBER = st.tuples(st.sampled_from(QUEUES), st.integers(0, 1), st.integers(0, 2), st.integers(1, 3))

MEMBERSHIPS = st.lists(MEMBER, min_size=1, max_size=3, unique_by=lambda member: member[0])


@settings(max_examples=300, deadline=None)
@given(
    strategies=st.lists(st.sampled_from(sorted(STRATEGIES)), min_size=3, max_size=3),
    members=st.lists(
        st.tuples(st.floats(0, 99), st.integers(0, 3), MEMBERSHIPS),
        max_size=8,
    ),
    calls=st.lists(
        st.tuples(st.sampled_from(QUEUES), st.integers(-2, 2), st.floats(0, 99), st.integers(0, 7), st.integers(0, 7)),
        max_size=12,
    ),
    needs=st.lists(st.sampled_from([0, 5, 10]), min_size=3, max_size=3),
    data=st.data(),
)  # fmt: skip
def test_who_can_be_matched_is_and_each_choice_follows_from_its_reason(
    strategies: list[str],
    members: list[tuple[float, int, list[tuple[str, int, int, int]]]],
    calls: list[tuple[str, int, float, int, int]],
    needs: list[int],
    data: st.DataObject,
) -> None:
    rig = Rig({f"x{number}": list(theirs) for number, (_, _, theirs) in enumerate(members)},
              dict(zip(QUEUES, strategies, strict=True)), TIERS,
              lambda: data.draw(st.floats(0, 1, exclude_max=True)))  # fmt: skip
    for queue, need in zip(QUEUES, needs, strict=True):
        rig.floor.set_need(queue, need)
    for number, (queue, priority, joined, last, preferred) in enumerate(calls):
        rig.join(f"c{number}", queue, joined, priority=priority, last_agent=f"x{last}", preferred=f"x{preferred}")
    for number, (idle_since, taken, _) in enumerate(members):
        rig.free(f"x{number}", idle_since=idle_since, calls_taken=taken, talk_seconds=taken * 10.0)
    tier_of = {
        (f"x{number}", queue): tier for number, (_, _, theirs) in enumerate(members) for queue, tier, *_ in theirs
    }
    while (match := rig.take()) is not None:
        assert tier_of[match.agent, match.call.queue] <= match.why.tier
        assert match.why.tier == (1 if match.call.joined_mono + 30 <= 100 else 0)
        assert agent_of(match.why) == match.agent
        assert call_is_first(match.why)
    for queue in QUEUES:
        line = rig.floor.line(queue)
        for call in rig.floor.waiting(queue):
            assert all(tier_of[name, queue] > line.tier_of(call) for name in rig.floor.free_agents(queue))


@settings(max_examples=30, deadline=None)
@given(draw=st.floats(0, 1, exclude_max=True), weights=st.lists(st.integers(1, 100), min_size=30, max_size=90))
def test_a_draw_among_many_is_recomputed_from_the_part_that_is_kept(draw: float, weights: list[int]) -> None:
    rig = Rig({f"x{number}": [("a", 0, 0, weight)] for number, weight in enumerate(weights)},
              {"a": "weighted-random"}, draw=lambda: draw)  # fmt: skip
    rig.all_free()
    rig.join("c1")
    match = rig.take()
    assert match is not None
    assert len(match.why.candidates) <= 20
    assert match.why.tickets == sum(weights)
    assert agent_of(match.why) == match.agent
