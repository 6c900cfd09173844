"""The end: no new calls, those that are go on for the grace time, then everything is released and closed."""

import math
from collections.abc import Callable
from typing import Any

import structlog
from twisted.internet.defer import Deferred

from server.app.components import ENDING_ORDER
from server.app.core import Core
from server.call.events import Stopping

log = structlog.get_logger()

LOOK_SECONDS = 0.05
LAST_MESSAGES_SECONDS = 0.5
"""After the last release: for BYEs and their answers to pass."""


class Ending:
    """Ends the core. `done(status)` is called when everything is closed."""

    def __init__(self, core: Core, done: Callable[[int], None]) -> None:
        self._core = core
        self._frame = core.frame
        self._done = done
        self._begun = False

    def begin(self, grace_seconds: float | None = None) -> None:
        """Begin, once. `grace_seconds` None: as the site says; 0: calls are released at once."""
        if self._begun:
            return
        self._begun = True
        configured = self._frame.site.stopping.grace_seconds or math.inf  # 0 is no limit in a site file
        grace = configured if grace_seconds is None else grace_seconds
        log.info("stopping", grace_seconds=None if math.isinf(grace) else grace)
        Deferred.fromCoroutine(self._end(grace)).addErrback(self._failed)

    def leave(self, status: int) -> None:
        """End at once and leave the cards with their conversations to the next core."""
        if not self._begun:
            self._begun = True
            Deferred.fromCoroutine(self._close(status)).addErrback(self._failed)

    async def _end(self, grace: float) -> None:
        exchange: Any = self._frame.present("acd")
        edge: Any = self._frame.present("edge")
        pool: Any = self._frame.present("telephony")
        self._frame.conditions["edge"] = False  # who spreads calls by `/readyz` sends us none from now on
        if edge is not None:
            edge.stop_new_calls()
        if exchange is not None:
            await exchange.tell(Stopping())
            await self._until(lambda: exchange.flow.live_count() == 0, grace)
            if exchange.flow.live_count():
                log.warning("calls-released", calls=exchange.flow.live_count())
                await exchange.tell(Stopping(now=True))
        if pool is not None:
            pool.retire_all()
            await self._until(lambda: not pool.conversations(), 2)
            await self._frame.pause(LAST_MESSAGES_SECONDS)
        await self._close(0)

    async def _until(self, true: Callable[[], bool], seconds: float) -> None:
        end = self._frame.now().mono + seconds
        while not true() and self._frame.now().mono < end:
            await self._frame.pause(LOOK_SECONDS)

    async def _close(self, status: int) -> None:
        await self._core.stop(ENDING_ORDER)
        self._done(status)

    def _failed(self, failure: Any) -> None:
        log.critical("ending-failed", error=str(failure))
        self._done(1)
