"""The HTTP API over loopback, with a real client."""

import json

import pytest
import pytest_twisted

from server.call.events import AgentAsked, RequestRefused
from server.web.answers import PROBLEM_PREFIX
from server.wire import desk
from tests.fakes.switchboard import a_call
from tests.fakes.web_server import WebServer, done, header


@pytest.fixture
def server():
    made = WebServer()
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


def problem(response) -> str:
    """The stable id of a problem, which must be a whole one."""
    assert header(response, "content-type") == "application/problem+json"
    body = response.json_body
    assert body["status"] == response.code
    assert body["title"]
    assert body["detail"].endswith((".", "?")), body["detail"]
    assert body["type"].startswith(PROBLEM_PREFIX)
    return body["type"].removeprefix(PROBLEM_PREFIX)


# ---- sessions ----


@pytest_twisted.ensureDeferred
async def test_an_agent_with_a_registered_phone_gets_a_sip_account_of_the_session(server):
    answer = await server.ask("POST", "/api/v1/sessions", {"user": "ana", "password": "ana's word"})
    assert answer.code == 201
    body = answer.json_body
    assert (body["agent"], body["role"], body["expires_at"]) == ("ana", "agent", "2026-09-22T00:13:20.000Z")
    assert body["desk_url"] == f"ws://{server.address}/desk"
    sip = body["sip"]
    assert {key: sip[key] for key in ("user", "domain", "server", "transport")} == {
        "user": "ana",
        "domain": "caruso.test",
        "server": "127.0.0.1:5060",
        "transport": "udp",
    }
    assert server.sessions.credentials == [("ana", sip["password"], "s1")]
    assert len(sip["password"]) >= 32


@pytest_twisted.ensureDeferred
async def test_who_has_another_phone_gets_no_sip_account(server):
    answer = await server.ask("POST", "/api/v1/sessions", {"user": "sofia", "password": "sofia's word"})
    assert answer.json_body["sip"] is None
    assert server.sessions.credentials == []


@pytest_twisted.ensureDeferred
async def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(server):
    wrong = await server.ask("POST", "/api/v1/sessions", {"user": "ana", "password": "x"})
    unknown = await server.ask("POST", "/api/v1/sessions", {"user": "nobody", "password": "x"})
    assert (wrong.code, wrong.raw) == (unknown.code, unknown.raw) == (401, wrong.raw)
    assert problem(wrong) == "log-in-failed"
    assert server.accounts.verified == ["ana", "nobody"]  # both take the time of a check


@pytest_twisted.ensureDeferred
async def test_someone_with_a_password_who_is_no_longer_in_the_site_is_refused(server):
    server.accounts.passwords["gone"] = "gone's word"
    answer = await server.ask("POST", "/api/v1/sessions", {"user": "gone", "password": "gone's word"})
    assert problem(answer) == "log-in-failed"


@pytest_twisted.ensureDeferred
async def test_logging_out_ends_the_session(server):
    token = await server.log_in("ana")
    answer = await server.ask("DELETE", "/api/v1/sessions", token=token)
    assert (answer.code, answer.raw) == (204, b"")
    assert problem(await server.ask("GET", "/api/v1/status", token=token)) == "not-logged-in"


@pytest_twisted.ensureDeferred
async def test_attempts_are_limited_per_address(server):
    for _ in range(5):
        await server.ask("POST", "/api/v1/sessions", {"user": "ana", "password": "x"})
    refused = await server.ask("POST", "/api/v1/sessions", {"user": "ana", "password": "ana's word"})
    assert (refused.code, problem(refused)) == (429, "too-many-log-ins")
    assert 0 < int(header(refused, "retry-after")) <= 60
    other = await server.ask("POST", "/api/v1/sessions", {"user": "rui", "password": "rui's word"})
    assert other.code == 429  # the same address
    elsewhere = {"X-Forwarded-For": "198.51.100.7"}
    other = await server.ask("POST", "/api/v1/sessions", {"user": "rui", "password": "rui's word"}, headers=elsewhere)
    assert other.code == 201
    same = await server.ask("POST", "/api/v1/sessions", {"user": "ana", "password": "ana's word"}, headers=elsewhere)
    assert same.code == 201  # nobody locks ana out from everywhere
    server.clock.advance(61)
    again = await server.ask("POST", "/api/v1/sessions", {"user": "ana", "password": "ana's word"})
    assert again.code == 201


