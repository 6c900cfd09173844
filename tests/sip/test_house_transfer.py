"""An agent passes a customer on, over real SIP, by the command line: to another queue, then to an agent."""

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server.phone import words
from server.phone.driver import Phone
from tests.house.house import House, until
from tests.house.replayed import replayed
from tests.house.sites import site

pytestmark = pytest.mark.real

OTHER_QUEUE = """
[[queue]]
id = "experts"
wrap_up_seconds = 0.3
"""


def caruso(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as people type it."""
    command = [sys.executable, "-m", "server", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def site_with_experts(port: int, phones: list[str]) -> str:
    text = site(agents=3, phone_port=port, agent_phones=phones, spare=2, wrap_up_seconds=300, more=OTHER_QUEUE)
    start = text.index('id = "a1"')
    return text[:start] + text[start:].replace('["sales"]', '["experts"]', 1)


def talker(house: House) -> str:
    return next((name for name, agent in house.agents().items() if agent["work_state"] == "talking"), "")


def answered_by(house: House, phone: Phone, agent: str) -> None:
    phone.wait(words.Incoming)
    phone.answer()
    until(f"{agent} talks", lambda: talker(house) == agent)


def seconds_of(record: dict[str, Any]) -> list[float]:
    return [one["talk_seconds"] + one["hold_seconds"] for one in record["conversations"]]


def test_a_customer_is_passed_on_to_a_queue_and_to_an_agent(tmp_path: Path) -> None:
    with Phone("customer") as customer, Phone("a0") as one, Phone("a1") as two, Phone("a2") as three:
        house_site = site_with_experts(customer.port, [one.uri, two.uri, three.uri])
        with House(tmp_path, house_site) as house:
            for agent in ("a0", "a1"):
                house.agent(agent, "ready")
            server = f"127.0.0.1:{house.sip_port}"
            customer.call(f"sip:800@{server}", caller="+4989123", server=server)
            answered_by(house, one, "a0")
            (live,) = house.records(live=True)
            call, data = live["call_id"], ["--data", str(house.data)]
            refused = caruso("ctl", "transfer", call, "--to", "agent:a2", *data)
            assert (refused.returncode, refused.stderr) == (
                1, "The agent 'a2' is not free: the customer is still yours.\n",
            )  # fmt: skip
            passed = caruso("ctl", "transfer", call, "--to", "queue:experts", *data)
            assert passed.returncode == 0, passed.stderr
            one.wait(words.Released)
            assert house.agents()["a0"]["work_state"] == "wrap-up"
            answered_by(house, two, "a1")
            customer.wait(words.Media, state="active")
            house.agent("a2", "ready")
            assert caruso("ctl", "transfer", call, "--to", "agent:a2", *data).returncode == 0
            two.wait(words.Released)
            answered_by(house, three, "a2")
            assert house.agents()["a0"]["work_state"] == "wrap-up", "a wrap-up of its own, as long as configured"
            customer.hang_up()
            three.wait(words.Released)
            for agent in ("a0", "a2"):
                house.agent(agent, "wrap-up-done")
            until("all is over", lambda: all(a["work_state"] == "idle" for a in house.agents().values()))
            (record,) = house.records()
            log = caruso("export", "queue-log", "--site", str(house.site), *data).stdout.splitlines()
            cdr = caruso("export", "cdr", "--site", str(house.site), *data).stdout
    assert (record["outcome"], record["queue"], record["agent"]) == ("answered", "experts", "a2")
    assert [one["agent"] for one in record["conversations"]] == ["a0", "a1", "a2"]
    assert [one["queue"] for one in record["conversations"]] == ["sales", "experts", "experts"]
    assert [(t["agent"], t["to"], t["kind"]) for t in record["transfers"]] == [
        ("a0", "queue:experts", "blind"), ("a1", "agent:a2", "blind"),
    ]  # fmt: skip
    assert all(spent > 0 for spent in seconds_of(record))
    assert record["talk_seconds"] == pytest.approx(sum(seconds_of(record)), abs=1e-6)
    of_call = [line.split("|")[2:5] for line in log if f"|{call}|" in line]
    assert [event for _, _, event in of_call] == [
        "DID", "ENTERQUEUE", "CONNECT", "BLINDTRANSFER", "ENTERQUEUE", "CONNECT", "BLINDTRANSFER", "ENTERQUEUE",
        "CONNECT", "COMPLETECALLER",
    ]  # fmt: skip
    again = replayed(house)
    assert again.replayed == again.recorded == [(call, "a0", 1), (call, "a1", 2), (call, "a2", 3)]
    rows = list(csv.DictReader(io.StringIO(cdr)))
    assert [row["dstchannel"] for row in rows] == ["agent/a0", "agent/a1", "agent/a2"]
    assert {row["linkedid"] for row in rows} == {call}


def test_the_one_who_is_called_next_finds_a_place_while_a_supervisor_listens(tmp_path: Path) -> None:
    """On line cards of three legs: customer, agent, supervisor; the agent passes the customer on."""
    with Phone("customer") as customer, Phone("a0") as one, Phone("a1") as two, Phone("a2") as three:
        house_site = site(agents=3, phone_port=customer.port, agent_phones=[one.uri, two.uri, three.uri], spare=2)
        house_site = house_site.replace("[linecards]", "[linecards]\nlegs_per_card = 3")
        house_site = house_site.replace('id = "a2"', 'id = "a2"\nrole = "supervisor"')
        with House(tmp_path, house_site) as house:
            for agent in ("a0", "a1"):
                house.agent(agent, "ready")
            server = f"127.0.0.1:{house.sip_port}"
            customer.call(f"sip:800@{server}", caller="+4989123", server=server)
            answered_by(house, one, "a0")
            house.ask(ask="supervise", agent="a0", supervisor="a2", mode="listen")
            three.wait(words.Incoming)
            three.answer()
            three.wait(words.Media, state="active")
            (live,) = house.records(live=True)
            passed = caruso("ctl", "transfer", live["call_id"], "--to", "agent:a1", "--data", str(house.data))
            assert passed.returncode == 0, passed.stderr
            three.wait(words.Released)
            answered_by(house, two, "a1")
            customer.hang_up()
            two.wait(words.Released)
            (record,) = until("the record", lambda: [one for one in house.records() if one["ended_at"]])
    assert [(offer["agent"], offer["result"]) for offer in record["offers"]] == [("a0", "answered"), ("a1", "answered")]
