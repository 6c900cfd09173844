"""Long bodies: taken only where a live session asks for files, refused by their head everywhere else."""

import sys
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import Protocol
from twisted.internet.task import deferLater

sys.path.insert(0, str(Path(__file__).parent))
from dialog_rig import Visitor, _multipart, a_server
from test_dialog_uploads import PAPERS, PNG

from server.web.doors import MOST_AT_ONCE_OF_ONE, BodyDoor, BodyDoors
from tests.fakes.web_server import done

PLAIN = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="plain" version="1" xml:lang="en" channels="web desk" start="name">
 <title>Plain</title>
 <question id="name" name="name" type="text" length="2-40"><text>Name</text></question>
 <end id="done" outcome="success" disposition="done"><text>Thank you.</text></end>
</dialog>
"""
MEGABYTES = b"Content-Length: 15000000\r\n"
FORM = b"Content-Type: multipart/form-data; boundary=x\r\n"


class Peer(Protocol):
    """Sends octets when told to, keeps what comes."""

    def __init__(self) -> None:
        self.received = b""
        self.over: Deferred[None] = Deferred()

    def dataReceived(self, data: bytes) -> None:
        self.received += data

    def connectionLost(self, reason: object) -> None:
        self.over.callback(None)

    async def until(self, words: bytes) -> None:
        while words not in self.received:
            await deferLater(reactor, 0.005)


async def connected(server, head: bytes = b"") -> Peer:
    host, port = server.address.split(":")
    peer = await connectProtocol(TCP4ClientEndpoint(reactor, host, int(port)), Peer())
    peer.transport.write(head)
    return peer


def head(server, path: str, more: bytes = MEGABYTES + FORM) -> bytes:
    return b"POST %s HTTP/1.1\r\nHost: %s\r\n%s\r\n" % (path.encode(), server.address.encode(), more)


@pytest.fixture
def server(tmp_path):
    made = a_server(tmp_path, PAPERS, PLAIN, dialogs=["papers", "plain"])
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def begun(server, script):
    visitor = Visitor(server)
    await visitor.go(f"/dialogs/{script}")
    return await visitor.press("begin")


@pytest_twisted.ensureDeferred
async def test_a_long_body_is_refused_by_its_head_wherever_nobody_waits_for_it(server):
    plain = await begun(server, "plain")
    for path, status in (
        ("/nowhere", b"413"),
        ("/api/v1/sessions", b"413"),
        ("/desk", b"413"),
        ("/dialogs/papers", b"413"),
        ("/dialogs/papers/l/nobody", b"413"),
        ("/dialogs/papers/s/nobody", b"410"),
        (plain.at.replace("plain", "papers"), b"410"),
        (plain.at, b"303"),
    ):
        peer = await connected(server, head(server, path))  # not an octet of the body
        await peer.over.addTimeout(60, reactor)
        assert peer.received.startswith(b"HTTP/1.1 " + status), path
        assert b"connection: close" in peer.received.lower()
        assert b"nosniff" in peer.received


@pytest_twisted.ensureDeferred
async def test_a_session_that_asks_for_files_takes_them_up_to_its_limit(server, tmp_path):
    visitor = await begun(server, "papers")
    for more, words in (
        (b"Content-Length: 900000000\r\n" + FORM, b"413"),
        (MEGABYTES + FORM + b"Expect: 100-continue\r\n", b"100 Continue"),
        (b"Content-Length: 900000000\r\nExpect: 100-continue\r\n" + FORM, b"413"),
    ):
        peer = await connected(server, head(server, visitor.at, more))
        await peer.until(b"\r\n\r\n")
        assert peer.received.startswith(b"HTTP/1.1 " + words)
        peer.transport.loseConnection()
    await visitor.press("answer", q_picture=("a.png", PNG + bytes(4_000_000)), q_signed="Ana Reis", q_name="Ana")
    assert "Thank you." in visitor.text()
    (kept,) = tmp_path.rglob("uploads/*/*.png")
    assert kept.stat().st_size == len(PNG) + 4_000_000


@pytest_twisted.ensureDeferred
async def test_two_requests_on_one_connection_are_both_answered(server):
    visitor = await begun(server, "papers")
    fields = [
        ("form", visitor.value("form")),
        ("revision", visitor.value("revision")),
        ("q.name", "Ana"),
        ("q.signed", "Ana Reis"),
        ("do", "answer"),
    ]
    body = _multipart(fields, {"q.picture": ("a.png", PNG + bytes(100_000))}, "x")
    origin = f"Origin: http://{server.address}\r\nContent-Length: {len(body)}\r\n".encode()
    after = f"GET /healthz HTTP/1.1\r\nHost: {server.address}\r\nConnection: close\r\n\r\n".encode()
    peer = await connected(server, head(server, visitor.at, origin + FORM) + body + after)
    await peer.over.addTimeout(60, reactor)
    assert peer.received.count(b"HTTP/1.1 303") == 1
    assert peer.received.count(b"HTTP/1.1 200") == 1


@pytest_twisted.ensureDeferred
async def test_who_goes_on_sending_what_is_not_wanted_reads_why_and_is_cut_off(server):
    peer = await connected(server, head(server, "/nowhere"))
    for _ in range(40):
        peer.transport.write(bytes(100_000))
    await peer.until(b"413")
    await peer.over.addTimeout(60, reactor)
    chunk = b"%x\r\n%s\r\n" % (50_000, bytes(50_000))
    cut = await connected(server, head(server, "/nowhere", b"Transfer-Encoding: chunked\r\n" + FORM) + 2 * chunk)
    await cut.until(b"413")
    cut.transport.loseConnection()


@pytest_twisted.ensureDeferred
async def test_one_address_sends_few_long_bodies_at_a_time(server):
    visitor = await begun(server, "papers")
    doors = server.web._site.doors
    sent = head(server, visitor.at, MEGABYTES + FORM + b"Expect: 100-continue\r\n")
    peers = [await connected(server, sent) for _ in range(MOST_AT_ONCE_OF_ONE)]
    for peer in peers:
        await peer.until(b"100 Continue")
    one_more = await connected(server, sent)
    await one_more.over.addTimeout(60, reactor)
    assert one_more.received.startswith(b"HTTP/1.1 429")
    assert doors.open == MOST_AT_ONCE_OF_ONE
    for peer in peers:
        peer.transport.abortConnection()
    while doors.open:
        await deferLater(reactor, 0.005)
    again = await connected(server, sent)
    await again.until(b"100 Continue")
    again.transport.loseConnection()


def test_a_door_is_found_by_method_and_whole_path():
    async def admit(request: object, path: dict[str, str], length: int | None) -> int:
        return 0

    doors = BodyDoors([BodyDoor("POST", "/a/<one>/b/<two>", admit)])
    found = doors.find(b"POST", b"/a/x%20y/b/z")
    assert found is not None
    assert found[1] == {"one": "x y", "two": "z"}
    for method, path in (
        (b"GET", b"/a/x/b/z"),
        (b"POST", b"/a/x/b/z/"),
        (b"POST", b"/a/x/y/b/z"),
        (b"POST", b"/a//b/z"),
    ):
        assert doors.find(method, path) is None
