"""Scripts of calls at desks: real scripts, real WebSockets; the switchboard and the ports of the scripts are fakes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from test_gateway import log_in, request, ring, section
from twisted.internet.task import Clock

from scriptengine.interpreter import Answered, Confirmed, Happened, Left, Resumed
from server.call.dialogs import NOT_KEPT, Beginning, DialogRefused, Dialogs
from server.call.events import AgentAsked, RequestRefused, TransferAsked
from server.call.facts import CallClosed, CallConnected, CallQueued, PresenceChosen, WrapUpEnded
from server.config.site import Agent, Queue, Result, SiteFile, Web
from server.desk.scripts import RETRY_SECONDS, CallScripts
from server.services.directory import Directory
from server.wire import desk
from tests.fakes.clocks import FakeClock
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.switchboard import NOW, FakeSwitchboard, a_call, an_agent
from tests.fakes.web_server import WebServer, done

DIALOGS = Path(__file__).parents[2] / "dialogs"
SITE = SiteFile(
    web=Web(listen="127.0.0.1:0"),
    queue=[
        Queue(id="service", name="Service line", dialog="power-outage"),
        Queue(id="readings", dialog="meter-reading"),
        Queue(id="plain"),
    ],
    agent=[Agent(id="ana", name="Ana Lima"), Agent(id="rui")],
    result=[Result(id="solved-by-customer"), Result(id="other")],
)
MARIA = desk.Customer(id="m1", name="Maria Silva", numbers=["+351210000001"], language="pt")


def scripts() -> FakeDialogs:
    dialogs = FakeDialogs(DIALOGS / "power-outage.xml", DIALOGS / "meter-reading.xml")
    dialogs.services.results["outages.find_outage"] = {"known": False}
    dialogs.services.results["outages.report_outage"] = {"ticket": "A-18"}
    return dialogs


@pytest.fixture
def dialogs() -> FakeDialogs:
    return scripts()


@pytest.fixture
def server(dialogs: FakeDialogs):
    made = WebServer(SITE, dialogs=dialogs)
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


def talk(server: WebServer, agent: str = "ana", call: str = "c1", queue: str = "service") -> None:
    """The agent has the call on the line."""
    if server.switchboard.call(call) is None:
        server.switchboard.put_call(a_call(call, state="talking", agent=agent, position=None, queue=queue))
    server.switchboard.set_call(call, state="talking", agent=agent, ringing=[], answered_at=NOW)
    server.switchboard.set_agent(agent, presence="ready", work_state="talking", call=call)
    server.switchboard.commit(CallConnected(call=call, queue=queue, agent=agent, offer=1))


async def script(socket: Any, holds: Callable[[Any], bool]) -> Any:
    """The next script section of which something holds."""
    while not holds(found := await section(socket, "script")):
        pass
    return found


async def step(socket: Any, shown: Any, event: str, **fields: Any) -> Any:
    """A step that is done, and what came of it."""
    socket.say(t="step-script", id=7, call="c1", revision=shown["revision"], event={"event": event, **fields})
    after: Any = shown
    while True:
        message = await socket.next()
        if message["t"] == "changed":
            after = message.get("script", after)
        elif message["t"] == "done":
            return after
        else:
            raise AssertionError(message)


def at(node: str) -> Callable[[Any], bool]:
    return lambda shown: shown is not None and shown["status"] == "running" and shown["ask"]["node"] == node


@pytest_twisted.ensureDeferred
async def test_a_script_is_announced_at_the_ring_and_begins_with_the_talk(server, dialogs):
    socket, welcome = await log_in(server)
    assert welcome["state"]["script"] is None
    server.customers.cards["m1"] = MARIA
    ring(server)
    coming = await section(socket, "script")
    assert coming == {"call": "c1", "id": "power-outage", "status": "coming", "title": "Falta de energia"}
    assert dialogs.events == {}
    talk(server)
    first = await script(socket, at("danger"))
    assert (first["session"], first["revision"], first["language"]) == ("c1.power-outage", 1, "pt")
    assert first["ask"]["items"][0]["text"] == [{"text": "Você vê fios caídos, faíscas ou fumaça?"}]
    assert "speech" not in first["ask"]["items"][0]
    begun = await dialogs.look("c1.power-outage")
    assert (begun.call, begun.agent, begun.channel) == ("c1", "ana", "desk")


@pytest_twisted.ensureDeferred
async def test_a_queue_without_a_script_shows_none(server):
    socket, _ = await log_in(server)
    talk(server, queue="plain")
    assert (await section(socket, "call"))["queue"] == "plain"
    server.switchboard.commit(PresenceChosen(agent="ana", presence="ready"))
    assert (await request(socket, "beat"))["t"] == "done"
    refused = await request(socket, "step-script", call="c1", revision=1, event={"event": "continued"})
    assert refused["problem"] == "not-your-call"


@pytest_twisted.ensureDeferred
async def test_an_agent_answers_goes_back_jumps_changes_the_language_leaves_and_takes_up_again(server, dialogs):
    socket, _ = await log_in(server)
    talk(server)
    shown = await script(socket, at("danger"))
    shown = await step(socket, shown, "answered", values={"danger": False})
    assert shown["ask"]["node"] == "place"
    assert [crumb["node"] for crumb in shown["crumbs"]] == ["danger"]
    shown = await step(socket, shown, "answered", values={"place": "123"})
    assert shown["ask"]["items"][0]["problem"] == "Eight digits, please."
    shown = await step(socket, shown, "back", to=shown["crumbs"][0]["key"])
    assert (shown["ask"]["node"], shown["ask"]["items"][0]["suggested"]) == ("danger", False)
    shown = await step(socket, shown, "language", language="pt")
    assert shown["language"] == "pt"
    places = await request(socket, "script-places", call="c1")
    assert places["t"] == "places"
    labels = {place["node"]: place["label"] for place in places["places"]}
    assert labels["scope"] == "Onde está faltando energia?"
    shown = await step(socket, shown, "jumped", node="scope")
    assert shown["ask"]["node"] == "scope"
    shown = await step(socket, shown, "left")
    assert (shown["status"], shown.get("ask")) == ("resting", None)
    shown = await step(socket, shown, "resumed", channel="web", agent={"id": "somebody else"})
    assert (shown["status"], shown["ask"]["node"]) == ("running", "scope")
    assert dialogs.events["c1.power-outage"][-1] == Resumed(channel="desk", agent={"id": "ana", "name": "Ana Lima"})


@pytest_twisted.ensureDeferred
async def test_a_step_that_another_step_has_overtaken_is_refused_and_the_present_question_shown(server, dialogs):
    socket, _ = await log_in(server)
    talk(server)
    shown = await script(socket, at("danger"))
    await dialogs.take("c1.power-outage", Answered({"danger": False}))  # somebody else's; it is shown here
    assert (await script(socket, at("place")))["revision"] == 2
    answer = {"event": "answered", "values": {"danger": True}}
    refused = await request(socket, "step-script", call="c1", revision=shown["revision"], event=answer)
    assert (refused["t"], refused["problem"]) == ("refused", "script-stale")
    assert (await dialogs.look("c1.power-outage")).revision == 2


@pytest_twisted.ensureDeferred
async def test_only_the_agent_on_whose_call_it_is_may_drive_it(server):
    ana, _ = await log_in(server)
    rui, welcome = await log_in(server, "rui")
    talk(server)
    shown = await script(ana, at("danger"))
    assert welcome["state"]["script"] is None
    for question in (
        {"t": "step-script", "revision": shown["revision"], "event": {"event": "left"}},
        {"t": "script-places"},
        {"t": "begin-script"},
    ):
        refused = await request(rui, call="c1", **question)
        assert (refused["t"], refused["problem"]) == ("refused", "not-your-call")
    assert (await step(ana, shown, "left"))["status"] == "resting"


@pytest.mark.parametrize(
    "event",
    [{"event": "begin", "session": "x"}, {"event": "done", "action": "a"}, {"event": "closed"}, {"event": "dance"}],
)
@pytest_twisted.ensureDeferred
async def test_events_that_are_not_an_agents_end_the_connection(server, event):
    socket, _ = await log_in(server)
    talk(server)
    await script(socket, at("danger"))
    socket.say(t="step-script", id=7, call="c1", revision=1, event=event)
    assert await socket.ended() == 4409


@pytest_twisted.ensureDeferred
async def test_a_desk_that_comes_back_and_a_new_core_find_the_same_question(server, dialogs):
    socket, _ = await log_in(server)
    talk(server)
    shown = await step(socket, await script(socket, at("danger")), "answered", values={"danger": False})
    await socket.close()
    _, welcome = await log_in(server)
    assert welcome["state"]["script"] == shown
    new_core = WebServer(SITE, dialogs=dialogs, switchboard=server.switchboard)
    new_core.start()
    try:
        _, welcome = await log_in(new_core)
        assert welcome["state"]["script"] == shown
    finally:
        await done(new_core.stop())
    assert len(dialogs.events["c1.power-outage"]) == 2  # begun once, answered once


@pytest_twisted.ensureDeferred
async def test_what_began_on_the_phone_goes_on_at_the_desk(server, dialogs):
    await dialogs.begin(
        Beginning(script="power-outage", channel="ivr", session="p1", call="c1", number="+351210000001")
    )
    await dialogs.take("p1", Answered({"danger": "no"}))
    await dialogs.take("p1", Happened("hangup"))
    socket, _ = await log_in(server)
    talk(server)
    shown = await script(socket, at("place"))
    assert (shown["session"], shown["answers"]) == ("p1", {"danger": False})
    assert dialogs.events["p1"][-1] == Resumed(channel="desk", agent={"id": "ana", "name": "Ana Lima"})


@pytest_twisted.ensureDeferred
async def test_a_session_of_another_script_ends_and_its_reusable_answers_are_known(server, dialogs):
    await dialogs.begin(Beginning(script="meter-reading", channel="ivr", session="p1", call="c1"))
    socket, _ = await log_in(server)
    talk(server)
    shown = await script(socket, at("danger"))
    assert shown["session"] == "c1.power-outage"
    assert "told" not in shown, "nothing had been answered"
    assert (await dialogs.look("p1")).status == "ended"


@pytest_twisted.ensureDeferred
async def test_what_a_caller_told_a_script_that_has_ended_is_suggested(server, dialogs):
    phone = Beginning(script="power-outage", channel="ivr", session="p1", call="c1")
    await dialogs.begin(phone)
    await dialogs.take("p1", Answered({"danger": "no"}))
    await dialogs.take("p1", Answered({"place": "01310100"}))
    await dialogs.take("p1", Confirmed())
    over = await dialogs.take("p1", Happened("person"))
    assert (over.status, over.ended.outcome) == ("ended", "transfer")
    socket, _ = await log_in(server)
    talk(server)
    shown = await script(socket, at("danger"))
    assert (shown["session"], shown["ask"]["items"][0]["suggested"]) == ("c1.power-outage", False)
    assert shown["told"] == {"danger": "no", "place": "01310100"}
    shown = await step(socket, shown, "answered", values={"danger": False})
    assert shown["ask"]["items"][0]["suggested"] == "01310100"


@pytest_twisted.ensureDeferred
async def test_what_a_caller_told_another_script_is_shown_whole(server, dialogs):
    await dialogs.begin(Beginning(script="power-outage", channel="web", session="p1", call="c1"))
    await dialogs.take("p1", Answered({"danger": "no"}))
    await dialogs.take("p1", Answered({"place": "01310100"}))
    await dialogs.take("p1", Confirmed())
    await dialogs.take("p1", Happened("person"))
    socket, _ = await log_in(server)
    talk(server, queue="readings")
    shown = await script(socket, lambda section: section["status"] == "running")
    assert (shown["id"], shown["told"]) == ("meter-reading", {"danger": "no", "place": "01310100"})
    new_core = WebServer(SITE, dialogs=dialogs, switchboard=server.switchboard)
    new_core.start()
    try:
        _, welcome = await log_in(new_core)
        assert welcome["state"]["script"] == shown, "also by a core that knows of it from the store alone"
    finally:
        await done(new_core.stop())


@pytest_twisted.ensureDeferred
async def test_a_survey_after_the_talk_is_left_alone(server, dialogs):
    socket, _ = await log_in(server)
    talk(server)
    shown = await step(socket, await script(socket, at("danger")), "answered", values={"danger": False})
    await dialogs.begin(Beginning(script="meter-reading", channel="ivr", session="survey", call="c1"))
    server.switchboard.set_agent("ana", work_state="wrap-up", wrap_up_began_at=NOW, wrap_up_ends_at=None)
    server.switchboard.set_call("c1", state="in-dialog")
    server.switchboard.commit(PresenceChosen(agent="ana", presence="ready"))
    await socket.close()
    socket, welcome = await log_in(server)
    assert welcome["state"]["script"] == shown
    new_core = WebServer(SITE, dialogs=dialogs, switchboard=server.switchboard)
    new_core.start()
    try:
        _, welcome = await log_in(new_core)
        assert welcome["state"]["script"] == shown
    finally:
        await done(new_core.stop())
    assert (await dialogs.look("survey")).status == "running"


@pytest_twisted.ensureDeferred
async def test_in_a_wrap_up_no_script_takes_the_place_of_a_survey(server, dialogs):
    await dialogs.begin(Beginning(script="meter-reading", channel="ivr", session="survey", call="c1"))
    server.switchboard.put_call(a_call("c1", state="in-dialog", agent="ana", position=None))
    server.switchboard.set_agent("ana", work_state="wrap-up", call="c1", wrap_up_began_at=NOW, wrap_up_ends_at=None)
    _, welcome = await log_in(server)
    assert welcome["state"]["script"]["problem"] == "script-no-session"
    assert (await dialogs.look("survey")).status == "running"


@pytest_twisted.ensureDeferred
async def test_a_call_that_is_passed_on_takes_its_script_along(server, dialogs):
    ana, _ = await log_in(server)
    rui, _ = await log_in(server, "rui")
    talk(server)
    shown = await step(ana, await script(ana, at("danger")), "answered", values={"danger": False})
    server.switchboard.set_call("c1", state="queued", agent=None)
    server.switchboard.set_agent("ana", work_state="idle", call=None)
    server.switchboard.commit(
        WrapUpEnded(agent="ana", call="c1", by="agent"),
        CallQueued(call="c1", queue="service", priority=0, joined_mono=1, joined_at=1),
    )
    assert await section(ana, "script") is None
    talk(server, "rui")
    taken_over = await script(rui, at("place"))
    assert (taken_over["session"], taken_over["revision"]) == (shown["session"], shown["revision"] + 1)
    assert (await dialogs.look("c1.power-outage")).agent == "rui"


@pytest.mark.parametrize("chosen", ["", "other"])
@pytest_twisted.ensureDeferred
async def test_the_end_of_the_script_is_the_result_unless_the_agent_chose_one(server, chosen):
    socket, _ = await log_in(server)
    talk(server)
    server.switchboard.set_call("c1", result=chosen)
    shown = await script(socket, at("danger"))
    for values in ({"danger": False}, {"place": "01310100"}, {"scope": "home"}, {"breaker": True}):
        shown = await step(socket, shown, "answered", values=values)
    assert (shown["status"], shown["ended"]["disposition"]) == ("ended", "solved-by-customer")
    choice = AgentAsked("ana", "ana", desk.ChooseResult(call="c1", result="solved-by-customer"))
    assert (choice in server.switchboard.told) == (chosen == "")


@pytest_twisted.ensureDeferred
async def test_an_end_with_a_queue_passes_the_customer_on_when_the_agent_says_so(server):
    socket, _ = await log_in(server)
    talk(server)
    shown = await script(socket, at("danger"))
    refused = await request(socket, "pass-on", call="c1")
    assert (refused["t"], refused["problem"]) == ("refused", "script-no-queue")
    shown = await step(socket, shown, "answered", values={"danger": True})
    assert (shown["status"], shown["ended"]["queue"]) == ("ended", "emergency")
    assert TransferAsked("c1", "queue:emergency", "ana") not in server.switchboard.told
    assert (await request(socket, "pass-on", call="c1"))["t"] == "done"
    assert server.switchboard.told[-1] == TransferAsked("c1", "queue:emergency", "ana")
    server.switchboard.refusal = RequestRefused("queue-cannot", "It is closed.")
    assert (await request(socket, "pass-on", call="c1"))["problem"] == "queue-cannot"


@pytest_twisted.ensureDeferred
async def test_with_the_conversation_an_unfinished_script_is_over(server, dialogs):
    socket, _ = await log_in(server)
    talk(server)
    shown = await step(socket, await script(socket, at("danger")), "answered", values={"danger": False})
    server.switchboard.set_agent("ana", work_state="wrap-up", wrap_up_began_at=NOW, wrap_up_ends_at=None)
    server.switchboard.set_call("c1", state="closed")
    server.switchboard.commit(CallClosed(call="c1", outcome="answered", cause="normal"))
    assert (await step(socket, shown, "answered", values={"place": "01310100"}))["ask"]["node"] == "scope"
    server.switchboard.set_agent("ana", work_state="idle", call=None)
    server.switchboard.drop_call("c1")
    server.switchboard.commit(WrapUpEnded(agent="ana", call="c1", by="agent"))
    assert await section(socket, "script") is None
    over = await dialogs.look("c1.power-outage")
    assert (over.status, over.ended.reason) == ("ended", "the conversation is over")


async def left_by_a_core(dialogs: FakeDialogs, *events: Any) -> None:
    """A session at a desk, whose core died."""
    phone = Beginning(script="power-outage", channel="desk", session="c1.power-outage", call="c1", agent="ana")
    await dialogs.begin(phone)
    for event in events:
        await dialogs.take("c1.power-outage", event)


@pytest.mark.parametrize("events", [(), (Answered({"danger": False}),), (Left(),)], ids=["begun", "answered", "left"])
@pytest_twisted.ensureDeferred
async def test_a_script_whose_conversation_ended_while_no_core_was_there_is_over(server, dialogs, events):
    await left_by_a_core(dialogs, *events)
    server.gateway.took_over("c1", "c1.power-outage")
    over = await dialogs.look("c1.power-outage")
    assert (over.status, over.ended.reason) == ("ended", "the conversation is over")


@pytest_twisted.ensureDeferred
async def test_a_script_whose_conversation_ends_without_any_desk_is_over_with_it(server, dialogs):
    await left_by_a_core(dialogs)
    server.switchboard.put_call(a_call("c1", state="talking", agent="ana", position=None))
    server.gateway.took_over("c1", "c1.power-outage")
    server.switchboard.commit(CallClosed(call="c1", outcome="answered", cause="normal"))
    assert (await dialogs.look("c1.power-outage")).status == "running", "the agent wraps up"
    server.switchboard.drop_call("c1")
    server.switchboard.commit(WrapUpEnded(agent="ana", call="c1", by="time-out"))
    assert (await dialogs.look("c1.power-outage")).status == "ended"


@pytest_twisted.ensureDeferred
async def test_a_desk_that_comes_back_goes_on_with_what_the_core_took_over(server, dialogs):
    await left_by_a_core(dialogs, Answered({"danger": False}))
    server.switchboard.put_call(a_call("c1", state="talking", agent="ana", position=None))
    server.gateway.took_over("c1", "c1.power-outage")
    server.gateway.took_over("c1", "c1.an-older-one")
    socket, _ = await log_in(server)
    talk(server)
    shown = await script(socket, at("place"))
    assert shown["session"] == "c1.power-outage"
    assert (await step(socket, shown, "answered", values={"place": "01310100"}))["ask"]["node"] == "scope"


class Rig:
    """`CallScripts` on a clock that is turned by hand."""

    def __init__(self, dialogs: Any) -> None:
        self.clock = Clock()
        self.agent = an_agent("ana", work_state="talking", call="c1")
        self.call = a_call("c1", state="talking", agent="ana", position=None)
        self.changed: list[str] = []
        board = FakeSwitchboard([self.agent], [], [self.call])
        self.scripts = CallScripts(self.clock, SITE, board, dialogs, self.changed.append)

    @property
    def shown(self) -> Any:
        return self.scripts.section(self.agent, self.call, "")


def test_without_the_service_the_section_says_so_and_the_script_begins_when_it_is_there():
    clock = FakeClock()
    directory = Directory(Clock(), lambda: clock.mono)
    rig = Rig(directory.proxy("dialogs", "1", Dialogs))
    assert (rig.shown.status, rig.shown.problem) == ("unavailable", "script-no-service")
    assert rig.changed == ["c1"]
    directory.provide("dialogs", "1.0", scripts())
    rig.clock.advance(RETRY_SECONDS[0])
    assert (rig.shown.status, rig.shown.ask.node) == ("running", "danger")


def test_a_script_that_cannot_be_begun_is_tried_again_and_after_the_call_no_more():
    dialogs = scripts()
    dialogs.failure = DialogRefused(NOT_KEPT, "The disk is full.")
    rig = Rig(dialogs)
    assert (rig.shown.problem, rig.shown.detail) == ("script-not-kept", "The disk is full.")
    dialogs.failure = RuntimeError("a fault that nobody knows")
    rig.clock.advance(RETRY_SECONDS[0])
    assert (rig.shown.problem, rig.shown.detail) == ("script-failed", "The script could not be begun.")
    rig.scripts.forget("c1")
    assert rig.clock.getDelayedCalls() == []
    assert dialogs.events == {}
