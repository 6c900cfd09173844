"""Voice messages at the desk: what is listed and chosen, and the panel with a player and a real sound."""

import math
import os
import struct
import wave
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from desk_scene import SESSION, Scene, call, sent, state
from fake_server import FakeServer
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agentdesk.desk import actions
from agentdesk.desk.message_book import MessageBook, Order
from agentdesk.messages import Messages
from agentdesk.widgets.theme import dress
from agentdesk.widgets.window import Window
from agentdesk.words import words_in
from server.wire import desk as wire
from server.wire.voicemail import MailboxName, MailboxView, VoiceMessage

BOXES = [
    MailboxView(id="bills", name="Bills", owner="queue:billing", new=2, saved=1, urgent=1),
    MailboxView(id="ana", name="Ana Souza", owner="agent:ana", new=0, saved=0, urgent=0),
]
NAMES = [MailboxName("bills", "Bills"), MailboxName("ana", "Ana Souza"), MailboxName("rui", "Rui Costa")]
MESSAGES = [
    VoiceMessage(id="m3", mailbox="bills", at="2026-03-02T09:41:00.000Z", caller="+4930901820", seconds=8.0,
                 urgent=True, saved=False),
    VoiceMessage(id="m2", mailbox="bills", at="2026-03-02T08:05:00.000Z", caller="", seconds=95.0, urgent=False,
                 saved=False),
    VoiceMessage(id="m1", mailbox="bills", at="2026-02-27T16:30:00.000Z", caller="+493055", seconds=31.0,
                 urgent=False, saved=True),
]  # fmt: skip


def _book() -> MessageBook:
    book = MessageBook(words_in("en"))
    book.linked(True)
    assert book.mailboxes(BOXES, NAMES) == [Order("list", "bills")]
    assert book.listed("bills", MESSAGES) == []
    return book


def test_new_urgent_and_saved_ones_are_apart() -> None:
    book = _book()
    view = book.view()
    assert (view.title, view.box, view.counts) == ("Messages (2)", "bills", {"new": 2, "urgent": 1, "saved": 1})
    assert [(line.text, line.detail, line.chosen) for line in view.lines] == [
        ("+4930901820", "urgent · 02 Mar 09:41 · 0:08", True),
        ("number not shown", "02 Mar 08:05 · 1:35", False),
    ]
    book.show("saved")
    assert [line.message for line in book.view().lines] == ["m1"]
    assert [name.id for name in book.view().targets] == ["ana", "rui"]


def test_a_message_is_fetched_once_played_paused_and_moved_in() -> None:
    book = _book()
    assert book.skip(5) == [], "nothing plays yet"
    assert book.play_or_pause() == [Order("sound", "bills", "m3")]
    book.played(playing=True, position=2.5)
    assert book.view().time == "0:02 / 0:08"
    assert book.play_or_pause() == [Order("pause")]
    book.played(playing=False, position=2.5)
    assert book.play_or_pause() == [Order("play")]
    assert book.skip(5) == [Order("seek", seconds=7.5)]
    assert book.skip(5) == [Order("seek", seconds=8.0)]
    assert book.skip(-60) == [Order("seek", seconds=0.0)]
    assert book.choose("m2") == [Order("stop")]


def test_what_is_done_with_a_message() -> None:
    book = _book()
    assert book.save() == [Order("save", "bills", "m3")]
    assert book.forward("rui") == [Order("forward", "bills", "m3", "rui")]
    assert book.call_back() == [Order("call-back", "bills", "m3")]
    assert book.delete() == [Order("delete", "bills", "m3")]
    book.listed("bills", MESSAGES[1:])
    assert book.view().lines[0].chosen
    assert not book.view().may_call, "no number was shown"
    assert book.call_back() == []
    book.linked(False)
    assert (book.save(), book.play_or_pause(), book.view().enabled) == ([], [], False)


def test_the_list_is_asked_for_again_only_when_the_figures_changed() -> None:
    book = _book()
    assert book.mailboxes(BOXES, NAMES) == []
    more = [msgspec.structs.replace(BOXES[0], new=3), BOXES[1]]
    assert book.mailboxes(more, NAMES) == [Order("list", "bills")]
    assert book.mailboxes([], NAMES) == []
    assert book.view().empty == "You have no mailbox."


