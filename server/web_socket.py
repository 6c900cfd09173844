"""The server's end of a WebSocket, where autobahn's own is narrower than a server needs."""

from collections.abc import Callable
from typing import Any

from autobahn.twisted.websocket import WebSocketServerProtocol

from server.networks import spoken_for
from server.pace import Valve

TEXT = 1
MOST_REASON_OCTETS = 120
"""A close frame has room for 123 (RFC 6455 section 5.5)."""

GOING_AWAY = 1001
POLICY_VIOLATION = 1008
SERVER_FAILED = 1011


class ServerSocket(WebSocketServerProtocol):  # type: ignore[misc]  # autobahn's classes are untyped here
    """What the desks' and the monitor's sockets have in common."""

    def address_of(self, request: Any) -> str:
        """Where the connection that asks for a handshake comes from."""
        peer = str(getattr(self.transport.getPeer(), "host", ""))
        return spoken_for(peer, request.headers.get("x-forwarded-for", ""))

    def send_text(self, payload: bytes) -> None:
        """Send one text frame, if the connection is open.

        autobahn's `sendMessage` would apply the limit for what comes in to what goes out.
        """
        if self.state == WebSocketServerProtocol.STATE_OPEN:
            self.sendFrame(opcode=TEXT, payload=payload)

    def close_with(self, code: int, reason: str) -> None:
        """Close; what was sent before goes out first.

        autobahn's `sendClose` refuses the codes that RFC 6455 section 7.4.1 has for a server (1001, 1008, 1011).
        """
        shortened = reason.encode()[:MOST_REASON_OCTETS].decode(errors="ignore")
        self.sendCloseFrame(code, shortened.encode(), False)

    def watch_buffer(self, turned: Callable[[bool], None]) -> None:
        """From now on be told when the transport's buffer is full (True), and when it is empty again (False)."""
        self.transport.unregisterProducer()  # HTTP's, which served the handshake
        self.transport.registerProducer(Valve(turned), True)
