"""The core's event loop: Twisted's reactor on epoll, without the log context that Twisted makes for each event.

That context names who was called in lines of Twisted's own log; ours are structlog's and name more than that. It costs
as much as reading a small message, and the core reads dozens for each call.
"""

import errno
from typing import Any

from twisted.internet.epollreactor import EPollReactor
from twisted.internet.main import installReactor


class EventLoop(EPollReactor):
    """Sees after everything that is ready. What a descriptor raises is logged and ends that descriptor, as always."""

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
