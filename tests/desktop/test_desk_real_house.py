"""The real desk against the real server: a call over SIP pops the customer's record at the ring, before the answer.

With `CARUSO_PICTURES=DIR` the pictures stay: what the agent saw while the phone rang, in the talk, and after it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agentdesk.desk import Desk
from agentdesk.drafts import Drafts
from agentdesk.link import Link
from agentdesk.phone import Phone
from agentdesk.session import DeskSession
from agentdesk.widgets.theme import dress
from agentdesk.words import words_in
from tests.house.house import House, free_ports, until
from tests.house.sipp import trunk

pytestmark = pytest.mark.real

VERTICAL = Path(__file__).parents[2] / "verticals" / "utility"
PASSWORD = "ana's password"
NUMBER = "+447700900101"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    text = (VERTICAL / "site.toml").read_text(encoding="utf-8")
    text = text.replace("127.0.0.1:5060", "127.0.0.1:{sip}").replace("127.0.0.1:8080", "127.0.0.1:{web}")
    text = text.replace('id = "ana"\n', f'id = "ana"\npassword = "{PASSWORD}"\n')
    one = House(tmp_path, text)
    one.site.write_text(text.replace("{sip}", "5060").replace("{web}", "8080"), encoding="utf-8")
    one.data.mkdir(mode=0o700)
    command = [sys.executable, "-m", "server.demo.fill", "--site", str(one.site), "--data", str(one.data)]
    subprocess.run([*command, "--vertical", str(VERTICAL)], check=True, timeout=180)
    with one:
        yield one


def keep(window: object, name: str, folder: Path) -> None:
    """A picture of the window."""
    target = Path(os.environ.get("CARUSO_PICTURES", "") or folder)
    assert window.grab().save(str(target / f"real-{name}.png"))  # type: ignore[attr-defined]


def test_the_record_pops_at_the_ring_and_stays(qtbot: QtBot, tmp_path: Path, house: House) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    words = words_in("en")
    link = Link(f"http://127.0.0.1:{house.web_port}", lambda: 0.5)
    phone = Phone(tmp_path / "phone.sock")
    settings = QSettings(str(tmp_path / "desk.ini"), QSettings.Format.IniFormat)
    session = DeskSession(
        words,
        dress(application, "light"),
        Desk(words),
        link,
        phone,
        Drafts(tmp_path / "drafts"),
        settings,
        tmp_path / "opened",
    )
    window = session.window
    window.ask_before_close = lambda: False
    window.resize(1366, 768)
    window.show()
    qtbot.addWidget(window)
    try:
        link.start("ana", PASSWORD, "en")
        nobody = window.top.state.accessibleName()
        qtbot.waitUntil(lambda: house.agents()["ana"]["reachable"], timeout=60_000)
        qtbot.waitUntil(lambda: window.top.state.accessibleName() != nobody, timeout=60_000)
        qtbot.keyClick(window, Qt.Key.Key_F2)
        qtbot.waitUntil(lambda: house.agents()["ana"]["presence"] == "ready", timeout=60_000)
        (trunk_port,) = free_ports(1)
        calling = trunk(
            tmp_path, server=house.sip_port, port=trunk_port, number="+441632960100", calls=1, rate=1,
            told=True, caller=NUMBER,
        )  # fmt: skip
        qtbot.waitUntil(lambda: window.top.state.accessibleName() == "My state: Ringing", timeout=60_000)
        qtbot.waitUntil(lambda: window.customer.history.rowCount() > 0, timeout=60_000)
        assert house.agents()["ana"]["work_state"] == "ringing", "the record is there before the answer"
        assert window.customer._title.text() == "Harriet Vane"
        keep(window, "ringing", tmp_path)
        qtbot.keyClick(window, Qt.Key.Key_F5)
        qtbot.waitUntil(lambda: house.agents()["ana"]["work_state"] == "talking", timeout=60_000)
        qtbot.waitUntil(lambda: window.call_bar.hold.isEnabled(), timeout=60_000)
        script = window.work.script
        qtbot.waitUntil(lambda: len(script.buttons.buttons) > 0, timeout=60_000)
        keep(window, "script", tmp_path)
        qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: script.trail.accessibleName() != "", timeout=60_000)
        keep(window, "script-second", tmp_path)
        qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(window.work.notes, "Meter read twice, credit promised.")
        qtbot.keyClick(window, Qt.Key.Key_F6)
        qtbot.waitUntil(lambda: house.agents()["ana"]["work_state"] == "holding", timeout=60_000)
        qtbot.waitUntil(lambda: window.top.state.accessibleName() == "My state: On hold", timeout=60_000)
        qtbot.keyClick(window, Qt.Key.Key_F6)
        qtbot.waitUntil(lambda: house.agents()["ana"]["work_state"] == "talking", timeout=60_000)
        keep(window, "talking", tmp_path)
        calling.hang_up()
        qtbot.waitUntil(lambda: house.agents()["ana"]["work_state"] == "wrap-up", timeout=60_000)
        qtbot.waitUntil(lambda: window.side.result.finish.isEnabled(), timeout=60_000)
        keep(window, "wrap-up", tmp_path)
        qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: house.agents()["ana"]["work_state"] == "idle", timeout=60_000)
        assert calling.wait(60) == 0, calling.report()
        notes = "Meter read twice, credit promised."
        (record,) = until("the record", lambda: [r for r in house.records() if r["notes"] == notes])
        assert (record["from"], record["agent"]) == (NUMBER, "ana")
        assert record["outcome"] == "answered"
        assert record["hold_seconds"] > 0
    finally:
        session._stop(quit_phone=True)
