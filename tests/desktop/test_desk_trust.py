"""Over TLS: who is believed to be the server, and what the agent reads when nobody is."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from desk_scene import Scene, state, talking
from fake_server import FakeServer
from PySide6.QtCore import QUrl
from PySide6.QtNetwork import QNetworkRequest, QSslConfiguration
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tls_front import TlsFront

from agentdesk import web
from agentdesk.app import DeskApplication
from agentdesk.desk import Desk, actions
from agentdesk.desk.effects import AskWho, Reconnect
from agentdesk.desk.happenings import LogInFailed, Unlinked
from agentdesk.link import Link
from agentdesk.words import Words, words_in

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def pem(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def trusting(pem: str) -> Iterator[str]:
    """The computer's programs that this one is one of believe nobody but the authority of `pem`."""
    before = QSslConfiguration.defaultConfiguration()
    web.believe_only(pem)
    yield pem
    QSslConfiguration.setDefaultConfiguration(before)


@pytest.fixture
def server(qapp: QApplication) -> Iterator[FakeServer]:
    one = FakeServer(state())
    yield one
    one.cut()


def http_port(server: FakeServer) -> int:
    return int(server.url.rpartition(":")[2])


def told_by(qtbot: QtBot, url: str) -> object:
    """What a desk is told that begins at this address."""
    link, told = Link(url, lambda: 0.0), []
    link.happened.connect(told.append)
    link.start("ana", "right", "en")
    qtbot.waitUntil(lambda: told != [])
    link.stop()
    link.deleteLater()  # after its reply: Python would end them in whatever order, which Qt does not survive
    return told[0]


@pytest.mark.parametrize("said", ["wss", "ws"])
def test_all_that_a_desk_asks_goes_over_tls_by_an_authority_of_ones_own(
    qtbot: QtBot, desk: DeskApplication, server: FakeServer, authority: trustme.CA, trusting: str, said: str
) -> None:
    """Also where the server believes to be asked without TLS (it was not told its `public_url`): the session's word
    goes over no connection that others can hear."""
    with TlsFront(authority.issue_cert("localhost")) as front:
        server.desk_url = f"{said}://localhost:{front.before(server.desk_port)}/desk"
        session = desk.begin(f"https://localhost:{front.before(http_port(server))}", "ana", "right")
        qtbot.waitUntil(lambda: session.window.top.state.accessibleName() == "My state: Ready")
        qtbot.waitUntil(lambda: ("GET", "/api/v1/mailboxes", "") in server.mailbox_requests)


def test_whom_nobody_vouches_for_gets_no_password_however_often(
    qtbot: QtBot, server: FakeServer, authority: trustme.CA
) -> None:
    """By a name that may have two addresses, and many times: each time once more the desk must live through it."""
    with TlsFront(authority.issue_cert("localhost")) as front:
        url = f"https://localhost:{front.before(http_port(server))}"
        for _ in range(20):
            told = told_by(qtbot, url)
            assert isinstance(told, Unlinked)
            assert told.problem == "certificate-unknown"
    assert server.log_ins == []


def test_no_question_is_asked_in_http_2_or_followed_elsewhere() -> None:
    """Before nginx Qt 6.11 dies of a certificate that it does not believe, if it may speak HTTP/2."""
    asked = web.question(web.base("https://calls.example.com").resolved(QUrl("api/v1/sessions")), "word")
    assert asked.url().toString() == "https://calls.example.com/api/v1/sessions"
    assert asked.attribute(QNetworkRequest.Attribute.Http2AllowedAttribute) is False
    manual = QNetworkRequest.RedirectPolicy.ManualRedirectPolicy
    assert QNetworkRequest.RedirectPolicy(asked.attribute(QNetworkRequest.Attribute.RedirectPolicyAttribute)) is manual
    assert asked.rawHeader("Authorization").data() == b"Bearer word"


