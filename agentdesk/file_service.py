"""Files that answer questions of scripts, on their way to the server (`server.wire.uploads`)."""

from functools import partial

import msgspec
import structlog
from PySide6.QtCore import QBuffer, QByteArray, QFile, QFileInfo, QIODevice, QObject, QUrl, Signal
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

from agentdesk import web
from agentdesk.desk.effects import SendFile
from agentdesk.desk.happenings import FileKept, FileMoved, FileRefused
from server.wire.uploads import BEGINNING_OCTETS, UploadKept, kind_of

log = structlog.get_logger()
STALLED_MILLISECONDS = 30_000
"""A file of which nothing moves for so long was not sent."""
NOT_SENT = "file-not-sent"


class FileService(QObject):
    """Sends files. Emits `happened`: `FileMoved`, and once `FileKept` or `FileRefused`, unless it is stopped."""

    happened = Signal(object)

    def __init__(self, server: str, parent: QObject | None = None) -> None:
        """`server`: base URL."""
        super().__init__(parent)
        self._server = web.base(server)
        self._token = ""
        self._network = QNetworkAccessManager(self)
        self._under_way: dict[int, QNetworkReply] = {}

    @property
    def network(self) -> QNetworkAccessManager:
        """Its connections, for what else goes to that server."""
        return self._network

    def log_in(self, token: str) -> None:
        """The session with which files are sent from now on."""
        self._token = token

    def stop(self, number: int) -> None:
        """That file need not be sent any more; nothing happens if it is not on its way."""
        reply = self._under_way.pop(number, None)
        if reply is not None:
            reply.abort()

    def stop_all(self) -> None:
        """The window closes."""
        for number in list(self._under_way):
            self.stop(number)

    def send(self, order: SendFile) -> None:
        """Send it, if it may be sent."""
        device = self._opened(order)
        if isinstance(device, str):
            self.happened.emit(FileRefused(order.number, device))
            return
        path = f"api/v1/dialogs/{_quoted(order.session)}/uploads/{_quoted(order.question)}"
        request = web.question(self._server.resolved(QUrl(path)), self._token)
        request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/octet-stream")
        request.setTransferTimeout(STALLED_MILLISECONDS)
        reply = self._network.post(request, device)
        device.setParent(reply)  # which reads it until its end
        self._under_way[order.number] = reply
        reply.uploadProgress.connect(partial(self._moved, order.number))
        reply.finished.connect(partial(self._sent, order.number, reply))

    def _opened(self, order: SendFile) -> QIODevice | str:
        """What is to be read; or why it need not be sent."""
        if not order.path:
            buffer = QBuffer(self)
            buffer.setData(QByteArray(order.octets))
            buffer.open(QIODevice.OpenModeFlag.ReadOnly)
            return buffer
        file = QFile(order.path, self)
        problem = "file-unreadable"
        if QFileInfo(file).isFile() and file.open(QIODevice.OpenModeFlag.ReadOnly):
            problem = _problem_of(file, order.most_octets or file.size())
        if problem:
            file.deleteLater()
            return problem
        return file

    def _moved(self, number: int, octets: int, of_octets: int) -> None:
        if number in self._under_way and of_octets > 0:
            self.happened.emit(FileMoved(number, octets / of_octets))

    def _sent(self, number: int, reply: QNetworkReply) -> None:
        """A reply came, or none will; nothing is told of one that was stopped."""
        reply.deleteLater()
        if self._under_way.get(number) is not reply:
            return
        del self._under_way[number]
        status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        body = bytes(reply.readAll().data())
        if status is None:
            self._refused(number, NOT_SENT, reply.errorString())
        elif status // 100 != 2:
            self._refused(number, *_told(body))
        else:
            self._kept(number, body)

    def _kept(self, number: int, body: bytes) -> None:
        try:
            name = msgspec.json.decode(body, type=UploadKept).name
        except msgspec.DecodeError as error:
            self._refused(number, NOT_SENT, str(error))
            return
        self.happened.emit(FileKept(number, name))

    def _refused(self, number: int, problem: str, detail: str) -> None:
        log.warning("file-not-sent", problem=problem, why=detail)
        self.happened.emit(FileRefused(number, problem, detail))


def _problem_of(file: QFile, most_octets: int) -> str:
    """Why an open file need not be sent; empty: it may be."""
    if file.size() > most_octets:
        return "file-large"
    return "" if kind_of(bytes(file.peek(BEGINNING_OCTETS).data())) is not None else "file-kind"


class _Problem(msgspec.Struct):
    type: str = ""
    detail: str = ""


def _told(body: bytes) -> tuple[str, str]:
    """Stable id and sentence of a refusal."""
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except msgspec.DecodeError:
        return NOT_SENT, ""
    return problem.type.rpartition(":")[2] or NOT_SENT, problem.detail


def _quoted(text: str) -> str:
    return bytes(QUrl.toPercentEncoding(text).data()).decode()
