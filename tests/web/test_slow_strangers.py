"""Connections that are held open: drop by drop, in crowds, with bodies that never end."""

import json

import pytest
import pytest_twisted
from dialog_rig import a_server
from hypothesis import given, strategies as st
from test_body_doors import FORM, PAPERS, begun, connected, head
from twisted.internet import reactor
from twisted.internet.task import deferLater

from server.web.channel import BODY_SECONDS, HEAD_SECONDS, LEAST_OCTETS_PER_SECOND, LONG_BODY_SECONDS
from server.web.crowd import Crowd
from tests.fakes.web_server import WebServer, done
from tests.fakes.web_sockets import open_socket


@pytest.fixture
def server():
    made = WebServer()
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def read_by_server(server) -> None:
    """What was written has been read."""
    assert (await server.ask("GET", "/healthz")).code == 200
    await deferLater(reactor, 0.01)


@pytest.mark.parametrize(
    ("begin", "seconds"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", HEAD_SECONDS),
        (b"GET / HT", HEAD_SECONDS),
        (b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", BODY_SECONDS),
        (b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", BODY_SECONDS),
    ],
)
@pytest_twisted.ensureDeferred
async def test_who_sends_drop_by_drop_is_cut_off(server, begin, seconds):
    peer = await connected(server, begin)
    await read_by_server(server)
    server.clock.advance(seconds)
    peer.transport.write(b"1")
    await read_by_server(server)
    assert peer.received == b""
    server.clock.advance(1)
    peer.transport.write(b"1")
    await peer.over.addTimeout(60, reactor)
    assert peer.received.startswith(b"HTTP/1.1 408")


@pytest_twisted.ensureDeferred
async def test_a_connection_that_is_used_again_and_again_has_time_for_each_request(server):
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    peer = await connected(server)
    for number in range(1, 4):
        peer.transport.write(request)
        while peer.received.count(b'{"alive":true}') < number:
            await deferLater(reactor, 0.005)
        server.clock.advance(HEAD_SECONDS + 1)
    peer.transport.loseConnection()


@pytest.mark.parametrize("seconds", [31.0, LONG_BODY_SECONDS + 1])
@pytest_twisted.ensureDeferred
async def test_a_long_body_keeps_its_place_only_while_it_comes(tmp_path, seconds):
    server = a_server(tmp_path, PAPERS, dialogs=["papers"])
    server.start()
    visitor = await begun(server, "papers")
    long = b"Content-Length: 15000000\r\nExpect: 100-continue\r\n"
    peer = await connected(server, head(server, visitor.at, long + FORM))
    await peer.until(b"100 Continue")
    sent = int(seconds * LEAST_OCTETS_PER_SECOND) if seconds > LONG_BODY_SECONDS else 1000
    peer.transport.write(bytes(sent))
    while server.web._site.doors.open and not _all_read(server, sent):
        await deferLater(reactor, 0.005)
    server.clock.advance(seconds)
    peer.transport.write(b"1")
    await peer.over.addTimeout(60, reactor)
    assert b"408" in peer.received
    while server.web._site.doors.open:
        await deferLater(reactor, 0.005)
    await server.stop()


def _all_read(server, sent: int) -> bool:
    channels = list(server.web._site.crowd._here)
    return any(channel.requests and channel.requests[-1].received_octets >= sent for channel in channels)


@pytest_twisted.ensureDeferred
async def test_a_crowd_turns_out_who_only_stands_there_and_web_sockets_are_not_in_it(server):
    server.web._site.crowd = Crowd(3, 10)
    desk = await open_socket(server.address, "/desk", ["caruso.v1.json"])
    standing = [await connected(server) for _ in range(4)]
    await standing[0].over.addTimeout(60, reactor)
    assert (await server.ask("GET", "/healthz")).code == 200
    await standing[1].over.addTimeout(60, reactor)
    desk.say(t="hello", token=await server.log_in("ana"))
    await desk.next("welcome")
    await desk.close()
    for peer in standing[2:]:
        peer.transport.abortConnection()
    while len(server.web._site.crowd):
        await deferLater(reactor, 0.005)


class One:
    def __init__(self, is_busy: bool) -> None:
        self.is_busy, self.is_dropped = is_busy, False

    def drop(self) -> None:
        self.is_dropped = True


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", "127.0.0.1"]), st.booleans(), st.booleans()), max_size=60))
def test_a_crowd_never_grows_beyond_its_limits(comings):
    crowd = Crowd(6, 3)
    here: list[tuple[str, One]] = []
    for address, is_busy, one_goes in comings:
        one = One(is_busy)
        crowd.came(one, address)
        here.append((address, one))
        here = [(where, other) for where, other in here if not other.is_dropped]
        if one_goes and here:
            crowd.gone(here.pop(0)[1])
        assert len(crowd) == len(here) <= 6
        for network in "abc":
            assert sum(where == network for where, _ in here) <= 3


@pytest_twisted.ensureDeferred
async def test_what_is_nested_too_deeply_is_a_fault_of_the_sender(server):
    deep = '{"user": "a", "password": "b", "x": ' + "[" * 40_000
    headers = {"Content-Type": "application/json"}
    assert (await server.ask("POST", "/api/v1/sessions", data=deep.encode(), headers=headers)).code == 400
    socket = await open_socket(server.address, "/desk", ["caruso.v1.json"])
    socket.sendMessage(b'{"t":"hello","token":"x","y":' + b"[" * 50_000)
    assert await socket.ended() == 4409
    assert json.loads((await server.ask("GET", "/healthz")).raw) == {"alive": True}
