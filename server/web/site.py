"""Every HTTP request passes here first: limits, headers, and the way to a WebSocket."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from autobahn.twisted.resource import WebSocketResource
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from server.web.access import Caller, Doorkeeper, Role
from server.web.answers import Answer, ProblemFound, render, render_problem
from server.web.channel import GuardedChannel
from server.web.crowd import Crowd
from server.web.doors import BodyDoor, BodyDoors, Instead, Path
from server.web.lost import LostPage
from server.web.origins import Origins
from server.wire import api

IDLE_SECONDS = 60
"""A connection on which nothing comes is closed."""
MOST_CONNECTIONS = 1000
MOST_OF_ONE = 200
"""HTTP connections at a time, in all and of one address; a proxy on this machine has only the first limit."""
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

SocketFactory = Callable[[Caller | None], Any]
"""Makes an autobahn factory for a caller who was admitted."""

log = structlog.get_logger()


class LimitedRequest(Request):
    """A request whose body is limited, and whose faults are told as problems."""

    channel: Any
    received_octets = 0
    most_octets = api.MAX_BODY_OCTETS
    refused: Answer | ProblemFound | None = None
    """What is answered instead of all else, where the body was not wanted."""

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """Bodies are short, and are kept in memory. A longer one comes through a door (`doors`), and goes to the disk.
        `length` None: the sender does not say."""
        channel = self.channel
        self.method, self.uri, self.clientproto = channel._command, channel._path, channel._version
        self.path, self.args = self.uri.partition(b"?")[0], {}
        doors: BodyDoors = channel.site.doors
        is_short = length is not None and length <= self.most_octets
        found = None if is_short else doors.find(self.method, self.path)
        if is_short or (length is None and found is None):
            super().gotLength(0)  # type: ignore[no-untyped-call]
            return
        held = channel.hold()
        is_expected = self.requestHeaders.hasHeader(b"expect")
        self.requestHeaders.removeHeader(b"expect")  # it is answered when the head was judged
        judged = Deferred.fromCoroutine(self._judge(held, doors, found, length, is_expected))
        judged.addErrback(self._not_judged)

    async def _judge(
        self,
        held: "Deferred[None]",
        doors: BodyDoors,
        found: tuple[BodyDoor, Path] | None,
        length: int | None,
        is_expected: bool,
    ) -> None:
        try:
            await held
            if found is not None:
                self.most_octets = await doors.admit(self, *found, length)
            if length is not None and length > self.most_octets:
                raise _too_long(self.most_octets)
        except Instead as instead:
            self._refuse(instead.answer)
        except ProblemFound as problem:
            self._refuse(problem)
        except ConnectionError as error:
            log.warning("web_service_away", error=repr(error))
            self._refuse(ProblemFound("service-away", "A service that is needed is away; try again."))
        else:
            self._admitted(length, is_expected)

    def _admitted(self, length: int | None, is_expected: bool) -> None:
        if self.channel is None:  # the sender is gone
            return
        super().gotLength(length)  # type: ignore[no-untyped-call]
        if is_expected and self.clientproto == b"HTTP/1.1":
            self.channel.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.channel.go_on()

    def _refuse(self, refused: Answer | ProblemFound) -> None:
        if self.channel is None:  # the sender is gone
            return
        self.refused = refused
        super().gotLength(0)  # type: ignore[no-untyped-call]
        self.channel.refuse()

    def _not_judged(self, failure: Failure) -> None:
        log.error("web_request_failed", error=repr(failure.value))
        self._refuse(ProblemFound("internal-error", "The server failed at this request."))

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """A part of the body."""
        self.received_octets += len(data)
        if self.received_octets <= self.most_octets:
            super().handleContentChunk(data)  # type: ignore[no-untyped-call]
        elif self.refused is None:
            self.refused = _too_long(self.most_octets)
            self.channel.refuse_soon(self)

    def _handleStar(self) -> None:  # noqa: N802 - Twisted's name
        """`OPTIONS *` asks for nothing of ours; Twisted answers it, past `getResourceFor`."""
        self.channel.site.dress(self)
        super()._handleStar()  # type: ignore[no-untyped-call]

    def processingFailed(self, reason: Failure) -> Failure:  # noqa: N802 - Twisted's name
        """A fault that nobody caught."""
        kind = "/".join(self.path.decode("latin-1").split("/")[:4])  # what follows may be a secret of a visitor's page
        log.error("web_request_failed", path=kind, error=repr(reason.value))
        with contextlib.suppress(RuntimeError):  # the asker is gone
            self.write(render_problem(self, ProblemFound("internal-error", "The server failed at this request.")))  # type: ignore[no-untyped-call]
            self.finish()  # type: ignore[no-untyped-call]
        return reason


def _too_long(most_octets: int) -> ProblemFound:
    return ProblemFound("body-too-long", f"A body has at most {most_octets // 1024} KiB here.")


class WebSite(Site):
    """Sees every request first: headers, length, and whether it becomes a WebSocket."""

    protocol = GuardedChannel  # type: ignore[assignment]  # its own wraps a channel, for HTTP/2

    def __init__(
        self,
        resource: IResource,
        sockets: dict[bytes, tuple[Role, SocketFactory]],
        doorkeeper: Doorkeeper,
        origins: Origins,
        answered: dict[tuple[str, ...], float],
        mono: Callable[[], float],
        doors: Sequence[BodyDoor] = (),
        lost: LostPage | None = None,
    ) -> None:
        """`doors`: where long bodies come in. `mono`: monotonic seconds. `lost`: what people see at a WebSocket's
        address; None: the problem."""
        super().__init__(  # type: ignore[no-untyped-call]
            resource, requestFactory=LimitedRequest, timeout=IDLE_SECONDS, parsePOSTFormSubmission=False
        )
        self.doors = BodyDoors(doors)
        self.mono = mono
        self.crowd = Crowd(MOST_CONNECTIONS, MOST_OF_ONE)
        self._sockets = sockets
        self._doorkeeper = doorkeeper
        self._origins = origins
        self._lost = lost
        self._answered = answered
        self._headers = dict(SECURITY_HEADERS)
        if origins.secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    def came(self, channel: GuardedChannel) -> None:
        """A connection is open."""
        self.crowd.came(channel, str(getattr(channel.transport.getPeer(), "host", "")))

    def gone(self, channel: GuardedChannel) -> None:
        """It is over, or became a WebSocket."""
        self.crowd.gone(channel)

    def dress(self, request: Any) -> None:
        """The headers that every answer has; none says what the server is made of."""
        request.responseHeaders.removeHeader(b"server")
        for name, value in self._headers.items():
            request.setHeader(name.encode(), value.encode())

    def getResourceFor(self, request: Any) -> Any:  # noqa: N802 - Twisted's name
        """Where a request goes."""
        self.dress(request)
        if request.refused is not None:
            return _Refusal(request.refused)
        if not _is_text(request):
            return _Refusal(ProblemFound("parameter-invalid", "This address is not valid."))
        upgrade = self._sockets.get(request.path)
        if upgrade is not None:
            return _Upgrade(*upgrade, self._doorkeeper, self._origins, self._lost)
        return super().getResourceFor(request)  # type: ignore[no-untyped-call]

    def log(self, request: Any) -> None:
        """Count instead of writing a line."""
        method = request.method.decode("latin-1")
        known = method if method in METHODS else "other"
        self._answered[known, str(request.code)] += 1

    def startFactory(self) -> None:  # noqa: N802 - Twisted's name
        """No access log is opened."""


def _is_text(request: Any) -> bool:
    """Whether path and host can be read. Klein logs a traceback for each that cannot: strangers would fill the log."""
    try:
        b"/".join(request.postpath).decode("utf-8")
        request.getRequestHostname().decode("utf-8").encode("idna")
    except UnicodeError:
        return False
    return True


class _Refusal(Resource):
    """Answers, and closes."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, answer: Answer | ProblemFound) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._answer = answer

    def render(self, request: Any) -> bytes:
        """The answer."""
        request.channel.persistent = 0
        request.setHeader(b"Connection", b"close")
        if isinstance(self._answer, ProblemFound):
            return render_problem(request, self._answer)
        return render(request, self._answer)


