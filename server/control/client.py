"""The asking side of the control socket: plain sockets, so that a command starts fast."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from server.wire import control

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
MOST_DESCRIPTORS = 128
MOST_PATH_OCTETS = 107
"""Of a Unix socket's path (unix(7): `sun_path` without its end)."""
_CHUNK_OCTETS = 256 * 1024

_encode = msgspec.json.Encoder().encode


class CoreNotRunning(Exception):
    """No core answers in that data directory. The text is one sentence."""


class CoreRefused(Exception):
    """The core answered with an error. The text is its sentence."""


class ControlClient:
    """A connection to the core of the data directory `data`. Use it in a `with` statement.

    `CoreNotRunning` is raised when there is no core, or when it ends before it has answered.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / control.SOCKET_NAME
        self._socket: socket.socket | None = None
        self._buffer = bytearray()
        self._descriptors: list[int] = []

    def __enter__(self) -> "ControlClient":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(str(self._path))
        except OSError as error:
            connection.close()
            raise CoreNotRunning(_why_not(self._path, error)) from error
        self._socket = connection
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors.clear()

    def ask(self, request: control.AnyAsk) -> Any:
        """Send a request and give its answer's `ok`. Raises `CoreRefused` with the core's sentence."""
        self._send(request)
        return self._answer(ANSWER_SECONDS)

    def events(self, after: int = 0, follow: bool = False) -> Iterator[dict[str, Any]]:
        """Ledger entries after a position; with `follow` it goes on until the core ends."""
        self._send(control.Events(after=after, follow=follow))
        while (event := self._answer(None if follow else ANSWER_SECONDS)) is not None:
            yield event

    def sockets(self) -> list[tuple[str, int]]:
        """The core's listening sockets: name and a file descriptor of our own, which the caller closes."""
        names = self.ask(control.Sockets())
        descriptors, self._descriptors = self._descriptors, []
        if len(names) != len(descriptors):
            for descriptor in descriptors:
                os.close(descriptor)
            raise CoreRefused(f"The core named {len(names)} sockets and sent {len(descriptors)}.")
        return list(zip(names, descriptors, strict=True))

    def _send(self, request: control.AnyAsk) -> None:
        try:
            self._connected.sendall(_encode(request) + b"\n")
        except OSError as error:
            raise CoreNotRunning("The core ended while it was asked.") from error

    def _answer(self, seconds: float | None) -> Any:
        reply = msgspec.json.decode(self._line(seconds))
        if "error" in reply:
            raise CoreRefused(str(reply["error"]))
        return reply["ok"]

    def _line(self, seconds: float | None) -> bytes:
        connection = self._connected
        connection.settimeout(seconds)
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            try:
                part, descriptors, _, _ = socket.recv_fds(connection, _CHUNK_OCTETS, MOST_DESCRIPTORS)
            except TimeoutError as error:
                raise CoreNotRunning(f"The core did not answer within {seconds:.0f} s.") from error
            except OSError as error:
                raise CoreNotRunning("The core ended before it answered.") from error
            self._descriptors += descriptors
            if not part:
                raise CoreNotRunning("The core ended before it answered.")
            self._buffer += part
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    @property
    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise CoreNotRunning("The connection to the core is closed.")
        return self._socket


def _why_not(path: Path, error: OSError) -> str:
    start = "Start it with caruso serve, or name its data directory with --data."
    match error:
        case FileNotFoundError():
            missing = path if path.parent.is_dir() else f"folder {path.parent}"
            return f"No core is running: there is no {missing}. {start}"
        case NotADirectoryError():
            return f"No core is running: {path.parent} is no folder. {start}"
        case ConnectionRefusedError():
            return f"No core is running: nobody listens on {path}. {start}"
        case PermissionError():
            return f"{path} belongs to another user; ask as the user who runs the server."
    if len(os.fsencode(path)) > MOST_PATH_OCTETS:
        limit = f"{MOST_PATH_OCTETS} octets at most"
        cure = "Name the data directory in a shorter way, or move it."
        return f"The path {path} is too long for a socket ({limit}). {cure}"
    return f"The core cannot be reached at {path}: {error.strerror or error}."
