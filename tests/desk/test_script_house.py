"""A script at real desks against the whole house: desk and core are killed in the middle, the call is passed on."""

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scriptengine.publishing import Shelf
from tests.fakes.utility_process import UtilityProcess, service_table
from tests.house.desk import DeskClient
from tests.house.house import House, free_ports, until
from tests.house.sipp import phones, trunk
from tests.house.sites import site

pytestmark = pytest.mark.real

SCRIPTS = Path(__file__).parents[2] / "dialogs"
PASSWORD = "a long enough word"
RESULTS = '[[result]]\nid = "reported"\nname = "Outage reported"\n'


def _site(phone_port: int, wrap_up_seconds: int = 60) -> str:
    text = site(agents=2, phone_port=phone_port, wrap_up_seconds=wrap_up_seconds, strategy="top-down", more=RESULTS)
    text = text.replace('name = "Sales"', 'name = "Sales"\ndialog = "power-outage"')
    for agent in ("a0", "a1"):
        text = text.replace(f'id = "{agent}"', f'id = "{agent}"\npassword = "{PASSWORD}"')
    return text + service_table()


def _node(desk: DeskClient) -> str:
    script = desk.state.get("script") or {}
    ask = script.get("ask") or {}
    return str(ask.get("node") or script.get("status") or "")


def _answer(desk: DeskClient, **values: Any) -> None:
    script = desk.state["script"]
    event = {"event": "answered", "values": values}
    desk.ask("step-script", call=script["call"], revision=script["revision"], event=event)


def _connect_again(desk: DeskClient) -> None:
    """As a desk does: again and again, until the core listens."""
    desk.drop()
    desk.state = {}
    end = time.monotonic() + 60
    while True:
        try:
            desk.connect()
            return
        except (ConnectionError, TimeoutError):
            assert time.monotonic() < end, "the desk does not come in any more"
            desk.drop()


def _reports(folder: Path) -> int:
    with sqlite3.connect(folder / "service.db") as db:
        return int(db.execute("SELECT count(*) FROM outages WHERE postcode = '99999001'").fetchone()[0])


def test_a_script_survives_desk_core_and_transfer(tmp_path: Path) -> None:
    phone_port, trunk_port = free_ports(2)
    answering = phones(tmp_path, port=phone_port)
    house = House(tmp_path, _site(phone_port))
    house.data.mkdir(mode=0o700)
    Shelf(house.data / "dialogs").publish(SCRIPTS / "power-outage.xml", datetime.now(UTC))
    try:
        with (
            house,
            UtilityProcess(tmp_path, f"127.0.0.1:{house.web_port}"),
            DeskClient(house, "a0", PASSWORD) as first,
            DeskClient(house, "a1", PASSWORD) as second,
        ):
            until("the company's service", lambda: "outages" in {one["interface"] for one in _services(first)})
            first.ask("set-presence", presence="ready")
            calling = trunk(
                tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=1, rate=1, talk_ms=None
            )
            first.wait("the script", lambda: _node(first) == "danger")
            call = first.state["script"]["call"]
            _answer(first, danger=False)
            first.wait("the next question", lambda: _node(first) == "place")
            shown = first.state["script"]

            _connect_again(first)  # the desk was killed
            first.wait("the script again", lambda: _node(first) == "place")
            assert first.state["script"] == shown

            second.ask("set-presence", presence="ready")
            house.ask(ask="transfer", id=call, to="agent:a1")
            second.wait("the script at the colleague's desk", lambda: _node(second) == "place")
            assert second.state["script"]["session"] == shown["session"]
            assert [crumb["label"] for crumb in second.state["script"]["crumbs"]] == [
                "Do you see fallen wires, sparks or smoke?"
            ]
            _answer(second, place="99999001")
            second.wait("what the service knows", lambda: _node(second) == "scope")
            shown = second.state["script"]

            house.kill_core()
            _connect_again(second)
            second.wait("the same question", lambda: _node(second) == "scope")
            assert second.state["script"] == shown
            _answer(second, scope="street")
            second.wait("the end", lambda: _node(second) == "ended")
            assert second.state["script"]["ended"]["disposition"] == "reported"
            second.wait("the result", lambda: second.state["call"]["result"] == "reported")
            assert _reports(tmp_path) == 1
            second.ask("hang-up")
            second.wait("the wrap-up", lambda: second.state["me"]["work_state"] == "wrap-up")
            second.ask("finish-wrap-up")
            second.wait("the end of the work", lambda: second.state["call"] is None)
            assert second.state["script"] is None
            assert calling.wait(60) == 0, calling.report()
            record = next(one for one in house.records() if one["call_id"] == call)
            assert (record["agent"], record["result"]) == ("a1", "reported")
    finally:
        answering.end()


def _services(desk: DeskClient) -> list[dict[str, Any]]:
    return list(desk.ask("look-up", interface="")["services"])


def test_with_the_conversation_an_unfinished_script_is_closed_though_core_and_desk_are_gone(tmp_path: Path) -> None:
    phone_port, trunk_port = free_ports(2)
    answering = phones(tmp_path, port=phone_port)
    house = House(tmp_path, _site(phone_port, wrap_up_seconds=5))
    house.data.mkdir(mode=0o700)
    Shelf(house.data / "dialogs").publish(SCRIPTS / "power-outage.xml", datetime.now(UTC))
    try:
        with house, DeskClient(house, "a0", PASSWORD) as desk:
            desk.ask("set-presence", presence="ready")
            calling = trunk(tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=1, rate=1, told=True)
            desk.wait("the script", lambda: _node(desk) == "danger")
            session = desk.state["script"]["session"]
            calling.hang_up()
            desk.wait("the wrap-up", lambda: desk.state["me"]["work_state"] == "wrap-up")
            _answer(desk, danger=False)
            desk.drop()  # and never comes back
            house.kill_core()
            until("the end of the session", lambda: [
                one for one in house.ask(ask="dialogs", ended=True) if (one["id"], one["status"]) == (session, "ended")
            ])  # fmt: skip
            assert house.ask(ask="dialogs") == []
    finally:
        answering.end()
