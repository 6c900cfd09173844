"""Callers who cannot be served at once, over real SIP: called back, sent on to a number, turned away."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.phone import words
from server.phone.driver import Phone
from tests.house.house import House, until
from tests.house.replayed import replayed
from tests.house.sites import site

pytestmark = pytest.mark.real

CUSTOMER, OUTSIDE = "+4989123", "+4930999"


def facts(house: House) -> list[str]:
    """Names of all facts in the ledger."""
    return [entry["t"] for entry in house.entries()]


def test_a_call_back_outlives_the_core_and_reaches_the_customer(tmp_path: Path) -> None:
    with Phone("agent") as agent, Phone("customer") as customer:
        exit_key = '[[queue.exit]]\nkey = "1"\nto = "call-back"'
        text = site(agents=1, phone_port=customer.port, agent_phones=[agent.uri], spare=2, more=exit_key)
        with House(tmp_path, text) as house:
            server = f"127.0.0.1:{house.sip_port}"
            customer.call(f"sip:800@{server}", caller=CUSTOMER, server=server)
            customer.wait(words.Media, state="active")
            customer.dtmf("11")
            customer.wait(words.Released, timeout=60)
            until("a place without a line", lambda: "card-changed" in facts(house))
            house.kill_core()
            house.agent("a0", "ready")
            agent.wait(words.Incoming)
            assert not any(isinstance(event, words.Incoming) for event in customer.said), "the agent is called first"
            agent.answer()
            assert customer.wait(words.Incoming).caller == "800"
            customer.answer()
            until("the talk", lambda: house.agents()["a0"]["work_state"] == "talking")
            customer.hang_up()
            agent.wait(words.Released)
            (record,) = until("the record", lambda: [r for r in house.records() if r["outcome"]])
    assert (record["outcome"], record["agent"], record["from"]) == ("call-back", "a0", CUSTOMER)
    assert record["talk_seconds"] > 0
    assert [offer["result"] for offer in record["offers"]] == ["answered"]
    again = replayed(house)  # with the restart in it
    assert again.replayed == again.recorded == [(record["call_id"], "a0", 1)]
    assert again.refused == []


def test_the_caller_of_a_full_queue_reaches_the_number(tmp_path: Path) -> None:
    with Phone("outside") as outside, Phone("first") as first, Phone("second") as second:
        full = f'max_waiting = 1\nwhen_full = "number:{OUTSIDE}"\nwrap_up_seconds'
        text = site(agents=1, phone_port=outside.port, agent_phones=["sip:nobody@127.0.0.1:9"], spare=3)
        with House(tmp_path, text.replace("wrap_up_seconds", full)) as house:
            server = f"127.0.0.1:{house.sip_port}"
            first.call(f"sip:800@{server}", caller="+49301", server=server)
            first.wait(words.Media, state="active")
            second.call(f"sip:800@{server}", caller="+49302", server=server)
            assert outside.wait(words.Incoming).caller == "+49302"
            outside.answer()
            second.wait(words.Media, state="active")
            outside.wait(words.Media, state="active")
            outside.hang_up()
            second.wait(words.Released)
            first.hang_up()
            until("both ends", lambda: facts(house).count("call-closed") == 2)
            records = house.records()
    outcomes = {record["from"]: record["outcome"] for record in records}
    assert outcomes["+49302"] == "full"
    assert outcomes["+49301"] in ("short-abandoned", "abandoned"), "by how fast the machine is"


def test_a_closed_queue_says_so_and_hangs_up(tmp_path: Path) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).strftime("%a").lower()
    closed = f'hours = ["{day} 00:00-00:01"]\nholidays = ["DE-BE"]\nwrap_up_seconds'
    with Phone("customer") as customer:
        text = site(agents=1, phone_port=customer.port, agent_phones=["sip:nobody@127.0.0.1:9"], spare=2)
        with House(tmp_path, text.replace("wrap_up_seconds", closed)) as house:
            server = f"127.0.0.1:{house.sip_port}"
            customer.call(f"sip:800@{server}", caller=CUSTOMER, server=server)
            customer.wait(words.Media, state="active")
            customer.wait(words.Released, timeout=60)
            (record,) = until("the record", lambda: [r for r in house.records() if r["outcome"]])
    assert (record["outcome"], record["cause"], record["released_by"]) == ("closed", "closed", "server")
