"""The demo's dialog scripts: published before the server starts."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scriptengine.publishing import Shelf, Unpublished
from server.demo.scripts import SAMPLES, publish
from server.demo.stage import VERTICAL

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SEVEN = ["card-lost", "complaint", "meter-reading", "moving-house", "power-outage", "sales-campaign"]
SEVEN.append("satisfaction-survey")


def test_a_vertical_without_scripts_of_its_own_has_the_samples(tmp_path: Path):
    assert publish(VERTICAL, tmp_path, NOW) == SEVEN
    program = Shelf(tmp_path / "dialogs").program("meter-reading")
    assert program.script.id == "meter-reading"
    assert "meters" in program.interfaces.services


def test_a_vertical_with_scripts_of_its_own_has_no_others(tmp_path: Path):
    own = tmp_path / "vertical" / "dialogs"
    own.mkdir(parents=True)
    (own / "survey.xml").write_bytes((SAMPLES / "satisfaction-survey.xml").read_bytes())
    assert publish(tmp_path / "vertical", tmp_path / "data", NOW) == ["satisfaction-survey"]


def test_a_script_that_is_wrong_is_named(tmp_path: Path):
    own = tmp_path / "dialogs"
    own.mkdir()
    (own / "wrong.xml").write_text("<dialog id='wrong'/>")
    with pytest.raises(Unpublished) as refused:
        publish(tmp_path, tmp_path / "data", NOW)
    assert "wrong.xml" in str(refused.value.findings[0])


def test_filling_publishes_and_tells_why_it_could_not(tmp_path: Path):
    site, vertical = tmp_path / "site.toml", tmp_path / "vertical"
    site.write_text("")
    (vertical / "dialogs").mkdir(parents=True)
    (vertical / "dialogs" / "survey.xml").write_bytes((SAMPLES / "satisfaction-survey.xml").read_bytes())
    command = [sys.executable, "-m", "server.demo.fill", "--site", str(site), "--vertical", str(vertical), "--data"]
    done = subprocess.run([*command, str(tmp_path / "a")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"customers": 0, "scripts": 1, "position": 0}
    assert Shelf(tmp_path / "a" / "dialogs").names() == ["satisfaction-survey"]
    (vertical / "dialogs" / "wrong.xml").write_text("<dialog id='wrong'/>")
    done = subprocess.run([*command, str(tmp_path / "b")], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "wrong.xml:1" in done.stderr
