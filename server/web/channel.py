"""One HTTP connection: how it ends when a body was refused before it was read."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.protocols.basic import LineReceiver
from twisted.web.http import HTTPChannel

LINGER_SECONDS = 5.0
"""So long a sender whose body is not wanted may read why (RFC 9112, section 9.6)."""
MOST_DISCARDED_OCTETS = 1024 * 1024
"""Of such a body, so much is read and thrown away; then it waits at its sender."""


class GuardedChannel(HTTPChannel):
    """Twisted's channel, with a way to judge a request by its head, and an end that does not lose the answer."""

    transport: Any
    callLater: Any  # noqa: N815 - Twisted's name
    setTimeout: Any  # noqa: N815 - Twisted's name
    _networkProducer: Any  # noqa: N815 - Twisted's name
    _is_unread = False
    _discarded_octets = 0

    def hold(self) -> "Deferred[None]":
        """Read nothing more of the body. Fires when the head has been dealt with, so that it can be judged."""
        LineReceiver.pauseProducing(self)  # type: ignore[no-untyped-call]
        later: Deferred[None] = Deferred()
        self.callLater(0, later.callback, None)
        return later

    def go_on(self) -> None:
        """Read the body."""
        LineReceiver.resumeProducing(self)  # type: ignore[no-untyped-call]

    def refuse(self) -> None:
        """Answer now, as if the body had come, and close. Not to be called while octets are being worked on."""
        self._is_unread = True
        self.persistent = 0
        self.allContentReceived()  # type: ignore[no-untyped-call]

    def refuse_soon(self, request: Any) -> None:
        """The same for a request of which too much came already."""
        self.callLater(0, self._refuse_if_unanswered, request)

    def _refuse_if_unanswered(self, request: Any) -> None:
        if request in self.requests and not self._handlingRequest:
            self.refuse()

    def loseConnection(self) -> None:  # noqa: N802 - Twisted's name
        """Close. Of a connection with octets that nobody read the system would tell the sender by a reset, which takes
        the answer with it: so the way out is closed, and what still comes is thrown away for a moment."""
        if not self._is_unread or self._abortingCall is not None:
            super().loseConnection()  # type: ignore[no-untyped-call]
            return
        self.setTimeout(None)
        self._networkProducer.unregisterProducer()
        self.paused = True
        self.dataReceived = self._discard  # type: ignore[method-assign]
        self._abortingCall = self.callLater(LINGER_SECONDS, self.forceAbortClient)
        self.transport.resumeProducing()
        self.transport.loseWriteConnection()

    def _discard(self, data: bytes) -> None:
        self._discarded_octets += len(data)
        if self._discarded_octets > MOST_DISCARDED_OCTETS:
            self.transport.pauseProducing()
