"""The script pane in the window: keys, the cursor, names for screen readers, pictures in both themes and languages.

With `CARUSO_PICTURES=DIR` the pictures stay.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from script_scene import DIALOGS, EVERY_TYPE, PAGE, PAPERS, ScriptScene
from test_desk_pictures import _names, _texts

from agentdesk.desk import actions
from agentdesk.desk.happenings import FileKept, FileMoved, FileRefused
from agentdesk.widgets.script.fields import DateField, LineField
from agentdesk.widgets.theme import dress
from agentdesk.widgets.window import Window
from agentdesk.words import TRANSLATIONS, catalogue, words_in
from scriptengine.interpreter import Answered
from server.wire.desk_script import Script
from tests.dialogs.slips import MAIL, NO_SUCH_DAY, ORDERED, SLIPS, TOO_MANY

OUTAGE = {"outages.find_outage": {"known": False}, "outages.report_outage": {"ticket": "A-18"}}
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("CARUSO_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def opened(qtbot: QtBot, scene: ScriptScene, theme: str = "light", language: str = "en", percent: int = 100) -> Window:
    """The window over the scene; what the agent does in it is carried out at once."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)

    def press(action: actions.Action) -> None:
        scene.press(action)
        window.show_view(scene.view, scene.desk.standing)

    window = Window(words_in(language), dress(application, theme, percent), press, lambda _command: None)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.show_view(scene.view, scene.desk.standing)
    qtbot.waitUntil(window.isActiveWindow)
    return window


def outage(**more: str) -> ScriptScene:
    return ScriptScene(DIALOGS / "power-outage.xml", results=OUTAGE, **more)


def line(window: Window) -> QLineEdit:
    field = window.work.script.sheet.rows[0].widget
    assert isinstance(field, LineField)
    return field.line


def test_a_script_is_gone_through_by_keys_alone(qtbot: QtBot) -> None:
    scene = outage()
    window = opened(qtbot, scene)
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    assert scene.view_of.ask.node == "place"
    assert line(window).hasFocus(), "the agent stepped on with nothing else at hand: the field is the next thing"
    qtbot.keyClicks(line(window), "123")
    qtbot.keyClick(line(window), Qt.Key.Key_Return)
    assert window.work.script.sheet.rows[0].status.text() == "Eight digits, please."
    assert line(window).text() == "123"
    qtbot.keyClicks(line(window), "45678")
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    assert scene.view_of.ask.node == "scope"
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)
    assert scene.view_of.ask.node == "place"
    assert line(window).text() == "12345678"
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    qtbot.keyClick(window, Qt.Key.Key_L, CTRL)
    assert scene.view_of.status == "resting"
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    assert scene.view_of.ask.node == "scope"
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    assert scene.view_of.ended.disposition == "reported"
    assert "A-18" in window.work.script.say.labels[0].text()


def test_the_cursor_stays_in_the_notes_until_the_agent_moves_it(qtbot: QtBot) -> None:
    scene = outage()
    running = scene.desk.standing.script
    scene.tell(Script(call="k1", id="power-outage", status="beginning"))
    window = opened(qtbot, scene)
    window.work.notes.setFocus()
    qtbot.keyClicks(window.work.notes, "Sparks")
    scene.tell(running)
    window.show_view(scene.view, scene.desk.standing)
    assert window.work.notes.hasFocus(), "the pop does not move the cursor"
    qtbot.keyClick(window.work.notes, Qt.Key.Key_2, ALT)
    assert scene.view_of.ask.node == "place"
    assert window.work.notes.hasFocus()
    qtbot.keyClicks(window.work.notes, " seen")
    assert window.work.notes.toPlainText() == "Sparks seen"
    qtbot.keyClick(window.work.notes, Qt.Key.Key_G, CTRL)
    assert line(window).hasFocus()


def test_steps_of_others_do_not_take_what_is_typed_in_the_notes(qtbot: QtBot) -> None:
    scene = outage()
    window = opened(qtbot, scene)
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    qtbot.keyClicks(line(window), "0131")
    scene.tell()  # the same question again, as after a reconnect
    window.show_view(scene.view, scene.desk.standing)
    assert line(window).text() == "0131"
    window.work.notes.setFocus()
    scene.press(actions.StepScript(scene.view.script.revision, Answered({"place": "01310100"})))
    window.show_view(scene.view, scene.desk.standing)
    assert window.work.notes.hasFocus()


def test_digits_check_boxes_and_ways_come_behind_them(qtbot: QtBot) -> None:
    scene = ScriptScene(EVERY_TYPE)
    scene.go("wishes")
    window = opened(qtbot, scene)
    for digit in (Qt.Key.Key_1, Qt.Key.Key_3):
        qtbot.keyClick(window, digit, ALT)
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    assert scene.view_of.answers["wishes"] == ["mail", "none"]


def test_many_answers_are_found_by_typing(qtbot: QtBot) -> None:
    scene = ScriptScene(EVERY_TYPE)
    scene.go("who")
    window = opened(qtbot, scene)
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    qtbot.keyClicks(window.work.script.search.filter, "r 11")
    qtbot.keyClick(window.work.script.search.filter, Qt.Key.Key_Return)
    assert scene.view_of.answers["who"]["number"] == 1011


