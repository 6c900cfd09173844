"""Calls that ring at several agents' phones, as the floor sees them: who joins, in which order, and who does not."""

import sys
from pathlib import Path

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
        self.rung: dict[str, list[str]] = {}
        for order, one in enumerate(self.agents.values()):
            one.idle_since = 10.0 + order
        self.all_free()

    def offers(self, mono: float = 100) -> list[str]:
        """All that is offered now, as `call agent`; every choice is recomputed from its reason."""
        found = []
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
        self.floor.ring(call, len(self.rung[call.call]), self.most)


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
