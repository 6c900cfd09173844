"""What a supervisor asks and what the house finds by itself: why a call is where it is, and states that cannot be."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.phone import words
from server.phone.driver import Phone
from tests.house.desk import DeskClient
from tests.house.house import House, until
from tests.house.sites import site

pytestmark = pytest.mark.real

CUSTOMER, PASSWORD = "+4989123", "a password for tests"


def explained(house: House, call: str) -> str:
    """What `caruso ctl explain` prints."""
    caruso = Path(sys.executable).parent / "caruso"
    done = subprocess.run(
        [str(caruso), "ctl", "--data", str(house.data), "explain", call], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def the_call(house: House) -> str:
    (record,) = until("the call", lambda: house.records(live=True))
    return str(record["call_id"])


def test_explain_says_why_a_call_is_where_it_is_all_its_life(tmp_path: Path) -> None:
    with Phone("agent") as agent, Phone("customer") as customer:
        text = site(agents=2, phone_port=customer.port, agent_phones=[agent.uri] * 2, spare=2, wrap_up_seconds=60)
        with House(tmp_path, text) as house:
            server = f"127.0.0.1:{house.sip_port}"
            house.agent("a0", "not-ready", "break")
            customer.call(f"sip:800@{server}", caller=CUSTOMER, server=server)
            customer.wait(words.Media, state="active")
            call = the_call(house)
            waits = explained(house, call)
            assert "Waits in the queue sales for " in waits
            assert " at place 1 of 1, with priority 0." in waits
            assert "a0: is not ready (break)." in waits
            assert "Logged out: 1 of 2." in waits
            house.agent("a0", "ready")
            agent.wait(words.Incoming)
            until("ringing", lambda: house.agents()["a0"]["work_state"] == "ringing")
            offered = explained(house, call)
            assert "Offered to a0, whose phone rings, for " in offered
            assert "a0: the only free agent" in offered
            agent.answer()
            until("the talk", lambda: house.agents()["a0"]["work_state"] == "talking")
            assert "a0 has it for " in explained(house, call)
            customer.hang_up()
            until("the wrap-up", lambda: house.agents()["a0"]["work_state"] == "wrap-up")
            assert "It is over; a0 is in wrap-up." in explained(house, call)
            house.agent("a0", "wrap-up-done")
            until("the end", lambda: house.agents()["a0"]["work_state"] == "idle")
            over = explained(house, call)
            assert "answered" in over
            assert "a0: the only free agent" in over
            assert "wrap-up" not in over


def test_a_card_that_goes_on_with_a_call_that_is_over_is_found_and_counted(tmp_path: Path) -> None:
    """The card stands still while the agent hangs up at the desk: the call is over, and the card still holds it."""
    with Phone("agent") as agent, Phone("customer") as customer:
        text = site(agents=1, phone_port=customer.port, agent_phones=[agent.uri], spare=1, maximum=1)
        text = text.replace('id = "a0"', f'id = "a0"\npassword = "{PASSWORD}"')
        text = text.replace("maximum = 1", "maximum = 1\nanswer_within_seconds = 0")
        with House(tmp_path, text) as house, DeskClient(house, "a0", PASSWORD) as desk:
            server = f"127.0.0.1:{house.sip_port}"
            desk.ask("set-presence", presence="ready")
            customer.call(f"sip:800@{server}", caller=CUSTOMER, server=server)
            agent.wait(words.Incoming)
            agent.answer()
            desk.wait("the talk", lambda: desk.state["me"]["work_state"] == "talking")
            call = the_call(house)
            (card,) = (pid for name, pid in house.pids().items() if name not in ("supervisor", "core", "bank"))
            os.kill(card, signal.SIGSTOP)
            desk.ask("hang-up")
            desk.wait("the end", lambda: desk.state["me"]["work_state"] == "idle")
            assert house.metric("caruso_exchange_total", what="repairs") == 0
            desk.wait("the repair", lambda: house.metric("caruso_exchange_total", what="repairs") == 1)
            os.kill(card, signal.SIGCONT)
            customer.wait(words.Released)
            repaired = [entry for entry in house.entries() if entry["t"] == "state-repaired"]
            assert [(entry["what"], entry["call"]) for entry in repaired] == [("unknown-conversation", call)]
            assert '"event": "state-repaired"' in house.log_tail(200)
            desk.ask("set-presence", presence="ready")
            customer.call(f"sip:800@{server}", caller=CUSTOMER, server=server)
            agent.wait(words.Incoming)
            assert house.metric("caruso_exchange_total", what="repairs") == 1
            customer.hang_up()
            until("nothing live", lambda: house.records(live=True) == [])
