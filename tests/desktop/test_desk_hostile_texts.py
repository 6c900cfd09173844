"""Names, notes and answers from strangers on the desk: never markup, never a window that grows, never a lost key."""

import os
import re
from itertools import chain

import pytest
from desk_scene import HISTORY, WALL, WEBER, Scene, call, me, ringing, state, talking, wrapping
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from agentdesk.widgets.pieces import TextLabel
from agentdesk.widgets.theme import dress
from agentdesk.widgets.window import Window
from agentdesk.words import words_in
from server.wire import desk as wire

MARKUP = '<img src="file:///etc/passwd"><b>x</b><a href="http://evil.example">&amp;'
TEXTS = [MARKUP, "&Answer & go", "\u202eevil\u202c", "\0\x1b[31m", "x" * 10_000, "x y " * 2_500, "line\n" * 500, "=1+1"]


def situations(text: str) -> list[wire.State]:
    """Everywhere where a text from outside may stand. What the site names itself is one line, as are messages."""
    site = " ".join(text.split())[:300]
    card = replace(WEBER, name=text, number=text, email=text, segment=text, numbers=[text])
    other = replace(card, id="c2")
    contact = replace(HISTORY[0], queue=text, agent=text, result=text, notes=text)
    told = wire.Told(script=text, channel="web", ended=False, answers={text: text})
    who = {"name": text, "number_shown": text, "number": text, "queue_name": site, "told": told}
    around = {
        "queues": [wire.Queue(id="billing", name=site, waiting=3, longest_since=WALL)],
        "colleagues": [wire.Colleague(id="bob", name=site, presence="ready", work_state="idle")],
        "results": [wire.Named("paid", site)],
        "messages": [wire.Message(id="m1", by=site, text=site, at=WALL, queue=site)],
    }
    watched = wire.Supervision(name=site, mode="whisper", since=WALL)
    return [
        replace(state(me=me(name=site, reason=site, presence="not-ready")), **around),
        replace(ringing(**who, customer=card, history=[contact]), **around),
        replace(ringing(**who, customer=None, matches=[card, other]), **around),
        replace(ringing(**who, customer=None, looked_up=False), **around),
        replace(talking(**who, customer=card, history=[contact], notes=text, supervision=watched), **around),
        replace(wrapping(**who, customer=card, result="paid"), call=call(state="wrap-up", **who), **around),
    ]


def taken_as_markup(window: Window) -> list[str]:
    """What Qt might read as rich text though it came from outside."""
    found = []
    for widget in [window, *window.findChildren(QWidget)]:
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText and "<" in widget.text():
            found.append(widget.text())
        tips = [widget.toolTip()]
        if isinstance(widget, QTableWidget):
            items = (widget.item(row, column) for row in range(widget.rowCount()) for column in range(3))
            tips += [item.toolTip() for item in items if item is not None]
        found += [tip for tip in tips if re.search(r"<(?!/?qt>|br>)", tip)]
        found += [tip for tip in tips if len(tip) > 6 * 1000]
    return found


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_no_text_from_outside_is_markup_or_makes_the_window_larger(qtbot: QtBot, text: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window = Window(words_in("en"), dress(application, "light"), lambda _action: None, lambda _command: None)
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    scene = Scene()
    for one in chain(situations(text), [state()]):
        scene.changed(one)
        scene.later(1)
        window.show_view(scene.view, scene.desk.standing)
        QApplication.processEvents()
        assert taken_as_markup(window) == []
        assert (window.width(), window.height()) == (1024, 700)


def test_a_long_word_in_a_message_is_seen_whole(qtbot: QtBot) -> None:
    text = "https://example.test/" + "w" * 279
    message = wire.Message(id="m1", by="Sofia", text=text, at=WALL, queue="")
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window = Window(words_in("en"), dress(application, "light"), lambda _action: None, lambda _command: None)
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    scene = Scene()
    scene.changed(replace(state(), messages=[message]))
    window.show_view(scene.view, scene.desk.standing)
    QApplication.processEvents()
    (shown,) = [label for label in window.findChildren(TextLabel) if text[:24] in label.text() and label.isVisible()]
    needed = shown.fontMetrics().boundingRect(shown.rect(), Qt.TextFlag.TextWordWrap, shown.text())
    assert needed.width() <= shown.width()
    assert needed.height() <= shown.height()
    assert text in shown.accessibleName()
    if folder := os.environ.get("CARUSO_PICTURES"):
        window.grab().save(f"{folder}/long-word.png")
