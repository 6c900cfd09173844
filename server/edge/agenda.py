"""What is to be done later, without timers: the core says when it next wants to be woken."""

import heapq
from collections.abc import Callable
from itertools import count

from server.call.now import Now

Task = Callable[[Now], None]


class Entry:
    """Something to be done at `when` (`Now.mono` seconds), unless it is cancelled before."""

    __slots__ = ("order", "task", "when")

    def __init__(self, when: float, order: int, task: Task) -> None:
        self.when = when
        self.order = order
        self.task: Task | None = task

    def __lt__(self, other: "Entry") -> bool:
        return (self.when, self.order) < (other.when, other.order)

    def cancel(self) -> None:
        """Do nothing at that time, and hold nothing until then."""
        self.task = None


class Agenda:
    """Tasks by their time."""

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._count = count()

    def at(self, when: float, task: Task) -> Entry:
        """Do `task` at `when` (`Now.mono` seconds)."""
        entry = Entry(when, next(self._count), task)
        heapq.heappush(self._heap, entry)
        return entry

    def next_deadline(self) -> float | None:
        """When `wake` is next to be called; None: nothing is to be done."""
        while self._heap and self._heap[0].task is None:
            heapq.heappop(self._heap)
        return self._heap[0].when if self._heap else None

    def wake(self, now: Now) -> None:
        """Do everything that is due."""
        while self._heap and (self._heap[0].task is None or self._heap[0].when <= now.mono):
            task = heapq.heappop(self._heap).task
            if task is not None:
                task(now)