@pytest_twisted.ensureDeferred
async def test_many_addresses_that_guess_at_one_user_are_limited_at_ten_times_as_many(server):
    codes = []
    for number in range(51):
        elsewhere = {"X-Forwarded-For": f"198.51.100.{number}"}
        answer = await server.ask("POST", "/api/v1/sessions", {"user": "ana", "password": "x"}, headers=elsewhere)
        codes.append(answer.code)
    assert codes == [401] * 50 + [429]
    elsewhere = {"X-Forwarded-For": "198.51.100.99"}
    other = await server.ask("POST", "/api/v1/sessions", {"user": "rui", "password": "rui's word"}, headers=elsewhere)
    assert other.code == 201


@pytest_twisted.ensureDeferred
async def test_attempts_at_the_same_time_count_as_well(server):
    server.accounts.hold = True
    asked = [done(server.ask("POST", "/api/v1/sessions", {"user": "ana", "password": str(i)})) for i in range(8)]
    while len(server.accounts.held) < 5 or sum(one.called for one in asked) < 3:
        await server.ask("GET", "/healthz")
    for answer in server.accounts.held:
        answer.callback(False)
    codes = sorted([(await one).code for one in asked])
    assert codes == [401] * 5 + [429] * 3


# ---- the present ----


@pytest_twisted.ensureDeferred
async def test_status_shows_everything_to_a_supervisor_and_own_calls_to_an_agent(server):
    server.switchboard.put_call(a_call("c1", state="talking", agent="ana", position=None, answered_at=1_790_000_000.0))
    server.switchboard.put_call(a_call("c2"))
    server.switchboard.set_queue("service", waiting=1, longest_since=1_789_999_990.5, ready=1)
    server.switchboard.set_agent("rui", presence="ready", reachable=False, fault="phone-not-registered")
    status = (await server.ask("GET", "/api/v1/status", token=await server.log_in("sofia"))).json_body
    assert status["at"] == "2026-09-21T14:13:20.000Z"
    assert [agent["id"] for agent in status["agents"]] == ["ana", "rui", "sofia", "admin"]
    assert status["queues"][0]["longest_since"] == "2026-09-21T14:13:10.500Z"
    assert [call["call_id"] for call in status["calls"]] == ["c1", "c2"]
    assert status["calls"][0]["from"] == "+351210000001"
    totals = status["totals"]
    assert (totals["waiting"], totals["agents_logged_in"], totals["agents_unreachable"]) == (1, 1, 1)
    mine = (await server.ask("GET", "/api/v1/status", token=await server.log_in("ana"))).json_body
    assert [call["call_id"] for call in mine["calls"]] == ["c1"]
    server.switchboard.set_call("c2", state="offered", ringing=["rui", "ana"])
    mine = (await server.ask("GET", "/api/v1/status", token=await server.log_in("ana"))).json_body
    assert [(call["call_id"], call["ringing"]) for call in mine["calls"]] == [("c1", []), ("c2", ["rui", "ana"])]


@pytest_twisted.ensureDeferred
async def test_presence_is_told_to_the_rules_in_the_name_of_who_asked(server):
    path = "/api/v1/agents/ana/presence"
    chosen = {"presence": "not-ready", "reason": "lunch"}
    answer = await server.ask("PUT", path, chosen, token=await server.log_in("ana"))
    assert (answer.code, answer.json_body["id"]) == (200, "ana")
    await server.ask("PUT", path, {"presence": "ready"}, token=await server.log_in("sofia"))
    assert server.switchboard.told == [
        AgentAsked("ana", "ana", desk.SetPresence(presence="not-ready", reason="lunch")),
        AgentAsked("ana", "sofia", desk.SetPresence(presence="ready")),
    ]


