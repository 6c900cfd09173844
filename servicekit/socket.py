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


async def connect(url: str, certificates: str, received: Callable[[bytes], None]) -> Socket:
    """An open WebSocket. Raises `OSError` (also for a refused handshake) and `TimeoutError`."""
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
    async with asyncio.timeout(CONNECT_SECONDS):
        _, made = await asyncio.get_running_loop().create_connection(
            factory,
            parts.hostname or "",
            parts.port or (443 if is_tls else 80),
            ssl=ssl.create_default_context(cafile=certificates or None) if is_tls else None,
        )
        socket: Socket = made
        try:
            await socket.opened
        except asyncio.CancelledError:
            socket.transport.abort()
            raise
    return socket
