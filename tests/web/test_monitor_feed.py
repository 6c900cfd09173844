"""The status page and its feed."""

import re

import pytest
import pytest_twisted
from twisted.internet.defer import TimeoutError as NothingCame

from server.call.facts import CallQueued, PresenceChosen
from server.web.monitor.feed import MOST_VIEWERS
from server.wire import api
from tests.fakes.web_server import WebServer, done, header
from tests.fakes.web_sockets import SocketRefused, open_socket

PROTOCOLS = [api.FEED_SUBPROTOCOL]
QUEUED = CallQueued(call="c1", queue="service", priority=0, joined_mono=1, joined_at=1)


@pytest.fixture
def server():
    made = WebServer()
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def watch(server: WebServer, user: str = "sofia"):
    token = await server.log_in(user)
    return await open_socket(server.address, "/monitor/feed", PROTOCOLS, headers={"Authorization": f"Bearer {token}"})


@pytest_twisted.ensureDeferred
async def test_the_feed_is_for_supervisors_who_are_logged_in(server):
    with pytest.raises(SocketRefused, match="401"):
        await open_socket(server.address, "/monitor/feed", PROTOCOLS)
    with pytest.raises(SocketRefused, match="403"):
        await watch(server, "ana")
    await (await watch(server, "admin")).close()


@pytest_twisted.ensureDeferred
async def test_the_page_feeds_by_its_cookie_from_its_own_origin_only(server):
    body = {"user": "sofia", "password": "sofia's word", "cookie": True}
    cookie = header(await server.ask("POST", "/api/v1/sessions", body), "set-cookie").split(";")[0]
    own = f"http://{server.address}"
    feed = await open_socket(server.address, "/monitor/feed", PROTOCOLS, own, {"Cookie": cookie})
    assert (await feed.next())["status"]["totals"]["waiting"] == 0
    await feed.close()
    with pytest.raises(SocketRefused, match="403"):
        await open_socket(server.address, "/monitor/feed", PROTOCOLS, "https://evil.example", {"Cookie": cookie})


@pytest_twisted.ensureDeferred
async def test_the_feed_tells_everything_at_once_and_then_what_changes(server):
    feed = await watch(server)
    first = await feed.next()
    assert first["t"] == "status"
    assert [agent["id"] for agent in first["status"]["agents"]] == ["ana", "rui", "sofia", "admin"]
    server.switchboard.set_queue("service", waiting=1, longest_since=1_790_000_000.0)
    server.switchboard.commit(QUEUED)
    assert (await feed.next())["status"]["queues"][0]["waiting"] == 1
    await feed.close()
    assert server.web._feed.viewers == 0


@pytest_twisted.ensureDeferred
async def test_a_flood_of_facts_becomes_few_messages(server):
    feed = await watch(server)
    await feed.next()
    for presence in ("ready", "not-ready") * 500:
        server.switchboard.commit(PresenceChosen(agent="ana", presence=presence))
    await feed.next()
    with pytest.raises(NothingCame):
        await feed.messages.get().addTimeout(0.4, server.gateway.reactor)
    await feed.close()


@pytest_twisted.ensureDeferred
async def test_a_feed_only_tells(server):
    feed = await watch(server)
    feed.say(t="hello")
    assert await feed.ended() == 1008


@pytest_twisted.ensureDeferred
async def test_feeds_end_with_the_server_and_with_the_session(server):
    feed = await watch(server)
    await server.ask("DELETE", "/api/v1/sessions", token="token-1")
    server.web._feed._check_sessions()  # what the timer does each minute
    assert await feed.ended() == 4401
    feed = await watch(server)
    server.web._feed.stop()
    assert await feed.ended() == 1001


@pytest_twisted.ensureDeferred
async def test_there_is_a_limit_of_open_pages(server, monkeypatch):
    monkeypatch.setattr("server.web.monitor.feed.MOST_VIEWERS", 1)
    assert MOST_VIEWERS > 10
    feed = await watch(server)
    with pytest.raises(SocketRefused, match="503"):
        await watch(server)
    await feed.close()


@pytest_twisted.ensureDeferred
async def test_the_page_loads_nothing_from_elsewhere_and_has_no_inline_code(server):
    root = await server.ask("GET", "/")
    assert (root.code, header(root, "location")) == (303, "/monitor")
    page = await server.ask("GET", "/monitor")
    html = page.raw.decode()
    assert '<html lang="en">' in html
    policy = header(page, "content-security-policy")
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    sources = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert len(sources) == 3
    for source in sources:
        part = await server.ask("GET", source)
        assert part.code == 200
        assert "http://" not in part.raw.decode()
        assert "https://" not in part.raw.decode()
    assert not re.search(r"<script[^>]*>[^<]", html)
    assert not re.search(r"\son\w+=", html)
    assert " style=" not in html
    assert (await server.ask("GET", "/monitor/static/page.html")).code == 404


def test_the_page_has_every_word_in_both_languages():
    from importlib import resources

    folder = resources.files("server.web.monitor") / "static"
    words = (folder / "words.js").read_text("utf-8")
    english, portuguese = words.split("pt: {")
    keys = [set(re.findall(r'(?:"([\w-]+)"|(\b\w+)): "', part)) for part in (english, portuguese)]
    assert keys[0] == keys[1]
    known = {a or b for a, b in keys[0]}
    page = (folder / "page.html").read_text("utf-8")
    assert set(re.findall(r'data-word="(\w+)"', page)) <= known
    script = (folder / "monitor.js").read_text("utf-8")
    assert set(re.findall(r"words\.(\w+)", script)) <= known
