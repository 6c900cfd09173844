"""Files on their way to the server: what is sent, and what becomes of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket
from pytestqt.qtbot import QtBot

from agentdesk.desk.effects import SendFile
from agentdesk.desk.happenings import FileKept, FileMoved, FileRefused
from agentdesk.file_service import FileService

PNG = b"\x89PNG\r\n\x1a\n" + bytes(300_000)
NAME = "C0FFEE0123456789/abcdefghijkl.png"


class Receiver(QTcpServer):
    """Takes requests as the API does. `answer`: status and body; None: none ever comes."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: tuple[str, Any] | None = ("201 Created", {"name": NAME})
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost))
        self.newConnection.connect(self._connected)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.serverPort()}"

    def _connected(self) -> None:
        socket = self.nextPendingConnection()
        received = bytearray()
        socket.readyRead.connect(lambda: self._read(socket, received))

    def _read(self, socket: QTcpSocket, received: bytearray) -> None:
        received += bytes(socket.readAll().data())
        head, found, body = bytes(received).partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if not found or len(body) < int(headers.get("content-length", "0")):
            return
        received.clear()
        self.came.append((first.rpartition(" ")[0], headers, body))
        if self.answer is not None:
            octets = json.dumps(self.answer[1]).encode()
            socket.write(f"HTTP/1.1 {self.answer[0]}\r\nContent-Length: {len(octets)}\r\n\r\n".encode() + octets)


class Rig:
    """A service and what it tells."""

    def __init__(self) -> None:
        self.receiver = Receiver()
        self.service = FileService(self.receiver.url)
        self.service.log_in("token-1")
        self.told: list[Any] = []
        self.service.happened.connect(self.told.append)

    def over(self) -> bool:
        return any(not isinstance(one, FileMoved) for one in self.told)


@pytest.fixture
def rig(qtbot: QtBot) -> Iterator[Rig]:
    made = Rig()
    yield made
    made.service.stop_all()
    made.receiver.close()
    gone = [made.service.destroyed, made.receiver.destroyed]
    made.service.deleteLater()
    made.receiver.deleteLater()
    with qtbot.waitSignals(gone):
        pass


def a_file(folder: Path, octets: bytes = PNG) -> str:
    path = folder / "bill.png"
    path.write_bytes(octets)
    return str(path)


def test_a_file_is_sent_as_it_is_and_how_far_it_came_is_told(qtbot: QtBot, rig: Rig, tmp_path: Path) -> None:
    rig.service.send(SendFile(7, "c1@trunk/x.papers", "the picture", path=a_file(tmp_path), most_octets=1_000_000))
    qtbot.waitUntil(rig.over)
    assert rig.told[-2:] == [FileMoved(7, 1.0), FileKept(7, NAME)]
    ((sent, headers, octets),) = rig.receiver.came
    assert sent == "POST /api/v1/dialogs/c1%40trunk%2Fx.papers/uploads/the%20picture"
    assert (headers["authorization"], headers["content-type"]) == ("Bearer token-1", "application/octet-stream")
    assert octets == PNG


def test_a_drawing_needs_no_file(qtbot: QtBot, rig: Rig) -> None:
    rig.service.send(SendFile(8, "s", "signed", octets=PNG[:99]))
    qtbot.waitUntil(rig.over)
    assert (rig.told[-1], rig.receiver.came[0][2]) == (FileKept(8, NAME), PNG[:99])


@pytest.mark.parametrize(
    ("octets", "most", "problem"),
    [(PNG, 1000, "file-large"), (b"MZ\x90", 0, "file-kind"), (b"", 0, "file-kind"), (None, 0, "file-unreadable")],
)
def test_what_need_not_be_sent_is_not(rig: Rig, tmp_path: Path, octets: bytes | None, most: int, problem: str) -> None:
    path = str(tmp_path) if octets is None else a_file(tmp_path, octets)
    rig.service.send(SendFile(7, "s", "q", path=path, most_octets=most))
    assert rig.told == [FileRefused(7, problem)]
    assert not rig.receiver.hasPendingConnections()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (("409 Conflict", {"type": "urn:caruso:problem:file-many", "detail": "No more."}), "file-many"),
        (("502 Bad Gateway", "not from us"), "file-not-sent"),
        (("201 Created", {"else": 1}), "file-not-sent"),
    ],
)
def test_a_refusal_is_told_by_its_id(
    qtbot: QtBot, rig: Rig, tmp_path: Path, answer: tuple[str, Any], problem: str
) -> None:
    rig.receiver.answer = answer
    rig.service.send(SendFile(7, "s", "q", path=a_file(tmp_path)))
    qtbot.waitUntil(rig.over)
    assert (rig.told[-1].number, rig.told[-1].problem) == (7, problem)


def test_a_server_that_is_not_there_is_told(qtbot: QtBot, rig: Rig, tmp_path: Path) -> None:
    rig.receiver.close()
    rig.service.send(SendFile(7, "s", "q", path=a_file(tmp_path)))
    qtbot.waitUntil(rig.over)
    assert rig.told[-1].problem == "file-not-sent"


def test_what_is_stopped_is_not_heard_of_again(qtbot: QtBot, rig: Rig, tmp_path: Path) -> None:
    rig.receiver.answer = None
    rig.service.send(SendFile(7, "s", "q", path=a_file(tmp_path)))
    qtbot.waitUntil(lambda: len(rig.receiver.came) == 1)
    rig.service.stop(7)
    rig.service.stop(7)
    rig.service.send(SendFile(8, "s", "q", path=a_file(tmp_path, b"MZ")))
    assert [one for one in rig.told if not isinstance(one, FileMoved)] == [FileRefused(8, "file-kind")]
    rig.service.stop_all()
