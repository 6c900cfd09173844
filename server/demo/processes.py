"""No process of the demo is left over, whatever happened to the one that started it."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from server import clock

POLITE_SECONDS = 3.0
"""After SIGTERM; then comes SIGKILL."""
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class NoLeftovers:
    """While this context lasts, orphans among our descendants become our children; at its end all of them are ended.

    Line cards outlive the bank that forked them, and the bank and the core outlive the supervisor: that is what they
    are for, and why killing the supervisor would not be enough. Without `/proc` and prctl (not Linux) it does nothing.
    """

    def __enter__(self) -> Self:
        self._before = set(descendants(os.getpid()))
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        end(lambda: [pid for pid in descendants(os.getpid()) if pid not in self._before])
        _prctl(_PR_SET_CHILD_SUBREAPER, 0)


def end(living: Callable[[], list[int]]) -> None:
    """End what `living` names, asked again and again because ended parents leave children: SIGTERM, then SIGKILL."""
    for number, seconds in ((signal.SIGTERM, POLITE_SECONDS), (signal.SIGKILL, POLITE_SECONDS)):
        until = clock.now().mono + seconds
        told: set[int] = set()
        while (pids := _not_dead(living())) and clock.now().mono < until:
            for pid in set(pids) - told:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
                told.add(pid)
            time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """Children of a process, their children, and so on."""
    found: list[int] = []
    pending = [pid]
    while pending:
        children = _children(pending.pop())
        found += children
        pending += children
    return found


def end_with_parent() -> None:
    """To be called in a new child before it runs its program: it gets SIGTERM when its parent dies in any way."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _not_dead(pids: list[int]) -> list[int]:
    """Those of `pids` that still run; our own dead children are buried on the way."""
    running = []
    for pid in pids:
        try:
            buried, _ = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:  # a grandchild
            buried = 0
        if not buried:
            running.append(pid)
    return running


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread or process has just ended
            found += map(int, task.read_text(encoding="ascii").split())
    return found


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
