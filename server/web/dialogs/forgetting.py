"""Files that were sent are not kept for ever, whoever sent them."""

from collections.abc import Callable
from typing import Any

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from server.web.dialogs.stepping import InThread
from server.web.dialogs.uploads import Uploads
from server.web.dialogs.visiting import DAY_SECONDS

FIRST_SECONDS, EVERY_SECONDS = 60.0, 3600.0

log = structlog.get_logger()


class Forgetting:
    """Looks every hour, the first time a minute after the start. `days`: for so long a file is kept."""

    def __init__(self, uploads: Uploads, days: float, wall: Callable[[], float], in_thread: InThread) -> None:
        self._uploads = uploads
        self._days = days
        self._wall = wall
        self._in_thread = in_thread
        self._first: Any = None
        self._looping = LoopingCall(self._look)

    def start(self, reactor: Any) -> None:
        """Begin."""
        self._looping.clock = reactor
        self._first = reactor.callLater(FIRST_SECONDS, self._begin)

    def stop(self) -> None:
        """No more."""
        if self._first is not None and self._first.active():
            self._first.cancel()
        if self._looping.running:
            self._looping.stop()

    def _begin(self) -> None:
        self._looping.start(EVERY_SECONDS).addErrback(_ended)

    def _look(self) -> "Deferred[None]":
        return Deferred.fromCoroutine(self.look()).addErrback(_not_done)

    async def look(self) -> None:
        """One turn."""
        gone = await self._in_thread(self._uploads.forget, self._wall() - self._days * DAY_SECONDS)
        if gone:
            log.info("uploads-forgotten", files=gone)


def _not_done(failure: Any) -> None:
    log.warning("uploads-not-forgotten", error=repr(failure.value))  # an hour later it is tried again


def _ended(failure: Any) -> None:
    log.error("forgetting-ended", error=repr(failure.value))
