"""The WebSocket of a company's program: handshake, size, time. What is said means is `remote`'s."""

from typing import Any, Protocol

import structlog
from autobahn.twisted.websocket import WebSocketServerFactory
from autobahn.websocket.types import ConnectionDeny
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from server.services.remote import RemoteService, Wire
from server.web_socket import ServerSocket
from server.wire import services as wire

HELLO_SECONDS = 5.0
TOO_MANY = 429
"""Of HTTP (RFC 6585)."""
STALLED_SECONDS = 10.0
"""A program that has not read what it was sent for so long is disconnected: what it offered is suspect then."""

log = structlog.get_logger()


class Gate(Protocol):
    """What a connection asks of the gate."""

    reactor: IReactorTime

    def refusal(self, address: str) -> str:
        """Why no more connections from an address are taken; empty: they are."""
        ...

    def opened(self, wire: Wire, address: str) -> RemoteService:
        """A connection is open. `address`: where it comes from."""
        ...

    def closed(self, service: RemoteService) -> None:
        """A connection is over."""
        ...


class ServiceConnection(ServerSocket):
    """From the handshake to the end."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate
        self._service: RemoteService | None = None
        self._hello_due: IDelayedCall | None = None
        self._stalled_due: IDelayedCall | None = None
        self._address = ""
        self._ended = False

    # what autobahn calls

    def onConnect(self, request: Any) -> str:  # noqa: N802
        """The handshake: only our subprotocol, only programs."""
        if wire.SUBPROTOCOL not in request.protocols:
            raise ConnectionDeny(400, f"The subprotocol is {wire.SUBPROTOCOL}.")
        if request.headers.get("origin"):
            raise ConnectionDeny(403, "Services are programs, not pages.")
        self._address = self.address_of(request)
        refusal = self._gate.refusal(self._address)
        if refusal:
            raise ConnectionDeny(TOO_MANY, refusal)
        return wire.SUBPROTOCOL

    def onOpen(self) -> None:  # noqa: N802
        """The handshake is done: wait for `hello`."""
        self._service = self._gate.opened(self, self._address)
        self._hello_due = self._gate.reactor.callLater(HELLO_SECONDS, self._no_hello)
        self.watch_buffer(self._turned)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        """A frame from the program."""
        if self._service is None or self._ended:
            return
        if isBinary:
            self.end(wire.PROTOCOL_ERROR, "text frames only")
        else:
            self._service.received(payload)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: ARG002, N802, N803
        """The connection is over, whoever ended it."""
        self._over()

    # what the rules call

    def send(self, payload: bytes) -> None:
        """Send one text frame."""
        if not self._ended:
            self.send_text(payload)

    def end(self, code: int, reason: str) -> None:
        """Close; what was sent before goes out first."""
        if not self._ended:
            self._over()
            self.close_with(code, reason)

    # inside

    def _over(self) -> None:
        self._ended = True
        for due in (self._hello_due, self._stalled_due):
            if due is not None and due.active():
                due.cancel()
        service, self._service = self._service, None
        if service is not None:
            self._gate.closed(service)

    def _no_hello(self) -> None:
        if self._service is not None and not self._service.name:
            self.end(wire.NOT_KNOWN, "no hello came in time")

    def _turned(self, stalled: bool) -> None:
        if self._ended:
            return
        if stalled:
            self._stalled_due = self._gate.reactor.callLater(STALLED_SECONDS, self._stalled)
        elif self._stalled_due is not None and self._stalled_due.active():
            self._stalled_due.cancel()

    def _stalled(self) -> None:
        log.warning("service-reads-too-slowly", service=self._service and self._service.name)
        self._over()
        self.dropConnection(abort=True)


class ServiceFactory(WebSocketServerFactory):  # type: ignore[misc]  # autobahn's classes are untyped here
    """Makes connections for the gate."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(protocols=[wire.SUBPROTOCOL], server="", reactor=gate.reactor)
        self._gate = gate
        self.setProtocolOptions(
            webStatus=False,
            failByDrop=False,
            maxFramePayloadSize=wire.MAX_MESSAGE_OCTETS,
            maxMessagePayloadSize=wire.MAX_MESSAGE_OCTETS,
            openHandshakeTimeout=HELLO_SECONDS,
            closeHandshakeTimeout=2,
            autoPingInterval=10,
            autoPingTimeout=10,
            tcpNoDelay=True,
            allowNullOrigin=False,
        )

    def buildProtocol(self, _address: Any) -> ServiceConnection:  # noqa: N802
        """A connection."""
        connection = ServiceConnection(self._gate)
        connection.factory = self
        return connection
