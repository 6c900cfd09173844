"""Who may do what, and what hostile requests get."""

import pytest
import pytest_twisted
from structlog.testing import capture_logs
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import Protocol
from twisted.logger import globalLogPublisher

from server.config.site import SiteFile, Web
from server.web.access import ROLES, Role
from server.web.channel import MOST_DISCARDED_OCTETS
from server.web.endpoints import ENDPOINTS, Endpoint
from server.web.routes import Routes
from server.wire import api
from tests.fakes.web_server import WebServer, done, header
from tests.fakes.web_sockets import SocketRefused, open_socket


@pytest.fixture
def server():
    made = WebServer()
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


class Raw(Protocol):
    """Sends octets, collects what comes back until the end."""

    def __init__(self) -> None:
        self.received = b""
        self.over: Deferred[bytes] = Deferred()

    def dataReceived(self, data: bytes) -> None:
        self.received += data

    def connectionLost(self, reason: object) -> None:
        self.over.callback(self.received)


async def raw(server: WebServer, *parts: bytes) -> bytes:
    """What the server answers to these octets."""
    host, port = server.address.split(":")
    connection = await connectProtocol(TCP4ClientEndpoint(reactor, host, int(port)), Raw())
    for part in parts:
        connection.transport.write(part)
    return await connection.over.addTimeout(60, reactor)


# ---- roles ----

USERS = {Role.AGENT: "ana", Role.SUPERVISOR: "sofia", Role.ADMINISTRATOR: "admin"}
GUARDED = [endpoint for endpoint in ENDPOINTS if endpoint.role is not Role.ANYONE]
REMOTE = {"X-Forwarded-For": "198.51.100.7"}


def concrete(endpoint: Endpoint) -> str:
    return endpoint.path.replace("<agent>", "ana").replace("<call>", "c1").replace("<name>", "x")


