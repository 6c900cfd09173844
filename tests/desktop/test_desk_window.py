"""The whole window against a server: log-in, pop, keys, reconnect, take-over, drafts; the focus is nobody else's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_scene import CREDENTIAL, SESSION, Scene, me, ringing, state, talking, wrapping
from fake_server import FakeServer
from msgspec.structs import replace
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from agentdesk.desk import Desk
from agentdesk.desk.happenings import PhoneProcess
from agentdesk.drafts import Drafts
from agentdesk.link import Link
from agentdesk.phone import Phone
from agentdesk.session import DeskSession
from agentdesk.softphone.runtime import UnsafeFolder, runtime_folder, socket_path
from agentdesk.widgets.theme import dress
from agentdesk.widgets.window import Window
from agentdesk.words import words_in
from server.wire import desk as wire, softphone

assert SESSION.sip == CREDENTIAL


class Bench:
    """A session whose pieces can be looked at."""

    def __init__(self, folder: Path, server: FakeServer, language: str = "en") -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        words = words_in(language)
        self.link = Link(server.url, lambda: 0.9)
        self.phone = Phone(folder / "phone.sock")
        settings = QSettings(str(folder / "desk.ini"), QSettings.Format.IniFormat)
        desk, drafts = Desk(words), Drafts(folder / "drafts")
        colours, opened = dress(application, "light"), folder / "opened"
        self.session = DeskSession(words, colours, desk, self.link, self.phone, drafts, settings, opened)
        self.window = self.session.window
        self.window.ask_before_close = lambda: False  # a test's end must not wait for an answer
        self.window.show()

    def start(self, language: str = "en") -> None:
        self.link.start("ana", "right", language)

    def word(self) -> str:
        return self.window.top.state.accessibleName()


@pytest.fixture
def server(qapp: QApplication) -> Iterator[FakeServer]:
    one = FakeServer(state())
    yield one
    one.cut()


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, server: FakeServer) -> Iterator[Bench]:
    one = Bench(tmp_path, server)
    qtbot.addWidget(one.window)
    yield one
    one.session._stop(quit_phone=True)


def test_log_in_pop_answering_keys_notes_and_finish(qtbot: QtBot, bench: Bench, server: FakeServer) -> None:
    bench.start()
    qtbot.waitUntil(lambda: bench.word() == "My state: Ready")
    assert server.log_ins == [{"user": "ana", "password": "right", "cookie": False}]
    assert server.messages[0] == wire.Hello("token-1", "en")
    window = bench.window
    server.change(ringing())
    qtbot.waitUntil(lambda: bench.word() == "My state: Ringing")
    assert window.customer.history.rowCount() == 4
    assert window.call_bar.answer.text().strip() == "Pick up your phone  [F5]"
    server.change(talking())
    qtbot.waitUntil(lambda: window.call_bar.hold.isEnabled())
    qtbot.keyClick(window, Qt.Key.Key_F6)
    qtbot.keyClick(window, Qt.Key.Key_F7)
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.work.notes.hasFocus()
    qtbot.keyClicks(window.work.notes, "What? 2 letters")
    assert not window.keys_dialog.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.side.result.filter, "compl")
    qtbot.keyClick(window.side.result.filter, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: server.requests(wire.SaveNotes) != [])
    server.change(wrapping(notes="What? 2 letters", result="complaint"))
    qtbot.waitUntil(lambda: window.side.result.finish.isEnabled())
    qtbot.keyClick(window, Qt.Key.Key_F10)
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: server.requests(wire.FinishWrapUp) != [])
    assert server.requests(wire.Hold) == [wire.Hold(on=True)]
    assert server.requests(wire.Mute) == [wire.Mute(on=True)]
    assert server.requests(wire.SaveNotes) == [wire.SaveNotes(call="k1", text="What? 2 letters")]
    assert server.requests(wire.ChooseResult) == [wire.ChooseResult(call="k1", result="complaint")]
    assert server.requests(wire.ExtendWrapUp) == [wire.ExtendWrapUp(seconds=30)]


def test_a_pop_moves_neither_focus_nor_cursor(qtbot: QtBot, bench: Bench, server: FakeServer) -> None:
    bench.start()
    window = bench.window
    qtbot.waitUntil(lambda: bench.word() == "My state: Ready")
    assert QApplication.focusWidget() is not window.top.state
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.top.search, "web")
    window.top.search.setCursorPosition(1)
    server.change(ringing())
    qtbot.waitUntil(lambda: bench.word() == "My state: Ringing")
    assert window.top.search.hasFocus()
    assert (window.top.search.text(), window.top.search.cursorPosition()) == ("web", 1)


def test_the_keyboard_of_what_is_gone_falls_to_no_button(qtbot: QtBot, bench: Bench, server: FakeServer) -> None:
    server.state = wrapping()
    bench.start()
    window = bench.window
    qtbot.waitUntil(window.side.result.filter.isEnabled)
    window.side.result.filter.setFocus()
    server.change(state())
    qtbot.waitUntil(lambda: bench.word() == "My state: Ready")
    assert QApplication.focusWidget() is window._nowhere
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert not window.top.menu.isVisible()


@pytest.mark.parametrize("language", ["en", "pt_BR"])
def test_a_small_window_with_a_banner_needs_no_scrolling(
    qtbot: QtBot, tmp_path: Path, server: FakeServer, language: str
) -> None:
    many = [wire.Queue(id=f"q{number}", name=f"Queue {number}", waiting=0, longest_since=None) for number in range(30)]
    server.state = replace(wrapping(), queues=many)
    bench = Bench(tmp_path, server, language)
    qtbot.addWidget(bench.window)
    bench.window.resize(1024, 700)
    bench.start()
    window = bench.window
    qtbot.waitUntil(window.side.result.finish.isEnabled)
    bench.session.happened(softphone.Sound(trouble="no-sound-device"))
    server.close(4402)
    qtbot.waitUntil(window.banners.banners[0].isVisible)
    QApplication.processEvents()
    columns = window.findChild(QScrollArea, "columns")
    assert columns is not None
    assert columns.verticalScrollBar().maximum() == 0
    assert columns.horizontalScrollBar().maximum() == 0
    bench.session._stop(quit_phone=True)


def test_a_banner_from_before_the_window_was_shown_brings_no_empty_one(qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    words, scene = words_in("en"), Scene(state(me=me(reachable=False, fault="invite-failed")))
    window = Window(words, dress(application, "light"), lambda _action: None, lambda _command: None)
    qtbot.addWidget(window)
    window.show_view(scene.view, scene.desk.standing)
    window.show()
    assert [one.isVisible() for one in window.banners.banners] == [True, False]


def test_question_mark_lists_the_keys_and_f3_the_reasons(qtbot: QtBot, bench: Bench, server: FakeServer) -> None:
    bench.start()
    qtbot.waitUntil(lambda: bench.word() == "My state: Ready")
    qtbot.keyClicks(bench.window, "?")
    assert bench.window.keys_dialog.isVisible()
    bench.window.keys_dialog.close()
    items = [one.text() for one in bench.window.top.menu.actions() if one.text()]
    assert items == ["Ready\tF2", "Not ready\tF3", "Break", "Training", "Log out and close\tCtrl+Q"]
    bench.window.top.menu.actions()[2].trigger()
    qtbot.waitUntil(
        lambda: server.requests(wire.SetPresence) == [wire.SetPresence(presence="not-ready", reason="break")]
    )


def test_reconnects_by_itself_and_keeps_what_was_written(qtbot: QtBot, bench: Bench, server: FakeServer) -> None:
    server.state = talking()
    bench.start()
    qtbot.waitUntil(lambda: bench.word() == "My state: On call")
    bench.window.work.notes.setFocus()
    qtbot.keyClicks(bench.window.work.notes, "kept")
    server.cut()
    qtbot.waitUntil(lambda: len(server.desks) == 1)
    qtbot.waitUntil(lambda: server.requests(wire.SaveNotes) == [wire.SaveNotes(call="k1", text="kept")])
    assert bench.window.work.notes.toPlainText() == "kept"
    assert len(server.log_ins) == 1


def test_an_ended_session_is_renewed_and_a_take_over_is_final(qtbot: QtBot, bench: Bench, server: FakeServer) -> None:
    bench.start()
    qtbot.waitUntil(lambda: bench.word() == "My state: Ready")
    server.token = "token-2"
    server.close(4401)
    qtbot.waitUntil(lambda: len(server.log_ins) == 2)
    qtbot.waitUntil(lambda: len(server.desks) == 1 and bench.word() == "My state: Ready")
    server.close(4402)
    banner = bench.window.banners.banners[0]
    qtbot.waitUntil(lambda: banner.isVisible() and banner.button.text() == "Take back  [Ctrl+R]")
    assert bench.word() == "My state: No connection"
    assert server.desks == []
    banner.button.click()
    qtbot.waitUntil(lambda: bench.word() == "My state: Ready")
    assert not bench.window.banners.isVisible()


def test_a_wrong_password_is_told_and_not_repeated(qtbot: QtBot, bench: Bench, server: FakeServer) -> None:
    server.password = "another"
    bench.start()
    banner = bench.window.banners.banners[0]
    qtbot.waitUntil(banner.isVisible)
    assert "User or password is wrong." in banner._text.text()
    assert len(server.log_ins) == 1


def test_a_draft_survives_the_window(qtbot: QtBot, tmp_path: Path, server: FakeServer) -> None:
    server.state, server.answers_requests = talking(), False
    first = Bench(tmp_path, server)
    qtbot.addWidget(first.window)
    first.start()
    qtbot.waitUntil(lambda: first.word() == "My state: On call")
    first.window.work.notes.setPlainText("half a sentence")
    qtbot.waitUntil(lambda: list((tmp_path / "drafts").glob("*.json")) != [])
    assert next((tmp_path / "drafts").iterdir()).stat().st_mode & 0o077 == 0
    first.session._stop(quit_phone=True)
    server.cut()
    server.answers_requests, server.messages = True, []
    second = Bench(tmp_path, server)
    qtbot.addWidget(second.window)
    second.start()
    qtbot.waitUntil(lambda: list((tmp_path / "drafts").iterdir()) == [])
    assert server.requests(wire.SaveNotes) == [wire.SaveNotes(call="k1", text="half a sentence")]
    second.session._stop(quit_phone=True)


def test_a_window_that_is_closed_in_the_middle_of_a_word_loses_nothing(
    qtbot: QtBot, tmp_path: Path, server: FakeServer
) -> None:
    server.state = talking()
    first = Bench(tmp_path, server)
    qtbot.addWidget(first.window)
    first.start()
    qtbot.waitUntil(lambda: first.word() == "My state: On call")
    first.session._timer.stop()  # no tick comes between the last key and the end
    qtbot.keyClicks(first.window.work.notes, "half a sent")
    first.session.end_now()
    assert [one.text for one in Drafts(tmp_path / "drafts").all()] == ["half a sent"]
    qtbot.waitUntil(lambda: server.requests(wire.SaveNotes) == [wire.SaveNotes(call="k1", text="half a sent")])
    assert server.logged_out == [], "the call goes on, and the softphone's credential with it"


def test_log_out_ends_the_session(qtbot: QtBot, bench: Bench, server: FakeServer) -> None:
    bench.start()
    qtbot.waitUntil(lambda: bench.word() == "My state: Ready")
    with qtbot.waitSignal(bench.session.over):
        qtbot.keyClick(bench.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert server.requests(wire.SetPresence) == [wire.SetPresence(presence="logged-out")]
    assert server.logged_out == ["token-1"]
    assert not bench.window.isVisible()


def test_portuguese_is_spoken_to_the_server_and_on_the_window(qtbot: QtBot, tmp_path: Path, server: FakeServer) -> None:
    server.state = state(me=me(presence="not-ready"))
    bench = Bench(tmp_path, server, "pt_BR")
    qtbot.addWidget(bench.window)
    bench.start("pt_BR")
    qtbot.waitUntil(lambda: bench.word() == "Meu estado: Indisponível")
    assert server.messages[0] == wire.Hello("token-1", "pt_BR")
    bench.session._stop(quit_phone=True)


@pytest.mark.real
def test_the_softphone_is_started_survives_the_window_and_is_restarted(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    news: list[object] = []

    def snapshots() -> list[softphone.Phone]:
        return [one for one in news if isinstance(one, softphone.Phone)]

    first = Phone(tmp_path / "phone.sock")
    first.happened.connect(news.append)
    first.start()
    qtbot.waitUntil(lambda: len(snapshots()) == 1, timeout=60_000)
    pid = snapshots()[0].pid
    assert os.getsid(pid) != os.getsid(0)
    first.leave(quit_too=False)
    second = Phone(tmp_path / "phone.sock")
    second.happened.connect(news.append)
    second.start()
    qtbot.waitUntil(lambda: len(snapshots()) == 2, timeout=60_000)
    assert snapshots()[1].pid == pid
    os.kill(pid, 6)
    qtbot.waitUntil(lambda: PhoneProcess("ended") in news, timeout=60_000)
    second.start()
    qtbot.waitUntil(lambda: len(snapshots()) == 3, timeout=60_000)
    assert snapshots()[2].pid != pid
    second.leave(quit_too=True)
    qtbot.waitUntil(lambda: second._process is not None and second._process.poll() == 0, timeout=60_000)


def test_the_runtime_folder_is_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = runtime_folder()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert socket_path("ana", "https://desk.example:8443/").name == "ana_desk.example_8443_.sock"
    folder.chmod(0o755)
    with pytest.raises(UnsafeFolder, match="0700"):
        runtime_folder()


def test_without_a_display_it_says_so() -> None:
    bare = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    command = [sys.executable, "-m", "agentdesk", "--user", "ana", "--password-stdin"]
    done = subprocess.run(command, env=bare, input="x\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("caruso desk: there is no display")
    assert done.stderr.count("\n") == 1
