"""The beginning of a shift: a wrong password or address is told with its reason, and typed again in the same window."""

from collections.abc import Iterator

import pytest
from desk_scene import state, talking
from fake_server import FakeServer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agentdesk.app import DeskApplication
from agentdesk.widgets.login_dialog import LogInDialog


@pytest.fixture
def server(qapp: QApplication) -> Iterator[FakeServer]:
    one = FakeServer(state())
    yield one
    one.cut()


def question(qtbot: QtBot, desk: DeskApplication) -> LogInDialog:
    qtbot.waitUntil(lambda: desk._asking is not None and desk._asking.isVisible())
    assert desk._asking is not None
    return desk._asking


def word(desk: DeskApplication) -> str:
    assert desk.session is not None
    return desk.session.window.top.state.accessibleName()


def test_a_wrong_password_is_typed_again_in_the_same_window(
    qtbot: QtBot, desk: DeskApplication, server: FakeServer
) -> None:
    first = desk.begin(server.url, "ana", "wrong")
    asked = question(qtbot, desk)
    assert asked._problem.text() == "The server did not accept your log-in: User or password is wrong."
    assert (asked.server.text(), asked.user.text(), asked.password.text()) == (server.url, "ana", "")
    asked.password.setText("right")
    asked.button.click()
    qtbot.waitUntil(lambda: word(desk) == "My state: Ready")
    assert desk.session is first
    assert desk._asking is None
    assert [one["password"] for one in server.log_ins] == ["wrong", "right"]


def test_a_wrong_address_is_typed_again_and_the_old_window_goes(
    qtbot: QtBot, desk: DeskApplication, server: FakeServer
) -> None:
    first = desk.begin("http://127.0.0.1:1", "ana", "right")
    banner = first.window.banners.banners[0]
    qtbot.waitUntil(banner.isVisible)
    assert banner._text.text().startswith("The server cannot be reached: ")
    banner.button.click()
    asked = question(qtbot, desk)
    asked.reject()
    assert desk._asking is None
    banner.button.click()
    asked = question(qtbot, desk)
    asked.server.setText(server.url)
    asked.password.setText("right")
    asked.button.click()
    qtbot.waitUntil(lambda: word(desk) == "My state: Ready")
    assert desk.session is not first
    assert not first.window.isVisible()
    qtbot.waitUntil(lambda: desk._former == [])


def test_in_a_call_nothing_stands_in_front_of_the_window(
    qtbot: QtBot, desk: DeskApplication, server: FakeServer
) -> None:
    server.state = talking()
    session = desk.begin(server.url, "ana", "right")
    qtbot.waitUntil(lambda: word(desk) == "My state: On call")
    server.password, server.token = "changed", "token-2"
    server.close(4401)
    qtbot.waitUntil(session.window.banners.banners[0].isVisible)
    assert session.window.banners.banners[0].button.text() == "Log in anew  [Ctrl+R]"
    assert desk._asking is None
