"""The figures of now: the fold of the ledger, fed with every committed entry. Implements `server.call.ports.Figures`.

Whoever composes the server folds what the ledger holds (`take`, page by page), subscribes `take` to the switchboard,
and may ask at any time; entries that come twice count once.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import msgspec

from server.call.facts import Entry
from server.call.now import Now
from server.records.cells import GRAIN_SECONDS, AgentCell, Cells, day_start, grain_of, next_day
from server.records.figure_book import FigureBook, Held
from server.records.figures import AGENT_FIGURES, QUEUE_FIGURES, TIME_FIGURES, Sums, Value, values_of
from server.records.summary import Terms

ALL = "*"
FOLD_TOGETHER = 64
"""So many entries are folded in one go, some milliseconds' work, unless somebody asks before: one after the other in
the middle of calls they cost half as much again."""
KEPT_SECONDS = 2 * 86_400
"""Cells older than that are left out of memory; reports fold the ledger."""


class Midnight(msgspec.Struct, frozen=True):
    """`held` (see `held_of`) as it was after the entry at `position`, the last one of a day."""

    position: int
    held: bytes


def held_of(octets: bytes) -> Held | None:
    """What an earlier fold kept; None: another version wrote it, and the ledger is folded from its beginning."""
    try:
        return msgspec.msgpack.decode(octets, type=Held)
    except msgspec.MsgspecError:
        return None


class LiveFigures:
    """`now` reads the clocks. `held`: what an earlier fold kept, to go on from its position; None: from the start."""

    def __init__(self, terms: Terms, now: Callable[[], Now], held: Held | None = None) -> None:
        self._terms = terms
        self._now = now
        self._folded = FigureBook(terms.zone, terms.service_seconds, held)
        self._waiting: list[Entry] = []
        self._day_ends = 0.0
        self._midnights: list[Midnight] = []

    @property
    def position(self) -> int:
        """The last entry folded in; 0: none."""
        return self._book.position

    def take(self, entries: Sequence[Entry]) -> None:
        """Committed entries to fold in, at the latest when somebody asks; those that are known already are left out."""
        self._waiting += entries
        if len(self._waiting) >= FOLD_TOGETHER:
            self._fold()

    @property
    def _book(self) -> FigureBook:
        """With all that was taken."""
        if self._waiting:
            self._fold()
        return self._folded

    def _fold(self) -> None:
        entries, self._waiting = self._waiting, []
        begun = 0
        for place, entry in enumerate(entries):
            if entry.at.wall >= self._day_ends and entry.position > self._folded.position:
                self._folded.take(entries[begun:place])
                begun = place
                self._new_day(entry.at.wall)
        self._folded.take(entries[begun:])

    def _new_day(self, wall: float) -> None:
        """What is open is written down, so that a new core folds two days and not the whole ledger."""
        self._day_ends = next_day(wall, self._terms.zone)
        self._folded.cells().forget_before(wall - KEPT_SECONDS)
        if self._folded.position:
            octets = msgspec.msgpack.encode(self._folded.held())
            self._midnights = [*self._midnights[-1:], Midnight(self._folded.position, octets)]

    def yesterday(self) -> "Midnight | None":
        """Where a new core shall begin, to know the last two days; None: at the beginning of the ledger. What still
        waits to be folded may change it a little later."""
        return self._midnights[0] if self._midnights else None

    def queue_now(self, queue: str, last_seconds: float) -> "QueueValues":
        """Figures of the calls that joined `queue` (`*`: any) in the last seconds, from a whole five minutes on."""
        now = self._now()
        return self.interval(queue, now.wall - last_seconds, now.wall)

    def queue_today(self, queue: str) -> "QueueValues":
        """The same since local midnight."""
        now = self._now()
        return self.interval(queue, day_start(now.wall, self._terms.zone), now.wall)

    def interval(self, queue: str, start: float, end: float) -> "QueueValues":
        """The same for [start, end) in wall seconds, `start` taken back to a whole five minutes; at most two days."""
        queues = list(self._terms.members) if queue == ALL else [queue]
        agents = {agent for one in queues for agent in self._terms.members.get(one, ())}
        now = self._now()
        return QueueValues(
            lambda: self._of_queues(queues, start, end), lambda: self._of_agents(agents, start, end, now)
        )

    def agent_today(self, agent: str) -> dict[str, Value]:
        """An agent's figures since local midnight."""
        now = self._now()
        start = day_start(now.wall, self._terms.zone)
        return values_of(Sums(agent=self._of_agents({agent}, start, now.wall, now)), AGENT_FIGURES)

    def _of_queues(self, queues: Sequence[str], start: float, end: float) -> Sums:
        """Looked up interval by interval: most of what is kept is about other hours and queues."""
        cells, sums = self._book.cells().queues, Sums()
        for queue in queues:
            abandons = self._terms.abandons.get(queue, "left-out")
            for interval in _intervals(start, end):
                if (cell := cells.get((interval, queue))) is not None:
                    sums.add_queue(cell, abandons)
        return sums

    def _of_agents(self, agents: Collection[str], start: float, end: float, now: Now) -> AgentCell:
        cells, total, present = self._book.cells().agents, AgentCell(), Cells()
        for agent in agents:
            self._book.count_present(present, agent, now, grain_of(start))
            for interval in _intervals(start, end):
                if (cell := cells.get((interval, agent))) is not None:
                    total.add(cell)
        for (interval, _), cell in present.agents.items():
            if interval < end:
                total.add(cell)
        return total


class QueueValues(Mapping[str, Value]):
    """Figures of queues by name, worked out when they are asked for: agents' times have many more cells to add."""

    def __init__(self, queues: Callable[[], Sums], agents: Callable[[], AgentCell]) -> None:
        self._queues = queues
        self._agents = agents
        self._of_queues: Sums | None = None
        self._of_agents: Sums | None = None

    def __getitem__(self, name: str) -> Value:
        figure = QUEUE_FIGURES[name]
        if name in TIME_FIGURES:
            if self._of_agents is None:
                self._of_agents = Sums(agent=self._agents())
            return figure.compute(self._of_agents)
        if self._of_queues is None:
            self._of_queues = self._queues()
        return figure.compute(self._of_queues)

    def __iter__(self) -> Iterator[str]:
        return iter(QUEUE_FIGURES)

    def __len__(self) -> int:
        return len(QUEUE_FIGURES)


def _intervals(start: float, end: float) -> Iterator[int]:
    interval = grain_of(start)
    while interval < end:
        yield interval
        interval += GRAIN_SECONDS
