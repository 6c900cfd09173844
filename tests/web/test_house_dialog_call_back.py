"""A whole house: a dialog on the web over the death of the core, and on to an agent who calls the visitor back."""

import subprocess
import sys
import urllib.parse
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scriptengine.publishing import Shelf
from server.phone import words
from server.phone.driver import Phone
from tests.house.browser import Browser
from tests.house.desk import DeskClient
from tests.house.house import House, until
from tests.house.replayed import replayed
from tests.house.sites import site

pytestmark = pytest.mark.real

SCRIPT = Path(__file__).parent / "help.xml"
TYPED = 'call_back_typed = ["0"]\ndialog = "help"\nwrap_up_seconds'


def house(folder: Path, agent: Phone, customer: Phone) -> House:
    Shelf(folder / "data" / "dialogs").publish(SCRIPT, datetime.now(UTC))
    text = site(agents=1, phone_port=customer.port, agent_phones=[agent.uri], spare=2)
    text = text.replace("[web]", '[web]\ndialogs = ["help"]').replace("wrap_up_seconds", TYPED)
    text = text.replace('name = "Agent 0"', 'name = "Agent 0"\npassword = "a0\'s word"')
    return House(folder, text)


def killed(at: House) -> None:
    at.kill_core()
    until("dialogs", lambda: any(one.startswith("dialogs 1") for one in at.ask(ask="status")["services"]))


def facts(at: House, kind: str) -> list[dict[str, object]]:
    return [entry for entry in at.entries() if entry["t"] == kind]


def test_a_visitor_is_called_back_by_an_agent_whatever_dies_on_the_way(tmp_path: Path) -> None:
    with Phone("agent") as agent, Phone("customer") as customer, house(tmp_path, agent, customer) as at:
        visitor = Browser(at)
        until("the script is there", lambda: at.http_status("/dialogs/help") == 200)
        visitor.go("/dialogs/help")
        visitor.press("begin")
        visitor.press("answer", **{"q.trouble": "The meter hums"})
        assert visitor.heading() == "For how many days, stranger?"
        here = urllib.parse.urlsplit(visitor.url).path
        killed(at)
        visitor.go(here)
        assert visitor.heading() == "For how many days, stranger?", "the page goes on where it was"
        visitor.press("person")
        assert visitor.heading() == "We call you back"
        visitor.press("call", number="089 123456")
        assert "We will call you at 089123456" in visitor.text()
        [session] = at.ask(ask="dialogs", ended=True)
        assert session["status"] == "running", "it waits for the agent where the visitor stood"
        [arrived] = facts(at, "call-arrived")
        assert (arrived["caller"], arrived["origin"]) == ("089123456", "web")
        assert session["call"] == arrived["call"]
        killed(at)
        visitor.go(here)
        assert "We will call you at 089123456" in visitor.text()
        with DeskClient(at, "a0", "a0's word") as desk:
            at.agent("a0", "ready")
            agent.wait(words.Incoming)
            assert not any(isinstance(event, words.Incoming) for event in customer.said), "the agent is called first"
            agent.answer()
            assert customer.wait(words.Incoming).caller == "800"
            customer.answer()
            desk.wait("the script", lambda: (desk.state.get("script") or {}).get("status") == "running")
            shown = str(desk.state["script"])
            assert desk.state["script"]["session"] == session["id"], "it is the visitor's own session"
            assert desk.state["script"]["ask"]["items"][0]["question"] == "since"
            customer.hang_up()
            agent.wait(words.Released)
            [record] = until("the record", lambda: [one for one in at.records() if one["outcome"]])
        assert "SECRET" not in "".join(visitor.seen)
        assert "stranger" in shown, "what the visitor has told is not asked again"
    assert (record["outcome"], record["agent"], record["origin"]) == ("call-back", "a0", "web")
    again = replayed(at)  # with both restarts in it
    assert again.replayed == again.recorded == [(record["call_id"], "a0", 1)]
    assert again.refused == []


def test_a_personal_link_made_on_the_command_line_knows_its_customer(tmp_path: Path) -> None:
    with Phone("agent") as agent, Phone("customer") as customer, house(tmp_path, agent, customer) as at:
        until("the script is there", lambda: at.http_status("/dialogs/help") == 200)
        with DeskClient(at, "a0", "a0's word") as desk:
            desk.ask("save-customer", customer={"number": "4711", "name": "Ana Reis", "numbers": ["+4989777"]})
        caruso = Path(sys.executable).parent / "caruso"
        ask = [caruso, "ctl", "dialog-link", "help", "--customer", "4711", "--days", "3", "--data", str(at.data)]
        told = subprocess.run(ask, capture_output=True, check=True, text=True).stdout
        url = next(line.split()[1] for line in told.splitlines() if line.startswith("url"))
        visitor = Browser(at)
        visitor.go(urllib.parse.urlsplit(url).path)
        assert "Ana" not in "".join(visitor.seen)
        visitor.press("begin")
        visitor.press("answer", **{"q.trouble": "The meter hums"})
        assert visitor.heading() == "For how many days, Ana Reis?"
        visitor.press("person")
        field = visitor.page.xpath('//*[@name="number"]/@value')
        assert field == ["+4989777"]
        visitor.press("call", number=field[0])
        [known] = facts(at, "customer-known")
        assert known["by"] == "web"
        nobody = subprocess.run([*ask[:5], "4712", *ask[6:]], capture_output=True, check=False, text=True)
        assert (nobody.returncode, "No customer has the number 4712" in nobody.stderr) == (1, True)
