"""The promises of the rules with full queues, keys, overflow, numbers outside, call-backs and restarts in any order."""

import sys
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

sys.path.insert(0, str(Path(__file__).parent))
from test_machine import Floor
from transcript import SITE, Runner

from server.call import events
from server.call.commands import PutCardBack, TakeCard
from server.call.states import CallState
from server.wire import linecard

QUEUES = [
    {
        "id": "billing", "ring_seconds": 15, "wrap_up_seconds": 30, "max_wait_seconds": 40, "max_waiting": 3,
        "when_full": "queue:outages", "when_too_long": "queue:outages",
        "exit": [{"key": "1", "to": "call-back"}, {"key": "2", "to": "number:+4930123"}],
        "announce_position": True, "announce_wait": True, "announce_first_seconds": 5, "announce_every_seconds": 10,
        "call_back_typed": ["0"], "call_back_retry_seconds": 30, "call_back_attempts": 2,
    },
    {
        "id": "outages", "strategy": "top-down", "priority": 5, "wrap_up_seconds": 10, "max_wait_seconds": 60,
        "max_waiting": 2, "when_full": "call-back", "when_empty": "goodbye", "when_too_long": "number:+4930999",
    },
]  # fmt: skip


class WaitingFloor(Floor):
    """The same house with queues that send callers on, and callers who press keys."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = Runner(SITE | {"queue": QUEUES})
        self.runner.line(["registered", "ana"])
        self.asked: list[TakeCard] = []

    def do(self, *words: str) -> None:
        try:
            decision = self.runner.line(list(words))
        except events.RequestRefused:
            return
        for command in decision.commands:
            if isinstance(command, TakeCard):
                self.asked.append(command)
            elif not isinstance(command, PutCardBack):
                self.obey(command.command)

    def obey(self, command: linecard.AnyCommand) -> None:
        if isinstance(command, linecard.Begin):
            assert not self.legs.get(command.call), "a call-back has one card at most"
        super().obey(command)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), there_is_one=st.booleans())
    def card(self, data: st.DataObject, there_is_one: bool) -> None:
        wanted = self.asked.pop(data.draw(st.integers(0, len(self.asked) - 1)))
        self.do("taken" if there_is_one else "no-card", wanted.call, str(wanted.offer))

    @precondition(lambda self: any("customer" in legs for legs in self.legs.values()))
    @rule(data=st.data(), keys=st.sampled_from(["1", "2", "11", "030123#", "7", "*", "#"]))
    def press(self, data: st.DataObject, keys: str) -> None:
        call = data.draw(st.sampled_from(sorted(call for call, legs in self.legs.items() if "customer" in legs)))
        for key in keys:
            if "customer" in self.legs[call]:
                self.do("digit", call, "customer", key)

    @precondition(lambda self: any("customer" in legs for legs in self.legs.values()))
    @rule(data=st.data(), token=st.sampled_from(["menu", "thanks", "goodbye"]))
    def heard(self, data: st.DataObject, token: str) -> None:
        call = data.draw(st.sampled_from(sorted(call for call, legs in self.legs.items() if "customer" in legs)))
        if self.runner.flow._world.lines[call].playing == token:
            self.do("played", call, "customer", token)

    @rule(data=st.data())
    def customer_answers(self, data: st.DataObject) -> None:
        called = sorted(
            call.call
            for call in self.state.calls.values()
            if call.is_away() and call.state is CallState.OFFERED and "customer" in self.legs[call.call]
        )
        if called:
            self.do("answered", data.draw(st.sampled_from(called)), "customer")

    @rule()
    def core_dies(self) -> None:
        self.asked.clear()  # whoever wanted the cards is gone
        super().core_dies()

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
        asked = {(wanted.call, wanted.offer) for wanted in self.asked}
        for call in self.state.calls.values():
            if call.is_away() and call.state is CallState.OFFERED:
                assert call.card or (call.call, call.offers) in asked


WaitingFloor.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
TestWaitingFloor = WaitingFloor.TestCase