def test_a_date_can_be_picked_and_a_secret_is_not_left_to_be_seen(qtbot: QtBot) -> None:
    scene = ScriptScene(EVERY_TYPE)
    scene.go("day")
    window = opened(qtbot, scene)
    field = window.work.script.sheet.rows[0].widget
    assert isinstance(field, DateField)
    field.calendar.clicked.emit(QDate(2026, 11, 22))
    assert window.work.script.sheet.rows[0].status.text() == "= 2026-11-22"
    qtbot.mouseClick(window.work.script.forward, Qt.MouseButton.LeftButton)
    assert window.work.script.confirm_value.text() == "22/11/2026"
    scene.go("bank")
    window.show_view(scene.view, scene.desk.standing)
    assert line(window).echoMode() is QLineEdit.EchoMode.PasswordEchoOnEdit


def test_markup_from_a_script_is_text(qtbot: QtBot) -> None:
    scene = ScriptScene(EVERY_TYPE.replace("Which colour?", "Which &lt;img src='x'&gt; &amp;amp; colour?"))
    scene.go("colour")
    window = opened(qtbot, scene)
    assert window.work.script.say.labels[0].text() == "Which &lt;img src=&#x27;x&#x27;&gt; &amp;amp; colour?"


def test_where_to_jump_is_chosen_from_a_list(qtbot: QtBot, pictures: Path) -> None:
    scene = outage()
    window = opened(qtbot, scene)
    qtbot.keyClick(window, Qt.Key.Key_J, CTRL)
    qtbot.waitUntil(window.jump_dialog.isVisible)
    window.jump_dialog.grab().save(str(pictures / "script-jump.png"))
    unnamed: list[str] = []
    root = QAccessible.queryAccessibleInterface(window.jump_dialog)
    assert root is not None
    _names(root, unnamed)
    assert unnamed == []
    qtbot.keyClicks(window.jump_dialog.places.filter, "where is the power")
    qtbot.keyClick(window.jump_dialog.places.filter, Qt.Key.Key_Return)
    assert scene.view_of.ask.node == "scope"
    assert not window.jump_dialog.isVisible()


def _place(scene: ScriptScene) -> None:
    scene.press(scene.view.script.answers[1].action)


def _ended(scene: ScriptScene) -> None:
    _place(scene)
    for values in ({"place": "01310100"}, {"scope": "street"}):
        scene.press(actions.StepScript(scene.view.script.revision, Answered(values)))


def _told(**script: str) -> Callable[[ScriptScene], None]:
    return lambda scene: scene.tell(Script(call="k1", id="power-outage", **script))  # type: ignore[arg-type]


def _at(node: str) -> Callable[[ScriptScene], None]:
    return lambda scene: scene.go(node)


def _papers(scene: ScriptScene) -> None:
    """One file is on its way, one is refused, one question is untouched."""
    for question, path in (("picture", "/home/ana/Pictures/Damage at the front door.jpg"), ("more", "/home/ana/x.xls")):
        scene.press(actions.AttachFile(scene.view.script.sheet, question, path))
    first, second = scene.files
    scene.desk.handle(FileMoved(first.number, 0.4), scene.now)
    scene.desk.handle(FileRefused(second.number, "file-kind"), scene.now)


def _attached(scene: ScriptScene) -> None:
    _papers(scene)
    first, _ = scene.files
    scene.desk.handle(FileKept(first.number, "C0FFEE0123456789/abcdefghijkl.jpg"), scene.now)
    scene.press(actions.AttachDrawing(scene.view.script.sheet, "signed", b"png"))
    scene.desk.handle(FileKept(scene.files[-1].number, "C0FFEE0123456789/abcdefghijkl.png"), scene.now)


