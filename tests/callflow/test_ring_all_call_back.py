"""A call-back for which several agents are reserved, while its line card is still awaited."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from test_waiting_machine import sending_on
from transcript import Runner

from server.call import commands


def told(runner: Runner, *words: str) -> list[commands.Command]:
    return list(runner.line(list(words)).commands)


def test_a_phone_that_goes_before_it_rings_is_told_nothing_and_does_not_ring() -> None:
    runner = Runner(sending_on("ring-all", False))
    for line in (
        "registered ana", "arrived c1 +491 800", "answered c1 customer", "digit c1 customer 1", "digit c1 customer 1",
        "restart", "back c1 customer:up", "counted",
    ):  # fmt: skip
        runner.line(line.split())
    (wanted,) = told(runner, "ready", "ana")
    assert isinstance(wanted, commands.TakeCard)
    assert told(runner, "ready", "bruno") == []
    assert told(runner, "unregistered", "ana") == []
    after = told(runner, "taken", "c1", str(wanted.offer))
    (rings,) = [one for one in after if isinstance(one, commands.RingAgents)]
    assert list(rings.agents) == ["bruno"]
