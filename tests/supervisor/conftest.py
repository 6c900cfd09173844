"""A site file and a data directory; whatever process is noted there is ended after the test."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from supervisor_rig import SITE

from server.supervisor.leftovers import end_all
from server.wire.processes import ProcessName


@pytest.fixture
def site(tmp_path: Path) -> Path:
    file = tmp_path / "site.toml"
    file.write_text(SITE, encoding="utf-8")
    return file


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    noted = [folder / f"{who}.process" for who in ("supervisor", "core", "standby", "bank")]
    names = [ProcessName(**json.loads(file.read_text())) for file in noted if file.exists()]
    cards = tmp_path / "fake-cards"
    names += [ProcessName(**json.loads(line)) for line in cards.read_bytes().splitlines()] if cards.exists() else []
    end_all(names)
