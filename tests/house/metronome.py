"""How long this machine lets somebody wait who only wants to run now and then, as a line card does.

On each processor a process of its own sleeps for some milliseconds again and again, and notes when it woke up late.
What a test hears or times is late by as much, whatever the server does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_TICKS = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
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


class Metronome:
    """Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._files = {cpu: folder / f"late-{cpu}" for cpu in sorted(os.sched_getaffinity(0))}
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Metronome:
        for cpu, file in self._files.items():
            self._running.append(subprocess.Popen([sys.executable, "-S", "-c", _TICKS, str(cpu), str(file)]))
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            process.kill()
            process.wait()

    def longest(self, since: float, before: float) -> float:
        """The longest time that a processor left its sleeper alone between two moments (wall clock); in seconds."""
        found = 0.0
        for file in self._files.values():
            for line in file.read_text(encoding="ascii").splitlines()[1:]:
                slept, woke = map(float, line.split())
                found = max(found, min(woke, before) - max(slept, since))
        return found
