"""Messages to agents over the HTTP API, and on the agents' desks."""

import pytest
import pytest_twisted

from server.call.events import AgentAsked, MessageAsked, RequestRefused
from server.call.facts import MessageSent
from server.call.snapshots import MessageSnapshot
from server.wire import desk
from tests.fakes.switchboard import NOW
from tests.fakes.web_server import WebServer, done
from tests.fakes.web_sockets import open_socket


def a_message(ident: str, by: str = "sofia", **changes) -> MessageSnapshot:
    fields = {"id": ident, "by": by, "text": "Meeting at 15:00", "queue": "", "sent_at": NOW, "seen_at": None}
    return MessageSnapshot(**{**fields, **changes})


@pytest.fixture
def server():
    made = WebServer()
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


def takes(server, *agents):
    """From now on these agents get what is sent."""

    def told(_):
        for agent in agents:
            server.switchboard.set_agent(agent, messages=[a_message(f"m-{agent}")])

    server.switchboard.on_told = told


@pytest_twisted.ensureDeferred
async def test_a_supervisor_writes_to_one_and_to_a_queue(server):
    token = await server.log_in("sofia")
    takes(server, "ana")
    answer = await server.ask("POST", "/api/v1/agents/ana/messages", {"text": "Hello"}, token=token)
    assert (answer.code, answer.json_body) == (201, {"agents": ["ana"]})
    takes(server, "rui")
    answer = await server.ask("POST", "/api/v1/queues/service/messages", {"text": "All"}, token=token)
    assert (answer.code, answer.json_body) == (201, {"agents": ["rui"]})
    assert server.switchboard.told == [
        MessageAsked("sofia", "Hello", agent="ana"),
        MessageAsked("sofia", "All", queue="service"),
    ]


@pytest.mark.parametrize("path", ["/api/v1/agents/ana/messages", "/api/v1/queues/service/messages"])
@pytest_twisted.ensureDeferred
async def test_messages_are_for_supervisors_to_write(server, path):
    assert (await server.ask("POST", path, {"text": "Hello"}, token=await server.log_in("rui"))).code == 403
    assert (await server.ask("POST", path, {"text": "Hello"})).code == 401
    assert server.switchboard.told == []


@pytest_twisted.ensureDeferred
async def test_what_cannot_be_sent_is_answered_with_a_reason(server):
    token = await server.log_in("sofia")
    for path in ("/api/v1/agents/nobody/messages", "/api/v1/queues/nothing/messages"):
        assert (await server.ask("POST", path, {"text": "Hello"}, token=token)).code == 404
    answer = await server.ask("POST", "/api/v1/agents/ana/messages", {"text": "x" * 301}, token=token)
    assert answer.code == 400
    server.switchboard.refusal = RequestRefused("no-desk", "ana has no desk open.")
    answer = await server.ask("POST", "/api/v1/agents/ana/messages", {"text": "Hello"}, token=token)
    assert (answer.code, answer.json_body["type"]) == (409, "urn:caruso:problem:no-desk")


@pytest_twisted.ensureDeferred
async def test_the_desk_shows_what_was_not_seen_and_says_when_it_was(server):
    server.switchboard.set_agent("ana", messages=[a_message("m1"), a_message("m2", seen_at=NOW)])
    opened = await server.sessions.open("ana", "agent")
    socket = await open_socket(server.address, "/desk", [desk.SUBPROTOCOL], None)
    socket.say(t="hello", token=opened.token)
    shown = (await socket.next("welcome"))["state"]["messages"]
    assert shown == [{"id": "m1", "by": "sofia", "text": "Meeting at 15:00", "at": NOW, "queue": ""}]
    server.switchboard.set_agent("ana", messages=[a_message("m1"), a_message("m3", by="admin", queue="service")])
    server.switchboard.commit(MessageSent(agent="ana", message="m3", by="admin", text="", queue="service"))
    changed = await socket.next("changed")
    assert [(one["id"], one["queue"]) for one in changed["messages"]] == [("m1", ""), ("m3", "Service")]
    socket.say(t="saw-message", id=7, message="m1")
    reply = await socket.next()
    while reply["t"] == "changed":
        reply = await socket.next()
    assert reply == {"t": "done", "id": 7}
    assert AgentAsked("ana", "ana", desk.SawMessage(id=7, message="m1")) in server.switchboard.told