@pytest_twisted.ensureDeferred
async def test_presence_has_its_limits(server):
    token = await server.log_in("ana")
    other = await server.ask("PUT", "/api/v1/agents/rui/presence", {"presence": "ready"}, token=token)
    assert (other.code, problem(other)) == (403, "not-allowed")
    unknown = await server.ask(
        "PUT", "/api/v1/agents/x/presence", {"presence": "ready"}, token=await server.log_in("sofia")
    )
    assert (unknown.code, problem(unknown)) == (404, "not-found")
    wrong = await server.ask("PUT", "/api/v1/agents/ana/presence", {"presence": "asleep"}, token=token)
    assert (wrong.code, problem(wrong)) == (400, "body-invalid")
    assert "$.presence" in wrong.json_body["detail"]
    server.switchboard.refusal = RequestRefused("reason-unknown", "There is no reason nap.")
    refused = await server.ask("PUT", "/api/v1/agents/ana/presence", {"presence": "ready"}, token=token)
    assert (refused.code, problem(refused), refused.json_body["detail"]) == (
        409,
        "reason-unknown",
        "There is no reason nap.",
    )


# ---- records ----


@pytest_twisted.ensureDeferred
async def test_calls_are_paged_from_the_newest(server):
    server.records.records = [
        {"call_id": f"c{i}", "agent": None, "conversations": [], "ended_at": None if i == 5 else "t"} for i in range(6)
    ]
    token = await server.log_in("sofia")

    async def calls(query: str) -> tuple[list[str], str | None]:
        answer = await server.ask("GET", f"/api/v1/calls{query}", token=token)
        assert answer.code == 200, answer.raw
        return [record["call_id"] for record in answer.json_body], header(answer, "link")

    assert await calls("") == (["c0", "c1", "c2", "c3", "c4", "c5"], None)
    assert await calls("?limit=2") == (["c4", "c5"], '</api/v1/calls?limit=2&before=c4>; rel="prev"')
    assert await calls("?limit=2&before=c4") == (["c2", "c3"], '</api/v1/calls?limit=2&before=c2>; rel="prev"')
    assert await calls("?limit=2&before=c2") == (["c0", "c1"], None)
    assert await calls("?live=true") == (["c5"], None)
    for query in ("?limit=0", "?limit=x", "?limit=10001", "?live=maybe", "?limit=1&limit=2", "?before=nope"):
        wrong = await server.ask("GET", f"/api/v1/calls{query}", token=token)
        assert (wrong.code, problem(wrong)) == (400, "parameter-invalid"), query


@pytest_twisted.ensureDeferred
async def test_agents_see_only_their_own_records(server):
    server.records.records = [
        {"call_id": "c1", "agent": "ana", "conversations": [], "ended_at": "t"},
        {"call_id": "c2", "agent": "rui", "conversations": [{"agent": "rui"}], "ended_at": "t"},
        {"call_id": "c4", "agent": "rui", "conversations": [{"agent": "ana"}, {"agent": "rui"}], "ended_at": "t"},
        {"call_id": "c5", "agent": None, "conversations": [{"agent": "ana"}], "ended_at": None},
    ]
    token = await server.log_in("ana")
    assert [r["call_id"] for r in (await server.ask("GET", "/api/v1/calls", token=token)).json_body] == [
        "c1",
        "c4",
        "c5",
    ]
    for passed_on in ("c4", "c5"):
        assert (await server.ask("GET", f"/api/v1/calls/{passed_on}", token=token)).code == 200
    assert (await server.ask("GET", "/api/v1/calls/c1", token=token)).json_body["agent"] == "ana"
    assert (await server.ask("GET", "/api/v1/calls?before=c4", token=token)).json_body[-1]["call_id"] == "c1"
    for before in ("c2", "c3"):
        wrong = await server.ask("GET", f"/api/v1/calls?before={before}", token=token)
        assert (wrong.code, problem(wrong)) == (400, "parameter-invalid"), before
    hidden = await server.ask("GET", "/api/v1/calls/c2", token=token)
    missing = await server.ask("GET", "/api/v1/calls/c3", token=token)
    assert hidden.raw == missing.raw
    assert problem(hidden) == "not-found"
    assert (await server.ask("GET", "/api/v1/calls/c2", token=await server.log_in("sofia"))).code == 200


# ---- the server itself ----


