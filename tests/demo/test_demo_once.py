"""The demo as a stranger sees it: a real server, real phones, and nothing left behind."""

import json
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from server.demo.processes import descendants
from server.phone import hearing
from tests.house.metronome import Metronome

pytestmark = [pytest.mark.real, pytest.mark.alone]

COMMAND = [sys.executable, "-m", "server", "demo", "--no-desk", "--json"]


def gone(pids: list[int]) -> bool:
    return not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_one_call_is_heard_at_both_ends(tmp_path: Path):
    command = [*COMMAND, "--once", "--record", str(tmp_path)]
    with Metronome(tmp_path) as metronome:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    record = next((line["record"] for line in said if line["event"] == "record"), None)
    assert record is not None, done.stdout + done.stderr
    talk = [datetime.fromisoformat(record[name]).timestamp() for name in ("answered_at", "ended_at")]
    allowed_ms = 60 + metronome.longest(*talk) * 1000
    are_late = False
    for name, hertz in (("customer", 660), ("agent", 440)):
        heard = hearing.tone(*hearing.read(tmp_path / f"{name}.wav"), hertz)
        assert heard is not None
        assert heard.hertz == pytest.approx(hertz, abs=2)
        assert heard.level_dbfs == pytest.approx(-20, abs=3)
        assert heard.longest_gap_ms <= allowed_ms
        assert heard.seconds > 4
        told = next(line for line in said if line["event"] == "measured" and line["who"] == name)
        assert told["hertz"] == pytest.approx(heard.hertz, abs=0.1)
        assert [fault for fault in told["faults"] if "gap" not in fault or heard.longest_gap_ms <= 60] == []
        are_late |= bool(told["faults"])

    assert done.returncode == int(are_late), done.stdout + done.stderr
    assert said[-1] == {"event": "end", "ok": not are_late}
    assert record["outcome"] == "answered"
    assert record["released_by"] == "customer"
    assert record["agent"] == "bruno"
    assert [offer["result"] for offer in record["offers"]] == ["answered"]
    assert 4 < record["talk_seconds"] < 20, "five, and what the machine was late"
    assert record["wrap_up_seconds"] >= 1


def test_the_show_goes_on_until_it_is_interrupted_and_leaves_nothing_behind():
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        told, monitor, family = [], "", []
        for line in running.stdout:
            said = json.loads(line)
            monitor = said.get("monitor", monitor)
            told.append(said.get("text", ""))
            if said["event"] == "failed" or " talks with " in told[-1]:
                break
            family = descendants(running.pid)
        running.send_signal(signal.SIGINT)
        rest = [json.loads(line) for line in running.stdout]
    assert running.returncode == 0, told
    assert monitor.endswith("/monitor")
    for part in (" calls ", " waits in ", " is chosen: ", "'s phone rings", " answers, and talks with "):
        assert any(part in text for text in told), part
    assert rest[-1]["ok"] is True
    assert len(family) >= 9, "server, bank, cards and phones"
    assert gone(family)
