"""The listening socket of the web: HTTP by klein, WebSockets by autobahn, limits and headers for both."""

import socket
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from importlib import metadata
from typing import Any

from twisted.internet.defer import maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort
from twisted.internet.threads import deferToThreadPool

from server.web import openapi
from server.web.access import Doorkeeper, Role
from server.web.api import Api, Wiring
from server.web.desk_files import DeskFiles
from server.web.dialogs.visitors import VisitorPages
from server.web.endpoints import ENDPOINTS
from server.web.lost import LostPage
from server.web.messages import Messages
from server.web.metrics import Figure, Metrics, floor_figures
from server.web.monitor.pages import Pages
from server.web.monitor.service import Monitor
from server.web.origins import Origins
from server.web.reports.pages import ReportPages
from server.web.reports.service import ReportEndpoints
from server.web.routes import Routes
from server.web.scripts.pages import ScriptPages
from server.web.scripts.service import ScriptEndpoints
from server.web.site import SocketFactory, WebSite
from server.web.supervision import Supervisions
from server.web.voicemail import Mailboxes
from server.wire import services

BACKLOG = 511


class Web:
    """The web of one core.

    `desk_factory` answers WebSockets at `/desk`; `figures` are shown by `/metrics` with those of the web itself.
    `services_factory` answers those of a company's programs; None: there are none.
    """

    def __init__(
        self,
        reactor: Any,
        wiring: Wiring,
        desk_factory: Any,
        figures: Sequence[Figure] = (),
        services_factory: Any = None,
    ) -> None:
        self._reactor = reactor
        self._listen = wiring.site.web.listen
        self._monitor = Monitor(reactor, wiring)
        self._port: IListeningPort | None = None
        origins = Origins(wiring.site.web.public_url)
        doorkeeper = Doorkeeper(wiring.sessions, wiring.switchboard, origins)
        answered: dict[tuple[str, ...], float] = defaultdict(float)
        own = [
            *floor_figures(wiring.switchboard, lambda: wiring.now().wall),
            Figure(
                name="http_requests",
                kind="counter",
                help="Answered HTTP requests.",
                labels=("method", "status"),
                read=lambda: answered,
            ),
            Figure(
                name="log_ins_failed",
                kind="counter",
                help="Log-ins that failed or came too fast.",
                read=lambda: work.failed_log_ins,
            ),
            Figure(name="monitor_viewers", help="Open status pages.", read=lambda: self._monitor.feed.viewers),
        ]
        description = openapi.document(ENDPOINTS, metadata.version("caruso"))
        work = Api(wiring, origins, Metrics([*own, *figures]), lambda: description)
        language = wiring.site.site.language
        floor = [Supervisions(wiring.switchboard), Messages(wiring.switchboard), Mailboxes(wiring.voicemail)]
        told = [ReportEndpoints(wiring), ReportPages(language), ScriptEndpoints(wiring), ScriptPages(language)]
        self._visits = VisitorPages(reactor, wiring, origins)
        in_thread = partial(deferToThreadPool, reactor, reactor.getThreadPool())
        files = DeskFiles(doorkeeper, wiring.dialogs, wiring.switchboard, self._visits.uploads, in_thread)
        works = [work, Pages(language), self._monitor.thresholds, *floor, *told, *self._visits.works, files]
        lost = LostPage(wiring.site)
        routes = Routes(ENDPOINTS, works, doorkeeper, lost)
        sockets: dict[bytes, tuple[Role, SocketFactory]] = {
            b"/desk": (Role.ANYONE, lambda _: desk_factory),  # a desk logs in with its first message
            b"/monitor/feed": (Role.SUPERVISOR, self._monitor.feed.factory),
        }
        if services_factory is not None:
            sockets[services.PATH.encode()] = (Role.ANYONE, lambda _: services_factory)  # hello says who it is
        doors = (*self._visits.doors, files.door)
        self._site = WebSite(
            routes.resource(), sockets, doorkeeper, origins, answered, lambda: wiring.now().mono, doors, lost
        )

    def listen(self, listening: socket.socket | None = None) -> None:
        """Begin to serve on a socket that listens already (it stays the caller's), or on `[web].listen`.

        Raises `OSError` where the address cannot be used.
        """
        self._monitor.start()
        self._visits.start()
        if listening is not None:
            listening.setblocking(False)  # Twisted accepts until there is nobody left
            self._port = self._reactor.adoptStreamPort(listening.fileno(), listening.family, self._site)
            return
        host, port = split_address(self._listen)
        try:
            self._port = self._reactor.listenTCP(port, self._site, backlog=BACKLOG, interface=host)
        except CannotListenError as error:
            raise OSError(f"[web].listen {self._listen} cannot be used: {error}") from error

    @property
    def port(self) -> int:
        """The TCP port that is served; 0: none yet."""
        here: Any = None if self._port is None else self._port.getHost()
        return 0 if here is None else int(here.port)

    async def stop(self) -> None:
        """Take no more requests, and close the feeds."""
        self._visits.stop()
        await self._monitor.stop()
        if self._port is not None:
            port, self._port = self._port, None
            await maybeDeferred(port.stopListening)


def split_address(listen: str) -> tuple[str, int]:
    """`HOST:PORT` or `[IPv6]:PORT`. Raises `ValueError`."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)
