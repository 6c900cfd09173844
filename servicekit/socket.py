"""A program's end of the WebSocket, on asyncio."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

from server.wire import services as wire

CONNECT_SECONDS = 10.0
_PING_SECONDS = 10


class Socket(WebSocketClientProtocol):  # type: ignore[misc]  # autobahn's classes are untyped here
    """`opened` and `closed` are futures; `closed` has the code and the reason."""

    def __init__(self, received: Callable[[bytes], None]) -> None:
        super().__init__()
        self._received = received
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[tuple[int | None, str]] = loop.create_future()

    def onOpen(self) -> None:  # noqa: N802
        """The handshake is done."""
        if not self.opened.done():
            self.opened.set_result(None)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: ARG002, N802, N803
        """A frame."""
        self._received(payload)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: ARG002, N802, N803
        """The end, whoever wanted it."""
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(reason or "the handshake failed"))
        if not self.closed.done():
            self.closed.set_result((code, reason or ""))

    def send(self, payload: bytes) -> None:
        """Send a text frame, if the connection is open."""
        if self.state == self.STATE_OPEN:
            self.sendMessage(payload)


class NotTrusted(ConnectionError):
    """The other end is not believed to be the server, or TLS cannot be spoken with it. The text says why."""


async def connect(url: str, certificates: str, received: Callable[[bytes], None]) -> Socket:
    """An open WebSocket. `certificates`: PEM file of who vouches for the server; empty: whom the system believes.

    Raises `NotTrusted`, other `OSError` (also for a refused handshake) and `TimeoutError`.
    """
    parts = urlsplit(url)
    is_tls = parts.scheme == "wss"
    factory = WebSocketClientFactory(url, protocols=[wire.SUBPROTOCOL], useragent="servicekit")
    factory.protocol = lambda: Socket(received)
    factory.setProtocolOptions(
        maxFramePayloadSize=wire.MAX_MESSAGE_OCTETS,
        maxMessagePayloadSize=wire.MAX_MESSAGE_OCTETS,
        openHandshakeTimeout=CONNECT_SECONDS,
        closeHandshakeTimeout=2,
        autoPingInterval=_PING_SECONDS,
        autoPingTimeout=_PING_SECONDS,
        tcpNoDelay=True,
    )
    made: Any
    context = _context(certificates) if is_tls else None
    async with asyncio.timeout(CONNECT_SECONDS):
        try:
            _, made = await asyncio.get_running_loop().create_connection(
                factory, parts.hostname or "", parts.port or (443 if is_tls else 80), ssl=context
            )
        except ssl.SSLError as error:
            raise NotTrusted(_why(error, parts.hostname or "", certificates)) from error
        socket: Socket = made
        try:
            await socket.opened
        except asyncio.CancelledError:
            socket.transport.abort()
            raise
    return socket


def _context(certificates: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=certificates or None)
    except OSError as error:  # also SSLError: it is no PEM file
        why = error.strerror or "it holds no certificate"
        raise NotTrusted(f"the certificates {certificates} cannot be read: {why}") from error


def _why(error: ssl.SSLError, host: str, certificates: str) -> str:
    """A sentence for who runs the program (codes as in OpenSSL's x509_vfy.h)."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return f"{host} speaks no TLS there, or none that we know ({error.reason}); is it ws:// instead of wss://?"
    match error.verify_code:
        case 62 | 64:  # a host name, an address
            return f"the server's certificate is not for {host}; name it in the URL as the certificate does"
        case 2 | 18 | 19 | 20 | 21:
            who = f"nobody in {certificates}" if certificates else "nobody whom this system believes"
            return f"{who} vouches for the certificate of {host}; certificates= names who does"
        case 9 | 10:
            return f"the certificate of {host} is not valid today: {error.verify_message}"
    return f"the certificate of {host} is refused: {error.verify_message}"
