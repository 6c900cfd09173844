"""`/monitor/feed`: tells status pages what happens now, soon after it changed and at least every 3 s."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import structlog
from autobahn.twisted.websocket import WebSocketServerFactory
from autobahn.websocket.types import ConnectionDeny
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from server.call.facts import Entry
from server.call.now import Now
from server.call.ports import Sessions, Switchboard
from server.pace import Pace
from server.web import status
from server.web.access import ROLES, Caller, Role
from server.web_socket import GOING_AWAY, POLICY_VIOLATION, ServerSocket
from server.wire import api

CHANGES_SECONDS = 0.5
"""Shortest time between two messages."""
BEAT_SECONDS = 3.0
"""Longest time between two messages: a page that hears nothing for longer greys out."""
SESSION_CHECK_SECONDS = 60.0
MOST_VIEWERS = 100
NOT_LOGGED_IN = 4401

log = structlog.get_logger()


class MonitorFeed:
    """All open feeds. What they are told is made once for all of them."""

    def __init__(
        self, reactor: IReactorTime, switchboard: Switchboard, sessions: Sessions, now: Callable[[], Now]
    ) -> None:
        self.reactor = reactor
        self._switchboard = switchboard
        self._sessions = sessions
        self._now = now
        self._open: set[_Viewer] = set()
        self._pace = Pace(reactor, lambda: CHANGES_SECONDS, self._tell_all)
        self._beat = LoopingCall(self._pace.ask)
        self._check = LoopingCall(self._check_sessions)
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def viewers(self) -> int:
        """Open feeds."""
        return len(self._open)

    def start(self) -> None:
        """Listen to the facts."""
        self._unsubscribe = self._switchboard.subscribe(self._committed)
        for loop, seconds in ((self._beat, BEAT_SECONDS), (self._check, SESSION_CHECK_SECONDS)):
            loop.clock = self.reactor
            loop.start(seconds, now=False)

    def stop(self) -> None:
        """Close all."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        for loop in (self._beat, self._check):
            if loop.running:
                loop.stop()
        self._pace.stop()
        for viewer in list(self._open):
            viewer.close_with(GOING_AWAY, "the server ends")

    def factory(self, caller: Caller | None) -> "_ViewerFactory":
        """What answers the WebSocket of a supervisor."""
        return _ViewerFactory(self, caller)

    def opened(self, viewer: "_Viewer") -> None:
        """A feed is open: it is told everything at once."""
        self._open.add(viewer)
        viewer.tell(self._message())

    def closed(self, viewer: "_Viewer") -> None:
        """A feed is over."""
        self._open.discard(viewer)

    def _committed(self, _: Sequence[Entry]) -> None:
        if self._open:
            self._pace.ask()

    def _message(self) -> bytes:
        return msgspec.json.encode(api.Feed(status.status(self._switchboard, self._now().wall)))

    def _tell_all(self) -> None:
        if not self._open:
            return
        message = self._message()
        for viewer in list(self._open):
            viewer.tell(message)

    def _check_sessions(self) -> None:
        for viewer in list(self._open):
            Deferred.fromCoroutine(self._check_session(viewer)).addErrback(_check_failed)

    async def _check_session(self, viewer: "_Viewer") -> None:
        session = await self._sessions.check(viewer.caller.token) if viewer.caller else None
        agent = self._switchboard.agent(session.user) if session else None
        if agent is None or ROLES.get(agent.role, Role.ANYONE) < Role.SUPERVISOR:
            viewer.close_with(NOT_LOGGED_IN, "the session is over")


def _check_failed(why: Failure) -> None:
    """The store is away: the feed stays, and is asked for again in a minute."""
    log.warning("session_check_failed", error=repr(why.value))


class _Viewer(ServerSocket):
    """One open status page."""

    def __init__(self, feed: MonitorFeed, caller: Caller | None) -> None:
        super().__init__()
        self._feed = feed
        self.caller = caller
        self._stalled = False

    def onConnect(self, request: Any) -> str | None:  # noqa: N802
        """The handshake; a page that names subprotocols must know ours."""
        if self._feed.viewers >= MOST_VIEWERS:
            raise ConnectionDeny(503, "Too many status pages are open.")
        if request.protocols and api.FEED_SUBPROTOCOL not in request.protocols:
            raise ConnectionDeny(400, f"The subprotocol is {api.FEED_SUBPROTOCOL}.")
        return api.FEED_SUBPROTOCOL if request.protocols else None

    def onOpen(self) -> None:  # noqa: N802
        """Open."""
        self.watch_buffer(self._turned)
        self._feed.opened(self)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: ARG002, N802, N803
        """A feed is only listened to."""
        self.close_with(POLICY_VIOLATION, "this feed only tells")

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: ARG002, N802, N803
        """Over."""
        self._feed.closed(self)

    def tell(self, message: bytes) -> None:
        """Send it, unless the page reads too slowly: then it gets a later one."""
        if not self._stalled:
            self.send_text(message)

    def _turned(self, stalled: bool) -> None:
        self._stalled = stalled


class _ViewerFactory(WebSocketServerFactory):  # type: ignore[misc]  # autobahn's classes are untyped here
    def __init__(self, feed: MonitorFeed, caller: Caller | None) -> None:
        super().__init__(protocols=[api.FEED_SUBPROTOCOL], server="", reactor=feed.reactor)
        self._feed = feed
        self._caller = caller
        self.setProtocolOptions(
            webStatus=False,
            failByDrop=False,
            maxFramePayloadSize=1024,
            maxMessagePayloadSize=1024,
            closeHandshakeTimeout=2,
            autoPingInterval=10,
            autoPingTimeout=10,
            tcpNoDelay=True,
            allowNullOrigin=True,
        )

    def buildProtocol(self, _address: Any) -> _Viewer:  # noqa: N802
        """A feed."""
        viewer = _Viewer(self._feed, self._caller)
        viewer.factory = self
        return viewer
