"""One desk's WebSocket: log-in, size, rate and pace of reading. What is said means is the gateway's."""

import socket
from collections.abc import Awaitable
from functools import partial
from typing import Any, Protocol

import msgspec
import structlog
from autobahn.twisted.websocket import WebSocketServerFactory
from autobahn.websocket.types import ConnectionDeny
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from server.anteroom import Anteroom, Guest
from server.desk.agent_desk import AgentDesk
from server.web_socket import SERVER_FAILED, ServerSocket
from server.wire import desk

HELLO_SECONDS = 5.0
TOO_MANY = 429
"""Of HTTP (RFC 6585)."""
STALLED_SECONDS = 20.0
"""A desk that has not read what it was sent for so long is dropped; it connects again and gets everything."""
MOST_WAITING_OCTETS = 256 * 1024
"""Replies that may wait for a desk that reads slowly."""
BURST_MESSAGES = 60
MESSAGES_PER_SECOND = 20.0
MOST_UNANSWERED = 32
MOST_TOO_FAST = 200

NOT_LOGGED_IN = 4401
TAKEN_OVER = 4402
PROTOCOL_ERROR = 4409

_NOTSENT_LOWAT = 25
"""TCP_NOTSENT_LOWAT of Linux: what is not sent yet waits with us, where an old state is replaced by a newer one."""
_WAITING_IN_KERNEL_OCTETS = 8 * 1024

_decode = msgspec.json.Decoder(desk.FromDesk).decode

log = structlog.get_logger()


class Gateway(Protocol):
    """What a connection asks of the gateway."""

    reactor: IReactorTime
    anteroom: Anteroom

    def log_in(self, wire: "DeskConnection", hello: desk.Hello) -> Awaitable[AgentDesk | None]:
        """The desk of a valid token, welcomed; None: the connection was closed."""
        ...

    def answer(self, desk: AgentDesk, request: desk.AnyRequest) -> Awaitable[desk.FromCore]:
        """Carry out a request."""
        ...

    def heard(self, desk: AgentDesk) -> None:
        """The desk said something."""
        ...

    def resumed(self, desk: AgentDesk) -> None:
        """The desk reads again."""
        ...

    def lost(self, desk: AgentDesk) -> None:
        """The connection is over."""
        ...


