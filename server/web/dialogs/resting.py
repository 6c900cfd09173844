"""Who went away: sessions come to rest, and what is over is forgotten."""

from collections.abc import Callable
from typing import Any

import structlog
from msgspec.structs import replace
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from server.call.dialogs import NOT_KEPT, DialogRefused
from server.call.visits import Visits
from server.config.site import Web
from server.web.dialogs.visiting import PAGE_SECONDS, Visiting

EVERY_SECONDS = 60.0
AT_ONCE = 100
HOUR_TURNS = 60
"""Every so many turns what is over is forgotten."""

log = structlog.get_logger()


class Resting:
    """Looks every minute."""

    def __init__(
        self,
        settings: Web,
        visiting: Visiting,
        visits: Visits,
        wall: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._visiting = visiting
        self._visits = visits
        self._wall = wall
        self._turns = 0
        self._looping = LoopingCall(self._look)

    def start(self, reactor: Any) -> None:
        """Begin."""
        self._looping.clock = reactor
        self._looping.start(EVERY_SECONDS, now=False).addErrback(_ended)

    def stop(self) -> None:
        """No more."""
        if self._looping.running:
            self._looping.stop()

    def _look(self) -> "Deferred[None]":
        return Deferred.fromCoroutine(self.look()).addErrback(_not_done)

    async def look(self) -> None:
        """One turn."""
        self._turns += 1
        before = self._wall() - self._settings.dialog_idle_minutes * 60
        for visit in await self._visits.idle(before, AT_ONCE):
            try:
                await self._visiting.rest(visit)
            except DialogRefused as refused:
                log.warning("visit-without-session", session=visit.session, code=refused.code)
                if refused.code != NOT_KEPT:  # or it would be looked at each time, before those that can rest
                    await self._visits.save(replace(visit, is_resting=True))
        if self._turns % HOUR_TURNS == 1:
            await self._visits.forget(self._wall() - PAGE_SECONDS)


def _not_done(failure: Any) -> None:
    log.warning("resting-failed", error=repr(failure.value))  # a minute later it is tried again


def _ended(failure: Any) -> None:
    log.error("resting-ended", error=repr(failure.value))
