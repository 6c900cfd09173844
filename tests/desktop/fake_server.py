"""A server for the desk's tests: log-in over HTTP and the desk's WebSocket, on ports of its own, in Qt's loop."""

import json
import re
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket
from PySide6.QtWebSockets import QWebSocket, QWebSocketProtocol, QWebSocketServer

from server.wire import api, desk as wire


class FakeServer(QObject):
    """Knows one password. Answers every request with `done`, unless it is told to keep silent."""

    came = Signal(object)
    """Each message from a desk."""

    def __init__(self, state: wire.State, sip: api.SipAccount | None = None) -> None:
        super().__init__()
        self.state, self.sip, self.revision, self.now = state, sip, 1, 1_763_800_000.0
        self.password, self.answers_requests = "right", True
        self.token = "token-1"
        self.moved_to = ""
        """Whither it leads who logs in; empty: nowhere else."""
        self.refusal = ""
        """With which status, and without our words, it answers who logs in; empty: it does not."""
        self.log_ins: list[dict[str, Any]] = []
        self.logged_out: list[str] = []
        self.mailboxes: dict[str, bytes] = {}
        """By path: what it answers about mailboxes."""
        self.mailbox_requests: list[tuple[str, str, str]] = []
        self.uploads: dict[str, bytes] = {}
        """By path: attached files."""
        self.upload_requests: list[tuple[str, str]] = []
        """Path and authorization."""
        self.messages: list[Any] = []
        self.desks: list[QWebSocket] = []
        self._decoder = msgspec.json.Decoder(wire.FromDesk)
        self._http = QTcpServer(self)
        self._http.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost))
        self._http.newConnection.connect(self._http_came)
        self._web = QWebSocketServer("caruso", QWebSocketServer.SslMode.NonSecureMode, self)
        self._web.setSupportedSubprotocols([wire.SUBPROTOCOL])
        self._web.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost))
        self._web.newConnection.connect(self._desk_came)

        self.desk_url = f"ws://127.0.0.1:{self.desk_port}/desk"

    @property
    def desk_port(self) -> int:
        """Of the WebSocket."""
        return self._web.serverPort()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.serverPort()}"

    def _http_came(self) -> None:
        socket = self._http.nextPendingConnection()
        received = bytearray()
        socket.readyRead.connect(lambda: self._http_piece(socket, received))

    def _http_piece(self, socket: QTcpSocket, received: bytearray) -> None:
        """A request may come in several pieces."""
        received += bytes(socket.readAll().data())
        head, end, body = bytes(received).partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        if end and len(body) >= (int(length[1]) if length else 0):
            received.clear()
            self._http_request(socket, head, body)

    def _http_request(self, socket: QTcpSocket, head: bytes, body: bytes) -> None:
        method, path = (word.decode() for word in head.split(b" ")[:2])
        if "/mailbox" in path:
            self.mailbox_requests.append((method, path, body.decode()))
            kind = "audio/wav" if path.endswith("/sound") else "application/json"
            self._reply(socket, "200 OK", self.mailboxes.get(path, b"[]"), kind)
            return
        authorization = next((one for one in head.split(b"\r\n") if one.lower().startswith(b"authorization:")), b"")
        if "/uploads/" in path:
            self.upload_requests.append((path, authorization.partition(b": ")[2].decode()))
            found = self.uploads.get(path)
            self._reply(
                socket, "404 Not Found" if found is None else "200 OK", found or b"", "application/octet-stream"
            )
            return
        if method == "DELETE":
            self.logged_out.append(authorization.split()[-1].decode())
            self._reply(socket, "204 No Content", b"", "text/plain")
            return
        if self.moved_to or self.refusal:
            status = self.refusal or f"301 Moved Permanently\r\nLocation: {self.moved_to}"
            self._reply(socket, status, b"<html></html>", "text/html")
            return
        asked = json.loads(body)
        self.log_ins.append(asked)
        if asked["password"] != self.password:
            problem = {"type": "wrong-password", "title": "Unauthorized", "detail": "User or password is wrong."}
            self._reply(socket, "401 Unauthorized", json.dumps(problem).encode(), "application/problem+json")
            return
        session = api.LoggedIn(
            token=self.token,
            expires_at="2026-01-01T00:00:00Z",
            agent=asked["user"],
            role="agent",
            desk_url=self.desk_url,
            sip=self.sip,
        )
        self._reply(socket, "201 Created", msgspec.json.encode(session), "application/json")

    @staticmethod
    def _reply(socket: QTcpSocket, status: str, body: bytes, kind: str) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        socket.write(head.encode() + body)
        socket.disconnectFromHost()

    def _desk_came(self) -> None:
        desk = self._web.nextPendingConnection()
        self.desks.append(desk)
        desk.textMessageReceived.connect(lambda text: self._message(desk, text))

    def _message(self, desk: QWebSocket, text: str) -> None:
        message = self._decoder.decode(text)
        self.messages.append(message)
        if isinstance(message, wire.Hello):
            if message.token != self.token:
                self.close(4401)
                return
            self._send(desk, wire.Welcome(revision=self.revision, now=self.now, state=self.state))
        elif isinstance(message, wire.FindCustomers):
            self._send(desk, wire.Found(message.id, []))
        elif self.answers_requests:
            self._send(desk, wire.Done(message.id))
        self.came.emit(message)

    @staticmethod
    def _send(desk: QWebSocket, message: wire.FromCore) -> None:
        desk.sendTextMessage(msgspec.json.encode(message).decode())

    def change(self, state: wire.State) -> None:
        """The state is another now."""
        self.state = state
        self.revision += 1
        names = ("me", "call", "wrap_up", "queues", "colleagues", "my_day")
        sections = {name: getattr(state, name) for name in names}
        for desk in self.desks:
            self._send(desk, wire.Changed(revision=self.revision, now=self.now, **sections))

    def close(self, code: int) -> None:
        """Close all connections with this code."""
        desks, self.desks = self.desks, []
        for desk in desks:
            desk.close(QWebSocketProtocol.CloseCode(code), "")

    def cut(self) -> None:
        """The network is gone for a moment."""
        desks, self.desks = self.desks, []
        for desk in desks:
            desk.abort()

    def requests(self, kind: type[Any]) -> list[Any]:
        """What came of that kind, without ids."""
        return [msgspec.structs.replace(one, id=0) for one in self.messages if isinstance(one, kind)]
