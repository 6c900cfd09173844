"""Calls that ring at several agents' phones, as the floor sees them: who joins, in which order, and who does not."""

import sys
from pathlib import Path

from hypothesis import given, strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from floor_rig import Rig
from recompute import agent_of, call_is_first

from server.acd.floor import Match
from server.acd.line import Tier
from server.acd.waiting_call import WaitingCall
from server.call.states import WorkState


class Rings(Rig):
    """Queue `a` rings at several; `most` phones may ring for a call."""

    def __init__(self, names: str = "wxyz", most: int = 10, **more: object) -> None:
        members: dict[str, list[object]] = {name: ["a", "b"] for name in names}
        super().__init__(more.pop("members", members), {"a": "ring-all", "b": "longest-idle"}, **more)  # type: ignore[arg-type]
        self.most = most
        self.mono = 100.0
        self.rung: dict[str, list[str]] = {}
        for order, one in enumerate(self.agents.values()):
            one.idle_since = 10.0 + order
        self.all_free()

    def offers(self, mono: float = 100) -> list[str]:
        """All that is offered now, as `call agent`; every choice is recomputed from its reason."""
        found = []
        self.mono = mono
        while (match := self.floor.next_match(mono, self.draw)) is not None:
            assert agent_of(match.why) == match.agent
            assert call_is_first(match.why)
            found.append(f"{match.call.call} {match.agent}")
            self.carry_out(match)
        return found

    def carry_out(self, match: Match) -> None:
        self.floor.leave(match.call.call)
        self.agents[match.agent].work_state = WorkState.RESERVED
        self.floor.agent_changed(self.agents[match.agent])
        if match.call.queue == "a":
            self.rung.setdefault(match.call.call, []).append(match.agent)
            self.tell_floor(match.call)
            self.floor.asked(match.call.call, match.agent)

    def tell_floor(self, call: WaitingCall) -> None:
        self.floor.ring(call, len(self.rung[call.call]), self.most, self.mono)


def test_everybody_who_is_free_rings_the_longest_free_first() -> None:
    rig = Rings()
    rig.join("c1")
    assert rig.offers() == ["c1 w", "c1 x", "c1 y", "c1 z"]
    assert rig.offers() == []


def test_no_more_phones_ring_than_may() -> None:
    rig = Rings(most=2)
    rig.join("c1")
    assert rig.offers() == ["c1 w", "c1 x"]
    rig.most = 3
    rig.tell_floor(WaitingCall("c1", "a", 0, 90))
    assert rig.offers() == ["c1 y"]


def test_who_declined_is_not_asked_again_in_the_same_ring_and_the_next_one_is() -> None:
    rig = Rings(most=2)
    rig.join("c1")
    rig.offers()
    rig.rung["c1"].remove("w")
    rig.free("w")
    rig.tell_floor(WaitingCall("c1", "a", 0, 90))
    assert rig.offers() == ["c1 y"]
    rig.floor.ring_over("c1")
    rig.join("c1")
    assert rig.offers()[0] == "c1 w"


def test_a_caller_for_whom_nobody_rings_comes_first() -> None:
    rig = Rings("x")
    rig.join("c1")
    assert rig.offers() == ["c1 x"]
    rig.join("c2")
    rig.join("c3", "b", joined=95)
    assert rig.offers() == []
    rig = Rings("wyz")
    rig.join("c1")
    rig.join("c2", joined=91)
    assert rig.offers() == ["c1 w", "c2 y", "c1 z"]


def test_one_more_phone_goes_to_the_call_that_is_worth_more() -> None:
    rig = Rings("xy")
    rig.join("c1")
    rig.join("c2", joined=91, priority=3)
    assert rig.offers() == ["c2 x", "c1 y"]
    rig = Rings("wxyz")
    rig.join("c1", priority=1)
    rig.join("c2", joined=91, priority=3)
    assert rig.offers() == ["c2 w", "c1 x", "c2 y", "c2 z"]


def test_the_next_tier_joins_when_its_time_has_come() -> None:
    tiers = (Tier(0, "english >= 5"), Tier(30, "english >= 3"))
    rig = Rings(members={"x": [("a", 0)], "y": [("a", 1)]}, tiers=tiers)
    assert rig.join("c1", joined=90, mono=100) == 120
    assert rig.offers(100) == ["c1 x"]
    assert rig.floor.widen("c1", 119) == 120
    assert rig.offers(119) == []
    assert rig.floor.widen("c1", 120) is None
    assert rig.offers(120) == ["c1 y"]


def test_a_call_that_rings_no_longer_gets_nobody() -> None:
    rig = Rings("x")
    rig.join("c1")
    rig.offers()
    rig.floor.ring_over("c1")
    rig.free("x")
    assert rig.offers() == []
    assert rig.floor.widen("c1", 1000) is None


