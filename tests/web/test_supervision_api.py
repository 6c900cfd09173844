"""Listening over the HTTP API: who may, what the rules are told, what comes back."""

import pytest
import pytest_twisted

from server.call.events import RequestRefused, SupervisionAsked
from server.call.snapshots import SupervisionSnapshot
from server.config.site import Queue, Site, SiteFile, Web
from tests.fakes.switchboard import a_call
from tests.fakes.web_server import WebServer, done

PATH = "/api/v1/calls/c1/supervision"


def make(visible: bool = True) -> WebServer:
    site = SiteFile(site=Site(supervision_visible=visible), web=Web(listen="127.0.0.1:0"), queue=[Queue(id="service")])
    server = WebServer(site)
    server.switchboard.put_call(a_call("c1", state="talking", agent="ana", position=None))
    server.start()
    return server


@pytest.fixture
def server():
    made = make()
    yield made
    pytest_twisted.blockon(done(made.stop()))


@pytest.fixture
def discreet():
    made = make(visible=False)
    yield made
    pytest_twisted.blockon(done(made.stop()))


def listens(server: WebServer, supervisor: str, mode: str = "listen", joined: bool = True) -> None:
    now = SupervisionSnapshot(supervisor=supervisor, mode=mode, joined=joined, since=1.0)
    server.switchboard.set_call("c1", supervision=now)


@pytest_twisted.ensureDeferred
async def test_a_supervisor_begins_changes_and_ends(server):
    token = await server.log_in("sofia")
    server.switchboard.on_told = lambda _: listens(server, "sofia", joined=False)
    answer = await server.ask("POST", PATH, {"mode": "listen"}, token=token)
    assert (answer.code, answer.json_body) == (
        201,
        {"call_id": "c1", "agent": "ana", "supervisor": "sofia", "mode": "listen", "state": "calling"},
    )
    server.switchboard.on_told = lambda _: listens(server, "sofia", "whisper")
    answer = await server.ask("PUT", PATH, {"mode": "whisper"}, token=token)
    assert (answer.code, answer.json_body["mode"], answer.json_body["state"]) == (200, "whisper", "joined")
    again = await server.ask("POST", PATH, {"mode": "barge"}, token=token)
    assert again.code == 200
    server.switchboard.on_told = lambda _: None
    answer = await server.ask("DELETE", PATH, token=token)
    assert (answer.code, answer.raw) == (204, b"")
    assert server.switchboard.told == [
        SupervisionAsked("c1", "sofia", mode) for mode in ("listen", "whisper", "barge", "")
    ]


@pytest.mark.parametrize(
    ("method", "body"), [("POST", {"mode": "listen"}), ("PUT", {"mode": "barge"}), ("DELETE", None)]
)
@pytest_twisted.ensureDeferred
async def test_it_is_for_supervisors(server, method, body):
    listens(server, "ana")
    answer = await server.ask(method, PATH, body, token=await server.log_in("ana"))
    assert answer.code == 403
    assert (await server.ask(method, PATH, body)).code == 401
    assert server.switchboard.told == []


@pytest_twisted.ensureDeferred
async def test_what_is_not_there_is_not_found(server):
    token = await server.log_in("sofia")
    elsewhere = PATH.replace("c1", "c9")
    assert (await server.ask("POST", elsewhere, {"mode": "listen"}, token=token)).code == 404
    assert (await server.ask("PUT", PATH, {"mode": "listen"}, token=token)).code == 404
    assert (await server.ask("DELETE", PATH, token=token)).code == 404
    listens(server, "admin")
    assert (await server.ask("PUT", PATH, {"mode": "listen"}, token=token)).code == 404
    assert server.switchboard.told == []


@pytest_twisted.ensureDeferred
async def test_a_refusal_of_the_rules_is_told_with_its_reason(server):
    token = await server.log_in("sofia")
    server.switchboard.refusal = RequestRefused("somebody-listens", "Admin listens to this talk already.")
    answer = await server.ask("POST", PATH, {"mode": "listen"}, token=token)
    assert (answer.code, answer.json_body["detail"]) == (409, "Admin listens to this talk already.")
    assert answer.json_body["type"] == "urn:caruso:problem:somebody-listens"
    answer = await server.ask("POST", PATH, {"mode": "spy"}, token=token)
    assert answer.code == 400


RECORD = {
    "call_id": "c7",
    "agent": "ana",
    "conversations": [],
    "ended_at": None,
    "supervisions": [{"supervisor": "sofia"}],
}


@pytest_twisted.ensureDeferred
async def test_an_agents_own_records_tell_who_listened_where_the_site_says_so(server, discreet):
    for made, seen in ((server, RECORD["supervisions"]), (discreet, [])):
        made.records.records.append(RECORD)
        for user, shown in (("ana", seen), ("sofia", RECORD["supervisions"])):
            token = await made.log_in(user)
            one = await made.ask("GET", "/api/v1/calls/c7", token=token)
            assert one.json_body["supervisions"] == shown
            (only,) = (await made.ask("GET", "/api/v1/calls", token=token)).json_body
            assert only["supervisions"] == shown
