"""How long this machine lets somebody wait who only wants to run now and then, as a line card does.

On each processor a process of its own sleeps for some milliseconds again and again, and notes when it woke up late.
What a test hears or times is late by as much, whatever the server does. The sleepers take nobody's turn when they wake
(SCHED_BATCH): they see more of what the machine does to others than who is let through at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.house.house import until

_TICKS = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
parent = os.getppid()
with open(sys.argv[2], "w", buffering=1) as late:
    before = time.time()
    print("runs", file=late)
    while os.getppid() == parent:
        time.sleep(0.005)
        now = time.time()
        if now - before > 0.01:
            print(before, now, file=late)
        before = now
"""


QUIET_SECONDS = 0.03
"""A machine that is late by no more than this is good for measuring."""


class Metronome:
    """Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._files = {cpu: folder / f"late-{cpu}" for cpu in sorted(os.sched_getaffinity(0))}
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Metronome:
        for cpu, file in self._files.items():
            file.write_text("")
            self._running.append(subprocess.Popen([sys.executable, "-S", "-c", _TICKS, str(cpu), str(file)]))
        try:
            # What a sleeper that does not run yet does not see would be taken for the server's lateness.
            until("the metronome", lambda: all(file.read_text(encoding="ascii") for file in self._files.values()))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            process.kill()
            process.wait()
        self._running.clear()

    def quiet_stretch(self, seconds: float, tries: int = 5) -> tuple[float, float]:
        """Wait until the machine was quiet for so long; from when to when (wall clock). One that never is gives the
        last of some stretches."""
        for _ in range(tries):
            since = time.time()
            until("the stretch's end", lambda since=since: time.time() > since + seconds)
            if self.longest(since, since + seconds) < QUIET_SECONDS:
                break
        return since, since + seconds

    def longest(self, since: float, before: float) -> float:
        """The longest time that a processor left its sleeper alone between two moments (wall clock); in seconds."""
        return max((woke - slept for slept, woke in self._stalls(since, before)), default=0.0)

    def total(self, since: float, before: float) -> float:
        """How much of the time between two moments (wall clock) one processor or another left its sleeper alone; in
        seconds, from 0 to all of it. Nobody waited for the machine for longer in this time, however often."""
        found, counted = 0.0, since
        for slept, woke in sorted(self._stalls(since, before)):
            found += max(0.0, woke - max(slept, counted))
            counted = max(counted, woke)
        return found

    def _stalls(self, since: float, before: float) -> Iterator[tuple[float, float]]:
        """What lies between two moments of each late sleep, from when to when; one that lasts still is not known."""
        for file in self._files.values():
            for line in file.read_text(encoding="ascii").splitlines()[1:]:
                slept, woke = map(float, line.split())
                if slept < before and woke > since:
                    yield max(slept, since), min(woke, before)
