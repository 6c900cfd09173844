"""The core's event loop: Twisted's reactor on epoll, with three differences.

It makes no log context for each event. That context names who was called in lines of Twisted's own log; ours are
structlog's and name more than that. It costs as much as reading a small message, and the core reads dozens for each
call.

Its timers run on the monotonic clock: Twisted's run on the wall clock, and would all stand still for an hour when
somebody sets that back by an hour.

It does not wake up for timers that were cancelled or put off: most timers of a call are.
"""

import errno
import time
from heapq import heappop, heapreplace
from typing import Any

from twisted.internet.epollreactor import EPollReactor
from twisted.internet.main import installReactor

_LONGEST_SECONDS = 2_000_000.0
"""epoll takes milliseconds in 31 bits."""


class EventLoop(EPollReactor):
    """Sees after everything that is ready. What a descriptor raises is logged and ends that descriptor, as always."""

    seconds = staticmethod(time.monotonic)

    def timeout(self) -> float | None:
        """How long to sleep until the next timer that will do something; None: there is none."""
        any_self: Any = self
        any_self._insertNewDelayedCalls()
        calls: list[Any] = any_self._pendingTimedCalls
        while calls:
            first = calls[0]
            if first.cancelled:
                heappop(calls)
                any_self._cancellations -= 1
            elif first.delayed_time > 0.0:
                first.activate_delay()
                heapreplace(calls, first)
            else:
                due: float = first.time
                return max(0.0, min(_LONGEST_SECONDS, due - self.seconds()))
        return None

    def doPoll(self, timeout: float | None) -> None:  # noqa: N802 - Twisted's name
        """Wait up to `timeout` seconds (None: for ever), then let those that are ready read and write."""
        known: dict[int, Any] = self._selectables
        try:
            ready = self._poller.poll(-1 if timeout is None else timeout, len(known))
        except OSError as error:
            if error.errno == errno.EINTR:
                return
            raise
        see_after: Any = self._doReadOrWrite
        for descriptor, event in ready:
            selectable = known.get(descriptor)
            if selectable is not None:  # an earlier one may have closed it
                see_after(selectable, descriptor, event)

    doIteration = doPoll  # noqa: N815 - Twisted's name


def install() -> None:
    """Make it this process's reactor. Raises `ReactorAlreadyInstalledError` when there is one."""
    make: Any = EventLoop
    give: Any = installReactor
    give(make())
