"""`/monitor/feed`: tells status pages everything at first, then numbered changes soon after they happen."""

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
from server.call.ports import Sessions, Switchboard
from server.pace import Pace
from server.web.access import ROLES, Caller, Role
from server.web.monitor.board import Board, difference
from server.web_socket import GOING_AWAY, POLICY_VIOLATION, ServerSocket
from server.wire import monitor as wire

CHANGES_SECONDS = 0.2
"""Shortest time between two changes."""
BEAT_SECONDS = 1.0
"""Longest time between two messages: a page that hears nothing for 3 s greys out."""
SESSION_CHECK_SECONDS = 60.0
MOST_VIEWERS = 100
NOT_LOGGED_IN = 4401

encode = msgspec.json.Encoder().encode
log = structlog.get_logger()


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where the feed has its boards from. `thaw` is called when somebody looks after a time in which nobody did."""

    board: Callable[[], Board]
    wall: Callable[[], float]
    samples: Callable[[], list[wire.Sample]]
    thaw: Callable[[], None]
    site: str
    reasons: list[wire.Named]


class MonitorFeed:
    """All open feeds. What they are told is made once for all of them, and only while somebody looks."""

    def __init__(self, reactor: IReactorTime, switchboard: Switchboard, sessions: Sessions, source: Source) -> None:
        self.reactor = reactor
        self._switchboard = switchboard
        self._sessions = sessions
        self._source = source
        self._open: set[_Viewer] = set()
        self._number = 0
        self._board: Board | None = None
        """As it was told; None: nobody looks."""
        self._fresh: list[wire.Sample] = []
        self._told_at = 0.0
        self._pace = Pace(reactor, lambda: CHANGES_SECONDS, self._tell_changes)
        self._beat = LoopingCall(self._tick)
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
        if self._open:
            self._tell_changes()  # all are at the same number
        else:
            self._source.thaw()
            self._board = self._source.board()
            self._fresh.clear()
        self._open.add(viewer)
        self.tell_all_to(viewer)

    def closed(self, viewer: "_Viewer") -> None:
        """A feed is over."""
        self._open.discard(viewer)
        if not self._open:
            self._board = None

    def changed(self) -> None:
        """Something that is no fact changed: a threshold, a service, a customer's name."""
        if self._open:
            self._pace.ask()

    def sampled(self, sample: wire.Sample) -> None:
        """The trend goes on."""
        if self._open:
            self._fresh.append(sample)
            self._pace.ask()

    def tell_all_to(self, viewer: "_Viewer") -> None:
        """A snapshot: the first message, or instead of changes that a slow page missed."""
        board, caller = self._board, viewer.caller
        if board is None or caller is None:
            return
        agent = self._switchboard.agent(caller.user)
        viewer.tell(
            encode(
                wire.Snapshot(
                    number=self._number,
                    at=self._source.wall(),
                    site=self._source.site,
                    viewer=wire.Viewer(
                        id=caller.user, name=agent.name if agent else caller.user, role=caller.role.name.lower()
                    ),
                    reasons=self._source.reasons,
                    totals=board.totals,
                    queues=list(board.queues.values()),
                    agents=list(board.agents.values()),
                    waiting=list(board.waiting.values()),
                    services=list(board.services.values()),
                    mailboxes=list(board.mailboxes.values()),
                    campaigns=list(board.campaigns.values()),
                    thresholds=dict(board.thresholds),
                    trend=self._source.samples(),
                )
            )
        )

    def _committed(self, _: Sequence[Entry]) -> None:
        if self._open:
            self._pace.ask()

    def _tell_changes(self) -> None:
        """Tell what became different, if anything did."""
        if self._board is None:
            return
        board = self._source.board()
        told = difference(self._board, board)
        self._board = board
        if self._fresh:
            told["trend"] = list(self._fresh)
            self._fresh.clear()
        if not told:
            return
        self._number += 1
        self._tell(encode(wire.Changed(number=self._number, at=self._source.wall(), **told)))  # type: ignore[arg-type]

    def _tick(self) -> None:
        """Levels change with time; and a page must hear that nothing else did."""
        self._tell_changes()
        if self._open and self.reactor.seconds() - self._told_at >= BEAT_SECONDS / 2:
            self._tell(encode(wire.Beat(number=self._number, at=self._source.wall())))

    def _tell(self, message: bytes) -> None:
        self._told_at = self.reactor.seconds()
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
        self._missed = False

    def onConnect(self, request: Any) -> str | None:  # noqa: N802
        """The handshake; a page that names subprotocols must know ours."""
        if self._feed.viewers >= MOST_VIEWERS:
            raise ConnectionDeny(503, "Too many status pages are open.")
        if request.protocols and wire.SUBPROTOCOL not in request.protocols:
            raise ConnectionDeny(400, f"The subprotocol is {wire.SUBPROTOCOL}.")
        return wire.SUBPROTOCOL if request.protocols else None

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
        """Send it, unless the page reads too slowly: then it gets a snapshot when it has caught up."""
        if self._stalled:
            self._missed = True
        else:
            self.send_text(message)

    def _turned(self, stalled: bool) -> None:
        self._stalled = stalled
        if self._missed and not stalled:
            self._missed = False
            self._feed.tell_all_to(self)


class _ViewerFactory(WebSocketServerFactory):  # type: ignore[misc]  # autobahn's classes are untyped here
    def __init__(self, feed: MonitorFeed, caller: Caller | None) -> None:
        super().__init__(protocols=[wire.SUBPROTOCOL], server="", reactor=feed.reactor)
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
