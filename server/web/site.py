"""Every HTTP request passes here first: limits, headers, and the way to a WebSocket."""

import contextlib
from collections.abc import Callable
from typing import Any

import structlog
from autobahn.twisted.resource import WebSocketResource
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from server.web.access import Caller, Doorkeeper, Role
from server.web.answers import ProblemFound, render_problem
from server.web.forms import is_multipart
from server.web.origins import Origins
from server.wire import api

IDLE_SECONDS = 60
"""A connection on which nothing comes is closed."""
MOST_DISCARDED_OCTETS = 1024 * 1024
"""Of a body that is too long, so much is read and thrown away before its sender is cut off."""
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

    received_octets = 0
    most_octets = api.MAX_BODY_OCTETS

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """Bodies are short: keep them in memory. A form with files may be longer, and goes to the disk."""
        most_form_octets: int = self.channel.site.most_form_octets  # type: ignore[attr-defined]
        if most_form_octets and is_multipart(self):
            self.most_octets = most_form_octets
            super().gotLength(length)  # type: ignore[no-untyped-call]
        else:
            super().gotLength(0)  # type: ignore[no-untyped-call]

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """A part of the body."""
        self.received_octets += len(data)
        if self.received_octets <= self.most_octets:
            super().handleContentChunk(data)  # type: ignore[no-untyped-call]
        elif self.received_octets > max(self.most_octets, MOST_DISCARDED_OCTETS):
            self.channel.loseConnection()  # type: ignore[no-untyped-call]

    def processingFailed(self, reason: Failure) -> Failure:  # noqa: N802 - Twisted's name
        """A fault that nobody caught."""
        kind = "/".join(self.path.decode("latin-1").split("/")[:4])  # what follows may be a secret of a visitor's page
        log.error("web_request_failed", path=kind, error=repr(reason.value))
        with contextlib.suppress(RuntimeError):  # the asker is gone
            self.write(render_problem(self, ProblemFound("internal-error", "The server failed at this request.")))  # type: ignore[no-untyped-call]
            self.finish()  # type: ignore[no-untyped-call]
        return reason


class WebSite(Site):
    """Sees every request first: headers, length, and whether it becomes a WebSocket."""

    def __init__(
        self,
        resource: IResource,
        sockets: dict[bytes, tuple[Role, SocketFactory]],
        doorkeeper: Doorkeeper,
        origins: Origins,
        answered: dict[tuple[str, ...], float],
        most_form_octets: int = 0,
    ) -> None:
        """`most_form_octets`: of a form with files; 0: there are none."""
        super().__init__(  # type: ignore[no-untyped-call]
            resource, requestFactory=LimitedRequest, timeout=IDLE_SECONDS, parsePOSTFormSubmission=False
        )
        self.most_form_octets = most_form_octets
        self._sockets = sockets
        self._doorkeeper = doorkeeper
        self._origins = origins
        self._answered = answered
        self._headers = dict(SECURITY_HEADERS)
        if origins.secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    def getResourceFor(self, request: Any) -> Any:  # noqa: N802 - Twisted's name
        """Where a request goes."""
        request.responseHeaders.removeHeader(b"server")
        for name, value in self._headers.items():
            request.setHeader(name.encode(), value.encode())
        if request.received_octets > request.most_octets:
            most = request.most_octets // 1024
            return _Refusal(ProblemFound("body-too-long", f"A body has at most {most} KiB."))
        upgrade = self._sockets.get(request.path)
        if upgrade is not None:
            return _Upgrade(*upgrade, self._doorkeeper, self._origins)
        return super().getResourceFor(request)  # type: ignore[no-untyped-call]

    def log(self, request: Any) -> None:
        """Count instead of writing a line."""
        method = request.method.decode("latin-1")
        known = method if method in METHODS else "other"
        self._answered[known, str(request.code)] += 1

    def startFactory(self) -> None:  # noqa: N802 - Twisted's name
        """No access log is opened."""


class _Refusal(Resource):
    """Answers with a problem and closes."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, problem: ProblemFound) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._problem = problem

    def render(self, request: Any) -> bytes:
        """The problem."""
        channel = request.channel
        request.setHeader(b"Connection", b"close")
        request.notifyFinish().addCallback(lambda _: channel.loseConnection())
        return render_problem(request, self._problem)


class _Upgrade(Resource):
    """Hands a connection over to autobahn, if it asks for a WebSocket, comes from our page, and may."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, role: Role, factory: SocketFactory, doorkeeper: Doorkeeper, origins: Origins) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
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
            raise ProblemFound("upgrade-required", "Open a WebSocket here.", headers={"Upgrade": "websocket"})
        WebSocketResource(self._factory(caller)).render(request)

    def _failed(self, why: Failure, request: Any) -> None:
        if request._disconnected:  # the asker is gone
            return
        problem = why.value
        if not isinstance(problem, ProblemFound):
            log.error("web_socket_failed", path=request.path.decode("latin-1"), error=repr(problem))
            problem = ProblemFound("internal-error", "The server failed at this request.")
        request.write(render_problem(request, problem))
        request.finish()
