"""A WebSocket client for tests: messages in a queue, the end as a Deferred."""

import json
from typing import Any

from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol
from twisted.internet import reactor
from twisted.internet.defer import Deferred, DeferredQueue

PATIENCE_SECONDS = 60
"""On a machine that has much else to do."""


class SocketRefused(Exception):
    """The handshake failed; the text is the server's answer as autobahn tells it."""


class TestSocket(WebSocketClientProtocol):
    """`messages` are decoded JSON; `closed` fires with (code, reason)."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.messages: DeferredQueue[Any] = DeferredQueue()
        self.opened: Deferred[TestSocket] = Deferred()
        self.closed: Deferred[tuple[int | None, str | None]] = Deferred()

    def onOpen(self) -> None:
        self.opened.callback(self)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N803
        self.messages.put(json.loads(payload))

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: N803
        if not self.opened.called:
            self.opened.errback(SocketRefused(reason))
        self.closed.callback((code, reason))

    def say(self, **message: Any) -> None:
        self.sendMessage(json.dumps(message).encode())

    async def next(self, kind: str = "") -> Any:
        """The next message; with `kind`, the next of that kind, what comes before it is left out."""
        while True:
            message = await self.messages.get().addTimeout(PATIENCE_SECONDS, reactor)
            if not kind or message["t"] == kind:
                return message

    async def ended(self) -> int | None:
        """The close code."""
        code, _ = await self.closed.addTimeout(PATIENCE_SECONDS, reactor)
        return code

    async def close(self) -> None:
        self.sendClose(1000)
        await self.ended()


async def open_socket(
    address: str, path: str, protocols: list[str], origin: str | None = None, headers: dict[str, str] | None = None
) -> TestSocket:
    """An open WebSocket. Raises `SocketRefused`."""
    factory = WebSocketClientFactory(f"ws://{address}{path}", protocols=protocols, origin=origin, headers=headers or {})
    factory.protocol = TestSocket
    factory.noisy = False
    factory.setProtocolOptions(failByDrop=False, closeHandshakeTimeout=2)
    made: Deferred[TestSocket] = Deferred()
    build = factory.buildProtocol

    def build_and_tell(peer: Any) -> TestSocket:
        protocol = build(peer)
        made.callback(protocol)
        return protocol

    factory.buildProtocol = build_and_tell
    host, port = address.rsplit(":", 1)
    reactor.connectTCP(host, int(port), factory)
    socket = await made.addTimeout(PATIENCE_SECONDS, reactor)
    return await socket.opened.addTimeout(PATIENCE_SECONDS, reactor)
