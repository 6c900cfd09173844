"""What agents see of figures, over the real wire: their own day as the reports have it, their queues, nobody else's."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server.phone import words
from server.phone.driver import Phone
from tests.house.desk import DeskClient
from tests.house.house import House
from tests.house.sites import site

pytestmark = pytest.mark.real

PASSWORD = "a fine day"
REPORT = """
title = "Mine"
source = "agents"
group = ["agent"]
columns = ["calls", "agent_missed", "agent_transferred", "talk_seconds", "hold_seconds", "wrap_up_seconds",
  "idle_seconds", "handling_seconds", "not_ready:break", "not_ready:"]
"""
COLLEAGUE = {"id", "name", "presence", "work_state"}


class Listening(DeskClient):
    """Keeps all that the desk was told."""

    def __init__(self, house: House, user: str) -> None:
        super().__init__(house, user, PASSWORD)
        self.told: list[dict[str, Any]] = []

    def _take(self) -> dict[str, Any]:
        message = super()._take()
        self.told.append(message)
        return message

    def said(self, section: str) -> list[Any]:
        """Every version of a section of the state that this desk was sent."""
        states = [message.get("state", message) for message in self.told]
        return [state[section] for state in states if section in state]


def reported(house: House, agent: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "server", "report", "mine", "--agent", agent, "--format", "json"]
    done = subprocess.run(
        [*command, "--data", str(house.data), "--site", str(house.site)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    (line,) = table["rows"]
    return dict(zip([column["name"] for column in table["columns"]], line, strict=True))


def is_the_day(day: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether the times are those of the report. The day is told some time after what happened in it."""
    spoken = {name: day[name] for name in ("talk_seconds", "hold_seconds", "wrap_up_seconds", "idle_seconds")}
    return bool(spoken == pytest.approx({name: row[name] for name in spoken}, abs=0.002))


def test_an_agents_own_day_is_that_of_the_report_and_nobody_elses(tmp_path: Path) -> None:
    with Phone("customer") as customer, Phone("second") as second, Phone("a0") as one, Phone("a1") as two:
        text = site(agents=2, phone_port=customer.port, agent_phones=[one.uri, two.uri], spare=2, wrap_up_seconds=1)
        text = text.replace('queues = ["sales"]', f'queues = ["sales"]\npassword = "{PASSWORD}"')
        (tmp_path / "reports").mkdir()
        (tmp_path / "reports" / "mine.toml").write_text(REPORT)
        with House(tmp_path, text) as house, Listening(house, "a0") as mine, Listening(house, "a1") as other:
            mine.ask("set-presence", presence="not-ready", reason="break")
            mine.ask("set-presence", presence="ready")
            server = f"127.0.0.1:{house.sip_port}"
            customer.call(f"sip:800@{server}", caller="+4989123", server=server)
            one.wait(words.Incoming)
            one.answer()
            mine.wait("the talk", lambda: mine.state["me"]["work_state"] == "talking")
            customer.wait(words.Media, state="active")
            second.call(f"sip:800@{server}", caller="+4989124", server=server)
            mine.wait("somebody in the queue", lambda: mine.state["queues"][0]["waiting"] == 1)
            second.hang_up()
            mine.wait("nobody in the queue", lambda: mine.state["queues"][0]["waiting"] == 0)
            customer.hang_up()
            mine.wait("the wrap-up's end", lambda: mine.state["me"]["work_state"] == "idle")
            mine.ask("set-presence", presence="logged-out")
            row = reported(house, "a0")
            mine.wait("the day of the report", lambda: is_the_day(mine.state["my_day"], row))
            day = mine.state["my_day"]
            other.wait("the colleague gone", lambda: other.state["colleagues"][0]["presence"] == "logged-out")
    assert day["wrap_up_seconds"] >= 1
    assert (day["calls"], day["missed"], day["transferred"]) == (
        row["calls"], row["agent_missed"], row["agent_transferred"],
    ) == (1, 0, 0)  # fmt: skip
    handled = day["talk_seconds"] + day["hold_seconds"] + day["wrap_up_seconds"]
    assert handled / day["calls"] == pytest.approx(row["handling_seconds"], abs=0.003)
    assert day["not_ready"]["break"] == pytest.approx(row["not_ready:break"], abs=0.002)
    assert day["not_ready"]["break"] > 0
    assert all({*colleague} <= COLLEAGUE for shown in other.said("colleagues") for colleague in shown)
    assert all(seen["calls"] == seen["talk_seconds"] == 0 for seen in other.said("my_day"))
    assert {queue["id"] for shown in other.said("queues") for queue in shown} == {"sales"}
