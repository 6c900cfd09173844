"""`wss://` with an authority of a company's own: whom it vouches for is spoken to, and nobody else gets the token."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_twisted
import trustme
from twisted.internet import reactor, ssl
from twisted.internet.protocol import Protocol, ServerFactory
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThread

from server.services.directory import Directory
from server.services.gate import ServiceGate
from server.services.grants import Grant, Grants

TOKEN = "t" * 32
PROGRAM = """
import logging, sys
from servicekit import Offer, Program

class Said(logging.Handler):
    def emit(self, record):
        print(record.levelname, record.getMessage(), file=sys.stderr)
        if record.levelno >= logging.WARNING:
            program._ending.set()

class Shop:
    def price(self, article: int) -> dict:
        return {"price": article}

logging.getLogger("servicekit").addHandler(Said())
for url, certificates in zip(sys.argv[2::2], sys.argv[3::2]):
    program = Program(url, sys.argv[1], [Offer("shop", "1.0", Shop())], certificates=certificates)
    program.run()
"""


class Plain(Protocol):
    """A server without TLS."""

    def dataReceived(self, data: bytes) -> None:
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


class Door:
    """A real gate behind TLS."""

    def __init__(self, certificate: trustme.LeafCert) -> None:
        self.directory = Directory(reactor, lambda: 0.0)
        grant = Grant(name="shop", token=TOKEN, interfaces=frozenset({"shop"}), timeout_seconds=5)
        self.gate = ServiceGate(reactor, self.directory, Grants([grant]), "1")
        pem = b"".join(blob.bytes() for blob in certificate.cert_chain_pems) + certificate.private_key_pem.bytes()
        options = ssl.PrivateCertificate.loadPEM(pem).options()
        self.port = reactor.listenSSL(0, self.gate.factory(), options, interface="127.0.0.1")

    def url(self, host: str = "localhost") -> str:
        return f"wss://{host}:{self.port.getHost().port}/services/v1"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def pem(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def said(*arguments: str) -> list[str]:
    """What programs say, one after the other, each until it has something to complain of."""
    command = [sys.executable, "-c", PROGRAM, TOKEN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stderr.splitlines()


@pytest_twisted.ensureDeferred
async def test_the_own_authority_vouches_for_the_server(authority, pem):
    door = Door(authority.issue_cert("localhost"))
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, TOKEN, door.url(), pem], stderr=subprocess.PIPE)
    try:
        while not door.directory.services("shop"):
            assert process.poll() is None, process.stderr.read()
            await deferLater(reactor, 0.02)
        assert door.gate.connected_as("shop") == 1
    finally:
        process.terminate()
        await deferToThread(process.communicate)
        await door.port.stopListening()
    assert process.returncode == 0


@pytest_twisted.ensureDeferred
async def test_whom_nobody_vouches_for_is_not_spoken_to_and_it_is_said_why(authority, pem, tmp_path):
    strange = Door(trustme.CA().issue_cert("localhost"))
    other_name = Door(authority.issue_cert("elsewhere.example"))
    expired = Door(authority.issue_cert("localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC)))
    plain = reactor.listenTCP(0, ServerFactory.forProtocol(Plain), interface="127.0.0.1")
    no_pem = tmp_path / "no.pem"
    no_pem.write_text("nothing")
    plain_url = f"wss://localhost:{plain.getHost().port}/services/v1"
    cases = (
        (strange.url(), pem, f"nobody in {pem} vouches for the certificate of localhost"),
        (strange.url(), "", "nobody whom this system believes vouches for the certificate of localhost"),
        (other_name.url(), pem, "the server's certificate is not for localhost"),
        (other_name.url("127.0.0.1"), pem, "the server's certificate is not for 127.0.0.1"),
        (expired.url(), pem, "the certificate of localhost is not valid today: certificate has expired"),
        (plain_url, pem, "localhost speaks no TLS there"),
        (strange.url(), str(tmp_path / "none.pem"), "none.pem cannot be read: No such file or directory"),
        (strange.url(), str(no_pem), "no.pem cannot be read: "),
    )
    told = await deferToThread(said, *(text for case in cases for text in case[:2]))
    assert len(told) == len(cases)
    for (url, _, words), line in zip(cases, told, strict=True):
        assert line.startswith(f"ERROR not connected to {url}: ")
        assert words in line
        assert TOKEN not in line
    for door in (strange, other_name, expired):
        assert not door.directory.services()
        await door.port.stopListening()
    await plain.stopListening()
