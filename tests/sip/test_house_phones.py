"""Agents anywhere: a telephone number over the trunk that presses 1 to accept, and a SIP phone that registers."""

from pathlib import Path

import pytest

from server.phone import words
from server.phone.driver import Phone
from tests.house.desk import DeskClient
from tests.house.ears import Ears
from tests.house.house import House, until
from tests.house.sites import site

pytestmark = pytest.mark.real

PASSWORD, SIP_PASSWORD = "a password for tests", "a sip password for tests"


def test_an_agent_at_a_telephone_accepts_with_1_and_keys_go_through(tmp_path: Path) -> None:
    with Phone("mobile") as mobile, Phone("customer") as customer:
        text = site(agents=1, phone_port=mobile.port, agent_phones=["tel:+4930555"], spare=2)
        text = text.replace('id = "a0"', f'id = "a0"\npassword = "{PASSWORD}"')
        with House(tmp_path, text) as house, DeskClient(house, "a0", PASSWORD) as desk:
            desk.ask("set-presence", presence="ready")
            customer.call(
                f"sip:800@127.0.0.1:{house.sip_port}", caller="+4989123", server=f"127.0.0.1:{house.sip_port}"
            )
            mobile.wait(words.Incoming)
            mobile.answer()
            mobile.wait(words.Media, state="active")
            heard = tmp_path / "mobile.wav"
            mobile.record(heard)
            until("the question", lambda: abs(Ears(heard, tmp_path).samples()).max(initial=0) > 0.05)
            assert house.agents()["a0"]["work_state"] == "ringing", "a voicemail that answers gets no customer"
            mobile.dtmf("1")
            desk.wait("the talk", lambda: desk.state["me"]["work_state"] == "talking")
            desk.ask("keypad", digits="4#")
            assert [customer.wait(words.Digit).digit for _ in range(2)] == ["4", "#"]
            mobile.hang_up()
            customer.wait(words.Released)
            (record,) = until("the record", lambda: [r for r in house.records() if r["ended_at"]])
    assert record["released_by"] == "agent"
    assert record["from"] == "+4989123"


def test_a_registered_phone_answers_holds_and_takes_back(tmp_path: Path) -> None:
    text = site(agents=1, phone_port=1, agent_phones=["registered"], spare=2)
    text = text.replace('id = "a0"', f'id = "a0"\nsip_password = "{SIP_PASSWORD}"')
    with House(tmp_path, text) as house, Phone("a0") as phone, Phone("customer") as customer:
        server = f"127.0.0.1:{house.sip_port}"
        assert house.agents()["a0"]["reachable"] is False
        phone.register(server, "a0", SIP_PASSWORD, "caruso.test")
        until("reachable", lambda: house.agents()["a0"]["reachable"])
        house.agent("a0", "ready")
        customer.call(f"sip:800@{server}", caller="+4989123", server=server)
        phone.wait(words.Incoming)
        until("ringing", lambda: house.agents()["a0"]["work_state"] == "ringing")
        phone.answer()
        until("the talk", lambda: house.agents()["a0"]["work_state"] == "talking")
        phone.hold(True)
        until("the hold", lambda: house.agents()["a0"]["work_state"] == "holding")
        phone.hold(False)
        until("the talk again", lambda: house.agents()["a0"]["work_state"] == "talking")
        customer.hang_up()
        until("wrapped up", lambda: house.agents()["a0"]["work_state"] == "idle")
        (record,) = house.records()
    assert record["hold_seconds"] > 0
    assert record["released_by"] == "customer"
