"""Files that were attached to scripts, on their way from the server (`server.wire.uploads`)."""

from functools import partial

import structlog
from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

from agentdesk import web
from agentdesk.desk.effects import FetchFile
from agentdesk.desk.happenings import FileNotFetched
from server.wire.uploads import is_name

log = structlog.get_logger()
STALLED_MILLISECONDS = 30_000
"""A file of which nothing comes for so long does not come."""
MOST_OCTETS = 64 * 1024 * 1024
"""More than a site may allow for one file."""
NOT_FETCHED, GONE, LARGE = "file-not-fetched", "file-gone", "file-large"


class FileFetch(QObject):
    """Fetches files, one at a time for each order. Emits `fetched` with the order and its octets, or `happened` with
    `FileNotFetched`."""

    fetched = Signal(object, object)
    happened = Signal(object)

    def __init__(self, server: str, network: QNetworkAccessManager, parent: QObject | None = None) -> None:
        """`server`: base URL."""
        super().__init__(parent)
        self._server = web.base(server)
        self._network = network
        self._token = ""
        self._under_way: dict[int, QNetworkReply] = {}

    def log_in(self, token: str) -> None:
        """The session with which files are fetched from now on."""
        self._token = token

    def stop_all(self) -> None:
        """The window closes."""
        under_way, self._under_way = self._under_way, {}
        for reply in under_way.values():
            reply.abort()

    def fetch(self, order: FetchFile) -> None:
        """Fetch it. The name came from outside: one that is no file's is asked of nobody."""
        if not is_name(order.name):
            self._failed(order, GONE, "")
            return
        request = web.question(self._server.resolved(QUrl(f"api/v1/uploads/{order.name}")), self._token)
        request.setTransferTimeout(STALLED_MILLISECONDS)
        reply = self._network.get(request)
        self._under_way[order.number] = reply
        reply.downloadProgress.connect(partial(self._moved, order))
        reply.finished.connect(partial(self._came, order, reply))

    def _moved(self, order: FetchFile, octets: int, of_octets: int) -> None:
        if max(octets, of_octets) > MOST_OCTETS and (reply := self._under_way.pop(order.number, None)) is not None:
            self._failed(order, LARGE, f"{max(octets, of_octets)} octets")
            reply.abort()

    def _came(self, order: FetchFile, reply: QNetworkReply) -> None:
        reply.deleteLater()
        if self._under_way.get(order.number) is not reply:
            return
        del self._under_way[order.number]
        status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        whole = reply.error() == QNetworkReply.NetworkError.NoError
        if status == 200 and whole:
            self.fetched.emit(order, bytes(reply.readAll().data()))
        elif status == 404:
            self._failed(order, GONE, "")
        else:
            self._failed(order, NOT_FETCHED, reply.errorString())

    def _failed(self, order: FetchFile, problem: str, detail: str) -> None:
        log.warning("file-not-fetched", problem=problem, why=detail)
        self.happened.emit(FileNotFetched(order.number, problem))
