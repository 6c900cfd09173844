"""INVITEs that wait for a card, first come first served."""

from collections import deque
from typing import Any

from twisted.internet.defer import Deferred

from server.call.ports import CardAddress


class Waiters:
    """A queue with patience. `patience_seconds`: how long each waits, 0: as long as it likes."""

    def __init__(self, reactor: Any, patience_seconds: float) -> None:
        self.failed = 0
        self._reactor = reactor
        self._patience_seconds = patience_seconds
        self._queue: deque[Deferred[CardAddress]] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def add(self) -> Deferred[CardAddress]:
        """One more at the end. Fails with `LookupError` when its patience ends; may be cancelled."""
        result: Deferred[CardAddress] = Deferred(lambda waiter: waiter.errback(LookupError("the caller gave up")))
        patience = None
        if self._patience_seconds > 0:
            patience = self._reactor.callLater(self._patience_seconds, self._too_late, result)
        self._queue.append(result)
        return result.addBoth(self._left, result, patience)

    def serve(self, address: CardAddress) -> None:
        """The first gets this card."""
        self._queue.popleft().callback(address)

    def close(self) -> None:
        """Nobody will get a card any more."""
        while self._queue:
            self._queue.popleft().errback(LookupError("the house closes"))

    def _too_late(self, waiter: Deferred[CardAddress]) -> None:
        self.failed += 1
        waiter.errback(LookupError("no line card became free in time"))

    def _left(self, outcome: Any, waiter: Deferred[CardAddress], patience: Any) -> Any:
        if waiter in self._queue:
            self._queue.remove(waiter)
        if patience is not None and patience.active():
            patience.cancel()
        return outcome