@pytest_twisted.ensureDeferred
async def test_health_and_readiness_need_no_log_in(server):
    assert (await server.ask("GET", "/healthz")).json_body == {"alive": True}
    ready = await server.ask("GET", "/readyz")
    assert (ready.code, ready.json_body) == (200, {"ready": True, "conditions": {"ledger": True, "cards": True}})
    server.conditions["cards"] = False
    waiting = await server.ask("GET", "/readyz")
    assert (waiting.code, waiting.json_body) == (503, {"ready": False, "conditions": {"ledger": True, "cards": False}})


@pytest_twisted.ensureDeferred
async def test_metrics_are_for_this_machine_and_for_administrators(server):
    server.switchboard.set_queue("service", waiting=3, longest_since=1_789_999_990.0)
    text = (await server.ask("GET", "/metrics")).raw.decode()
    assert 'caruso_queue_waiting{queue="service"} 3.0' in text
    assert 'caruso_queue_longest_wait_seconds{queue="service"} 10.0' in text
    assert 'caruso_agents{presence="logged-out",reachable="true",work_state="idle"} 4.0' in text
    assert "caruso_test_calls_total 41.0" in text
    assert "process_resident_memory_bytes" in text
    through_a_proxy = {"X-Forwarded-For": "198.51.100.7"}
    under_another_name = {"Host": "metrics.example.com"}
    for headers in (through_a_proxy, under_another_name):
        assert (await server.ask("GET", "/metrics", headers=headers)).code == 401
    agent = await server.ask("GET", "/metrics", token=await server.log_in("sofia"), headers=through_a_proxy)
    assert (agent.code, problem(agent)) == (403, "not-allowed")
    admin = await server.ask("GET", "/metrics", token=await server.log_in("admin"), headers=through_a_proxy)
    assert admin.code == 200


@pytest_twisted.ensureDeferred
async def test_openapi_tells_of_every_endpoint_and_has_no_dangling_reference(server):
    answer = await server.ask("GET", "/openapi.json")
    document = answer.json_body
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]["/api/v1/sessions"]) == {"post", "delete"}
    assert document["paths"]["/api/v1/agents/{agent}/presence"]["put"]["parameters"][0]["name"] == "agent"
    record = document["components"]["schemas"]["CallRecord"]
    assert {"call_id", "from", "wait_seconds", "offers"} <= set(record["required"])
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert reference in document["components"]["schemas"]


@pytest_twisted.ensureDeferred
async def test_openapi_tells_of_every_answer_that_is_no_problem(server):
    """A report that goes on being made, figures as CSV, a server that takes no calls yet: each with its own shape."""
    paths = (await server.ask("GET", "/openapi.json")).json_body["paths"]

    def told(path: str, method: str, status: str) -> dict[str, object]:
        return {kind: shape["schema"] for kind, shape in paths[path][method]["responses"][status]["content"].items()}

    reference = "#/components/schemas/{}".format
    assert told("/readyz", "get", "503") == {"application/json": {"$ref": reference("Readiness")}}
    assert told("/api/v1/reports/{name}", "get", "202") == {"application/json": {"$ref": reference("Folding")}}
    assert set(told("/api/v1/reports/{name}", "get", "200")) == {
        "application/json", "text/csv", "text/html", "text/plain"
    }  # fmt: skip
    assert set(told("/api/v1/scripts/{script}", "get", "200")) == {"application/json", "text/csv"}
    assert "`origin-refused`" in paths["/api/v1/calls/{call}/supervision"]["delete"]["responses"]["403"]["description"]
    server.conditions["cards"] = False
    assert (await server.ask("GET", "/readyz")).code == 503


@pytest_twisted.ensureDeferred
async def test_a_service_that_is_away_is_told_as_such(server):
    def away(*_):
        raise ConnectionError("the database is away")

    server.records.one = away
    answer = await server.ask("GET", "/api/v1/calls/c1", token=await server.log_in("sofia"))
    assert (answer.code, problem(answer)) == (503, "service-away")


@pytest_twisted.ensureDeferred
async def test_a_fault_tells_nothing_of_its_inside(server):
    def broken(*_):
        raise KeyError("secret")

    server.records.one = broken
    answer = await server.ask("GET", "/api/v1/calls/c1", token=await server.log_in("sofia"))
    assert (answer.code, problem(answer)) == (500, "internal-error")
    assert b"secret" not in answer.raw