class DeskConnection(ServerSocket):
    """A desk's connection, from the handshake to the end."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self._gateway = gateway
        self._reactor = gateway.reactor
        self._desk: AgentDesk | None = None
        self._greeted = False
        self._hello_due: IDelayedCall | None = None
        self._stalled_due: IDelayedCall | None = None
        self._unanswered = 0
        self._waiting_octets = 0
        self._allowance = float(BURST_MESSAGES)
        self._allowance_at = 0.0
        self._too_fast = 0
        self._address = ""
        self._guest: Guest | None = None
        self.stalled = False
        self.ended = False

    # what autobahn calls

    def onConnect(self, request: Any) -> str:  # noqa: N802
        """The handshake: only our subprotocol."""
        if desk.SUBPROTOCOL not in request.protocols:
            raise ConnectionDeny(400, f"The subprotocol is {desk.SUBPROTOCOL}.")
        self._address = self.address_of(request)
        refusal = self._gateway.anteroom.refusal(self._address)
        if refusal:
            raise ConnectionDeny(TOO_MANY, refusal)
        return desk.SUBPROTOCOL

    def onOpen(self) -> None:  # noqa: N802
        """The handshake is done: wait for `hello`."""
        turned_out = partial(self.end, NOT_LOGGED_IN, "no hello came in time")
        self._guest = self._gateway.anteroom.enter(self._address, turned_out)
        self._allowance_at = self._reactor.seconds()
        self._hello_due = self._reactor.callLater(HELLO_SECONDS, self.end, NOT_LOGGED_IN, "no hello came in time")
        self._tune()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        """A frame from the desk."""
        if self.ended:
            return
        try:
            message = _decode(payload)
        except (msgspec.MsgspecError, RecursionError) as error:
            self.end(PROTOCOL_ERROR, str(error))
            return
        if isBinary:
            self.end(PROTOCOL_ERROR, "text frames only")
        elif isinstance(message, desk.Hello):
            self._hello(message)
        elif self._desk is None:
            self.end(PROTOCOL_ERROR, "hello comes first, and welcome before requests")
        else:
            self._request(self._desk, message)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: ARG002, N802, N803
        """The connection is over, whoever ended it."""
        self.ended = True
        self._cancel_timers()
        self._leave(is_known=self._desk is not None)
        if self._desk is not None:
            lost, self._desk = self._desk, None
            self._gateway.lost(lost)

    # what the gateway calls

    def send(self, payload: bytes) -> None:
        """Send one text frame."""
        if self.ended:
            return
        if self.stalled:
            self._waiting_octets += len(payload)
            if self._waiting_octets > MOST_WAITING_OCTETS:
                log.warning("desk_reads_too_slowly", agent=self._desk and self._desk.agent)
                self.abort()
                return
        self.send_text(payload)

    def end(self, code: int, reason: str) -> None:
        """Close with a code; what was sent before goes out first."""
        if self.ended:
            return
        self.ended = True
        self._cancel_timers()
        self._leave(is_known=self._desk is not None)
        self.close_with(code, reason)

    def abort(self) -> None:
        """Drop the connection now."""
        self.ended = True
        self._cancel_timers()
        self.dropConnection(abort=True)

    # inside

    def _leave(self, *, is_known: bool) -> None:
        if self._guest is not None:
            self._gateway.anteroom.leave(self._guest, is_known=is_known)
            self._guest = None

    def _tune(self) -> None:
        """Keep little in the socket's buffers, and learn when they are full."""
        try:
            self.transport.getHandle().setsockopt(socket.IPPROTO_TCP, _NOTSENT_LOWAT, _WAITING_IN_KERNEL_OCTETS)
        except OSError as error:  # another system than Linux: slow lines lag a little more
            log.debug("desk_socket_not_tuned", error=str(error))
        self.transport.bufferSize = _WAITING_IN_KERNEL_OCTETS
        self.watch_buffer(self._turned)

    def _turned(self, stalled: bool) -> None:
        if self.ended or stalled == self.stalled:
            return
        self.stalled = stalled
        if stalled:
            self._stalled_due = self._reactor.callLater(STALLED_SECONDS, self.abort)
            return
        _cancel(self._stalled_due)
        self._waiting_octets = 0
        if self._desk is not None:
            self._gateway.resumed(self._desk)

    def _hello(self, hello: desk.Hello) -> None:
        if self._greeted:
            self.end(PROTOCOL_ERROR, "hello is said once")
            return
        self._greeted = True
        _cancel(self._hello_due)
        answer = Deferred.fromCoroutine(self._log_in(hello))
        answer.addErrback(self._failed)

    async def _log_in(self, hello: desk.Hello) -> None:
        welcomed = await self._gateway.log_in(self, hello)
        if welcomed is not None:
            self._leave(is_known=True)
            if self.ended:
                self._gateway.lost(welcomed)
            else:
                self._desk = welcomed

    def _request(self, asking: AgentDesk, request: desk.AnyRequest) -> None:
        self._gateway.heard(asking)
        if not self._allowed():
            self._too_fast += 1
            if self._too_fast > MOST_TOO_FAST:
                self.end(PROTOCOL_ERROR, "far too many messages")
                return
            asking.reply(desk.Refused(request.id, "too-fast", "Too many requests; please slow down."))
            return
        if self._unanswered >= MOST_UNANSWERED:
            asking.reply(desk.Refused(request.id, "too-many-unanswered", "Too many requests are under way."))
            return
        self._unanswered += 1
        answer = Deferred.fromCoroutine(self._answer(asking, request))
        answer.addErrback(self._failed)

    async def _answer(self, asking: AgentDesk, request: desk.AnyRequest) -> None:
        try:
            reply = await self._gateway.answer(asking, request)
        finally:
            self._unanswered -= 1
        asking.reply(reply)

    def _allowed(self) -> bool:
        """A bucket of `BURST_MESSAGES` that fills at `MESSAGES_PER_SECOND`."""
        now = self._reactor.seconds()
        filled = self._allowance + (now - self._allowance_at) * MESSAGES_PER_SECOND
        self._allowance, self._allowance_at = min(float(BURST_MESSAGES), filled), now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def _failed(self, why: Failure) -> None:
        log.error("desk_connection_failed", agent=self._desk and self._desk.agent, error=repr(why.value))
        self.end(SERVER_FAILED, "the server failed")

    def _cancel_timers(self) -> None:
        _cancel(self._hello_due)
        _cancel(self._stalled_due)


def _cancel(due: IDelayedCall | None) -> None:
    """Cancel a timer if it still runs."""
    if due is not None and due.active():
        due.cancel()


class DeskFactory(WebSocketServerFactory):  # type: ignore[misc]  # autobahn's classes are untyped here
    """Makes connections for the gateway; whoever listens checks the Origin before."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(protocols=[desk.SUBPROTOCOL], server="", reactor=gateway.reactor)
        self._gateway = gateway
        self.setProtocolOptions(
            webStatus=False,
            failByDrop=False,
            maxFramePayloadSize=desk.MAX_MESSAGE_OCTETS,
            maxMessagePayloadSize=desk.MAX_MESSAGE_OCTETS,
            openHandshakeTimeout=HELLO_SECONDS,
            closeHandshakeTimeout=2,
            tcpNoDelay=True,
            allowNullOrigin=True,
        )

    def buildProtocol(self, _address: Any) -> DeskConnection:  # noqa: N802
        """A connection."""
        connection = DeskConnection(self._gateway)
        connection.factory = self
        return connection