def test_a_certificate_for_another_name_or_another_time_gets_no_password(
    qtbot: QtBot, server: FakeServer, authority: trustme.CA, trusting: str
) -> None:
    expired = authority.issue_cert("localhost", not_before=YESTERDAY - timedelta(days=9), not_after=YESTERDAY)
    for certificate, problem in (
        (authority.issue_cert("calls.example.com"), "certificate-host"),
        (expired, "certificate-date"),
        (trustme.CA().issue_cert("calls.example.com"), "certificate-unknown"),
    ):
        with TlsFront(certificate) as front:
            told = told_by(qtbot, f"https://localhost:{front.before(http_port(server))}")
        assert isinstance(told, Unlinked)
        assert told.problem == problem
    assert server.log_ins == []


def test_the_socket_is_looked_at_like_the_log_in(
    qtbot: QtBot, server: FakeServer, authority: trustme.CA, trusting: str
) -> None:
    with TlsFront(authority.issue_cert("localhost")) as front, TlsFront(trustme.CA().issue_cert("localhost")) as other:
        server.desk_url = f"wss://localhost:{other.before(server.desk_port)}/desk"
        link, told = Link(f"https://localhost:{front.before(http_port(server))}", lambda: 0.0), []
        link.happened.connect(told.append)
        link.start("ana", "right", "en")
        qtbot.waitUntil(lambda: any(isinstance(one, Unlinked) for one in told))
        link.stop()
        link.deleteLater()
    (lost,) = [one for one in told if isinstance(one, Unlinked)]
    assert lost.problem == "certificate-unknown"
    assert server.messages == []


def test_an_agent_reads_what_to_do_about_a_certificate() -> None:
    for problem, text, cure in (
        ("certificate-unknown", "Nobody whom this computer trusts", "--certificates"),
        ("certificate-host", "for another address", "log in anew"),
        ("certificate-date", "not valid today", "clock"),
        ("certificate-refused", "refused", "administrator"),
    ):
        desk = Desk(Words())
        desk.handle(Unlinked("as OpenSSL says it", 4.0, problem), 1.0)
        (banner,) = desk.view(3.0).banners
        assert text in banner.text, problem
        assert cure in banner.cure, problem
        assert banner.cure.endswith("Trying again in 00:02.")
        assert desk.press(actions.TryNow(), 3.0) == [AskWho("")]
        portuguese = Desk(words_in("pt_BR"))
        portuguese.handle(Unlinked("as OpenSSL says it", 4.0, problem), 1.0)
        assert "certificado" in portuguese.view(3.0).banners[0].text


def test_a_certificate_that_ends_in_the_midst_of_a_call_is_told_with_the_call() -> None:
    scene = Scene(talking())
    scene.desk.handle(Unlinked("as OpenSSL says it", 4.0, "certificate-date"), scene.now)
    scene.later(2)
    banner = scene.view.banners[0]
    assert "not valid today" in banner.text
    assert banner.cure.startswith("Your call goes on, and what you write is kept. Look at this computer's clock.")
    assert isinstance(scene.desk.press(actions.TryNow(), scene.now)[0], Reconnect)
    scene.desk.handle(Unlinked("refused", 4.0), scene.now)
    assert scene.view.banners[0].text.startswith("No connection to the server for ")


def test_a_server_that_has_moved_to_tls_is_named(qtbot: QtBot, server: FakeServer) -> None:
    server.moved_to = "https://calls.example.com/api/v1/sessions"
    told = told_by(qtbot, server.url)
    assert told == LogInFailed("https://calls.example.com", "server-moved")
    desk = Desk(Words())
    desk.handle(told, 1.0)
    assert "write https://calls.example.com as its address" in desk.view(2.0).banners[0].text


def test_what_is_no_server_of_ours_is_told_as_such(qtbot: QtBot, server: FakeServer) -> None:
    """As nginx answers who speaks plain HTTP where TLS is spoken."""
    server.refusal = "400 Bad Request"
    assert told_by(qtbot, server.url) == LogInFailed("HTTP 400", "no-server-of-ours")


def test_a_file_of_certificates_that_holds_none_ends_the_desk_with_a_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")
    for file, why in ((empty, "holds no certificate"), (tmp_path / "missing.pem", "No such file or directory")):
        command = [sys.executable, "-m", "agentdesk", "--certificates", str(file), "--user", "ana", "--password-stdin"]
        ran = subprocess.run(command, input="word\n", capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == 2
        assert ran.stderr.startswith(f"caruso desk: the certificates {file} cannot be read: ")
        assert why in ran.stderr
