"""The desk's process is killed in the middle of a script; the next one stands at the same question."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
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
from scriptengine.publishing import Shelf
from tests.house.house import House, free_ports
from tests.house.sipp import phones, trunk
from tests.house.sites import site

pytestmark = pytest.mark.real

SCRIPT = Path(__file__).parents[2] / "dialogs" / "power-outage.xml"
PASSWORD = "a long enough word"
DRIVEN = """
import sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from agentdesk.app import DeskApplication

application = QApplication(["desk"])
desk = DeskApplication(application, "light", "en")
window = desk.begin(sys.argv[1], "a0", sys.argv[2]).window

def look():
    script = window.work.script
    if script.sheet.rows:
        print("at the second question", flush=True)
        timer.stop()
    elif script.buttons.isVisible():
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)

timer = QTimer(interval=100)
timer.timeout.connect(look)
timer.start()
application.exec()
"""


def _site(phone_port: int) -> str:
    text = site(agents=1, phone_port=phone_port, wrap_up_seconds=60)
    text = text.replace('name = "Sales"', 'name = "Sales"\ndialog = "power-outage"')
    return text.replace('id = "a0"', f'id = "a0"\npassword = "{PASSWORD}"')


def test_the_next_desk_stands_at_the_same_question(qtbot: QtBot, tmp_path: Path) -> None:
    phone_port, trunk_port = free_ports(2)
    house = House(tmp_path, _site(phone_port))
    house.data.mkdir(mode=0o700)
    Shelf(house.data / "dialogs").publish(SCRIPT, datetime.now(UTC))
    answering = phones(tmp_path, port=phone_port)
    calling = session = first = None
    try:
        with house:
            url = f"http://127.0.0.1:{house.web_port}"
            home = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
            first = subprocess.Popen(
                [sys.executable, "-c", DRIVEN, url, PASSWORD], stdout=subprocess.PIPE, env=home, text=True
            )
            qtbot.waitUntil(lambda: house.agents()["a0"]["reachable"], timeout=20_000)
            house.agent("a0", "ready")
            calling = trunk(
                tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=1, rate=1, talk_ms=None
            )
            assert first.stdout is not None
            assert first.stdout.readline() == "at the second question\n"
            first.send_signal(signal.SIGKILL)
            first.wait(10)
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            words, link = words_in("en"), Link(url, lambda: 0.5)
            settings = QSettings(str(tmp_path / "desk.ini"), QSettings.Format.IniFormat)
            colours = dress(application, "light")
            session = DeskSession(
                words, colours, Desk(words), link, Phone(tmp_path / "p.sock"), Drafts(tmp_path / "drafts"), settings
            )
            window = session.window
            window.ask_before_close = lambda: False
            window.show()
            qtbot.addWidget(window)
            link.start("a0", PASSWORD, "en")
            script = window.work.script
            qtbot.waitUntil(lambda: bool(script.sheet.rows), timeout=10_000)
            assert script.say.labels[0].text() == "What is your postcode?"
            assert house.agents()["a0"]["work_state"] == "talking"
            qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
            qtbot.waitUntil(lambda: script.buttons.isVisible(), timeout=5_000)
            assert script.buttons.buttons[1].answer.suggested, "what was answered before is offered again"
            qtbot.keyClick(window, Qt.Key.Key_F12)
            qtbot.waitUntil(lambda: house.agents()["a0"]["work_state"] == "wrap-up", timeout=5_000)
    finally:
        if session is not None:
            session._stop(quit_phone=True)
        for process in (calling, answering):
            if process is not None:
                process.end()
        if first is not None and first.poll() is None:
            first.kill()
