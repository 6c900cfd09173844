"""Asks cards and bank each second whether they live, and ends those that do not answer in time (core side, Twisted)."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar

from server.linecard import codec
from server.wire import linecard

ASK_SECONDS = 1.0
"""How often `ask` is to be called."""
STALL_SECONDS = 2.0
"""When the core itself stood still for so long, silence of the cards means nothing."""


class Watched(Protocol):
    """Who is asked: a card, or the bank; what is kept of it says `KnownCard`."""

    answered: int | None
    has_spoken: bool

    @property
    def connection(self) -> object | None:
        """None: it is away, and is not asked."""


Kind = TypeVar("Kind", bound=Watched)


class Watchdog(Generic[Kind]):
    """`cards()`: those that there are. `tell(card, frames)` sends, `silent(card)` is called for a card whose question
    was not answered for `answer_within_seconds` (0: never). `now()`: monotonic seconds; the reactor's own follow the
    wall clock, and serve to wake us only. For the bank the same, in a watchdog of its own.

    The core itself may have been busy while the answers came: when the time is over, Twisted calls us before it reads
    what lies in the sockets. So silent is only who says nothing in the reactor's next round either.
    """

    def __init__(
        self,
        reactor: Any,
        now: Callable[[], float],
        answer_within_seconds: float,
        *,
        cards: Callable[[], Iterable[Kind]],
        tell: Callable[[Kind, bytes], None],
        silent: Callable[[Kind], None],
    ) -> None:
        self._reactor, self._now, self._limit = reactor, now, answer_within_seconds
        self._cards, self._tell, self._silent = cards, tell, silent
        self._number = 0
        self._asked_at: float = now()
        self._open: deque[tuple[float, int]] = deque()
        self._timer: Any = None

    def ask(self) -> None:
        """Ask all that are connected."""
        self._forgive_if_stalled()
        self._asked_at = self._now()
        self._number += 1
        question = codec.encode(linecard.Ping(self._number))
        for card in list(self._cards()):
            if card.connection is None:
                continue
            if card.answered is None:
                card.answered = self._number - 1
            self._tell(card, question)
        if self._limit > 0:
            self._open.append((self._asked_at + self._limit, self._number))
            self._arm()

    def close(self) -> None:
        """Ask and end nobody any longer."""
        self._open.clear()
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _arm(self) -> None:
        if self._open and (self._timer is None or not self._timer.active()):
            wait = max(0.0, self._open[0][0] - self._now())
            self._timer = self._reactor.callLater(wait, self._time_is_over)

    def _time_is_over(self) -> None:
        """For the first question that is open, and for those after it that are due as well."""
        self._forgive_if_stalled()
        last, now = 0, self._now()
        while self._open and self._open[0][0] <= now:
            last = self._open.popleft()[1]
        suspects = [card for card in self._cards() if card.connection is not None and _owes(card, last)]
        for card in suspects:
            card.has_spoken = False
        if suspects:
            self._timer = self._reactor.callLater(0, self._judge, suspects)
        else:
            self._arm()

    def _judge(self, suspects: list[Kind]) -> None:
        """All that lay in the sockets has been read since."""
        for card in suspects:
            if not card.has_spoken and card.connection is not None:
                self._silent(card)
        self._arm()

    def _forgive_if_stalled(self) -> None:
        if self._now() - self._asked_at <= STALL_SECONDS:
            return
        self._open.clear()
        for card in self._cards():
            if card.answered is not None:
                card.answered = self._number


def _owes(card: Watched, number: int) -> bool:
    """Whether the card was asked this question, on its present connection, and has not answered."""
    return card.answered is not None and card.answered < number
