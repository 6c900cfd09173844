"""Not faster than is good: `Pace` for doing things, `Valve` for sending them."""

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IPushProducer, IReactorTime
from zope.interface import implementer


class Pace:
    """Collects demands: the first is carried out in the next turn of the loop, those that follow wait for the interval.

    `interval` gives the shortest time in seconds between two doings; it is asked each time, so it may grow with load.
    """

    def __init__(self, reactor: IReactorTime, interval: Callable[[], float], do: Callable[[], None]) -> None:
        self._reactor = reactor
        self._interval = interval
        self._do = do
        self._last: float | None = None
        self._due: IDelayedCall | None = None

    def ask(self) -> None:
        """It should be done. Cheap when it is due already."""
        if self._due is not None:
            return
        wait = 0.0
        if self._last is not None:
            wait = max(0.0, self._last + self._interval() - self._reactor.seconds())
        self._due = self._reactor.callLater(wait, self._run)

    def stop(self) -> None:
        """Forget what is due."""
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _run(self) -> None:
        self._due = None
        self._last = self._reactor.seconds()
        self._do()


@implementer(IPushProducer)
class Valve:
    """Registered with a transport, it calls `turned(True)` when the transport's buffer is full, `turned(False)` when it
    is empty again."""

    def __init__(self, turned: Callable[[bool], None]) -> None:
        self._turned = turned

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The buffer is full."""
        self._turned(True)

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The buffer is empty."""
        self._turned(False)

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The connection is gone; its protocol is told so in its own way."""
