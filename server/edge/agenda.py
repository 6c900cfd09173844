"""What is to be done later, without timers: the core says when it next wants to be woken."""

import heapq
from collections.abc import Callable
from itertools import count
from math import inf

from server.call.now import Now

Task = Callable[[Now], None]


class Entry:
    """Something to be done, unless it is cancelled before."""

    __slots__ = ("task",)

    def __init__(self, task: Task) -> None:
        self.task: Task | None = task

    def cancel(self) -> None:
        """Do nothing at that time, and hold nothing until then."""
        self.task = None


class Agenda:
    """Tasks by their time; those of the same time in the order in which they came."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Entry]] = []
        self.earliest = inf
        """No task is due before (`Now.mono`); at that time there may be none, if it was cancelled."""
        self._count = count()

    def at(self, when: float, task: Task) -> Entry:
        """Do `task` at `when` (`Now.mono` seconds)."""
        entry = Entry(task)
        heapq.heappush(self._heap, (when, next(self._count), entry))
        if when < self.earliest:
            self.earliest = when
        return entry

    def next_deadline(self) -> float | None:
        """When `wake` is next to be called; None: nothing is to be done."""
        heap = self._heap
        while heap and heap[0][2].task is None:
            heapq.heappop(heap)
        self.earliest = heap[0][0] if heap else inf
        return heap[0][0] if heap else None

    def wake(self, now: Now) -> None:
        """Do everything that is due."""
        heap = self._heap
        while heap and (heap[0][2].task is None or heap[0][0] <= now.mono):
            task = heapq.heappop(heap)[2].task
            if task is not None:
                task(now)
