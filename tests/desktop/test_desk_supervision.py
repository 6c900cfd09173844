"""What the desk tells of supervisors: who is on the line, and what they write."""

import pytest
from desk_scene import WALL, Scene, call, me, sent, state, talking
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agentdesk.desk import actions, keys
from agentdesk.desk.effects import Alert
from agentdesk.widgets.theme import dress
from agentdesk.widgets.window import Window
from agentdesk.words import words_in
from server.wire import desk as wire

FIRST = wire.Message(id="m1", by="Sofia Lima", text="Please take the outage calls.", at=WALL - 60)
SECOND = wire.Message(id="m2", by="Rui", text="<b>Meeting</b> at 15:00", at=WALL, queue="Billing")


def there(mode: str) -> wire.Supervision:
    return wire.Supervision(name="Sofia Lima", mode=mode, since=WALL)


@pytest.mark.parametrize(
    ("mode", "language", "word"),
    [
        ("listen", "en", "Sofia Lima listens"),
        ("whisper", "en", "Sofia Lima speaks to you; the customer does not hear it"),
        ("barge", "en", "Sofia Lima is in the call; the customer hears it"),
        ("listen", "pt_BR", "Sofia Lima está ouvindo"),
    ],
)
def test_who_is_on_the_line_is_told_with_the_time(mode: str, language: str, word: str) -> None:
    scene = Scene(talking(), language)
    assert scene.view.call_bar.watched is None
    scene.changed(talking(supervision=there(mode)))
    scene.later(65)
    chip = scene.view.call_bar.watched
    assert (chip.word, chip.timer, chip.shape) == (word, "01:05", "headset")
    scene.changed(talking())
    assert scene.view.call_bar.watched is None


def test_the_oldest_message_is_shown_first_and_goes_when_it_was_seen() -> None:
    scene = Scene()
    effects = scene.changed(state(messages=[FIRST, SECOND]))
    (alert,) = [effect for effect in effects if isinstance(effect, Alert)]
    assert alert == Alert("Message from Sofia Lima", "Please take the outage calls.", quiet=True)
    (banner,) = scene.view.banners
    assert (banner.kind, banner.text, banner.cure) == (
        "note",
        "Message from Sofia Lima, 08:25 · 1 more",  # WALL is 08:26:40 UTC
        "Please take the outage calls.",
    )
    assert (banner.button, banner.key, banner.action) == ("Seen", keys.SEEN, actions.SawMessage())
    assert sent(scene.desk.press(actions.SawMessage(), scene.now)) == [wire.SawMessage(message="m1")]
    assert scene.changed(state(messages=[SECOND])) == []
    (banner,) = scene.view.banners
    assert banner.text.startswith("Message from Rui to all of Billing, ")
    scene.changed(state())
    assert scene.view.banners == []
    assert sent(scene.desk.press(actions.SawMessage(), scene.now)) == []


def test_a_message_does_not_hide_what_is_urgent() -> None:
    away = me(reachable=False, fault="invite-failed")
    scene = Scene(state(me=away, messages=[FIRST]))
    assert [banner.kind for banner in scene.view.banners] == ["alarm", "note"]


def test_a_message_takes_neither_focus_nor_typing(qtbot: QtBot) -> None:
    scene = Scene(talking())
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    pressed: list[actions.Action] = []

    def press(action: actions.Action) -> None:
        pressed.append(action)
        scene.press(action)

    window = Window(words_in("en"), dress(application, "light"), press, lambda _command: None)
    qtbot.addWidget(window)
    window.show()
    window.show_view(scene.view, scene.desk.standing)
    window.activateWindow()
    window.work.notes.setFocus()
    qtbot.waitUntil(window.work.notes.hasFocus)
    qtbot.keyClicks(window.work.notes, "Meter ")
    scene.changed(replace(talking(supervision=there("whisper")), messages=[SECOND]))
    window.show_view(scene.view, scene.desk.standing)
    assert window.work.notes.hasFocus()
    qtbot.keyClicks(window.work.notes, "4711")
    assert window.work.notes.toPlainText() == "Meter 4711"
    assert window.call_bar.watched.isVisible()
    shown = window.banners.banners[0]
    assert shown.isVisible()
    assert "<b>Meeting</b> at 15:00" in shown._cure.text(), "a text from outside is never markup"
    shown.button.click()
    assert actions.SawMessage() in pressed


def test_a_call_that_ends_takes_its_supervisor_along() -> None:
    scene = Scene(talking(supervision=there("barge")))
    scene.changed(state(me=me(work_state="wrap-up"), call=call(state="wrap-up")))
    assert scene.view.call_bar.watched is None
