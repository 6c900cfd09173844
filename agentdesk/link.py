"""The link to the server: log-in over HTTP, then the WebSocket, and both again whenever they are lost."""

import json
from collections.abc import Callable, Sequence

import msgspec
import structlog
from PySide6.QtCore import QByteArray, QObject, QTimer, QUrl, Signal
from PySide6.QtNetwork import QAbstractSocket, QNetworkAccessManager, QNetworkReply, QNetworkRequest, QSslError
from PySide6.QtWebSockets import QWebSocket, QWebSocketHandshakeOptions, QWebSocketProtocol

from agentdesk import web
from agentdesk.backoff import Backoff
from agentdesk.desk.happenings import Linked, LoggedIn, LogInFailed, TakenOver, Unlinked
from server.wire import api, desk as wire

log = structlog.get_logger()
NOT_LOGGED_IN, TAKEN_OVER = 4401, 4402
ATTEMPT_MILLISECONDS = 10_000
LOG_OUT_MILLISECONDS = 1_000
MOST_INCOMING_OCTETS = 4 * 1024 * 1024
"""A whole state with a long history is larger than a request may be."""
FATAL_STATUS = (400, 401, 403, 404)
"""Answers to a log-in after which trying again with the same words is of no use."""


class Link(QObject):
    """Emits `happened` with the server's messages and with what becomes of the connection itself."""

    happened = Signal(object)

    def __init__(self, server: str, chance: Callable[[], float], parent: QObject | None = None) -> None:
        """`server`: base URL, `http://...` or `https://...`."""
        super().__init__(parent)
        self._server = web.base(server)
        self._backoff = Backoff(chance)
        self._user = self._password = ""
        self._distrust = ("", "")
        """What is wrong with the server's certificate, as a stable id and in the library's words; empty: nothing that
        is known."""
        self._language = "en"
        self._session: api.LoggedIn | None = None
        self._network = QNetworkAccessManager(self)
        self._reply: QNetworkReply | None = None
        self._socket: QWebSocket | None = None
        self._decoder: msgspec.json.Decoder[wire.FromCore] = msgspec.json.Decoder(wire.FromCore)
        self._encoder = msgspec.json.Encoder()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._attempt)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(ATTEMPT_MILLISECONDS)
        self._patience.timeout.connect(self._too_slow)

    @property
    def server(self) -> str:
        """Base URL."""
        return self._server.toString()

    def start(self, user: str, password: str, language: str) -> None:
        """Log in and connect; from now on the link keeps itself up."""
        self._user, self._password, self._language = user, password, language
        self._attempt()

    def log_in_as(self, password: str, language: str) -> None:
        """The same agent, who has typed the password again."""
        self._password, self._language = password, language
        self.reconnect("log-in with another password", fresh_session=True)

    def send(self, request: wire.AnyRequest) -> None:
        """One request. Without a connection it is dropped: the desk asks again when it is linked."""
        if self._socket is not None and self._socket.state() == QAbstractSocket.SocketState.ConnectedState:
            self._socket.sendTextMessage(self._encoder.encode(request).decode())

    def reconnect(self, why: str, fresh_session: bool = False) -> None:
        """Close what there is and begin at once."""
        log.info("desk-reconnects", why=why)
        self.stop()
        if fresh_session:
            self._session = None
        self._backoff.reset()
        self._attempt()

    def log_out(self, then: Callable[[], None]) -> None:
        """End the session at the server, then call `then`, after a second at the latest."""
        self.stop()
        session, self._session = self._session, None
        patience = QTimer(self)
        patience.setSingleShot(True)
        patience.timeout.connect(then)
        if session is None:
            patience.start(0)
            return
        request = web.question(self._server.resolved(QUrl("api/v1/sessions")), session.token)
        reply = self._network.deleteResource(request)
        reply.finished.connect(lambda: patience.start(0))
        patience.start(LOG_OUT_MILLISECONDS)

    def stop(self) -> None:
        """Close; nothing is tried any more."""
        self._again.stop()
        self._patience.stop()
        if self._reply is not None:
            reply, self._reply = self._reply, None
            reply.abort()
        self._drop_socket()

    def _drop_socket(self) -> None:
        if self._socket is None:
            return
        socket, self._socket = self._socket, None
        socket.close(QWebSocketProtocol.CloseCode.CloseCodeNormal)
        socket.deleteLater()

    def _attempt(self) -> None:
        self._patience.start()
        if self._session is None:
            self._log_in()
        else:
            self._connect(self._session)

    def _too_slow(self) -> None:
        self._lost("the server did not answer in time")

    def _lost(self, why: str) -> None:
        self.stop()
        wait = self._backoff.next()
        problem, detail = self._distrust
        log.info("desk-unlinked", why=detail or why, problem=problem, retry_seconds=round(wait, 2))
        self._again.start(int(wait * 1000))
        self.happened.emit(Unlinked(detail or why, wait, problem))

    def _log_in(self) -> None:
        request = web.question(self._server.resolved(QUrl("api/v1/sessions")))
        request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/json")
        body = self._encoder.encode(api.LogIn(self._user, self._password))
        reply = self._network.post(request, QByteArray(body))
        self._reply, self._distrust = reply, ("", "")
        reply.sslErrors.connect(self._distrusted)
        reply.finished.connect(lambda: self._logged_in(reply))

    def _logged_in(self, reply: QNetworkReply) -> None:
        reply.deleteLater()
        if reply is not self._reply:
            return
        self._reply = None
        status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        body = bytes(reply.readAll().data())
        if status is None:
            self._lost(reply.errorString())
        elif status // 100 == 2:
            self._new_session(body)
        elif status // 100 == 3:
            self._refused(_whither(reply), "server-moved")
        elif status in FATAL_STATUS and not _is_ours(body):
            self._refused(f"HTTP {status}", "no-server-of-ours")
        elif status in FATAL_STATUS:
            self._refused(_problem(body, reply.errorString()), _problem_id(body))
        else:
            self._lost(_problem(body, f"HTTP {status}"))

    def _refused(self, detail: str, problem: str) -> None:
        self.stop()
        self.happened.emit(LogInFailed(detail, problem))

    def _distrusted(self, errors: Sequence[QSslError]) -> None:
        """Something is wrong with the server's certificate: the connection ends, and this says why."""
        self._distrust = web.distrust(errors), " ".join(dict.fromkeys(one.errorString() for one in errors))

    def _new_session(self, body: bytes) -> None:
        try:
            session = msgspec.json.decode(body, type=api.LoggedIn)
        except msgspec.DecodeError as error:
            self._lost(f"the log-in's answer is not understood: {error}")
            return
        self._session = session
        self.happened.emit(LoggedIn(session))
        self._connect(session)

    def _connect(self, session: api.LoggedIn) -> None:
        url = self._server.resolved(QUrl(session.desk_url))
        over_tls = "https" in (self._server.scheme(), url.scheme())  # never less than the log-in, whatever was said
        url.setScheme("wss" if over_tls or url.scheme() == "wss" else "ws")
        socket, self._distrust = QWebSocket(parent=self), ("", "")
        socket.setMaxAllowedIncomingMessageSize(MOST_INCOMING_OCTETS)
        options = QWebSocketHandshakeOptions()
        options.setSubprotocols([wire.SUBPROTOCOL])
        self._socket = socket
        socket.connected.connect(lambda: self._open(socket, session))
        socket.sslErrors.connect(self._distrusted)
        socket.disconnected.connect(lambda: self._closed(socket))
        socket.textMessageReceived.connect(lambda text: self._message(socket, text))
        socket.open(url, options)

    def _open(self, socket: QWebSocket, session: api.LoggedIn) -> None:
        if socket is self._socket:
            socket.sendTextMessage(self._encoder.encode(wire.Hello(session.token, self._language)).decode())
            self.happened.emit(Linked())

    def _message(self, socket: QWebSocket, text: str) -> None:
        if socket is not self._socket:
            return
        try:
            message = self._decoder.decode(text)
        except msgspec.DecodeError as error:
            log.error("server-message-not-understood", why=str(error))
            self._lost("the server's message is not understood")
            return
        if isinstance(message, wire.Welcome):
            self._patience.stop()
            self._backoff.reset()
        self.happened.emit(message)

    def _closed(self, socket: QWebSocket) -> None:
        if socket is not self._socket:
            return
        self._socket = None
        socket.deleteLater()
        code = socket.closeCode().value  # an enum member is made for codes that Qt does not know
        if code == TAKEN_OVER:
            self.stop()
            self.happened.emit(TakenOver())
            return
        if code == NOT_LOGGED_IN:
            self._session = None
        self._lost(socket.closeReason() or socket.errorString() or f"closed with {code}")


def _whither(reply: QNetworkReply) -> str:
    """The server to which an answer leads."""
    target = reply.attribute(QNetworkRequest.Attribute.RedirectionTargetAttribute)
    url = reply.url().resolved(target) if isinstance(target, QUrl) else reply.url()
    server = QUrl()
    server.setScheme(url.scheme())
    server.setHost(url.host())
    server.setPort(url.port())
    return server.toString()


def _is_ours(body: bytes) -> bool:
    """Whether a refusal is in our server's words, and not a proxy's or a stranger's."""
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _problem(body: bytes, otherwise: str) -> str:
    """One sentence of a problem+json body (RFC 9457)."""
    try:
        problem = json.loads(body)
    except ValueError:
        return otherwise
    if not isinstance(problem, dict):
        return otherwise
    return str(problem.get("detail") or problem.get("title") or otherwise)


def _problem_id(body: bytes) -> str:
    """The stable id of a problem+json body; empty: it has none."""
    try:
        problem = json.loads(body)
    except ValueError:
        return ""
    return str(problem.get("type") or "").rpartition(":")[2] if isinstance(problem, dict) else ""
