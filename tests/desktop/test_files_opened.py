"""Attached files: fetched over the session, stored under names of our own, shown only if they are harmless."""

import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_scene import talking
from fake_server import FakeServer
from hypothesis import given, strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from script_scene import PAPERS, ScriptScene
from test_desk_window import Bench
from test_script_pane import opened
from viewer import viewed

from agentdesk import file_fetch
from agentdesk.desk import actions
from agentdesk.desk.effects import FetchFile
from agentdesk.desk.happenings import FileFetched, FileKept, FileNotFetched, Unlinked
from agentdesk.opened_files import LONGEST_STEM, OpenedFiles, safe_stem
from agentdesk.widgets.script.papers import FileField
from agentdesk.words import words_in
from scriptengine.interpreter import Answered
from server.wire.desk_script import Script

NAME, OTHER = "C0FFEE0123456789/abcdefghijkl.png", "C0FFEE0123456789/zyxwvutsrqpo.pdf"
PNG, PDF = b"\x89PNG\r\n\x1a\n" + bytes(5_000), b"%PDF-1.7 ..."
PROGRAM = b"#!/bin/sh\nrm -rf ~\n"
ORDER = FetchFile(7, NAME, "photo")


# names


@given(st.text(max_size=300))
def test_no_label_makes_a_name_that_leaves_the_folder_or_hides_its_ending(label: str) -> None:
    stem = safe_stem(label)
    assert 0 < len(stem) <= LONGEST_STEM + len("file ")
    assert not set(stem) & set('/\\:*?"<>|.%$\0\r\n\t')
    assert all(unicodedata.category(one) not in ("Cc", "Cf", "Zl", "Zp") for one in stem)
    assert stem == stem.strip()


@pytest.mark.parametrize(
    ("label", "stem"),
    [
        ("photo", "photo"),
        ("../../.bashrc", "bashrc"),
        ("bill\u202egnp.exe", "billgnp exe"),
        ("Ação nº 2", "Ação nº 2"),
        ("", "file"),
        ("...", "file"),
        ("CON", "file CON"),
        ("-rf", "-rf"),
    ],
)
def test_what_becomes_of_a_label(label: str, stem: str) -> None:
    assert safe_stem(label) == stem


# the folder


@pytest.fixture
def files(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenedFiles]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    (tmp_path / "opened" / "1").mkdir(parents=True)
    (tmp_path / "opened" / "1" / "of an earlier window.png").write_bytes(PNG)
    made = OpenedFiles(tmp_path / "opened", window, words_in("en"))
    assert not (tmp_path / "opened").exists()
    yield made
    made.clear()


@pytest.mark.parametrize(
    ("label", "octets", "name"),
    [
        ("photo", PNG, "photo.png"),
        ("bill.exe", PDF, "bill.pdf"),
        ("bill.pdf.sh", b"\xff\xd8\xff\xe0", "bill pdf.jpg"),
        ("../../x", PNG, "x.png"),
    ],
)
def test_the_content_says_what_it_is(files: OpenedFiles, tmp_path: Path, label: str, octets: bytes, name: str) -> None:
    with viewed() as shown:
        files.show(FetchFile(1, NAME, label), octets)
        files.show(FetchFile(2, NAME, label), octets)
    assert [one.relative_to(tmp_path / "opened") for one in shown] == [Path("1") / name, Path("2") / name]
    assert shown[0].read_bytes() == octets
    assert stat.S_IMODE(shown[0].stat().st_mode) == 0o400
    assert stat.S_IMODE((tmp_path / "opened").stat().st_mode) == 0o700
    files.clear()
    assert not (tmp_path / "opened").exists()


def _dialog(files: OpenedFiles) -> QFileDialog:
    window = files.parent()
    assert isinstance(window, QWidget)
    (dialog,) = window.findChildren(QFileDialog)
    return dialog


@pytest.mark.parametrize("octets", [PROGRAM, b"MZ\x90", b"<html><script>", b""])
def test_what_is_not_known_to_be_harmless_is_only_saved(
    qtbot: QtBot, files: OpenedFiles, tmp_path: Path, octets: bytes
) -> None:
    target = tmp_path / "saved.dat"
    target.write_bytes(b"before")
    target.chmod(0o755)
    with viewed() as shown:
        files.show(ORDER, octets)
    assert shown == []
    dialog = _dialog(files)
    assert Path(dialog.selectedFiles()[0]).name == "photo.dat"
    dialog.fileSelected.emit(str(target))
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (octets, 0o600)
    dialog.close()


def test_what_cannot_be_stored_is_told(files: OpenedFiles, tmp_path: Path) -> None:
    told: list[Any] = []
    files.happened.connect(told.append)
    (tmp_path / "opened").write_bytes(b"a file in the way")
    files.show(ORDER, PNG)
    assert told == [FileNotFetched(7, "file-not-stored")]
    (tmp_path / "opened").unlink()


# the desk's rules


