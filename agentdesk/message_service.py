"""Mailboxes over HTTP, and the player of their sounds."""

from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from PySide6.QtCore import QByteArray, QObject, QTimer, QUrl, Signal
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

from agentdesk import web
from agentdesk.desk.message_book import MessageBook, Order
from agentdesk.message_player import MessagePlayer
from server.wire.voicemail import ForwardTo, MailboxName, MailboxView, SaveIt, VoiceMessage

log = structlog.get_logger()
LOOK_MILLISECONDS = 10_000
"""So often the desk asks how many messages there are; nothing is pushed."""
MOST_OCTETS = 64 * 1024 * 1024
_boxes = msgspec.json.Decoder(list[MailboxView]).decode
_names = msgspec.json.Decoder(list[MailboxName]).decode
_messages = msgspec.json.Decoder(list[VoiceMessage]).decode


class MessageService(QObject):
    """Carries the orders of a `MessageBook` out. Emits `changed` when there is something else to show; `call_back` is
    called with mailbox and message."""

    changed = Signal()

    def __init__(
        self, book: MessageBook, server: str, call_back: Callable[[str, str], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.book = book
        self._server = web.base(server)
        self._call_back = call_back
        self._token = ""
        self._network = QNetworkAccessManager(self)
        self._names: list[MailboxName] = []
        self._wanted = ""
        self.player = MessagePlayer(self)
        self.player.moved.connect(self._played)
        self.player.failed.connect(self._unplayable)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.look)

    def log_in(self, token: str) -> None:
        """A session began: from now on the mailboxes are looked at now and then."""
        self._token = token
        self._names = []
        self.book.linked(True)
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """The session is over."""
        self._timer.stop()
        self._token = ""
        self.player.stop()
        self.book.linked(False)

    def look(self) -> None:
        """How many messages are there?"""
        if not self._names:
            self._ask("GET", "mailbox-names", then=self._named)
        self._ask("GET", "mailboxes", then=lambda body: self.carry_out(self.book.mailboxes(_boxes(body), self._names)))

    def _named(self, body: bytes) -> None:
        self._names = _names(body)

    def carry_out(self, orders: list[Order]) -> None:
        """Do this, and show what it leads to."""
        for order in orders:
            self._do(order)
        self.changed.emit()

    def _do(self, order: Order) -> None:
        path = f"mailboxes/{_quoted(order.mailbox)}/messages"
        one = f"{path}/{_quoted(order.message)}"
        match order.do:
            case "list":
                self._ask("GET", path, then=lambda body: self._listed(order.mailbox, body))
            case "sound":
                self._wanted = order.message
                self._ask("GET", f"{one}/sound", then=lambda body: self._load(order.message, body))
            case "play":
                self.player.play()
            case "pause":
                self.player.pause()
            case "stop":
                self._wanted = ""
                self.player.stop()
            case "seek":
                self.player.seek(order.seconds)
            case "save":
                self._ask("PUT", one, SaveIt(), then=lambda body: self._listed(order.mailbox, body))
            case "delete":
                self._ask("DELETE", one, then=lambda _body: self._again(order.mailbox))
            case "forward":
                self._ask("POST", f"{one}/copies", ForwardTo(order.to), then=lambda _body: self.look())
            case "call-back":
                self._call_back(order.mailbox, order.message)

    def _listed(self, mailbox: str, body: bytes) -> None:
        self.carry_out(self.book.listed(mailbox, _messages(body)))

    def _again(self, mailbox: str) -> None:
        self._do(Order("list", mailbox))
        self.look()

    def _load(self, message: str, sound: bytes) -> None:
        if message != self._wanted:
            return  # another one was chosen meanwhile
        try:
            self.player.load(sound)
        except ValueError as error:
            self._unplayable(str(error))
            return
        self.player.play()

    def _played(self) -> None:
        self.book.played(self.player.is_playing, self.player.position)
        self.changed.emit()

    def _unplayable(self, why: str) -> None:
        log.warning("message-not-played", why=why)
        self.book.unplayable()
        self.changed.emit()

    def _ask(self, method: str, path: str, body: Any = None, *, then: Callable[[bytes], None]) -> None:
        if not self._token:
            return
        request = web.question(self._server.resolved(QUrl(f"api/v1/{path}")), self._token)
        request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/json")
        octets = QByteArray(b"" if body is None else msgspec.json.encode(body))
        reply = self._network.sendCustomRequest(request, QByteArray(method.encode()), octets)
        reply.finished.connect(lambda: self._answered(reply, then))

    def _answered(self, reply: QNetworkReply, then: Callable[[bytes], None]) -> None:
        reply.deleteLater()
        status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        body = bytes(reply.readAll().data())
        if status is None or status // 100 != 2 or len(body) > MOST_OCTETS:
            self.book.failed(_detail(body) if status is not None else "")
            self.changed.emit()
            return
        try:
            then(body)
        except msgspec.DecodeError as error:
            log.error("mailbox-not-understood", why=str(error))
            self.book.failed("")
            self.changed.emit()


class _Problem(msgspec.Struct):
    detail: str = ""


def _detail(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Problem).detail
    except msgspec.DecodeError:
        return ""


def _quoted(text: str) -> str:
    return bytes(QUrl.toPercentEncoding(text).data()).decode()
