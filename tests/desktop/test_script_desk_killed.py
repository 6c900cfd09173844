"""The desk's process is killed in the middle of a script; the next one is at the same question, with what was typed."""

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
from viewer import viewed

from agentdesk.desk import Desk, actions
from agentdesk.drafts import Drafts
from agentdesk.link import Link
from agentdesk.phone import Phone
from agentdesk.session import DeskSession
from agentdesk.widgets.script.papers import FileField
from agentdesk.widgets.theme import dress
from agentdesk.words import words_in
from scriptengine.publishing import Shelf
from tests.house.house import House, free_ports
from tests.house.sipp import phones, trunk
from tests.house.sites import site

pytestmark = pytest.mark.real

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100_000)
SCRIPT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="outage" version="1" xml:lang="en" channels="desk" start="danger">
 <title>Outage</title>
 <question id="danger" name="danger" type="yesno"><text>Do you see sparks?</text></question>
 <question id="place" name="place" type="postcode"><text>What is your postcode?</text></question>
 <question id="photo" name="photo" type="file"><text>Have you a picture?</text></question>
 <end id="done" outcome="success" disposition="done"><text>Thank you.</text></end>
</dialog>
"""
PASSWORD = "a long enough word"
DRIVEN = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from agentdesk.app import DeskApplication

application = QApplication(["desk"])
desk = DeskApplication(application, "light", "en")
window = desk.begin(sys.argv[1], "a0", sys.argv[2]).window

done = set()

def once(what):
    if what in done:
        return False
    done.add(what)
    return True

def look():
    script = window.work.script
    if any(b"01310" in file.read_bytes() for file in Path(sys.argv[3]).rglob("*.typed")):
        print("at the second question", flush=True)
        timer.stop()
    elif script.sheet.rows and once("typed"):
        QTest.keyClicks(script.sheet.rows[0].widget.main, "01310")
    elif script.buttons.isVisible() and once("answered"):
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)

timer = QTimer(interval=100)
timer.timeout.connect(look)
timer.start()
application.exec()
"""


def _site(phone_port: int) -> str:
    text = site(agents=1, phone_port=phone_port, wrap_up_seconds=60)
    text = text.replace('name = "Sales"', 'name = "Sales"\ndialog = "outage"')
    return text.replace('id = "a0"', f'id = "a0"\npassword = "{PASSWORD}"')


def _send_a_file(qtbot: QtBot, session: DeskSession, folder: Path) -> None:
    """From the first question to the end, with a picture."""
    window, script = session.window, session.window.work.script
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: bool(script.sheet.rows), timeout=60_000)
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: isinstance(script.sheet.rows[0].widget, FileField), timeout=60_000)
    (folder / "sparks.png").write_bytes(PNG)
    session.press(actions.AttachFile(session._desk.view(0).script.sheet, "photo", str(folder / "sparks.png")))
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)  # it waits for the file
    qtbot.waitUntil(lambda: script.text.text() == "The script is at its end.", timeout=60_000)


def test_the_next_desk_stands_at_the_same_question(qtbot: QtBot, tmp_path: Path) -> None:
    phone_port, trunk_port = free_ports(2)
    house = House(tmp_path, _site(phone_port))
    house.data.mkdir(mode=0o700)
    (tmp_path / "outage.xml").write_text(SCRIPT)
    Shelf(house.data / "dialogs").publish(tmp_path / "outage.xml", datetime.now(UTC))
    answering = phones(tmp_path, port=phone_port)
    calling = session = first = None
    try:
        with house:
            url = f"http://127.0.0.1:{house.web_port}"
            home = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
            home["XDG_DATA_HOME"] = str(tmp_path / "local")
            command = [sys.executable, "-c", DRIVEN, url, PASSWORD, str(tmp_path / "local")]
            first = subprocess.Popen(command, stdout=subprocess.PIPE, env=home, text=True)
            qtbot.waitUntil(lambda: house.agents()["a0"]["reachable"], timeout=60_000)
            house.agent("a0", "ready")
            calling = trunk(
                tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=1, rate=1, talk_ms=None
            )
            assert first.stdout is not None
            assert first.stdout.readline() == "at the second question\n"
            first.send_signal(signal.SIGKILL)
            first.wait(60)
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            words, link = words_in("en"), Link(url, lambda: 0.5)
            settings = QSettings(str(tmp_path / "desk.ini"), QSettings.Format.IniFormat)
            colours = dress(application, "light")
            (typed,) = tmp_path.rglob("*.typed")
            drafts = Drafts(typed.parent)
            phone, opened = Phone(tmp_path / "p.sock"), tmp_path / "opened"
            session = DeskSession(words, colours, Desk(words), link, phone, drafts, settings, opened)
            window = session.window
            window.ask_before_close = lambda: False
            window.show()
            qtbot.addWidget(window)
            link.start("a0", PASSWORD, "en")
            script = window.work.script
            qtbot.waitUntil(lambda: bool(script.sheet.rows), timeout=60_000)
            assert script.say.labels[0].text() == "What is your postcode?"
            assert script.sheet.rows[0].widget.answer == "01310", "what was typed and not handed in"
            assert house.agents()["a0"]["work_state"] == "talking"
            qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
            qtbot.waitUntil(lambda: script.buttons.isVisible(), timeout=60_000)
            assert script.buttons.buttons[1].answer.suggested, "what was answered before is offered again"
            _send_a_file(qtbot, session, tmp_path)
            (kept,) = (house.data / "uploads").rglob("*.png")
            assert kept.read_bytes() == PNG
            qtbot.waitUntil(lambda: not typed.exists(), timeout=60_000)
            with viewed() as shown:
                qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
                qtbot.waitUntil(lambda: len(shown) == 1, timeout=60_000)
            assert (shown[0].name, shown[0].read_bytes()) == ("photo.png", PNG)
            qtbot.keyClick(window, Qt.Key.Key_F12)
            qtbot.waitUntil(lambda: house.agents()["a0"]["work_state"] == "wrap-up", timeout=60_000)
    finally:
        if session is not None:
            session._stop(quit_phone=True)
        for process in (calling, answering):
            if process is not None:
                process.end()
        if first is not None and first.poll() is None:
            first.kill()
