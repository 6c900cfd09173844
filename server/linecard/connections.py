"""The core's ends of the sockets to cards and bank (Twisted).

Whoever connects must say who it is in its first message, with the shared secret and in time; the same user's other
processes can open the socket, but they do not know the secret.
"""

import hmac
import socket
import struct
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

import structlog
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from server.linecard import codec
from server.wire import linecard

log = structlog.get_logger()

INTRODUCTION_SECONDS = 5.0

Introduction = TypeVar("Introduction", linecard.Hello, linecard.Bank)


class Connection(Protocol, Generic[Introduction]):
    """One connection. `kinds`: messages that may come; `first`: the introduction's type.

    `met(connection, introduction)` is called for an introduction with the right secret, then `said(message)` for each
    message, and `gone(connection)` once at the end of a connection that was introduced.
    """

    def __init__(self, reactor: Any, secret: str, kinds: Any, first: type[Introduction]) -> None:
        self.met: Callable[[Connection[Introduction], Introduction], None]
        self.said: Callable[[Any], None]
        self.gone: Callable[[Connection[Introduction]], None] | None = None
        self._reactor, self._secret = reactor, secret
        self._first: type[Introduction] = first
        self._reader: codec.FrameReader[Any] = codec.FrameReader(kinds)
        self._introduced = self._is_over = False
        self._patience: Any = None

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """Wait for the introduction, not for ever."""
        self._patience = self._reactor.callLater(INTRODUCTION_SECONDS, self.drop, "no introduction in time")

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Frames, or parts of them."""
        try:
            messages = self._reader.feed(data)
        except codec.BadFrame as error:
            self.drop(str(error))
            return
        for message in messages:
            if self._is_over:
                return  # what one of them said ended the connection
            if self._introduced:
                self.said(message)
            elif not isinstance(message, self._first) or not self._knows_secret(message):
                self.drop("no introduction, or a wrong secret")
                return
            else:
                self._introduced = True
                self._patience.cancel()
                self.met(self, message)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802, ARG002 - Twisted's name
        """The other end is gone."""
        if self._patience is not None and self._patience.active():
            self._patience.cancel()
        if self.gone is not None:
            self.gone(self)

    def write(self, frames: bytes) -> None:
        """Send frames."""
        if self.transport is not None:
            self.transport.write(frames)

    def drop(self, why: str) -> None:
        """Close the connection at once."""
        log.warning("connection dropped", why=why, kind=self._first.__name__)
        self._abort()

    def part(self) -> None:
        """Close the connection at once; `gone` is not called."""
        self.gone = None
        self._abort()

    def peer_pid(self) -> int:
        """The process at the other end as the kernel knows it (SO_PEERCRED); 0: not known."""
        opened = getattr(self.transport, "socket", None)
        if opened is None:
            return 0
        credentials = opened.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", credentials)[0])

    def _abort(self) -> None:
        self._is_over = True
        if self.transport is not None:
            cast(Any, self.transport).abortConnection()  # every stream transport of Twisted has it, ITransport has not

    def _knows_secret(self, introduction: Introduction) -> bool:
        return hmac.compare_digest(introduction.secret.encode(), self._secret.encode())


class Door(Factory):
    """Makes a connection for each who comes. `build` gives it its callbacks."""

    noisy = False

    def __init__(self, build: Callable[[], Connection[Any]]) -> None:
        self._build = build

    def buildProtocol(self, addr: Any) -> Connection[Any]:  # noqa: N802, ARG002 - Twisted's name
        """One connection more."""
        return self._build()