def test_the_reason_says_with_how_many_it_rings() -> None:
    rig = Rings("xyz")
    rig.join("c1")
    sentences = []
    while (match := rig.floor.next_match(100, rig.draw)) is not None:
        sentences.append(match.why.sentence.partition(" (")[0])
        rig.carry_out(match)
    everybody = "everybody who is free, the longest free first"
    assert sentences == [
        f"x: {everybody}, of 3 free",
        f"y: rings along with 1 other: {everybody}, of 2 left",
        f"z: rings along with 2 others: {everybody}, of 1 left",
    ]


def test_of_two_calls_that_ring_the_reason_of_one_more_tells_the_other() -> None:
    members: dict[str, list[object]] = {"x": ["a"], "y": ["b"], "z": ["a", "b"]}
    rig = Rig(members, {"a": "ring-all", "b": "ring-all"})
    rig.free("x")
    rig.free("y")
    rig.join("c1", "a")
    rig.join("c2", "b", joined=80)
    for _ in range(2):
        match = rig.take()
        assert match is not None
        rig.floor.ring(match.call, 1, 10, 100)
        rig.floor.asked(match.call.call, match.agent)
    rig.free("z")
    match = rig.take()
    assert match is not None
    assert (match.call.call, match.agent, match.joins) == ("c2", "z", True)
    assert [(one.queue, one.call, one.joined_mono) for one in match.why.rivals] == [("a", "c1", 90)]
    assert call_is_first(match.why)
    assert match.why.sentence.endswith("before the queue a: waiting longer")


def test_the_reason_of_one_more_is_short_however_many_ring() -> None:
    rig = Rings(members={f"agent-{n}": ["a"] for n in range(60)}, most=100)
    rig.join("c1")
    shown = []
    while (match := rig.floor.next_match(100, rig.draw)) is not None:
        assert agent_of(match.why) == match.agent
        shown.append((len(match.why.candidates), match.why.candidate_count))
        rig.carry_out(match)
    assert shown == [(20, 60)] + [(min(2, left), left) for left in range(59, 0, -1)]


TIERS = (Tier(0, "english >= 5"), Tier(30, "english >= 3"))
STEPS = st.lists(
    st.tuples(st.sampled_from(["join", "free", "leave", "wait", "over"]), st.integers(0, 5), st.integers(0, 2)),
    max_size=40,
)


@given(steps=STEPS, most=st.integers(1, 4))
def test_who_rings_next_is_what_a_look_at_everybody_says(steps: list[tuple[str, int, int]], most: int) -> None:
    """The floor keeps lists, counts and tiers; here each choice is found by looking at every call and every agent."""
    members: dict[str, list[object]] = {f"g{n}": [("a", n % 2)] for n in range(6)}
    rig = Rings(members=members, most=most, tiers=TIERS)
    calls: dict[str, WaitingCall] = {}
    asked: dict[str, set[str]] = {}
    for what, one, priority in steps:
        agent, call = f"g{one}", f"c{one}"
        if what == "join" and call not in calls:
            calls[call] = WaitingCall(call, "a", priority, rig.mono)
            asked[call] = set()
            rig.join(call, joined=rig.mono, mono=rig.mono, priority=priority)
        elif what == "free":
            for rung in rig.rung.values():
                if agent in rung:
                    rung.remove(agent)
            rig.free(agent, idle_since=rig.mono)
        elif what == "leave":
            rig.agents[agent].work_state = WorkState.TALKING
            rig.floor.agent_changed(rig.agents[agent])
        elif what == "wait":
            rig.mono += 11
        elif what == "over" and call in calls:
            rig.floor.leave(call)
            rig.floor.ring_over(call)
            del calls[call]
            rig.rung.pop(call, None)
        for known in calls:
            rig.floor.widen(known, rig.mono)
            if rig.rung.get(known) is not None and not rig.floor.waits(known):
                rig.tell_floor(calls[known])
        while (match := rig.floor.next_match(rig.mono, rig.draw)) is not None:
            assert (match.call.call, match.agent) == _first(rig, calls, asked)
            asked[match.call.call].add(match.agent)
            rig.carry_out(match)
        assert _first(rig, calls, asked) is None


def _first(rig: Rings, calls: dict[str, WaitingCall], asked: dict[str, set[str]]) -> tuple[str, str] | None:
    """The pair that comes first: calls for which nobody rings, then those that ring; by rank; None: there is none."""
    free = [one for one in rig.agents.values() if one.work_state is WorkState.IDLE]
    for rings in (False, True):
        for call in sorted(calls.values(), key=WaitingCall.rank):
            if rig.floor.waits(call.call) == rings or (rings and len(rig.rung[call.call]) >= rig.most):
                continue
            tier = int(rig.mono - call.joined_mono >= 30)
            able = [one for one in free if one.order % 2 <= tier and (not rings or one.id not in asked[call.call])]
            if able:
                best = min(able, key=lambda one: (one.order % 2, one.idle_since, one.order))
                return call.call, best.id
    return None