def _attached(scene: ScriptScene) -> None:
    """A picture and a name are handed in; a bill is to be confirmed."""
    for question, name in (("picture", NAME), ("again", OTHER)):
        scene.press(actions.AttachFile(scene.view.script.sheet, question, f"/home/ana/{question}.png"))
        scene.desk.handle(FileKept(scene.files[-1].number, name), scene.now)  # type: ignore[union-attr]
        answers = {"picture": NAME, "more": None, "signed": "Folder 7"} if question == "picture" else {"again": OTHER}
        scene.press(actions.StepScript(scene.view.script.revision, Answered(answers)))


def test_what_was_attached_is_offered_also_to_be_confirmed_and_told_before() -> None:
    scene = ScriptScene(PAPERS)
    assert scene.view.script.papers == ()
    _attached(scene)
    assert scene.view.script.kind == "confirm"
    assert [one.text for one in scene.view.script.papers] == ["picture (PNG)", "again (PDF)"]
    told = Script(call="k1", id="x", status="ended", told={"photo": NAME, "why": "storm"})
    scene.tell(told)
    assert [(one.text, one.action) for one in scene.view.script.papers] == [
        ("photo (PNG)", actions.OpenFile(NAME, "photo"))
    ]


def test_a_file_is_asked_for_once_and_its_fate_is_told() -> None:
    scene = ScriptScene(PAPERS)
    (order,) = scene.desk.press(actions.OpenFile(NAME, "photo"), scene.now)
    assert isinstance(order, FetchFile)
    assert (order.name, order.label) == (NAME, "photo")
    assert [one.text for one in scene.view.banners] == ["Opening photo…"]
    scene.desk.handle(FileFetched(order.number), scene.now)
    assert scene.view.banners == []
    (order,) = scene.desk.press(actions.OpenFile(NAME, "photo"), scene.now)
    assert isinstance(order, FetchFile)
    scene.desk.handle(FileNotFetched(order.number, "file-gone"), scene.now)
    (banner,) = scene.view.banners
    assert banner.text == "Not opened (photo): the file is not on the server any more."
    assert scene.desk.press(actions.OpenFile("../../etc/passwd", "photo"), scene.now) == []
    scene.desk.handle(Unlinked("lost", 1.0), scene.now)
    assert scene.desk.press(actions.OpenFile(NAME, "photo"), scene.now) == []


def test_it_opens_by_key_by_menu_and_beside_its_question(qtbot: QtBot) -> None:
    scene = ScriptScene(PAPERS)
    pressed: list[Any] = []
    scene.press(actions.AttachFile(scene.view.script.sheet, "picture", "/home/ana/roof.png"))
    scene.desk.handle(FileKept(scene.files[-1].number, NAME), scene.now)  # type: ignore[union-attr]
    window = opened(qtbot, scene)
    window.work.script._press_outside = pressed.append
    field = window.work.script.sheet.rows[0].widget
    assert isinstance(field, FileField)
    field._attaching = field._attaching._replace(press=pressed.append)
    qtbot.mouseClick(field.open, Qt.MouseButton.LeftButton)
    assert pressed == [actions.OpenFile(NAME, "roof.png")]
    scene.tell(Script(call="k1", id="x", status="ended", answers={"photo": NAME, "bill": OTHER}))
    window.show_view(scene.view, scene.desk.standing)
    button = window.work.script.papers
    assert button.text() == "Open a file (2)  [Ctrl+O]"
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(button.menu_of_files.isVisible)
    button.menu_of_files.actions()[1].trigger()
    button.menu_of_files.close()
    button._press(scene.view.script.papers[0].action)
    assert pressed[1:] == [actions.OpenFile(OTHER, "bill"), actions.OpenFile(NAME, "photo")]


# over the network


@pytest.fixture
def server(qapp: QApplication) -> Iterator[FakeServer]:
    one = FakeServer(talking())
    yield one
    one.cut()


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, server: FakeServer) -> Iterator[Bench]:
    one = Bench(tmp_path, server)
    qtbot.addWidget(one.window)
    one.start()
    qtbot.waitUntil(lambda: one.word() == "My state: On call")
    yield one
    one.session._stop(quit_phone=True)


def test_it_comes_over_the_session_and_goes_with_the_window(
    qtbot: QtBot, bench: Bench, server: FakeServer, tmp_path: Path
) -> None:
    server.uploads[f"/api/v1/uploads/{NAME}"] = PNG
    with viewed() as shown:
        bench.session.press(actions.OpenFile(NAME, "photo"))
        qtbot.waitUntil(lambda: len(shown) == 1)
    assert shown[0].read_bytes() == PNG
    assert server.upload_requests == [(f"/api/v1/uploads/{NAME}", "Bearer token-1")]
    bench.session._stop(quit_phone=True)
    assert not (tmp_path / "opened").exists()


def test_a_file_that_is_gone_or_endless_is_told(
    qtbot: QtBot, bench: Bench, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    banner = bench.window.banners.banners[0]
    bench.session.press(actions.OpenFile(NAME, "photo"))
    gone = "Not opened (photo): the file is not on the server any more."
    qtbot.waitUntil(lambda: banner._text.text() == gone)
    monkeypatch.setattr(file_fetch, "MOST_OCTETS", 1_000)
    server.uploads[f"/api/v1/uploads/{NAME}"] = PNG
    bench.session.press(actions.OpenFile(NAME, "photo"))
    qtbot.waitUntil(lambda: banner._text.text() == "Not opened (photo): the file is too large.")
