"""The promises of the rules with full queues, keys, overflow, numbers outside, call-backs and restarts in any order."""

import sys
from functools import cache
from pathlib import Path

from hypothesis import settings, strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))
from floor_machine_site import site
from test_machine import Floor
from transcript import Runner

from server.call.states import CallState
from server.config.site import Exit, Queue, SiteFile
from server.wire import linecard


@cache
def sending_on(strategy: str, tiers: bool) -> SiteFile:
    """The machine's site with every way out; `last` has no agents."""
    usual = site(strategy, "round-robin", tiers)
    keys = [Exit(key="1", to="call-back"), Exit(key="2", to="number:+4930123")]
    told = {"announce_position": True, "announce_wait": True, "announce_first_seconds": 5, "announce_every_seconds": 10}
    queues = [
        replace(
            usual.queue[0], max_waiting=3, when_full="queue:sales", max_wait_seconds=40, when_too_long="call-back",
            exit=keys, call_back_typed=["0"], **told,
        ),
        replace(
            usual.queue[1], max_waiting=2, when_full="call-back", when_empty="queue:last", when_too_long="queue:last"
        ),
        Queue(id="last", max_wait_seconds=30, when_too_long="number:+4930999"),
    ]  # fmt: skip
    return replace(usual, queue=queues)


class WaitingFloor(Floor):
    """The same house with queues that send callers on, and callers who press keys."""

    @initialize(strategy=st.sampled_from(["longest-idle", "ring-all", "ring-progressively"]), tiers=st.booleans())
    def begin(self, strategy: str, tiers: bool) -> None:
        super().begin(strategy, "round-robin", tiers)
        self.runner = Runner(sending_on(strategy, tiers))
        self.runner.line(["registered", "ana"])

    def obey(self, command: linecard.AnyCommand) -> None:
        if isinstance(command, linecard.Begin):
            assert not self.legs.get(command.call), "a call-back has one card at most"
        super().obey(command)

    def on_the_line(self) -> list[str]:
        return sorted(call for call, legs in self.legs.items() if "customer" in legs)

    @precondition(lambda self: self.on_the_line())
    @rule(data=st.data(), keys=st.sampled_from(["11", "2", "030123#", "0301234567#", "7", "*", "#"]))
    def press(self, data: st.DataObject, keys: str) -> None:
        call = data.draw(st.sampled_from(self.on_the_line()))
        for key in keys:
            if "customer" in self.legs[call]:
                self.do("digit", call, "customer", key)

    @precondition(lambda self: self.on_the_line())
    @rule(data=st.data())
    def heard(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.on_the_line()))
        line = self.runner.flow._world.lines.get(call)
        if line is not None and line.playing in ("menu", "thanks", "goodbye"):
            self.do("played", call, "customer", line.playing)

    @invariant()
    def a_call_back_without_a_card_has_no_legs(self) -> None:
        for call in self.state.calls.values():
            if call.is_away() and not call.card:
                assert not self.legs[call.call]

    @invariant()
    def a_call_back_that_is_due_has_a_deadline(self) -> None:
        due = {ident for _, kind, ident in self.runner.flow._world.deadlines if kind == "call-back"}
        for call in self.state.calls.values():
            assert call.state is not CallState.CALL_BACK_LATER or call.call in due

    @invariant()
    def a_reserved_call_back_waits_for_something(self) -> None:
        wanted = {(one.call, one.offer) for one in self.cards_wanted}
        for call in self.state.calls.values():
            if call.is_away() and call.state is CallState.OFFERED:
                assert call.card or (call.call, call.offer) in wanted


WaitingFloor.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
TestWaitingFloor = WaitingFloor.TestCase