SITUATIONS: dict[str, tuple[Path | str, Callable[[ScriptScene], None]]] = {
    "yes-no": (DIALOGS / "power-outage.xml", lambda _scene: None),
    "field": (DIALOGS / "power-outage.xml", _place),
    "ended": (DIALOGS / "power-outage.xml", _ended),
    "coming": (DIALOGS / "power-outage.xml", _told(status="coming", title="Power outage")),
    "unavailable": (DIALOGS / "power-outage.xml", _told(status="unavailable", problem="script-no-service")),
    "page": (PAGE.replace("LAYOUT", "page"), lambda _scene: None),
    "list": (PAGE.replace("LAYOUT", "list"), lambda _scene: None),
    "grid": (PAGE.replace("LAYOUT", "grid"), lambda _scene: None),
    **{
        node: (EVERY_TYPE, _at(node))
        for node in ("welcome", "colour", "wishes", "grade", "story", "price", "day", "moment", "bank", "who")
    },
    "paper": (EVERY_TYPE, _at("paper")),
    "sign": (EVERY_TYPE, _at("sign")),
    "papers": (PAPERS, _papers),
    "attached": (PAPERS, _attached),
    "papers-grid": (PAPERS.replace('<group id="papers"', '<group id="papers" layout="grid"'), _papers),
    "papers-list": (PAPERS.replace('<group id="papers"', '<group id="papers" layout="list"'), _papers),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_question_is_drawn_named_and_large_enough(
    qtbot: QtBot, pictures: Path, situation: str, theme: str
) -> None:
    script, then = SITUATIONS[situation]
    scene = ScriptScene(script, results=OUTAGE)
    then(scene)
    window = opened(qtbot, scene, theme)
    QApplication.processEvents()
    assert window.grab().save(str(pictures / f"script-{situation}_{theme}.png"))
    unnamed: list[str] = []
    root = QAccessible.queryAccessibleInterface(window)
    assert root is not None
    _names(root, unnamed)
    assert unnamed == []
    clicked = ("KeyButton", "KeyedAnswer", "QPushButton", "QToolButton", "QComboBox", "QLineEdit", "QCheckBox")
    small = [
        f"{widget!r} {widget.width()}x{widget.height()}"
        for widget in window.work.script.findChildren(QWidget)
        if widget.isVisible() and widget.metaObject().className() in clicked and widget.height() < 24
    ]
    assert small == []
    outer = window.findChild(QScrollArea, "columns")
    assert isinstance(outer, QScrollArea)
    assert outer.widget().size() == outer.viewport().size(), "the window scrolls"
    inner = window.work.script.area
    assert inner.widget().width() <= inner.viewport().width(), "something is cut at the side"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_nothing_of_the_pane_is_left_in_english(qtbot: QtBot, pictures: Path, situation: str) -> None:
    script, then = SITUATIONS[situation]
    scene = ScriptScene(script, results=OUTAGE, language="pt_BR", script_language="pt")
    then(scene)
    window = opened(qtbot, scene, language="pt_BR")
    assert window.grab().save(str(pictures / f"script-{situation}_pt_BR.png"))
    known = catalogue(TRANSLATIONS / "caruso_pt_BR.ts")
    english = {source for source, translation in known.items() if source != translation and "{" not in source}
    panel = window.work.script
    shown = [part.strip() for text in _texts(panel) for part in text.replace("[", "\n").split("\n")]
    assert sorted({text for text in shown if text in english} - {"Yes", "No", "None"}) == []


def test_at_200_percent_the_pane_stays_usable(qtbot: QtBot, pictures: Path) -> None:
    scene = outage()
    window = opened(qtbot, scene, percent=200)
    QApplication.processEvents()
    window.grab().save(str(pictures / "script_200.png"))
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    assert scene.view_of.ask.node == "place"
    notes = window.findChild(QPlainTextEdit, "notes")
    assert notes is not None
    assert window.work.script.area.height() > 2 * window.work.script.back.height()
    dress(QApplication.instance(), "light")  # type: ignore[arg-type]


def _written(window: Window, place: int, text: str) -> None:
    field = window.work.script.sheet.rows[place].widget
    assert isinstance(field, LineField)
    field.line.setText(text)


def test_slips_on_a_page_whose_answers_ask_a_service_stay_to_be_put_right(qtbot: QtBot, pictures: Path) -> None:
    scene = ScriptScene(SLIPS, results=MAIL)
    window = opened(qtbot, scene)
    sheet = window.work.script.sheet
    told = {}

    def handed_in(what: str, **texts: str) -> None:
        places = {row.field.item.question: place for place, row in enumerate(sheet.rows)}
        if sheet.rows[0].widget.answer != what:
            sheet.rows[0].widget.buttons[what].click()
        for question, text in texts.items():
            _written(window, places[question], text)
        sheet.rows[0].widget.main.setFocus()
        qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
        told.update({row.field.item.question: row.status.text() for row in sheet.rows})

    window.resize(1366, 560)
    handed_in("tea", pieces="30", day="11")
    area, below = window.work.script.area, sheet.rows[3]
    qtbot.waitUntil(lambda: area.verticalScrollBar().value() > 0)
    qtbot.waitUntil(lambda: below.visibleRegion().boundingRect().height() == below.height() > 60)
    assert (list(told), told["day"]) == (["what", "pieces", "milk", "day"], NO_SUCH_DAY)
    assert sheet.rows[3].widget.main.hasFocus(), "the keyboard is where something is wrong, not in the notes"
    window.resize(1366, 768)
    handed_in("coffee", day="11")
    assert sheet.rows[1].widget.main.hasFocus()
    qtbot.waitUntil(lambda: sheet.rows[1].status.visibleRegion().boundingRect().height() > 0)
    window.grab().save(str(pictures / "slips.png"))
    rows = {row.field.item.question: row for row in sheet.rows}
    assert list(rows) == ["what", "pieces", "day"]
    assert (rows["pieces"].status.text(), rows["day"].status.text()) == (TOO_MANY, NO_SUCH_DAY)
    assert [rows[one].widget.answer for one in rows] == ["coffee", "30", "11"]
    handed_in("coffee", pieces="12", day="20")
    assert scene.view_of.ended is not None
    assert scene.view_of.ended.disposition == "ordered"
    assert scene.view_of.answers == ORDERED
    assert [one.arguments["text"] for one in scene.dialogs.performed("s1")] == ["tea", "coffee"]