def test_every_route_is_in_the_table_and_only_these_are_open_to_anyone(server):
    class AllWork:
        def __getattr__(self, name: str) -> object:
            return lambda: None

    routed = Routes(ENDPOINTS, [AllWork()], None, None).rules()  # type: ignore[arg-type]
    assert sorted(routed) == sorted((endpoint.method, endpoint.path) for endpoint in ENDPOINTS)
    open_ones = {(e.method, e.path) for e in ENDPOINTS if e.role is Role.ANYONE}
    assert open_ones == {
        ("POST", "/api/v1/sessions"),
        ("GET", "/openapi.json"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/"),
        ("GET", "/monitor"),
        ("GET", "/monitor/static/<name>"),
        ("GET", "/reports"),
        ("GET", "/reports/static/<name>"),
        ("GET", "/scripts"),
        ("GET", "/scripts/<script>"),
        ("GET", "/scripts/static/<name>"),
        ("GET", "/dialogs"),
        ("GET", "/dialogs/<dialog>"),
        ("POST", "/dialogs/<dialog>"),
        ("GET", "/dialogs/<dialog>/s/<token>"),
        ("POST", "/dialogs/<dialog>/s/<token>"),
        ("GET", "/dialogs/<dialog>/l/<token>"),
        ("POST", "/dialogs/<dialog>/l/<token>"),
        ("GET", "/dialogs/<dialog>/p/<token>"),
        ("POST", "/dialogs/<dialog>/p/<token>"),
        ("GET", "/dialogs/static/<name>"),
    }


def test_work_that_nobody_does_is_noticed_at_the_start():
    with pytest.raises(LookupError, match="nobody does"):
        Routes(ENDPOINTS, [object()], None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("endpoint", GUARDED, ids=lambda endpoint: endpoint.does)
@pytest_twisted.ensureDeferred
async def test_guarded_endpoints_refuse_who_is_not_logged_in_or_not_high_enough(server, endpoint):
    anonymous = await server.ask(endpoint.method, concrete(endpoint), headers=REMOTE)
    assert anonymous.code == 401
    assert header(anonymous, "www-authenticate") == "Bearer"
    forged = await server.ask(endpoint.method, concrete(endpoint), headers=REMOTE, token="x" * 5000)
    assert forged.code == 401
    for role in ROLES.values():
        answer = await server.ask(
            endpoint.method, concrete(endpoint), headers=REMOTE, token=await server.log_in(USERS[role])
        )
        assert (answer.code == 403) is (role < endpoint.role), role
        assert answer.code != 401


@pytest_twisted.ensureDeferred
async def test_the_role_is_the_sites_of_now_not_of_the_log_in(server):
    token = await server.log_in("admin")
    server.switchboard.set_agent("admin", role="agent")
    assert (await server.ask("GET", "/metrics", token=token, headers=REMOTE)).code == 403


# ---- browsers ----


@pytest_twisted.ensureDeferred
async def test_every_answer_has_the_security_headers_and_names_no_server(server):
    for path in ("/healthz", "/nowhere", "/api/v1/status", "/monitor", "/monitor/static/monitor.js", "/desk"):
        answer = await server.ask("GET", path)
        assert header(answer, "server") is None
        assert header(answer, "x-content-type-options") == "nosniff"
        assert header(answer, "x-frame-options") == "DENY"
        assert "default-src 'none'" in header(answer, "content-security-policy")
        assert header(answer, "strict-transport-security") is None


@pytest_twisted.ensureDeferred
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server):
    body = {"user": "sofia", "password": "sofia's word", "cookie": True}
    answer = await server.ask("POST", "/api/v1/sessions", body, headers={"Origin": f"http://{server.address}"})
    assert answer.json_body["token"] == ""
    cookie = header(answer, "set-cookie")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    sent = {"Cookie": cookie.split(";")[0]}
    assert (await server.ask("GET", "/api/v1/status", headers=sent)).code == 200

    async def choose(headers: dict[str, str]) -> int:
        path = "/api/v1/agents/ana/presence"
        return (await server.ask("PUT", path, {"presence": "ready"}, headers={**sent, **headers})).code

    assert await choose({}) == 403
    assert await choose({"Origin": "https://evil.example"}) == 403
    assert await choose({"Origin": "null"}) == 403
    assert await choose({"Referer": "https://evil.example/monitor"}) == 403
    assert await choose({"Origin": f"http://{server.address}"}) == 200
    assert await choose({"Referer": f"http://{server.address}/monitor"}) == 200
    out = await server.ask("DELETE", "/api/v1/sessions", headers={**sent, "Origin": f"http://{server.address}"})
    assert "Max-Age=0" in header(out, "set-cookie")
    assert (await server.ask("GET", "/api/v1/status", headers=sent)).code == 401


@pytest_twisted.ensureDeferred
async def test_pages_of_other_sites_cannot_log_anybody_in(server):
    body = {"user": "ana", "password": "ana's word"}
    answer = await server.ask("POST", "/api/v1/sessions", body, headers={"Origin": "https://evil.example"})
    assert (answer.code, answer.json_body["type"]) == (403, "urn:caruso:problem:origin-refused")
    assert server.accounts.verified == []


@pytest_twisted.ensureDeferred
async def test_web_sockets_are_opened_by_our_pages_and_by_programs_only(server):
    for origin in ("https://evil.example", "null", f"https://{server.address}", "http://127.0.0.1:1"):
        with pytest.raises(SocketRefused, match="403"):
            await open_socket(server.address, "/desk", ["caruso.v1.json"], origin)
    for origin in (None, f"http://{server.address}"):
        await (await open_socket(server.address, "/desk", ["caruso.v1.json"], origin)).close()


@pytest_twisted.ensureDeferred
async def test_a_public_address_decides_what_our_pages_are():
    server = WebServer(SiteFile(web=Web(listen="127.0.0.1:0", public_url="https://calls.example.com/")))
    server.start()
    try:
        with pytest.raises(SocketRefused, match="403"):
            await open_socket(server.address, "/desk", ["caruso.v1.json"], f"http://{server.address}")
        await (await open_socket(server.address, "/desk", ["caruso.v1.json"], "https://calls.example.com")).close()
        body = {"user": "ana", "password": "ana's word", "cookie": True}
        answer = await server.ask("POST", "/api/v1/sessions", body)
        assert answer.json_body["desk_url"] == "wss://calls.example.com/desk"
        assert "Secure" in header(answer, "set-cookie")
        assert header(answer, "strict-transport-security") == "max-age=31536000"
    finally:
        await server.stop()


@pytest_twisted.ensureDeferred
async def test_what_is_no_upgrade_is_told_so(server):
    request = b"GET /desk?redirect=https://evil.example HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    head = (await raw(server, request)).partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 426")
    assert b"upgrade: websocket" in head
    assert b"\r\nlocation:" not in head
    assert (await server.ask("GET", "/monitor/feed")).code == 401
    assert (await server.ask("GET", "/monitor/feed", token=await server.log_in("ana"))).code == 403
    assert (await server.ask("GET", "/monitor/feed", token=await server.log_in("sofia"))).code == 426


# ---- bodies and addresses ----


