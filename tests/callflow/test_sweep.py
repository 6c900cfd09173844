"""The sweep repairs a state that contradicts the line cards; the state is broken on purpose here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from transcript import Runner

from server.call import facts
from server.call.states import CallState, WorkState


def in_talk() -> Runner:
    runner = Runner()
    for words in ("ready bruno", "arrived c1 +491 800", "answered c1 agent-1"):
        runner.line(words.split())
    return runner


def swept(runner: Runner, *held: str) -> list[str]:
    """What was repaired by two sweeps, ten seconds apart."""
    told = []
    for _ in range(2):
        runner.time += 10
        decision = runner.line(["cards", *held])
        told += [fact.what for _, fact in decision.facts if isinstance(fact, facts.StateRepaired)]
    return told


def test_a_state_that_agrees_with_the_cards_is_left_alone() -> None:
    runner = in_talk()
    assert swept(runner, "c1") == []
    assert runner.flow.agent("bruno").work_state == WorkState.TALKING


def test_an_agent_who_talks_in_a_call_that_is_gone_becomes_free() -> None:
    runner = in_talk()
    del runner.flow._world.state.calls["c1"]
    assert swept(runner) == ["agent-without-call"]
    assert runner.flow.agent("bruno").work_state == WorkState.IDLE
    runner.line(["arrived", "c2", "+492", "800"])
    assert runner.flow.call("c2", runner.now).agent == "bruno"


def test_an_agent_reserved_for_a_call_that_waits_becomes_free_and_gets_it() -> None:
    runner = Runner()
    for words in ("ready bruno", "arrived c1 +491 800"):
        runner.line(words.split())
    call = runner.flow._world.state.calls["c1"]
    call.agent = None
    call.state = CallState.QUEUED
    assert swept(runner, "c1") == ["agent-without-call"]
    assert runner.flow.agent("bruno").work_state == WorkState.IDLE


def test_an_offer_whose_deadline_was_lost_is_missed() -> None:
    runner = Runner()
    for words in ("ready bruno", "arrived c1 +491 800"):
        runner.line(words.split())
    runner.flow._world.deadlines.clear()
    runner.time = 100
    assert swept(runner, "c1") == ["offer-overdue"]
    assert runner.flow.call("c1", runner.now).state == CallState.QUEUED
    assert not runner.flow.agent("bruno").reachable


def test_nothing_is_repaired_while_the_cards_are_counted() -> None:
    runner = in_talk()
    runner.restart()
    assert swept(runner) == []
