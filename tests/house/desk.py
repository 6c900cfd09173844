"""A desk without a window: logs in over HTTP, speaks the desk's WebSocket, waits for what it is told."""

from __future__ import annotations

import base64
import itertools
import json
import os
import socket
import struct
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.house.house import PATIENCE_SECONDS, House

BEAT_SECONDS = 2


class DeskClient:
    """One agent's desk. Use as a context manager. A WebSocket client as small as RFC 6455 allows (text frames).

    It beats by itself, as a desk does, however long the test looks elsewhere.
    """

    def __init__(self, house: House, user: str, password: str) -> None:
        self._house, self._user, self._password = house, user, password
        self._buffer = b""
        self._ids = itertools.count(1)
        self._sending = threading.Lock()
        self._over = threading.Event()
        self.state: dict[str, Any] = {}
        self.session: dict[str, Any] = {}

    def __enter__(self) -> DeskClient:
        body = json.dumps({"user": self._user, "password": self._password}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._house.web_port}/api/v1/sessions", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as reply:
            self.session = json.load(reply)
        self.connect()
        return self

    def connect(self) -> None:
        """Open the socket, say hello, take the whole state."""
        self._socket = socket.create_connection(("127.0.0.1", self._house.web_port), PATIENCE_SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /desk HTTP/1.1\r\nHost: 127.0.0.1:{self._house.web_port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: caruso.v1.json\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        assert b" 101 " in head, head
        self._send({"t": "hello", "token": self.session["token"]})
        self.wait("welcome", lambda: bool(self.state))
        self._over = threading.Event()
        threading.Thread(target=self._beat, args=(self._socket, self._over), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._socket.close()

    def drop(self) -> None:
        """The socket is gone, without a word; `connect` comes back."""
        self._over.set()
        self._socket.close()
        self._buffer = b""

    def ask(self, kind: str, **fields: object) -> dict[str, Any]:
        """One request and its reply; the state follows what comes meanwhile."""
        number = next(self._ids)
        self._socket.settimeout(PATIENCE_SECONDS)
        self._send({"t": kind, "id": number, **fields})
        while True:
            message = self._take()
            if message.get("id") == number:
                assert message["t"] != "refused", message
                return message

    def wait(self, what: str, look: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Until the state is so."""
        end = time.monotonic() + seconds
        while not look():
            assert time.monotonic() < end, f"waited {seconds} s for {what}; state: {self.state}"
            self._socket.settimeout(2)
            with suppress(TimeoutError):
                self._take()

    def _beat(self, way: socket.socket, over: threading.Event) -> None:
        """The thread of one connection."""
        with suppress(OSError):  # it is broken: who reads from it is told
            while not over.wait(BEAT_SECONDS):
                self._send({"t": "beat", "id": next(self._ids)}, way)

    def _take(self) -> dict[str, Any]:
        message = json.loads(self._frame())
        if message["t"] == "welcome":
            self.state = message["state"]
        elif message["t"] == "changed":
            self.state |= {k: v for k, v in message.items() if k not in ("t", "revision", "now")}
        return dict(message)

    def _send(self, message: dict[str, Any], way: socket.socket | None = None) -> None:
        data, mask = json.dumps(message).encode(), os.urandom(4)
        length = len(data)
        head = bytes([0x81, 0x80 | length]) if length < 126 else bytes([0x81, 0xFE]) + struct.pack("!H", length)
        with self._sending:
            (way or self._socket).sendall(head + mask + bytes(octet ^ mask[i % 4] for i, octet in enumerate(data)))

    def _frame(self) -> bytes:
        """The next text. A time-out amid a frame takes nothing of it away."""
        while True:
            while (frame := self._whole_frame()) is None:
                self._fill()
            kind, data = frame
            if kind == 8:
                raise ConnectionError(f"closed: {data!r}")
            if kind == 1:
                return data

    def _whole_frame(self) -> tuple[int, bytes] | None:
        """The first frame that has come, by its kind (RFC 6455 5.2); None: not all of it is there."""
        if len(self._buffer) < 2:
            return None
        length, start = self._buffer[1] & 0x7F, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(self._buffer) < start:
                return None
            length = int.from_bytes(self._buffer[2:start], "big")
        if len(self._buffer) < start + length:
            return None
        kind, data = self._buffer[0] & 0x0F, self._buffer[start : start + length]
        self._buffer = self._buffer[start + length :]
        return kind, data

    def _fill(self) -> None:
        more = self._socket.recv(65536)
        if not more:
            raise ConnectionError("the server closed the connection")
        self._buffer += more