class _Upgrade(Resource):
    """Hands a connection over to autobahn, if it asks for a WebSocket, comes from our page, and may."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(
        self,
        role: Role,
        factory: SocketFactory,
        doorkeeper: Doorkeeper,
        origins: Origins,
        lost: LostPage | None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._lost = lost
        self._role = role
        self._factory = factory
        self._doorkeeper = doorkeeper
        self._origins = origins

    def render(self, request: Any) -> Any:
        """The answer, now or later."""
        done = Deferred.fromCoroutine(self._open(request))
        gone = request.notifyFinish()
        gone.addErrback(lambda _: done.cancel())
        done.addErrback(self._failed, request)
        return NOT_DONE_YET

    async def _open(self, request: Any) -> None:
        if not self._origins.is_ours(request):
            raise ProblemFound("origin-refused", "WebSockets are opened from our own pages and by programs only.")
        caller = await self._doorkeeper.admit(request, self._role)
        upgrades = (request.getHeader(b"upgrade") or b"").lower().split(b",")
        if request.method != b"GET" or b"websocket" not in [upgrade.strip() for upgrade in upgrades]:
            await self._told(request)
            return
        channel = request.channel
        channel.site.gone(channel)  # WebSockets have limits of their own
        WebSocketResource(self._factory(caller)).render(request)

    async def _told(self, request: Any) -> None:
        """No WebSocket was asked for: a program learns that one is wanted, a person where the pages are."""
        problem = ProblemFound("upgrade-required", "Open a WebSocket here.", headers={"Upgrade": "websocket"})
        if self._lost is None or not self._lost.is_for(request):
            raise problem
        request.write(render(request, await self._lost.answer(request, problem)))
        request.finish()

    def _failed(self, why: Failure, request: Any) -> None:
        if request._disconnected:  # the asker is gone
            return
        problem = why.value
        if not isinstance(problem, ProblemFound):
            log.error("web_socket_failed", path=request.path.decode("latin-1"), error=repr(problem))
            problem = ProblemFound("internal-error", "The server failed at this request.")
        request.write(render_problem(request, problem))
        request.finish()
