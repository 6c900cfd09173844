"""Files and signatures in the script pane: chosen, dropped, drawn, sent, taken away; with and without Qt."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from desk_scene import ringing
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from script_scene import EVERY_TYPE, PAPERS, ScriptScene
from test_script_pane import opened

from agentdesk.desk import actions
from agentdesk.desk.effects import SendFile, StopFile
from agentdesk.desk.happenings import FileKept, FileMoved, FileRefused, Unlinked
from agentdesk.widgets.script.papers import FileField, SignatureField
from agentdesk.widgets.window import Window
from scriptengine.interpreter import Answered, Back

ALT = Qt.KeyboardModifier.AltModifier
NAME, OTHER = "C0FFEE0123456789/abcdefghijkl.png", "C0FFEE0123456789/zyxwvutsrqpo.pdf"
PNG = b"\x89PNG\r\n\x1a\n"


def attach(scene: ScriptScene, question: str, path: str = "/home/ana/bill.png") -> SendFile:
    scene.press(actions.AttachFile(scene.view.script.sheet, question, path))
    order = scene.files[-1]
    assert isinstance(order, SendFile)
    return order


def shown(scene: ScriptScene, question: str) -> tuple[str, str, str] | None:
    one = scene.view.script.attached.get(question)
    return None if one is None else (one.state, one.label, one.answer or one.problem)


# without Qt


def test_a_file_is_sent_as_soon_as_it_is_chosen_and_its_name_is_the_answer() -> None:
    scene = ScriptScene(PAPERS)
    order = attach(scene, "picture")
    assert msgspec.structs.asdict(order) | {"number": 0} == {
        "number": 0,
        "session": "s1",
        "question": "picture",
        "path": "/home/ana/bill.png",
        "octets": b"",
        "most_octets": 5_000_000,
    }
    assert shown(scene, "picture") == ("sending", "bill.png", "")
    scene.desk.handle(FileMoved(order.number, 0.5), scene.now)
    assert scene.view.script.attached["picture"].share == 0.5
    scene.desk.handle(FileKept(order.number, NAME), scene.now)
    assert shown(scene, "picture") == ("kept", "bill.png", NAME)
    assert shown(scene, "more") is None
    assert scene.view.script.file_limit == "or drop it here: a picture or a PDF, at most 5 MB"


def test_what_is_taken_away_or_chosen_anew_is_not_sent_on() -> None:
    scene = ScriptScene(PAPERS)
    first = attach(scene, "picture")
    second = attach(scene, "picture", "/home/ana/other.png")
    assert scene.files[-2:] == [StopFile(first.number), second]
    scene.desk.handle(FileKept(first.number, NAME), scene.now)
    assert shown(scene, "picture") == ("sending", "other.png", "")
    scene.press(actions.Detach(scene.view.script.sheet, "picture"))
    assert scene.files[-1] == StopFile(second.number)
    scene.desk.handle(FileKept(second.number, OTHER), scene.now)
    assert shown(scene, "picture") is None


@pytest.mark.parametrize(
    ("problem", "detail", "sentence"),
    [
        ("file-large", "", "The file is larger than 5 MB."),
        ("file-kind", "", "Not attached (bill.png): a file is a picture or a PDF."),
        ("file-many", "", "Not attached (bill.png): no more files are taken for this conversation."),
        ("unheard-of", "The server's sentence.", "Not attached (bill.png): The server's sentence."),
        ("not-your-call", "", "Not attached (bill.png): this call is not yours any more."),
    ],
)
def test_why_a_file_is_not_taken_is_told_at_its_field(problem: str, detail: str, sentence: str) -> None:
    scene = ScriptScene(PAPERS)
    order = attach(scene, "picture")
    scene.desk.handle(FileRefused(order.number, problem, detail), scene.now)
    assert shown(scene, "picture") == ("failed", "bill.png", sentence)


def test_nothing_is_sent_without_a_connection_nor_for_a_question_that_is_gone() -> None:
    scene = ScriptScene(PAPERS)
    sheet = scene.view.script.sheet
    scene.press(actions.AttachFile("k1/s1/elsewhere/question", "picture", "/x.png"))
    scene.desk.handle(Unlinked("lost", 1.0), scene.now)
    scene.press(actions.AttachFile(sheet, "picture", "/x.png"))
    assert scene.files == []
    state, _, problem = shown(scene, "picture") or ("", "", "")
    assert (state, "no connection" in problem) == ("failed", True)


def test_a_file_that_was_handed_in_is_shown_when_the_agent_comes_back_and_confirmed_by_its_name() -> None:
    scene = ScriptScene(PAPERS)
    scene.desk.handle(FileKept(attach(scene, "picture").number, NAME), scene.now)
    answers = {"picture": NAME, "more": None, "signed": "Folder 7"}
    scene.press(actions.StepScript(scene.view.script.revision, Answered(answers)))
    assert scene.view_of.ask.node == "again"
    assert scene.view.script.attached == {}
    scene.desk.handle(FileKept(attach(scene, "again", "/tmp/bill.pdf").number, OTHER), scene.now)
    scene.press(actions.StepScript(scene.view.script.revision, Answered({"again": OTHER})))
    assert (scene.view.script.kind, scene.view.script.confirm) == ("confirm", "bill.pdf")
    for _ in range(2):
        scene.press(actions.StepScript(scene.view.script.revision, Back()))
    assert shown(scene, "picture") == ("kept", "bill.png", NAME)
    assert [field.first for field in scene.view.script.fields] == ["", "", "Folder 7"]
    scene.desk.standing.attached.clear()  # another window
    assert shown(scene, "picture") == ("kept", "File (PNG)", NAME)
    scene.press(actions.Detach(scene.view.script.sheet, "picture"))
    assert shown(scene, "picture") is None


def test_with_the_call_its_files_are_forgotten() -> None:
    scene = ScriptScene(PAPERS)
    attach(scene, "picture")
    scene.changed(ringing(call="k2"))
    assert scene.desk.standing.attached == {}


# in the window


def file_field(window: Window, place: int = 0) -> FileField:
    field = window.work.script.sheet.rows[place].widget
    assert isinstance(field, FileField)
    return field


def sign_field(window: Window) -> SignatureField:
    field = window.work.script.sheet.rows[-1].widget
    assert isinstance(field, SignatureField)
    return field


def tell(scene: ScriptScene, window: Window, *news: FileMoved | FileKept | FileRefused) -> None:
    for one in news:
        scene.desk.handle(one, scene.now)
    window.show_view(scene.view, scene.desk.standing)


def drop(field: FileField, *paths: str) -> bool:
    """Whether the field took what was dropped."""
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(path) for path in paths])
    words = (Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    place: Any = QPoint(5, 5)  # some releases want whole pixels, others take them for broken ones
    enter = QDragEnterEvent(place, *words)
    enter.ignore()  # until somebody wants it
    QApplication.sendEvent(field, enter)
    if enter.isAccepted():
        QApplication.sendEvent(field, QDropEvent(QPointF(5, 5), *words))
    return enter.isAccepted()


def sign(qtbot: QtBot, field: SignatureField) -> None:
    for stroke in (((30, 80), (60, 20), (90, 90)), ((120, 60), (180, 70))):
        first, *others = (QPoint(*point) for point in stroke)
        qtbot.mousePress(field.pad, Qt.MouseButton.LeftButton, pos=first)
        for point in others:
            qtbot.mouseMove(field.pad, point)
        qtbot.mouseRelease(field.pad, Qt.MouseButton.LeftButton, pos=others[-1])


def test_a_file_is_dropped_or_chosen_and_can_be_taken_away(qtbot: QtBot, tmp_path: Path) -> None:
    scene = ScriptScene(PAPERS)
    window = opened(qtbot, scene)
    field = file_field(window)
    assert not drop(field, "/a.png", "/b.png"), "one file answers one question"
    assert drop(field, "/a.png")
    assert scene.files[-1].path == "/a.png"
    assert field.is_on_the_way
    assert not drop(field, "/b.png"), "it has one already"
    assert field.way.isHidden()
    tell(scene, window, FileKept(scene.files[-1].number, NAME))
    assert (field.answer, field.line.isHidden()) == (NAME, True)
    qtbot.mouseClick(field.remove, Qt.MouseButton.LeftButton)
    assert (field.answer, field.way.isHidden()) == (None, False)
    path = tmp_path / "bill.png"
    path.write_bytes(PNG)
    qtbot.mouseClick(field.choose, Qt.MouseButton.LeftButton)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.selectFile(str(path))
    dialog.accept()
    assert scene.files[-1].path == str(path)


def test_answers_wait_for_their_files_and_a_drawing_is_sent_with_them(qtbot: QtBot) -> None:
    scene = ScriptScene(PAPERS)
    window = opened(qtbot, scene)
    drop(file_field(window), "/a.png")
    picture = scene.files[-1]
    sign(qtbot, sign_field(window))
    assert (sign_field(window).is_on_the_way, len(scene.files)) == (True, 1)
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    drawing = scene.files[-1]
    assert drawing.question == "signed"
    image = QImage.fromData(drawing.octets)
    size = sign_field(window).pad.size() * 2
    assert (image.size(), size.height()) == (size, 240)
    places = [(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)]
    dark = sum(image.pixelColor(x, y).lightness() < 100 for x, y in places)
    assert 200 < dark < 5_000
    tell(scene, window, FileKept(drawing.number, OTHER))
    QApplication.processEvents()
    assert scene.view_of.ask.node == "papers", "the picture is still on its way"
    tell(scene, window, FileMoved(picture.number, 0.9), FileKept(picture.number, NAME))
    qtbot.waitUntil(lambda: scene.view_of.ask.node == "again")
    assert scene.view_of.answers == {"picture": NAME, "signed": OTHER}


def test_a_file_that_fails_stops_the_handing_in(qtbot: QtBot) -> None:
    scene = ScriptScene(PAPERS)
    window = opened(qtbot, scene)
    qtbot.keyClicks(file_field(window).line, "Folder 7")
    drop(file_field(window, 1), "/a.png")
    sign(qtbot, sign_field(window))
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    optional, drawing = scene.files
    tell(scene, window, FileRefused(optional.number, "file-kind"), FileKept(drawing.number, OTHER))
    QApplication.processEvents()
    assert scene.view_of.ask.node == "papers", "the agent has to see that one is missing"
    assert file_field(window, 1).trouble.text() == "Not attached (a.png): a file is a picture or a PDF."
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    assert scene.view_of.answers == {"picture": "Folder 7", "signed": OTHER}


def test_a_signature_can_be_cleared_and_drawn_again_and_a_name_still_does(qtbot: QtBot) -> None:
    scene = ScriptScene(PAPERS)
    window = opened(qtbot, scene)
    field = sign_field(window)
    sign(qtbot, field)
    qtbot.mouseClick(field.clear, Qt.MouseButton.LeftButton)
    assert (field.is_on_the_way, field.pad.png(), field.clear.isEnabled()) == (False, b"", False)
    sign(qtbot, field)
    field.send()
    tell(scene, window, FileRefused(scene.files[-1].number, "file-not-sent"))
    assert field.is_on_the_way, "it can be sent once more"
    field.send()
    tell(scene, window, FileKept(scene.files[-1].number, OTHER))
    assert (field.answer, field.is_on_the_way) == (OTHER, False)
    qtbot.mouseClick(field.remove, Qt.MouseButton.LeftButton)
    assert (field.answer, field.pad.strokes, field.pad.isVisible()) == (None, [], True)
    qtbot.keyClicks(field.line, "Folder 8")
    assert field.answer == "Folder 8"


def test_the_old_way_by_name_alone_needs_no_more_keys_than_before(qtbot: QtBot) -> None:
    scene = ScriptScene(EVERY_TYPE)
    scene.go("paper")
    window = opened(qtbot, scene)
    qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    field = file_field(window)
    assert field.line.hasFocus()
    qtbot.keyClicks(field.line, "Folder 7")
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert (scene.view_of.ask.node, scene.view_of.answers["paper"]) == ("sign", "Folder 7")
    assert scene.files == []
