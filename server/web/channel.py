"""One HTTP connection: how long it may take, and how it ends when a body was refused before it was read."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel

from server.wire.api import MAX_BODY_OCTETS

LINGER_SECONDS = 5.0
"""So long a sender whose body is not wanted may read why (RFC 9112, section 9.6)."""
HEAD_SECONDS = 20.0
"""From the first octet of a request to the end of its head."""
BODY_SECONDS = 60.0
"""And to the end of a short body."""
LONG_BODY_SECONDS = 600.0
LEAST_OCTETS_PER_SECOND = 4096
STEADY_SECONDS = 30.0
"""A long body has more time, if it comes at that rate from then on."""
MOST_DISCARDED_OCTETS = 1024 * 1024
"""Of such a body, so much is read and thrown away; then it waits at its sender."""


class GuardedChannel(HTTPChannel):
    """Twisted's channel, with a way to judge a request by its head, an end that does not lose the answer, and another
    one for who sends drop by drop: the idle time-out begins anew with each octet."""

    transport: Any
    callLater: Any  # noqa: N815 - Twisted's name
    setTimeout: Any  # noqa: N815 - Twisted's name
    _networkProducer: Any  # noqa: N815 - Twisted's name
    site: Any
    is_busy = False
    """A request is being answered."""
    _began: float | None = None
    _is_unread = False
    _discarded_octets = 0

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """Somebody came."""
        super().connectionMade()  # type: ignore[no-untyped-call]
        self.site.came(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's name
        """Over."""
        self.site.gone(self)
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Octets of a request; those that come while another one is answered wait."""
        if not self.is_busy:
            now: float = self.site.mono()
            if self._began is None:
                self._began = now
            elif self._is_too_slow(now - self._began):
                self._is_unread = True
                self.transport.write(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                self.loseConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _is_too_slow(self, seconds: float) -> bool:
        if self.line_mode:
            return seconds > HEAD_SECONDS
        request = self.requests[-1]
        if request.most_octets <= MAX_BODY_OCTETS:
            return seconds > BODY_SECONDS
        is_trickling = seconds > STEADY_SECONDS and request.received_octets < seconds * LEAST_OCTETS_PER_SECOND
        return is_trickling or seconds > LONG_BODY_SECONDS

    def allContentReceived(self) -> None:  # noqa: N802 - Twisted's name
        """The request is whole."""
        self._began, self.is_busy = None, True
        super().allContentReceived()  # type: ignore[no-untyped-call]

    def requestDone(self, request: Any) -> None:  # noqa: N802 - Twisted's name
        """It is answered; the next may come."""
        self.is_busy = False
        super().requestDone(request)  # type: ignore[no-untyped-call]

    def drop(self) -> None:
        """Close at once: there are too many."""
        self.transport.abortConnection()

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
        self.allContentReceived()

    def refuse_soon(self, request: Any) -> None:
        """The same for a request of which too much came already."""
        self.callLater(0, self._refuse_if_unanswered, request)

    def _refuse_if_unanswered(self, request: Any) -> None:
        if request in self.requests and not self.is_busy:
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
