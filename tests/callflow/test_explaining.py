"""Why a call waits, in sentences."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from transcript import SITE, SITES, SKILLS, TOGETHER, Runner


def told(runner: Runner, call: str) -> list[str]:
    return runner.flow.explain(call, runner.now)


def test_a_waiting_call_names_its_place_its_needs_and_every_agent() -> None:
    runner = Runner(SKILLS)
    for words in ("ready bruno", "ready carla", "not-ready ana break"):
        runner.line(words.split())
    for number in "01":
        runner.line(["arrived", f"c{number}", f"+49{number}", "support"])
    runner.time = 12
    assert told(runner, "c1") == [
        "Waits in the queue support for 12 s, at place 2 of 2, with priority 0.",
        "Agents need: english >= 5.",
        "After 30 s of waiting it is enough to have: english >= 3.",
        "ana: is not ready (break).",
        "bruno: is free, but has the skills only for callers who have waited longer.",
        "carla: has not the skills for any caller of this queue.",
    ]


def test_what_happens_to_a_call_that_an_agent_has() -> None:
    runner = Runner(SKILLS)
    runner.line(["ready", "ana"])
    runner.line(["arrived", "c1", "+491", "turns"])
    runner.time = 3
    assert told(runner, "c1") == ["Offered to ana, whose phone is called, for 3 s."]
    runner.line(["arrived", "c2", "+492", "turns"])
    assert told(runner, "c2")[1:] == ["ana: is offered another call.", "Logged out: 2 of 3."]
    runner.line(["answered", "c1", "agent-1"])
    assert told(runner, "c1") == ["ana has it for 0 s (talking)."]
    assert told(runner, "c2")[1] == "ana: talks."
    runner.line(["released", "c1", "customer"])
    assert told(runner, "c1") == []


def test_who_wraps_up_a_call_that_is_over() -> None:
    """A caller gave up whose agent's line was lost: nobody has that call, and somebody wraps it up."""
    runner = Runner(SITE)
    for words in ("ready bruno", "arrived c1 +491 800", "answered c1 agent-1", "released c1 agent-1 media-lost"):
        runner.line(words.split())
    assert told(runner, "c1")[1] == "bruno: is in wrap-up."
    runner.line(["released", "c1", "customer"])
    assert told(runner, "c1") == ["It is over; bruno is in wrap-up."]


def test_who_listens_to_a_colleague_is_not_free() -> None:
    runner = Runner(SITES["watched"])
    for words in (
        "registered uma", "ready ana", "arrived c1 +491 800", "answered c1 customer", "answered c1 agent-1",
        "ready uma", "watch uma c1 listen", "arrived c2 +492 800",
    ):  # fmt: skip
        runner.line(words.split())
    assert told(runner, "c2")[1:] == ["ana: talks.", "uma: listens to a colleague's talk.", "Logged out: 1 of 3."]


def test_each_agent_whose_phone_rings_is_named() -> None:
    runner = Runner(TOGETHER)
    for words in ("ready bruno", "ready carla", "arrived c1 +491 800", "phone-rings c1 agent-1 carla"):
        runner.line(words.split())
    runner.time = 4
    runner.line(["ready", "dora"])
    runner.time = 6
    assert told(runner, "c1") == [
        "Offered to bruno, whose phone is called, for 6 s.",
        "Offered to carla, whose phone rings, for 6 s.",
        "Offered to dora, whose phone is called, for 2 s.",
    ]
    assert runner.flow.call("c1", runner.now).ringing == ["bruno", "carla", "dora"]
    runner.line(["phone-up", "c1", "agent-1", "carla"])
    assert told(runner, "c1") == ["Offered to carla, whose phone rings, for 6 s."]
    assert runner.flow.call("c1", runner.now).ringing == []


def test_after_a_restart_it_is_said_that_cards_are_counted() -> None:
    runner = Runner(SKILLS)
    runner.line(["arrived", "c1", "+491", "turns"])
    runner.restart()
    assert told(runner, "c1")[1:] == [
        "The server has just started and waits for its line cards to come back; nothing is offered yet.",
        "Nobody of the queue is logged in.",
    ]
