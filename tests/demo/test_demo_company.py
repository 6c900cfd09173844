"""The company's own service in the demo: beside the server, with a token of its own, and gone with it."""

import os
import signal
import tomllib
from pathlib import Path

import pytest

from server.config.load import parse_site
from server.demo.company import TOKEN_FILE, interfaces_of, with_service
from server.demo.control import Control
from server.demo.processes import NoLeftovers
from server.demo.site import as_toml
from server.demo.stage import VERTICAL, Stage
from server.wire import control
from tests.house.house import until

SECONDS = 60
SIX = ["cards", "complaints", "consents", "contracts", "meters", "outages"]


def test_the_site_lets_the_verticals_program_in_for_what_the_scripts_call():
    site = with_service({}, VERTICAL)
    assert site == {"service": [{"interfaces": SIX, "name": "utility", "token": f"file:{TOKEN_FILE}"}]}
    assert interfaces_of(VERTICAL) == SIX


def test_a_vertical_without_a_program_is_left_alone(tmp_path: Path):
    assert with_service({"site": {}}, tmp_path) == {"site": {}}


def test_what_the_site_says_itself_stays(tmp_path: Path):
    (tmp_path / "shop" / "service").mkdir(parents=True)
    (tmp_path / "shop" / "service" / "__main__.py").touch()
    text = """
[web]
listen = "127.0.0.1:8080"
[[service]]
name = "shop"
token = "file:shop.token"
interfaces = ["stock"]
timeout_seconds = 3
[[service]]
name = "other"
token = "file:other.token"
interfaces = ["prices"]
"""
    site = with_service(tomllib.loads(text), tmp_path / "shop")
    services = {table["name"]: table for table in site["service"]}
    assert services["shop"] == {
        "name": "shop", "token": f"file:{TOKEN_FILE}", "interfaces": ["stock"], "timeout_seconds": 3,
    }  # fmt: skip
    assert services["other"]["token"] == f"file:{tmp_path}/shop/other.token"
    assert as_toml(site).count("[[service]]") == 2


@pytest.mark.real
def test_it_runs_beside_the_server_and_comes_back_to_a_new_core(tmp_path: Path):
    def services() -> list[str]:
        told = Control(tmp_path).ask(control.Status())["services"]
        return [one for one in told if one.split()[0] in SIX]

    def core() -> int:
        return int(Control(tmp_path).ask(control.Status())["pid"])

    with NoLeftovers(), Stage(tmp_path) as stage:
        stage.open()
        stage.wait_until_ready()
        assert stage.company is not None
        assert parse_site((tmp_path / "site.toml").read_text()).service[0].token == f"file:{TOKEN_FILE}"
        assert (tmp_path / TOKEN_FILE).stat().st_mode & 0o777 == 0o600
        all_up = [f"{name} 1.0 up" for name in SIX]
        until("all services", lambda: services() == all_up, SECONDS)
        first = core()
        os.kill(first, signal.SIGKILL)
        until("another core", lambda: stage._is_ready() and core() != first, SECONDS)
        until("all services again", lambda: services() == all_up, SECONDS)
        assert stage.company.ended() is None
        process = stage.company._process
    assert process is not None
    assert process.poll() == 0, stage.company.log.read_text()
