"""The status page and its feed."""

import re
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet.defer import TimeoutError as NothingCame

from server.call.facts import CallQueued, PresenceChosen
from server.call.states import WorkState
from server.services.registry import State
from server.web import monitor
from server.web.monitor.feed import MOST_VIEWERS
from server.wire import desk, monitor as wire
from tests.fakes.switchboard import a_call
from tests.fakes.web_server import WebServer, done, header
from tests.fakes.web_sockets import SocketRefused, open_socket

STATIC = Path(monitor.__file__).parent / "static"
PROTOCOLS = [wire.SUBPROTOCOL]
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
    assert (await feed.next())["totals"]["waiting"] == 0
    await feed.close()
    with pytest.raises(SocketRefused, match="403"):
        await open_socket(server.address, "/monitor/feed", PROTOCOLS, "https://evil.example", {"Cookie": cookie})


@pytest_twisted.ensureDeferred
async def test_the_feed_tells_everything_at_once_and_then_numbered_changes(server):
    feed = await watch(server)
    first = await feed.next()
    assert (first["t"], first["viewer"]["id"], first["site"]) == ("snapshot", "sofia", "Caruso")
    assert [agent["id"] for agent in first["agents"]] == ["ana", "rui", "sofia", "admin"]
    assert first["reasons"] == [{"id": "break", "name": "Break"}]
    assert first["thresholds"]["service"]["waiting"] == {"amber": 3, "red": 6}
    assert len(first["trend"]) == 1
    server.switchboard.set_queue("service", waiting=1, longest_since=server.clock.wall - 70)
    server.switchboard.put_call(a_call("c1", joined_at=server.clock.wall - 70))
    server.switchboard.commit(QUEUED)
    changed = await feed.next("changed")
    assert changed["number"] == first["number"] + 1
    assert changed["queues"][0]["levels"]["longest_seconds"] == "watch"
    assert (changed["waiting"][0]["id"], changed["waiting"][0]["why"]) == ("c1", "nobody-logged-in")
    assert "agents" not in changed
    server.switchboard.set_queue("service", waiting=0, longest_since=None)
    server.switchboard.drop_call("c1")
    server.switchboard.commit(QUEUED)
    changed = await feed.next("changed")
    assert (changed["number"], changed["gone"]) == (first["number"] + 2, ["c1"])
    await feed.close()
    assert server.web._monitor.feed.viewers == 0


@pytest_twisted.ensureDeferred
async def test_a_feed_with_nothing_new_beats(server):
    feed = await watch(server)
    number = (await feed.next("snapshot"))["number"]
    beat = await feed.next()
    assert (beat["t"], beat["number"]) == ("beat", number)
    await feed.close()


@pytest_twisted.ensureDeferred
async def test_all_pages_stand_at_the_same_number(server):
    one = await watch(server)
    await one.next("snapshot")
    server.switchboard.set_agent("ana", presence="ready")
    other = await watch(server)
    snapshot = await other.next("snapshot")
    assert (await one.next("changed"))["number"] == snapshot["number"]
    server.switchboard.set_agent("rui", presence="ready")
    server.switchboard.commit(PresenceChosen(agent="rui", presence="ready"))
    changes = [await feed.next("changed") for feed in (one, other)]
    assert changes[0] == changes[1]
    assert changes[0]["number"] == snapshot["number"] + 1
    for feed in (one, other):
        await feed.close()


@pytest_twisted.ensureDeferred
async def test_services_and_customers_names_come_when_they_are_known(server):
    feed = await watch(server)
    await feed.next("snapshot")
    server.services[0] = desk.ServiceView(interface="acd", version="1", instance="core", rank=0, state="draining")
    for changed in server.service_watchers:
        changed()
    assert (await feed.next("changed"))["services"][0]["state"] == "draining"
    server.customers.cards["k7"] = desk.Customer(id="k7", name="Maria Silva")
    server.switchboard.put_call(a_call("c1", customer="k7"))
    server.switchboard.commit(QUEUED)
    names = []
    while names[-1:] != ["Maria Silva"]:
        names += [call.get("customer", "") for call in (await feed.next("changed"))["waiting"]]
    assert server.customers.asked.count(("get", "k7")) == 1
    await feed.close()


async def _after_beats(server, feed):
    """What comes soon that is no beat."""
    while (message := await feed.messages.get().addTimeout(0.4, server.gateway.reactor))["t"] == "beat":
        pass
    return message


@pytest_twisted.ensureDeferred
async def test_a_flood_of_facts_becomes_few_messages(server):
    feed = await watch(server)
    await feed.next()
    for presence in ("ready", "not-ready") * 500:
        server.switchboard.set_agent("ana", presence=presence)
        server.switchboard.commit(PresenceChosen(agent="ana", presence=presence))
    await feed.next("changed")
    with pytest.raises(NothingCame):
        await _after_beats(server, feed)
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
    server.web._monitor.feed._check_sessions()  # what the timer does each minute
    assert await feed.ended() == 4401
    feed = await watch(server)
    server.web._monitor.feed.stop()
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
    sources = re.findall(r'(?:src|href)="(/monitor/static/[^"]*)"', html)
    names = {source.rpartition("/")[2] for source in sources}
    assert {"monitor.js", "monitor.css", "uPlot.min.css"} <= names
    seen: set[str] = set()
    while names:
        name = names.pop()
        seen.add(name)
        part = await server.ask("GET", f"/monitor/static/{name}")
        assert part.code == 200, name
        text = part.raw.decode()
        if not name.startswith("uPlot"):
            assert "https://" not in text
            assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "eval(" not in text
        names |= set(re.findall(r'from "\./([\w.]+)"', text)) - seen
    assert {"feed.js", "uPlot.esm.js"} <= seen
    assert "MIT" in (await server.ask("GET", "/monitor/static/uPlot.LICENSE.txt")).raw.decode()
    assert not re.search(r"<script[^>]*>[^<]", html)
    assert not re.search(r"\son\w+=", html)
    assert " style=" not in html
    for hidden in ("page.html", "..%2Fpages.py", "vendor"):
        assert (await server.ask("GET", f"/monitor/static/{hidden}")).code == 404


def catalogue() -> dict[str, dict[str, str]]:
    words = (STATIC / "words.js").read_text("utf-8")
    english, portuguese = words.split("\n  pt: {")
    found = {}
    for language, part in (("en", english.split("\n  en: {")[1]), ("pt", portuguese.split("\n};")[0])):
        pairs = re.findall(r'(?:"([\w-]+)"|(\b\w+)):\s*"((?:[^"\\]|\\.)*)"', part)
        found[language] = {quoted or plain: text for quoted, plain, text in pairs}
    return found


def test_the_page_has_every_word_in_both_languages():
    words = catalogue()
    told_by_the_server = {word for word in words["pt"] if word.startswith("problem-")}  # in English
    assert words["en"].keys() == words["pt"].keys() - told_by_the_server
    for word, text in words["en"].items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", words["pt"][word])), word
    page = (STATIC / "page.html").read_text("utf-8")
    used = set(re.findall(r'data-(?:word|label|title)="(\w+)"', page))
    for script in STATIC.glob("*.js"):
        used |= set(re.findall(r'say\("([\w-]+)"', script.read_text("utf-8")))
    assert used <= words["en"].keys()
    states = [*WorkState, "ready", "not-ready", "logged-out", "unreachable"]
    assert {f"state-{state}" for state in states if state != "idle"} <= words["en"].keys()
    assert {f"service-{state}" for state in (*State, "suspect")} <= words["en"].keys()
