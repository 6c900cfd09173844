"""A dialog before a call of a queue without a script is shown in few words; nothing of it is waited for."""

from typing import Any

import pytest
import pytest_twisted
from msgspec.structs import replace
from test_gateway import log_in, ring, section
from test_scripts_at_desk import SITE, scripts

from scriptengine.interpreter import Answered
from server.call.dialogs import Beginning, DialogView
from server.desk.told import MOST_ANSWERS, MOST_CHARACTERS, summary_of
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.web_server import WebServer, done


@pytest.fixture
def dialogs() -> FakeDialogs:
    return scripts()


@pytest.fixture
def server(dialogs: FakeDialogs):
    made = WebServer(SITE, dialogs=dialogs)
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def _web_session(dialogs: FakeDialogs, call: str) -> None:
    """A visitor answers the first question, and asks for a call."""
    await dialogs.begin(Beginning(script="meter-reading", channel="web", session="w1", language="en"))
    view = await dialogs.look("w1")
    assert view.ask is not None
    first = view.ask.items[0]
    await dialogs.take("w1", Answered({first.question: "12345678"}))
    await dialogs.attach("w1", call)


async def _told(socket: Any) -> Any:
    while (call := await section(socket, "call")) is None or call["told"] is None:
        pass
    return call["told"]


@pytest_twisted.ensureDeferred
async def test_what_was_told_on_the_web_pops_with_a_call_that_has_no_script(server, dialogs):
    await _web_session(dialogs, "c1")
    socket, _ = await log_in(server)
    ring(server, queue="plain")
    told = await _told(socket)
    assert (told["script"], told["channel"], told["ended"]) == ("Meter reading", "web", False)
    assert "12345678" in told["answers"].values()
    assert server.switchboard.agent("ana").work_state == "reserved", "before the answer"


@pytest_twisted.ensureDeferred
async def test_a_queue_with_a_script_shows_it_in_its_pane(server, dialogs):
    await _web_session(dialogs, "c1")
    socket, _ = await log_in(server)
    ring(server, queue="service")
    assert (await section(socket, "call"))["told"] is None


@pytest_twisted.ensureDeferred
async def test_a_call_without_a_dialog_shows_nothing(server):
    socket, _ = await log_in(server)
    ring(server, queue="plain")
    assert (await section(socket, "call"))["told"] is None


@pytest_twisted.ensureDeferred
async def test_dialogs_that_cannot_be_read_do_not_keep_the_call_from_the_desk(server, dialogs):
    await _web_session(dialogs, "c1")
    dialogs.failure = ConnectionError("away")
    socket, _ = await log_in(server)
    ring(server, queue="plain")
    call = await section(socket, "call")
    assert (call["call"], call["told"]) == ("c1", None)


def test_a_summary_is_short() -> None:
    answers = {f"q{number}": "x" * 500 for number in range(50)} | {"empty": None}
    view = DialogView(session="s", script="x", version="1", revision=1, status="ended", channel="web", language="en")
    assert summary_of(view) is None
    summary = summary_of(replace(view, answers=answers))
    assert summary is not None
    assert (summary.script, summary.ended, len(summary.answers)) == ("x", True, MOST_ANSWERS)
    assert {len(text) for text in summary.answers.values()} == {MOST_CHARACTERS}
