"""A person in the middle of a script: the agent who calls back goes on in the visitor's own session."""

import sys
from pathlib import Path

import msgspec
import pytest
import pytest_twisted
from twisted.internet.task import Clock

sys.path.insert(0, str(Path(__file__).parent))
from dialog_rig import HERE, Visitor, _under_way, a_site
from test_dialog_hand_over import orders

from scriptengine.interpreter import Answered, Closed, Resumed
from server.call.events import RequestRefused
from server.call.states import CallState, WorkState
from server.config.site import Queue
from server.desk.scripts import CallScripts
from server.dialogs.viewing import script_view
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.switchboard import a_call, an_agent
from tests.fakes.web_server import WebServer, done

HELP = (HERE / "help.xml").read_text("utf-8")
SALES = Queue(id="sales", dialog="help", call_back_typed=["0"])


def a_server(tmp_path, queue=SALES, script=HELP):
    dialogs = FakeDialogs(script)
    site = msgspec.structs.replace(a_site(dialogs=["help"]), queue=[queue])
    made = WebServer(site, dialogs=dialogs, data=tmp_path)
    made.site, made.dialogs = site, dialogs
    made.switchboard.on_told = lambda event: _under_way(made, event)
    made.start()
    return made


@pytest.fixture
def server(tmp_path):
    made = a_server(tmp_path)
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def in_the_middle(server):
    visitor = Visitor(server)
    await visitor.go("/dialogs/help")
    await visitor.press("begin")
    await visitor.press("answer", q_trouble="The meter hums")
    assert "For how many days" in visitor.heading()
    return visitor


def at_desk(server, call):
    """What the agent who talks with the visitor is shown."""
    scripts = CallScripts(Clock(), server.site, server.switchboard, server.dialogs, lambda _: None)
    talking = a_call(call, queue="sales", agent="ana", state=CallState.TALKING)
    server.switchboard._calls[call] = talking
    agent = an_agent("ana", queues=["sales"], work_state=WorkState.TALKING)
    scripts.section(agent, talking, "")
    return scripts.section(agent, talking, "")


@pytest_twisted.ensureDeferred
async def test_the_session_goes_on_at_the_desk_where_the_visitor_stood(server):
    visitor = await in_the_middle(server)
    here = visitor.at
    await visitor.press("person")
    assert "A colleague goes on with you by telephone" in visitor.text()
    await visitor.press("call", number="030 1234567")
    assert "We will call you at 0301234567" in visitor.text()
    assert not visitor.page.xpath("//main//button")
    (session,) = server.dialogs.events
    assert (await server.dialogs.look(session)).ended is None
    (order,) = orders(server)
    shown = at_desk(server, order.call)
    assert (shown.session, shown.status, shown.answers) == (session, "running", {"trouble": "The meter hums"})
    assert [item.question for item in shown.ask.items] == ["since"]
    assert isinstance(server.dialogs.events[session][-1], Resumed)
    await visitor.go(here)
    assert "A colleague is working on this with you now" in visitor.text()
    await server.dialogs.take(session, Answered({"since": "3"}))
    await server.dialogs.take(session, Closed("the customer is gone"))
    server.switchboard._calls.clear()
    await visitor.go(here)
    assert "A colleague has taken this over" in visitor.text()
    assert b"SECRET" not in b"".join(visitor.seen)


@pytest_twisted.ensureDeferred
async def test_who_thinks_again_goes_on_alone(server):
    visitor = await in_the_middle(server)
    await visitor.press("person")
    await visitor.press("no-call")
    assert "For how many days" in visitor.heading()
    await visitor.press("answer", q_since="3")
    assert "Anything else" in visitor.heading()
    assert orders(server) == []


@pytest_twisted.ensureDeferred
async def test_a_wrong_number_and_a_refusal_can_be_put_right(server):
    visitor = await in_the_middle(server)
    await visitor.press("person")
    await visitor.press("call", number="0900 1234567")
    assert visitor.status == 422
    assert "Please enter a telephone number" in visitor.text('*[@id="number.wrong"]')
    server.switchboard.refusal = RequestRefused("too-many", "refused")
    await visitor.press("call", number="0301234567")
    assert "No further call-back" in visitor.text()
    server.switchboard.refusal = None
    await visitor.press("call", number="0301234567")
    assert "We will call you" in visitor.text()
    assert len(server.switchboard._calls) == 1


@pytest_twisted.ensureDeferred
async def test_who_was_not_reached_goes_on_or_asks_again(server):
    visitor = await in_the_middle(server)
    here = visitor.at
    await visitor.press("person")
    await visitor.press("call", number="0301234567")
    server.switchboard._calls.clear()  # given up
    await visitor.go(here)
    assert "For how many days" in visitor.heading()
    await visitor.press("answer", q_since="3")
    await visitor.press("person")
    await visitor.press("call", number="0301234567")
    assert "We will call you" in visitor.text()
    assert len({order.call for order in orders(server)}) == 2


@pytest_twisted.ensureDeferred
async def test_where_nobody_would_go_on_in_it_the_script_ends_as_it_says(tmp_path):
    server = a_server(tmp_path, queue=msgspec.structs.replace(SALES, dialog="other"))
    visitor = await in_the_middle(server)
    await visitor.press("person")
    (session,) = server.dialogs.events
    assert (await server.dialogs.look(session)).ended.queue == "sales"
    await visitor.press("call", number="0301234567")
    assert "We will call you" in visitor.text()
    await server.stop()


@pytest_twisted.ensureDeferred
async def test_where_nobody_is_called_back_the_visitor_goes_on_alone(tmp_path):
    server = a_server(tmp_path, queue=msgspec.structs.replace(SALES, call_back_typed=[]))
    visitor = await in_the_middle(server)
    await visitor.press("person")
    assert "not possible at the moment" in visitor.text()
    await visitor.press("look")
    assert "For how many days" in visitor.heading()
    await server.stop()


@pytest.mark.parametrize(
    ("old", "new", "queue"),
    [
        ("", "", "sales"),
        ('<on event="person">', '<on event="person" if="answered(trouble)">', ""),
        ('<on event="person"><go', '<on event="person"><log>x</log><go', ""),
        ('<go to="person"/></on>', '<go to="since"/></on>', ""),
        (' queue="sales"', "", ""),
    ],
)
def test_only_what_leads_straight_to_a_queue_is_left_out(old, new, queue):
    dialogs = FakeDialogs(HELP.replace(old, new) if old else HELP)
    (program,) = dialogs.programs.values()
    assert script_view(program).person_queue == queue
