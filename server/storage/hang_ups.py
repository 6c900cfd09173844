"""Cuts the line to a database that does not answer: calls go on meanwhile, and facts go to the spool."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

log = structlog.get_logger()

HANG_SECONDS = 5.0
"""A database that has not answered by then is hung up on."""
MOST_HANG_SECONDS = 80.0

_T = TypeVar("_T")


class HangUps:
    """`hang_up` cuts the line; whoever waits for an answer gets an error then."""

    def __init__(self, reactor: IReactorTime, hang_up: Callable[[], None]) -> None:
        self._reactor = reactor
        self._hang_up = hang_up
        self._seconds = HANG_SECONDS

    def begin_anew(self) -> None:
        """The database answers: it is given as long as at first."""
        self._seconds = HANG_SECONDS

    def answered(self, asked: Deferred[_T]) -> Deferred[_T]:
        """What was asked of the database; it is hung up on when that takes long, and each time given twice as long."""
        limits: list[IDelayedCall] = []

        def hang_up() -> None:
            log.error("database-does-not-answer", seconds=self._seconds)
            self._hang_up()
            self._seconds = min(2 * self._seconds, MOST_HANG_SECONDS)  # a huge batch may need longer
            limits.append(self._reactor.callLater(self._seconds, hang_up))

        def answered(result: _T) -> _T:
            limits[-1].cancel()
            return result

        limits.append(self._reactor.callLater(self._seconds, hang_up))
        return asked.addBoth(answered)
