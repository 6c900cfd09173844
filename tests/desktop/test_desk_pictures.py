"""The window in every situation, light and dark, in both languages: complete, named, translated; pictures are kept in
the test's folder (or in $CARUSO_PICTURES) to be looked at."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_scene import ARRIVED, KURZ, WALL, WEBER, Scene, call, me, ringing, state, talking, wrapping
from msgspec.structs import replace
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from agentdesk.desk import actions
from agentdesk.desk.happenings import TakenOver, Unlinked
from agentdesk.widgets.login_dialog import LogInDialog
from agentdesk.widgets.style_sheet import TARGET
from agentdesk.widgets.theme import dress
from agentdesk.widgets.window import Window
from agentdesk.words import TRANSLATIONS, catalogue, words_in
from server.wire import desk as wire, linecard, softphone


def _talk(scene: Scene) -> None:
    scene.desk.handle(ARRIVED, scene.now)
    scene.desk.handle(linecard.Answered(call="sip-1", leg="agent"), scene.now)
    scene.press(actions.EditNotes("Called about the late refund, "))
    scene.press(actions.ChooseResult("paid"))
    scene.later(134)


def _ring(scene: Scene) -> None:
    scene.desk.handle(ARRIVED, scene.now)
    scene.later(4)


def _wrap(scene: Scene) -> None:
    scene.press(actions.EditNotes("Refund of 48,20 € goes out today. Promised a mail."))
    scene.press(actions.ChooseResult("paid"))
    scene.later(12)


def _lose(scene: Scene) -> None:
    _talk(scene)
    scene.desk.handle(Unlinked("lost", 40.0), scene.now)
    scene.press(actions.EditNotes("Called about the late refund, is angry"))
    scene.later(14)


def _keypad(scene: Scene) -> None:
    _talk(scene)
    scene.press(actions.ToggleKeypad())
    for digit in "4711#":
        scene.press(actions.PressDigit(digit))
    scene.desk.handle(softphone.Muted(True), scene.now)


def _no_sound(scene: Scene) -> None:
    scene.desk.handle(softphone.Sound(trouble="no-sound-device"), scene.now)
    scene.later(30)


def _nothing(scene: Scene) -> None:
    scene.later(61)


def _taken_over(scene: Scene) -> None:
    scene.desk.handle(TakenOver(), scene.now)


LISTENS = wire.Supervision(name="Sofia Lima", mode="listen", since=WALL + 60)
WHISPERS = wire.Supervision(name="Sofia Lima", mode="whisper", since=WALL + 60)
MESSAGES = [
    wire.Message(id="m1", by="Sofia Lima", text="Please take the outage calls next; billing is quiet.", at=WALL + 30),
    wire.Message(id="m2", by="Sofia Lima", text="Team meeting at 15:00.", at=WALL + 40, queue="Billing"),
]
NEW = call(customer=None, name="", history=[])
SITUATIONS: dict[str, tuple[object, Callable[[Scene], None]]] = {
    "idle": (state(), _nothing),
    "break": (state(me=me(presence="not-ready", reason="break")), _nothing),
    "unreachable": (state(me=me(reachable=False, fault="invite-failed")), _nothing),
    "ringing": (ringing(), _ring),
    "choose": (ringing(customer=None, matches=[WEBER, KURZ]), _ring),
    "new": (state(me=me(work_state="ringing"), call=NEW), _ring),
    "talking": (talking(), _talk),
    "keypad": (talking(), _keypad),
    "listened-to": (talking(supervision=LISTENS), _talk),
    "whispered-to": (talking(supervision=WHISPERS), _talk),
    "message": (state(messages=MESSAGES), _nothing),
    "message-in-call": (replace(talking(supervision=WHISPERS), messages=MESSAGES), _talk),
    "holding": (state(me=me(work_state="holding"), call=call(state="holding")), _talk),
    "wrap-up": (wrapping(), _wrap),
    "reconnect": (talking(), _lose),
    "no-sound": (state(), _no_sound),
    "taken-over": (talking(), _taken_over),
}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("CARUSO_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _window(qtbot: QtBot, situation: str, theme: str, language: str, percent: int = 100) -> tuple[Window, Scene]:
    whole, then = SITUATIONS[situation]
    scene = Scene(whole, language)  # type: ignore[arg-type]
    scene.answered = (wire.Request,)
    then(scene)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    colours = dress(application, theme, percent)
    window = Window(words_in(language), colours, lambda _action: None, lambda _command: None)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.show_view(scene.view, scene.desk.standing)
    QApplication.processEvents()
    return window, scene


def _names(interface: QAccessibleInterface, unnamed: list[str], depth: int = 0) -> None:
    """Collect what can be operated and has no name."""
    operable = {
        QAccessible.Role.Button,
        QAccessible.Role.ButtonMenu,
        QAccessible.Role.ComboBox,
        QAccessible.Role.EditableText,
        QAccessible.Role.List,
        QAccessible.Role.Table,
        QAccessible.Role.CheckBox,
        QAccessible.Role.Slider,
        QAccessible.Role.ProgressBar,
        QAccessible.Role.PageTab,
        QAccessible.Role.PageTabList,
    }
    widget = interface.object()
    hidden = isinstance(widget, QWidget) and not widget.isVisible()
    if hidden or depth > 40:
        return
    # the text field inside of an operable control is part of it, and a table's corner belongs to the table
    inner = isinstance(widget, QWidget) and widget.metaObject().className() in ("QTableCornerButton",)
    if interface.role() in operable and not interface.text(QAccessible.Text.Name).strip() and not inner:
        unnamed.append(f"{widget!r} {interface.role()}")
    for place in range(interface.childCount()):
        child = interface.child(place)
        if child is not None and child.isValid():
            _names(child, unnamed, depth + 1)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_is_drawn_named_and_large_enough(
    qtbot: QtBot, pictures: Path, situation: str, theme: str
) -> None:
    window, _ = _window(qtbot, situation, theme, "en")
    assert window.grab().save(str(pictures / f"{situation}_{theme}.png"))
    unnamed: list[str] = []
    root = QAccessible.queryAccessibleInterface(window)
    assert root is not None
    _names(root, unnamed)
    assert unnamed == []
    small = [
        f"{widget!r} {widget.width()}x{widget.height()}"
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.metaObject().className() in ("KeyButton", "QPushButton", "QToolButton", "QComboBox", "QLineEdit")
        and min(widget.width(), widget.height()) < min(24, TARGET)
    ]
    assert small == []
    scroll = window.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    assert scroll.widget().size() == scroll.viewport().size(), "the window scrolls"


def _texts(widget: QWidget) -> list[str]:
    found = []
    for one in [widget, *widget.findChildren(QWidget)]:
        for name in ("text", "placeholderText", "toolTip", "accessibleName", "windowTitle", "accessibleDescription"):
            value = getattr(one, name, None)
            text = value() if callable(value) else None
            if isinstance(text, str) and text:
                found.append(text)
        if hasattr(one, "itemText") and hasattr(one, "count"):
            found += [one.itemText(place) for place in range(one.count())]
        if hasattr(one, "tabText"):
            found += [one.tabText(place) for place in range(one.count())]
        if hasattr(one, "rowCount"):
            cells = [one.item(row, column) for row in range(one.rowCount()) for column in range(one.columnCount())]
            found += [cell.text() for cell in cells if cell is not None]
    return found


@pytest.mark.parametrize("situation", SITUATIONS)
def test_nothing_is_left_in_english_when_the_agent_reads_portuguese(
    qtbot: QtBot, pictures: Path, situation: str
) -> None:
    window, _ = _window(qtbot, situation, "light", "pt_BR")
    assert window.grab().save(str(pictures / f"{situation}_pt_BR.png"))
    texts = catalogue(TRANSLATIONS / "caruso_pt_BR.ts")
    english = {source for source, translation in texts.items() if source != translation and "{" not in source}
    shown = [part.strip() for text in _texts(window) for part in text.replace("·", "\n").replace("[", "\n").split("\n")]
    data = {"Ready"} & {one.name for one in state().reasons}  # names from the site file are nobody's to translate
    assert sorted({text for text in shown if text in english} - data) == []


def test_text_at_200_percent_stays_reachable(qtbot: QtBot, pictures: Path) -> None:
    window, _ = _window(qtbot, "talking", "light", "en", percent=200)
    buttons = (window.call_bar.hold, window.call_bar.hang_up)
    qtbot.waitUntil(lambda: all(button.width() >= button.sizeHint().width() for button in buttons))
    window.grab().save(str(pictures / "talking_200.png"))
    for button in buttons:
        assert window.rect().contains(button.mapTo(window, button.rect().bottomRight()))
    dress(QApplication.instance(), "light")  # type: ignore[arg-type]


def test_log_in_and_dialogs_are_named_and_drawn(qtbot: QtBot, pictures: Path) -> None:
    window, _ = _window(qtbot, "idle", "dark", "en")
    log_in = LogInDialog(
        "http://127.0.0.1:8080", "ana", "en", dress(QApplication.instance(), "dark"), "Wrong password."
    )  # type: ignore[arg-type]
    qtbot.addWidget(log_in)
    devices = [softphone.Device("headset", "Headset (USB)")]
    loud = softphone.Sound(microphones=devices, loudspeakers=devices)
    window.sound_dialog.show_sound(loud, softphone.Level(60, 30), "")
    for name, dialog in (("log-in", log_in), ("sound", window.sound_dialog), ("keys", window.keys_dialog)):
        dialog.show()
        QApplication.processEvents()
        dialog.grab().save(str(pictures / f"dialog-{name}_dark.png"))
        unnamed: list[str] = []
        root = QAccessible.queryAccessibleInterface(dialog)
        assert root is not None
        _names(root, unnamed)
        assert unnamed == []
    assert log_in.button.text() == "Log in"
    log_in.language.setCurrentIndex(log_in.language.findData("pt_BR"))
    assert log_in.button.text() == "Entrar"
    log_in.password.setText("x")
    assert log_in.values == ("http://127.0.0.1:8080", "ana", "x", "pt_BR")