@pytest_twisted.ensureDeferred
async def test_only_json_is_read(server):
    answer = await server.ask("POST", "/api/v1/sessions", data=b"user=ana", headers={"Content-Type": "text/plain"})
    assert answer.code == 415
    for body in (b"", b"{", b"[]", b'{"user": 1}', b'{"user": "a", "password": "b", "c": 1}', b'"\xff"'):
        headers = {"Content-Type": "application/json; charset=utf-8"}
        answer = await server.ask("POST", "/api/v1/sessions", data=body, headers=headers)
        assert answer.code == 400, body
    long = await server.ask("POST", "/api/v1/sessions", {"user": "a" * 201, "password": "x"})
    assert long.code == 400
    assert server.accounts.verified == []


@pytest_twisted.ensureDeferred
async def test_bodies_have_their_limit_with_a_length_and_in_chunks(server):
    fits = b'{"user": "ana", "password": "x"}'.ljust(api.MAX_BODY_OCTETS)
    json_headers = {"Content-Type": "application/json"}
    assert (await server.ask("POST", "/api/v1/sessions", data=fits, headers=json_headers)).code == 401
    answer = await server.ask("POST", "/api/v1/sessions", data=fits + b" ", headers=json_headers)
    assert (answer.code, answer.json_body["type"]) == (413, "urn:caruso:problem:body-too-long")
    head = b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (50_000, b"x" * 50_000)
    assert (await raw(server, head, chunk, chunk, b"0\r\n\r\n")).startswith(b"HTTP/1.1 413")
    endless = [chunk] * (MOST_DISCARDED_OCTETS // 50_000 + 2)
    assert (await raw(server, head, *endless)).startswith(b"HTTP/1.1 413")


@pytest_twisted.ensureDeferred
@pytest.mark.parametrize("method", [b"OPTIONS", b"GET", b"HEAD", b"PATCH", b"TRACE"])
@pytest.mark.parametrize("target", [b"*", b"/nowhere", b"http://x/", b"x:443"])
async def test_no_answer_says_what_the_server_is_made_of(server, method, target):
    answer = await raw(server, b"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % (method, target))
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nx-content-type-options: nosniff" in head
    assert b"server:" not in head
    assert not any(word in answer.lower() for word in (b"twisted", b"klein", b"werkzeug", b"autobahn"))


@pytest_twisted.ensureDeferred
async def test_unknown_addresses_and_methods_are_problems(server):
    nowhere = await server.ask("GET", "/nowhere")
    assert (nowhere.code, nowhere.json_body["type"]) == (404, "urn:caruso:problem:not-found")
    typed = await server.ask("GET", "/monitor/?wall=1")
    assert (typed.code, header(typed, "location")) == (308, "/monitor?wall=1")
    assert (await server.ask("GET", "//evil.example/")).code == 404, "a way out to another site"
    assert (await server.ask("GET", "/\\evil.example/")).code == 404, "a way out to another site"
    assert (await server.ask("POST", "/api/v1/sessions/", json={})).code == 404
    wrong = await server.ask("PATCH", "/api/v1/sessions")
    assert (wrong.code, header(wrong, "allow")) == (405, "DELETE, POST")
    assert (await server.ask("GET", "//evil.example/%2e%2e")).code == 404
    assert (await server.ask("GET", "/monitor/static/../page.html")).code == 404
    assert (await server.ask("HEAD", "/healthz")).code == 200
    assert (await server.ask("GET", "/api/v1/calls/%ff%fe", token=await server.log_in("sofia"))).code in (400, 404)


@pytest.mark.parametrize(
    ("path", "host"),
    [(b"/%ff", b"x"), (b"/api/v1/calls/%c3%28", b"x"), (b"/x", b"\xff"), (b"/x", b"x" * 70), (b"/x", b"a..b")],
)
@pytest_twisted.ensureDeferred
async def test_addresses_that_are_no_text_are_problems_and_nothing_in_the_log(server, path, host):
    faults: list[dict[str, object]] = []
    globalLogPublisher.addObserver(keep := lambda event: faults.append(event) if event.get("isError") else None)
    try:
        with capture_logs() as logged:
            answer = await raw(server, b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (path, host))
    finally:
        globalLogPublisher.removeObserver(keep)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer
    assert b"urn:caruso:problem:parameter-invalid" in answer
    assert (faults, logged) == ([], [])


@pytest_twisted.ensureDeferred
async def test_broken_http_ends_the_connection_and_not_the_server(server):
    for request in (
        b"\x16\x03\x01\x02\x00\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X" * 20_000 + b"\r\n\r\n",
    ):
        assert b"Traceback" not in await raw(server, request)
    assert (await server.ask("GET", "/healthz")).code == 200