def test_a_task_shows_its_message_and_waits_for_the_phone() -> None:
    book = _book()
    book.open_box("ana")
    task = wire.Task(mailbox="bills", message="m2")
    assert Order("list", "bills") in book.show_task(task)
    book.listed("bills", MESSAGES)
    view = book.view()
    assert ([line.message for line in view.lines if line.chosen], view.hearing) == (["m2"], False)
    assert book.show_task(msgspec.structs.replace(task, hearing=True)) == []
    assert book.view().hearing
    book.show_task(None)
    assert book.view().task == ""


def test_the_agents_words_are_requests() -> None:
    scene = Scene(state(call=call(state="ringing", task=wire.Task(mailbox="bills", message="m2", hearing=True))))
    pressed = (actions.CallCustomer(), actions.FinishMessage(), actions.CallBackMessage("bills", "m3"))
    asked = [request for action in pressed for request in sent(scene.desk.press(action, scene.now))]
    assert asked == [wire.CallCustomer(), wire.FinishMessage(), wire.CallBackMessage(mailbox="bills", message="m3")]


def _wav(seconds: float) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        tone = (int(8000 * math.sin(n / 3)) for n in range(int(8000 * seconds)))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))
    return file.getvalue()


def _served() -> FakeServer:
    server = FakeServer(state())
    root = "/api/v1/mailboxes"
    server.mailboxes = {
        root: msgspec.json.encode(BOXES),
        "/api/v1/mailbox-names": msgspec.json.encode(NAMES),
        f"{root}/bills/messages": msgspec.json.encode(MESSAGES),
        f"{root}/bills/messages/m3": msgspec.json.encode(MESSAGES),
        f"{root}/bills/messages/m3/sound": _wav(60),
    }
    return server


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "pt_BR")])
def test_the_panel_lists_plays_seeks_and_is_complete(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, theme: str, language: str
) -> None:
    server, pressed = _served(), list[actions.Action]()
    colours = dress(qapp, theme, 100)
    window = Window(words_in(language), colours, pressed.append, lambda _command: None)
    qtbot.addWidget(window)
    messages = Messages(words_in(language), colours, window, server.url, pressed.append)
    scene = Scene(state(), language=language)
    window.show_view(scene.desk.view(scene.now), scene.desk.standing)
    window.show()
    messages.service.log_in(SESSION.token)
    panel, player = messages.panel, messages.service.player
    qtbot.waitUntil(lambda: panel.list.count() == 2)
    qtbot.waitUntil(lambda: panel.targets.actions() != [])
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert window.side.tabs.currentWidget().isAncestorOf(panel)
    QTest.keyClick(panel.list, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: player.duration == 60)
    qtbot.waitUntil(lambda: bool(messages.book.view().playing))
    QTest.keyClick(panel.list, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: player.position >= 5)
    messages.show_call(call(task=wire.Task(mailbox="bills", message="m3", hearing=True)))
    panel.call_now.click()
    panel.no_call.click()
    panel.call.click()
    assert pressed == [actions.CallCustomer(), actions.FinishMessage(), actions.CallBackMessage("bills", "m3")]
    panel.save.click()
    panel.targets.actions()[1].trigger()
    panel.delete.click()
    wanted = {
        ("PUT", "/api/v1/mailboxes/bills/messages/m3", '{"saved":true}'),
        ("POST", "/api/v1/mailboxes/bills/messages/m3/copies", '{"to":"rui"}'),
        ("DELETE", "/api/v1/mailboxes/bills/messages/m3", ""),
    }
    qtbot.waitUntil(lambda: wanted <= set(server.mailbox_requests))
    for widget in panel.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    folder = Path(os.environ.get("CARUSO_PICTURES") or tmp_path)
    window.resize(1366, 768)
    assert window.grab().save(str(folder / f"messages-{theme}-{language}.png"))
    messages.service.stop()
