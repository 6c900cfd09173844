"""A new core takes over: the ledger is folded, the cards come back, then they are counted.

Cards that live reconnect within about a second. They are counted as soon as each live call has its card, or after
`COUNT_SECONDS`; a moment of patience lets the events that a card kept for us come in before.
"""

from collections.abc import Callable
from typing import Any

import structlog

from server.call.events import CardBack, CardsCounted
from server.exchange import Exchange
from server.wire import linecard

log = structlog.get_logger()

COUNT_SECONDS = 3.0
PATIENCE_SECONDS = 0.05


class Counting:
    """Counts the cards of calls from before. `counted` is true when that is over."""

    def __init__(self, reactor: Any, exchange: Exchange) -> None:
        self._reactor = reactor
        self._exchange = exchange
        self._patience: Any = None
        self._limit: Any = None
        self.counted = False
        self.on_counted: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Cards may say hello from now on."""
        self._limit = self._reactor.callLater(COUNT_SECONDS, self._finish)
        self._look()

    def hello(self, card: str, hello: linecard.Hello) -> None:
        """A card said hello to this core for the first time."""
        if hello.call:
            self._exchange.tell(CardBack(card, hello))
        if not self.counted:
            self._look()

    def stop(self) -> None:
        """No timers are left."""
        for timer in (self._patience, self._limit):
            if timer is not None and timer.active():
                timer.cancel()

    def _look(self) -> None:
        if self._patience is not None and self._patience.active():
            self._patience.cancel()
        if self._exchange.flow.calls_without_card() == 0:
            self._patience = self._reactor.callLater(PATIENCE_SECONDS, self._finish)

    def _finish(self) -> None:
        if self.counted:
            return
        missing = self._exchange.flow.calls_without_card()
        self.counted = True
        self.stop()
        if missing:
            log.error("calls-without-card", calls=missing)
        self._exchange.tell(CardsCounted())
        self.on_counted()
