"""The values that strategies compare follow from facts: calls and talk since log-in, and the queue's recent level."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from transcript import SITE, Runner


def talk(runner: Runner, call: str, begin: float, end: float, queue: str = "800") -> None:
    runner.time = begin
    runner.line(["arrived", call, "+491", queue])
    runner.line(["answered", call, "agent-1"])
    runner.time = end
    runner.line(["released", call, "customer"])


def test_calls_and_talk_count_from_the_log_in_on_and_hold_is_talk() -> None:
    runner = Runner()
    bruno = runner.flow._world.state.agents["bruno"]
    runner.line(["ready", "bruno"])
    talk(runner, "c1", 10, 40)
    assert (bruno.calls_taken, bruno.talk_seconds) == (1, 30)
    runner.line(["finish", "bruno"])
    runner.time = 50
    runner.line(["arrived", "c2", "+492", "800"])
    runner.line(["answered", "c2", "agent-1"])
    runner.line(["hold", "bruno", "on"])
    runner.time = 60
    runner.line(["released", "c2", "customer"])
    assert (bruno.calls_taken, bruno.talk_seconds) == (2, 40)
    runner.line(["logout", "bruno"])
    runner.line(["ready", "bruno"])
    assert (bruno.calls_taken, bruno.talk_seconds) == (0, 0)


def test_a_late_answer_and_a_late_abandonment_make_the_queue_need_more_also_after_a_restart() -> None:
    runner = Runner(SITE)
    line = runner.flow._world.floor.line
    assert line("billing").need == 0
    for number, seconds in enumerate((30, 2, 90)):  # abandoned late, early (not counted), late
        runner.line(["arrived", f"a{number}", "+491", "800"])
        runner.time += seconds
        runner.line(["released", f"a{number}", "customer"])
    assert line("billing").need == 10
    runner.line(["arrived", "c1", "+491", "800"])
    runner.time += 60
    runner.line(["ready", "bruno"])
    runner.line(["answered", "c1", "agent-1"])
    need = line("billing").need
    assert need > 10
    assert line("outages").need == 0
    runner.restart()
    assert runner.flow._world.floor.line("billing").need == need
