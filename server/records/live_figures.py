"""The figures of now: the fold of the ledger, fed with every committed entry. Implements `server.call.ports.Figures`.

Whoever composes the server folds what the ledger holds (`take`, page by page), subscribes `take` to the switchboard,
and may ask at any time; entries that come twice count once.
"""

from collections.abc import Callable, Sequence

from server.call.facts import Entry
from server.call.now import Now
from server.records.cells import Cells, day_start, grain_of
from server.records.figure_book import FigureBook, Held
from server.records.figures import AGENT_FIGURES, QUEUE_FIGURES, Sums, Value, values_of
from server.records.summary import Terms, Wanted, by_agent, by_queue

ALL = "*"
KEPT_SECONDS = 2 * 86_400
"""Cells older than that are left out of memory; reports fold the ledger."""


class LiveFigures:
    """`now` reads the clocks. `held`: what an earlier fold kept, to go on from its position; None: from the start."""

    def __init__(self, terms: Terms, now: Callable[[], Now], held: Held | None = None) -> None:
        self._terms = terms
        self._now = now
        self._book = FigureBook(terms.zone, terms.service_seconds, held)
        self._pruned_at = 0

    @property
    def position(self) -> int:
        """The last entry folded in; 0: none."""
        return self._book.position

    def take(self, entries: Sequence[Entry]) -> None:
        """Fold committed entries in; those that are known already are left out."""
        self._book.take(entries)
        if entries and (hour := int(entries[-1].at.wall // 3600)) > self._pruned_at:
            self._pruned_at = hour
            self._book.cells().forget_before(entries[-1].at.wall - KEPT_SECONDS)

    def queue_now(self, queue: str, last_seconds: float) -> dict[str, Value]:
        """Figures of the calls that joined `queue` (`*`: any) in the last seconds, from a whole five minutes on."""
        now = self._now()
        return self.interval(queue, now.wall - last_seconds, now.wall)

    def queue_today(self, queue: str) -> dict[str, Value]:
        """The same since local midnight."""
        now = self._now()
        return self.interval(queue, day_start(now.wall, self._terms.zone), now.wall)

    def interval(self, queue: str, start: float, end: float) -> dict[str, Value]:
        """The same for [start, end) in wall seconds, `start` taken back to a whole five minutes; at most two days."""
        return values_of(self._queue_sums(queue, start, end), QUEUE_FIGURES)

    def agent_today(self, agent: str) -> dict[str, Value]:
        """An agent's figures since local midnight."""
        now = self._now()
        cells = self.cells(day_start(now.wall, self._terms.zone), now.wall)
        lines = by_agent(cells, self._terms, Wanted(group=["agent"], agents=frozenset([agent])))
        return values_of(lines.get((agent,), Sums()), AGENT_FIGURES)

    def cells(self, start: float, end: float) -> Cells:
        """The cells themselves, agents' present states counted up to now; as a report takes them."""
        return self._book.cells_at(self._now(), grain_of(start)).between(grain_of(start), end)

    def _queue_sums(self, queue: str, start: float, end: float) -> Sums:
        only = None if queue == ALL else frozenset([queue])
        lines = by_queue(self.cells(start, end), self._terms, Wanted(group=[], queues=only))
        return lines.get((), Sums())
