"""The page on loopback: `GET /`, its files, `GET /edition?after=N` (waits for a save) and `POST /play`.

It answers only what calls it `127.0.0.1` or `localhost` with its own port (a page on the internet that has its name
lead here must get nothing), and takes answers only as JSON, which no form of another site can send (CORS asks first).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from scriptengine.preview.editions import told
from scriptengine.preview.playing import Play, PlayError, played
from scriptengine.preview.watching import Watch
from scriptengine.preview.wording import preferred, words_in

LOOPBACK = "127.0.0.1"
MAX_OCTETS = 512 * 1024
WAIT_SECONDS = 20.0
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}


class PreviewServer(ThreadingHTTPServer):
    """`port` 0: any that is free. `channels`: the surfaces that are shown at first. `now`: the time in the sessions."""

    daemon_threads = True
    block_on_close = False

    def __init__(
        self, watch: Watch, name: str, port: int, channels: tuple[str, ...], now: Callable[[], datetime]
    ) -> None:
        super().__init__((LOOPBACK, port), _Exchange)
        self.watch, self.file_name, self.channels, self.now = watch, name, channels, now
        folder = resources.files(__package__) / "static"
        self.files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}

    @property
    def address(self) -> str:
        """For a browser."""
        return f"http://{LOOPBACK}:{self.server_port}/"


class _Exchange(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"
    server_version = "caruso-preview"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        if not self._is_ours():
            return
        asked = urlsplit(self.path)
        if asked.path == "/":
            self._page()
        elif asked.path == "/edition":
            self._edition(parse_qs(asked.query))
        elif asked.path.startswith("/static/"):
            self._file(asked.path.removeprefix("/static/"))
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def do_POST(self) -> None:
        if not self._is_ours():
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isdigit() and int(length[:9]) <= MAX_OCTETS):
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MAX_OCTETS} octets, with their length.")
            return
        body = self.rfile.read(int(length))
        if urlsplit(self.path).path != "/play":
            self._refuse(HTTPStatus.NOT_FOUND, "There is nothing here.")
        elif self.headers.get_content_type() != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Answers come as application/json.")
        else:
            self._play(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: answers do not belong into a log."""

    def _is_ours(self) -> bool:
        port = self.server.server_port
        hosts = (f"{LOOPBACK}:{port}", f"localhost:{port}")
        origin = self.headers.get("Origin")
        if self.headers.get("Host") in hosts and origin in (None, *(f"http://{host}" for host in hosts)):
            return True
        self._refuse(HTTPStatus.MISDIRECTED_REQUEST, f"This is {self.server.address} and answers to no other name.")
        return False

    def _page(self) -> None:
        language = preferred(self.headers.get("Accept-Language", ""))
        words = words_in(language)
        setting = {"words": words, "channels": self.server.channels, "file": self.server.file_name}
        page = self.server.files["page.html"].decode()
        for name, word in words.items():
            page = page.replace(f"{{{{{name}}}}}", word)
        page = page.replace("{{LANGUAGE}}", language)
        setting_text = msgspec.json.encode(setting).decode().replace("<", "\\u003c")
        self._send(page.replace("{{SETTING}}", setting_text).encode(), "text/html; charset=utf-8")

    def _file(self, name: str) -> None:
        kind = _TYPES.get(name.rpartition(".")[2])
        if kind is None or name not in self.server.files:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such file.")
            return
        self._send(self.server.files[name], f"{kind}; charset=utf-8")

    def _edition(self, asked: Mapping[str, list[str]]) -> None:
        after = asked.get("after", ["0"])[0]
        found = self.server.watch.next(int(after) if after.isdigit() else 0, WAIT_SECONDS)
        self._json({} if found is None else told(found))

    def _play(self, body: bytes) -> None:
        language = preferred(self.headers.get("Accept-Language", ""))
        try:
            play = msgspec.json.decode(body, type=Play)
            self._json(played(self.server.watch.edition, play, words_in(language), self.server.now()))
        except (msgspec.DecodeError, PlayError) as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))

    def _json(self, value: Any) -> None:
        self._send(msgspec.json.encode(value), "application/json")

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        self.close_connection = True
        self._send(text.encode(), "text/plain; charset=utf-8", status)

    def _send(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store",
            "Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        }  # fmt: skip
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
