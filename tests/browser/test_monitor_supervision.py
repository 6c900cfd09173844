"""A supervisor listens and writes from an agent's tile, on a whole running server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from test_monitor_page import violations

from tests.browser.servers import PICTURES
from tests.house.desk import DeskClient
from tests.house.house import House, free_ports
from tests.house.sipp import Sipp, phones, trunk
from tests.house.sites import site

MORE = """
[stopping]
grace_seconds = 1
[[agent]]
id = "sofia"
name = "Sofia Lima"
role = "supervisor"
phone = "sip:sofia@127.0.0.1:{port}"
password = "sofia's word"
[[agent]]
id = "rita"
name = "Rita Reis"
role = "supervisor"
phone = "registered"
password = "rita's word"
"""
PASSWORD = "a0's word"

pytestmark = pytest.mark.real


class Floor:
    """Agent 0 talks with a customer; `desk` is the agent's."""

    def __init__(self, folder: Path, house: House, desk: DeskClient, calling: Sipp, answering: Sipp) -> None:
        self.folder, self.house, self.desk, self.calling, self.answering = folder, house, desk, calling, answering

    def mode(self) -> str:
        call = self.desk.state["call"]
        return call["supervision"]["mode"] if call and call["supervision"] else ""


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    phone_port, trunk_port = free_ports(2)
    text = site(agents=2, phone_port=phone_port, spare=2, maximum=4, more=MORE.replace("{port}", str(phone_port)))
    text = text.replace('id = "a0"', f'id = "a0"\npassword = "{PASSWORD}"')
    answering = phones(tmp_path, port=phone_port)
    try:
        with House(tmp_path, text) as house, DeskClient(house, "a0", PASSWORD) as desk:
            desk.ask("set-presence", presence="ready")
            calling = trunk(
                tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=1, rate=1,
                caller="+49301234567",
            )  # fmt: skip
            desk.wait("the talk", lambda: desk.state["me"]["work_state"] == "talking")
            try:
                yield Floor(tmp_path, house, desk, calling, answering)
            finally:
                calling.end()
    finally:
        answering.end()


def open_tile(page: Page) -> None:
    page.locator(".tile", has_text="Agent 0").click()
    expect(page.locator("#agent-dialog")).to_be_visible()


def pressed(page: Page) -> list[str]:
    return page.locator("#supervision [aria-pressed=true]").all_inner_texts()


def test_listen_whisper_barge_and_stop_from_the_tile(floor, look):
    page = look(f"127.0.0.1:{floor.house.web_port}")
    open_tile(page)
    said = page.locator("#supervision-state")
    expect(said).to_have_text("Your phone will ring; you are in when you pick up.")
    expect(page.locator("#supervise-stop")).to_be_disabled()
    page.get_by_role("button", name="Listen", exact=True).click()
    expect(said).to_have_text("You listen; nobody hears you.", timeout=60_000)
    floor.desk.wait("listened to", lambda: floor.mode() == "listen")
    assert floor.desk.state["call"]["supervision"]["name"] == "Sofia Lima"
    assert pressed(page) == ["Listen"]
    assert violations(page) == []
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "monitor_listen.png")
    page.keyboard.press("Alt+2")
    expect(said).to_have_text("The agent hears you, the customer does not.")
    floor.desk.wait("whispered to", lambda: floor.mode() == "whisper")
    page.keyboard.press("Alt+3")
    expect(said).to_have_text("Agent and customer hear you.")
    floor.desk.wait("in the call", lambda: floor.mode() == "barge")
    assert pressed(page) == ["Barge in"]
    page.keyboard.press("Escape")
    expect(page.locator(".tile", has_text="Agent 0")).to_contain_text("barged in")
    expect(page.locator(".tile", has_text="Agent 0")).to_have_attribute("title", "Sofia Lima is in the call")
    open_tile(page)
    assert pressed(page) == ["Barge in"]
    page.get_by_role("button", name="Stop").click()
    expect(said).to_have_text("Your phone will ring; you are in when you pick up.")
    floor.desk.wait("alone again", lambda: floor.mode() == "")
    assert pressed(page) == []


def test_a_second_supervisor_is_told_who_listens_and_who_cannot_be_called_why(floor, look, browser):
    page = look(f"127.0.0.1:{floor.house.web_port}")
    other = browser.new_page(viewport={"width": 1366, "height": 768}, locale="pt-BR")
    try:
        other.goto(f"http://127.0.0.1:{floor.house.web_port}/monitor?lang=pt")
        other.locator("[name=user]").fill("rita")
        other.locator("[name=password]").fill("rita's word")
        other.locator("#log-in button").click()
        open_tile(other)
        other.get_by_role("button", name="Ouvir", exact=True).click()
        expect(other.locator("#supervision-problem")).to_have_text(
            "Seu telefone não está registrado: não pode ser chamado."
        )
        open_tile(page)
        page.keyboard.press("Alt+1")
        expect(other.locator("#supervision-state")).to_have_text("Sofia Lima ouve", timeout=60_000)
        for button in ("listen", "whisper", "barge", "stop"):
            expect(other.locator(f"#supervise-{button}")).to_be_disabled()
        assert violations(other) == []
        other.screenshot(path=PICTURES / "monitor_listen_pt.png")
    finally:
        other.close()


def test_a_message_is_written_shown_on_the_desk_and_seen(floor, look):
    page = look(f"127.0.0.1:{floor.house.web_port}", "?theme=dark", viewport={"width": 1366, "height": 768})
    open_tile(page)
    page.locator("#message-text").fill("Please take the outage calls next.")
    page.keyboard.press("Enter")
    expect(page.locator("#message-sent")).to_have_text("Sent.")
    expect(page.locator("#agent-dialog")).to_be_visible()
    expect(page.locator("#message-text")).to_have_value("")
    row = page.locator("#messages li")
    expect(row).to_contain_text("Sofia Lima: Please take the outage calls next.")
    expect(row).to_contain_text("not seen yet")
    floor.desk.wait("the message", lambda: bool(floor.desk.state["messages"]))
    (message,) = floor.desk.state["messages"]
    assert (message["by"], message["text"]) == ("Sofia Lima", "Please take the outage calls next.")
    floor.house.kill_core()
    with DeskClient(floor.house, "a0", PASSWORD) as desk:
        assert desk.state["messages"] == [message], "a new core and a new desk find it again"
        page.locator("#message-to").select_option("queue:sales")
        page.locator("#message-text").fill("Team meeting at 15:00")
        page.get_by_role("button", name="Send").click()
        expect(row).to_have_count(2, timeout=60_000)
        expect(row.first).to_contain_text("Sofia Lima to all of Sales: Team meeting at 15:00")
        desk.wait("both", lambda: len(desk.state["messages"]) == 2)
        desk.ask("saw-message", message=message["id"])
        expect(row.last).to_contain_text("seen ")
        desk.wait("one left", lambda: [one["text"] for one in desk.state["messages"]] == ["Team meeting at 15:00"])
        assert violations(page) == []
        page.screenshot(path=PICTURES / "monitor_messages_dark.png")
    told = [entry for entry in floor.house.entries() if entry["t"] in ("message-sent", "message-seen")]
    assert [(entry["t"], entry["agent"]) for entry in told] == [("message-sent", "a0")] * 2 + [("message-seen", "a0")]
