"""A core that is killed is followed by the one that stood by, in a real house."""

import json
import time
from pathlib import Path

import pytest

from tests.house.house import House, until
from tests.house.sites import site

ROUNDS = 2
LIMIT_SECONDS = 60.0
"""Generous: machines that run tests are busy with other things. That it is at once shows in whose number it has."""

pytestmark = pytest.mark.real


def test_the_standby_is_the_core_at_once(tmp_path: Path) -> None:
    with House(tmp_path, site(agents=2, phone_port=39999, spare=2), standby=True) as house:
        for _ in range(ROUNDS):
            core = house.pid("core")
            waiting = until("a warm standby", lambda core=core: (pid := house.pid("standby")) != core and pid)
            began = time.monotonic()
            killed = house.kill("core")
            house.wait_ready(LIMIT_SECONDS)
            seconds = time.monotonic() - began
            assert house.pid("core") == waiting != killed
            assert house.ask(ask="status")["pid"] == waiting
            print(json.dumps({"measure": "failover", "ready_after_ms": round(seconds * 1000)}))
        left = Path(f"/proc/{house.pid('standby')}")
    assert not left.exists()
    assert not (house.data / "standby.pid").exists()
