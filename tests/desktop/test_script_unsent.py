"""What is typed in a script and not handed in: it outlives question, core and window; secrets are kept nowhere."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from desk_scene import SESSION, sent, state, talking, welcome
from hypothesis import given, strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from script_scene import EVERY_TYPE, PAGE, PAPERS, ScriptScene
from test_script_pane import ALT, line, opened
from test_script_papers import sign, sign_field

from agentdesk.desk import Desk, actions
from agentdesk.desk.effects import DropTyped, StoreDraft, StoreTyped
from agentdesk.desk.happenings import FileKept, Linked, LoggedIn, TypedFound, Unlinked
from agentdesk.desk.script.unsent import MOST_CHARACTERS, MOST_SHEETS, Unsent
from agentdesk.drafts import Drafts
from agentdesk.widgets.script.pad import SignaturePad
from agentdesk.words import words_in
from scriptengine.interpreter import Answered, Back
from server.wire import desk as wire
from server.wire.desk_script import Script

NAME = "C0FFEE0123456789/abcdefghijkl.png"


def at(node: str) -> ScriptScene:
    scene = ScriptScene(EVERY_TYPE)
    scene.go(node)
    return scene


def type_in(scene: ScriptScene, question: str, typed: str | list[str]) -> None:
    scene.press(actions.TypeAnswer(scene.view.script.sheet, question, typed))


def stored(scene: ScriptScene, seconds: float = 0.5) -> list[Any]:
    return [one for one in scene.later(seconds) if isinstance(one, StoreTyped | DropTyped)]


def another_window(scene: ScriptScene, found: TypedFound) -> Desk:
    """A new desk of the same agent, told what the old one left behind, and then the state."""
    desk = Desk(words_in("en"))
    desk.handle(found, 0.0)
    desk.handle(LoggedIn(SESSION), 0.0)
    desk.handle(Linked(), 0.0)
    whole = msgspec.structs.replace(talking(), script=scene.desk.standing.script)
    desk.handle(welcome(whole), 1.0)
    return desk


# without Qt


def test_a_burst_of_keys_is_stored_once_and_a_taken_answer_removes_it() -> None:
    scene = at("name")
    sheet = scene.view.script.sheet
    for text in ("A", "An", "Ann"):
        type_in(scene, "name", text)
    assert stored(scene, 0.1) == []
    assert stored(scene) == [StoreTyped("k1", {sheet: {"name": "Ann"}})]
    assert stored(scene) == []
    type_in(scene, "name", "Anna")
    scene.press(actions.StepScript(scene.view.script.revision, Answered({"name": "Anna"})))
    assert scene.view_of.ask.node == "story"
    assert stored(scene) == [DropTyped("k1")]


def test_an_answer_that_is_refused_stays_typed() -> None:
    scene = at("area")
    type_in(scene, "area", "1")
    scene.press(actions.StepScript(scene.view.script.revision, Answered({"area": "1"})))
    assert scene.view_of.ask.node == "area"
    assert [type(one) for one in stored(scene)] == [StoreTyped]
    assert scene.view.script.typed == {"area": "1"}


def test_who_jumps_away_and_comes_back_finds_it() -> None:
    scene = at("story")
    type_in(scene, "story", "It began on Monday")
    scene.go("price")
    assert scene.view.script.typed == {}
    scene.go("story")
    assert scene.view.script.typed == {"story": "It began on Monday"}
    scene.press(actions.StepScript(scene.view.script.revision, Answered({"story": "On Monday"})))
    scene.press(actions.StepScript(scene.view.script.revision, Back()))
    assert (scene.view.script.typed, scene.view.script.fields[0].first) == ({}, "On Monday")


def test_the_core_dies_and_another_window_too() -> None:
    scene = at("wishes")
    running = scene.desk.standing.script
    type_in(scene, "wishes", ["mail", "post"])
    scene.desk.handle(Unlinked("lost", 1.0), scene.now)
    (kept,) = stored(scene)
    scene.desk.handle(Linked(), scene.now)
    beginning = msgspec.structs.replace(talking(), script=Script(call="k1", id="every-type", status="beginning"))
    scene.desk.handle(welcome(beginning, revision=1), scene.now)
    scene.revision = 1
    scene.tell(running)
    assert scene.view.script.typed == {"wishes": ["mail", "post"]}
    desk = another_window(scene, TypedFound(kept.call, kept.sheets))
    assert desk.view(2.0).script.typed == {"wishes": ["mail", "post"]}


def test_a_step_that_died_with_the_core_leaves_what_was_typed() -> None:
    scene = at("name")
    type_in(scene, "name", "Anna")
    scene.desk.press(actions.StepScript(scene.view.script.revision, Answered({"name": "Anna"})), scene.now)
    scene.desk.handle(Unlinked("lost", 1.0), scene.now)
    scene.desk.handle(Linked(), scene.now)
    whole = msgspec.structs.replace(talking(), script=scene.desk.standing.script)
    scene.desk.handle(welcome(whole, revision=1), scene.now)
    assert scene.view.script.typed == {"name": "Anna"}


def test_of_a_secret_and_of_a_question_that_is_not_asked_nothing_is_kept() -> None:
    scene = at("bank")
    type_in(scene, "bank", "DE89370400440532013000")
    type_in(scene, "name", "Anna")
    scene.press(actions.TypeAnswer("k1/s1/elsewhere/question", "bank", "DE"))
    assert stored(scene) == []
    assert scene.desk.standing.unsent.calls == {}


def test_with_the_call_it_is_over() -> None:
    scene = at("name")
    type_in(scene, "name", "Anna")
    stored(scene)
    effects = scene.desk.handle(welcome(state(), revision=9), scene.now)
    assert DropTyped("k1") in effects
    desk = another_window(scene, TypedFound("k0", {"k0/s0/x/question": {"x": "of an earlier call"}}))
    assert desk.standing.unsent.calls == {}


def test_a_file_that_was_sent_is_found_by_the_next_window() -> None:
    scene = ScriptScene(PAPERS)
    scene.press(actions.AttachFile(scene.view.script.sheet, "picture", "/home/ana/bill.png"))
    scene.desk.handle(FileKept(scene.files[-1].number, NAME), scene.now)  # type: ignore[union-attr]
    (kept,) = stored(scene)
    pane = another_window(scene, TypedFound(kept.call, kept.sheets)).view(2.0).script
    assert (pane.attached["picture"].label, pane.attached["picture"].answer) == ("File (PNG)", NAME)
    scene.press(actions.Detach(scene.view.script.sheet, "picture"))
    assert stored(scene) == [DropTyped("k1")]


def test_of_a_secret_paper_not_even_the_name_is_kept() -> None:
    scene = ScriptScene(PAPERS.replace('name="picture"', 'name="picture" sensitive="yes"'))
    scene.press(actions.AttachFile(scene.view.script.sheet, "picture", "/home/ana/bill.png"))
    scene.desk.handle(FileKept(scene.files[-1].number, NAME), scene.now)  # type: ignore[union-attr]
    assert scene.view.script.attached["picture"].state == "kept"
    assert stored(scene) == []


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.text(max_size=5), st.booleans()), max_size=30)
)
def test_the_file_has_what_was_typed_last(keys: list[tuple[str, str, str, bool]]) -> None:
    unsent, file, expected = Unsent(), dict[str, Any](), dict[str, dict[str, str]]()
    now = 0.0
    for sheet, question, text, pauses in keys:
        unsent.type("k", sheet, question, text, now)
        expected.setdefault(sheet, {})[question] = text
        now += 1.0 if pauses else 0.1
        for effect in unsent.due(now):
            file = effect.sheets if isinstance(effect, StoreTyped) else {}
    for effect in unsent.due(now + 1):
        file = effect.sheets if isinstance(effect, StoreTyped) else {}
    assert file == expected


def test_there_are_limits() -> None:
    unsent = Unsent()
    unsent.type("k", "s", "q", "x" * (MOST_CHARACTERS + 1), 0)
    assert len(unsent.on("k", "s")["q"]) == MOST_CHARACTERS
    for number in range(MOST_SHEETS):
        unsent.type("k", f"s{number}", "q", "x", 0)
    assert len(unsent.calls["k"]) == MOST_SHEETS
    assert unsent.on("k", "s") == {}


def test_files_are_the_owners_and_a_broken_one_is_left(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts")
    drafts.store_typed(StoreTyped("k1", {"s": {"q": "text", "w": ["a", "b"]}}))
    (path,) = (tmp_path / "drafts").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    (path.parent / "x.typed").write_text("{")
    assert drafts.all_typed() == [TypedFound("k1", {"s": {"q": "text", "w": ["a", "b"]}})]
    assert drafts.all() == []
    drafts.drop_typed("k1")
    drafts.drop_typed("k1")
    assert drafts.all_typed() == []


def test_a_window_that_closes_stores_at_once_what_was_typed_last() -> None:
    scene = at("name")
    type_in(scene, "name", "Anna")
    scene.desk.press(actions.EditNotes("calls again on Mon"), scene.now)
    effects = scene.desk.closing(scene.now)
    sheet = scene.view.script.sheet
    assert StoreTyped("k1", {sheet: {"name": "Anna"}}) in effects
    assert StoreDraft("k1", "calls again on Mon", None) in effects
    assert sent(effects) == [wire.SaveNotes(call="k1", text="calls again on Mon")]
    scene.desk.handle(Unlinked("lost", 1.0), scene.now)
    type_in(scene, "name", "Anna Weber")
    assert scene.desk.closing(scene.now) == [StoreTyped("k1", {sheet: {"name": "Anna Weber"}})]


# in the window


def test_a_drawing_that_was_not_sent_is_found_by_the_next_window(qtbot: QtBot) -> None:
    scene = ScriptScene(PAPERS)
    window = opened(qtbot, scene)
    sign(qtbot, sign_field(window))
    drawn = sign_field(window).pad.png()
    window.close()
    (kept,) = stored(scene)
    scene.desk.standing.unsent = Unsent()
    scene.desk.handle(TypedFound(kept.call, kept.sheets), scene.now)
    window = opened(qtbot, scene)
    field = sign_field(window)
    assert (field.pad.png() == drawn, field.is_on_the_way, field.clear.isEnabled()) == (True, True, True)
    qtbot.mouseClick(field.clear, Qt.MouseButton.LeftButton)
    (effect,) = stored(scene)
    assert effect.sheets[scene.view.script.sheet].get("signed") == ""
    sign(qtbot, field)
    field.send()
    scene.desk.handle(FileKept(scene.files[-1].number, NAME), scene.now)  # type: ignore[union-attr]
    (effect,) = stored(scene)
    assert effect.sheets[scene.view.script.sheet] == {"signed": NAME}, "the drawing goes when it is sent"


def test_of_a_secret_signature_no_drawing_is_kept(qtbot: QtBot) -> None:
    scene = ScriptScene(PAPERS.replace('name="signed"', 'name="signed" sensitive="yes"'))
    window = opened(qtbot, scene)
    sign(qtbot, sign_field(window))
    assert stored(scene) == []


@pytest.mark.parametrize("written", [["x"], ["1"], ["1,2 3,nan"], ["1,2 3"], ["inf,1 2,2"], [""]])
def test_strokes_that_are_none_are_left_out(qtbot: QtBot, written: list[str]) -> None:
    pad = SignaturePad("Place to sign")
    qtbot.addWidget(pad)
    pad.draw(["10,20 30.5,40", *written])
    assert pad.written == ["10.0,20.0 30.5,40.0"]


def test_a_signature_from_a_wider_window_is_sent_whole(qtbot: QtBot) -> None:
    pad = SignaturePad("Place to sign")
    qtbot.addWidget(pad)
    pad.resize(200, 120)
    pad.draw(["10,20 390,40"])
    assert QImage.fromData(pad.png()).width() >= 2 * 390


def test_every_kind_of_field_is_filled_again(qtbot: QtBot) -> None:
    scene = ScriptScene(PAGE.replace("LAYOUT", "list"))
    scene.press(actions.TypeAnswer(scene.view.script.sheet, "bell", "no"))
    window = opened(qtbot, scene)
    rows = window.work.script.sheet.rows
    qtbot.keyClicks(rows[0].widget.main, "Anna")
    qtbot.keyClicks(rows[5].widget.main, "Two dogs")
    qtbot.mouseClick(rows[2].widget.buttons["pm"], Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    typed = {"bell": "no", "name": "Anna", "note": "Two dogs", "when": "pm"}
    assert scene.view.script.typed == typed
    window.close()
    (kept,) = stored(scene)
    scene.desk.standing.unsent = Unsent()
    scene.desk.handle(TypedFound(kept.call, kept.sheets), scene.now)
    window = opened(qtbot, scene)
    answers = {row.field.item.question: row.widget.answer for row in window.work.script.sheet.rows}
    assert answers == typed | {"area": None, "knock": None}
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    assert window.work.script.sheet.rows[1].status.text() != "", "the postcode is missing"


def test_typing_does_not_move_the_cursor_nor_build_the_field_anew(qtbot: QtBot) -> None:
    scene = at("name")
    window = opened(qtbot, scene)
    field = line(window)
    field.setFocus()
    qtbot.keyClicks(field, "Anna")
    field.setCursorPosition(2)
    qtbot.keyClicks(field, "x")
    assert line(window) is field
    assert (field.text(), field.cursorPosition(), field.hasFocus()) == ("Anxna", 3, True)
    assert scene.view.script.typed == {"name": "Anxna"}


@pytest.mark.parametrize("node", ["bank"])
def test_what_is_typed_into_a_secret_stays_in_its_field(qtbot: QtBot, node: str) -> None:
    scene = at(node)
    window = opened(qtbot, scene)
    qtbot.keyClicks(line(window), "DE89")
    assert isinstance(line(window), QLineEdit)
    assert stored(scene) == []
    assert scene.desk.standing.unsent.calls == {}
    assert line(window).text() == "DE89"
