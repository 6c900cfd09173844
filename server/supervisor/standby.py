"""A core that has imported all it needs and waits for its turn: when the core dies, the next one is there at once.

It has inherited the listening sockets and reads none of them. A pipe is what it waits for: a word makes it the core,
the pipe's end (we are gone, or do not want it) ends it.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable

import structlog

from server.supervisor.backoff import Backoff
from server.supervisor.child import Child
from server.supervisor.loop import Action, Loop
from server.supervisor.notes import Notes
from server.wire import processes

_log = structlog.get_logger()

WHO = "standby"
START = "start-standby"
Launch = Callable[[list[str], list[int]], tuple[Child, int]]
"""Starts a core process with further options and descriptors: the process, and the pipe in which it says `ready`."""


class Standby:
    """The waiting core of one house; there may be none. `DIR/standby.pid` is there while it is warm."""

    def __init__(self, notes: Notes, loop: Loop, launch: Launch) -> None:
        self._notes, self._loop, self._launch = notes, loop, launch
        self._backoff = Backoff()
        self._process: Child | None = None
        self._hears = self._says = -1
        self._on_warm: Action | None = None

    def plan(self, seconds: float) -> None:
        """Have one in so many seconds, and from then on until it is taken or ended."""
        if self._process is None:
            self._loop.later(START, seconds, self._start)

    def renew(self, on_warm: Action) -> None:
        """Have another one, of the code and with the sockets that there are now; say when it is warm.

        Nothing is said if it dies, is taken or ended before.
        """
        self.end()
        self._on_warm = on_warm
        self.plan(0)

    def take(self) -> tuple[Child, int] | None:
        """Make it the core, which is noted as such: the process and the pipe in which it says `ready`.

        None: there is none. One that is still warming up is taken too: it is further than any that starts now.
        """
        self._loop.cancel(START)
        if self._process is None:
            return None
        process, hears = self._process, self._hears
        self._loop.forget(hears)
        self._notes.process("core", process.name)  # before it is one: never is there a core that is noted nowhere
        with contextlib.suppress(BrokenPipeError):  # it has just died: its keeper sees that at once
            os.write(self._says, processes.GO_WORD)
        self._let_go()
        process.started_mono = time.monotonic()
        _log.info("standby-takes-over", pid=process.pid)
        return process, hears

    def end(self) -> None:
        """Have none any longer. It has nothing to close, so it is not waited for with patience."""
        self._loop.cancel(START)
        if self._process is not None:
            self._process.signal(signal.SIGKILL)
            self._reap()

    def _start(self) -> None:
        try:
            self._process, self._hears = self._begin()
        except OSError as error:  # no memory or no process to be had: the house goes on without
            _log.error("standby-not-started", error=str(error))
            self.plan(self._backoff.after(0))
            return
        _log.info("started", who=WHO, pid=self._process.pid)
        self._loop.watch(self._process.pidfd, self._ended)
        self._loop.watch(self._hears, self._hear)

    def _begin(self) -> tuple[Child, int]:
        listens, self._says = os.pipe()
        try:
            return self._launch([processes.STANDBY_OPTION, str(listens)], [listens])
        except OSError:
            os.close(self._says)
            raise
        finally:
            os.close(listens)

    def _hear(self) -> None:
        """It says that it is warm; or its end of the pipe is closed, then we shall hear of its end."""
        if os.read(self._hears, 64) == processes.WARM_WORD and self._process is not None:
            self._notes.process(WHO, self._process.name)
            _log.info("standby-warm", pid=self._process.pid)
            on_warm, self._on_warm = self._on_warm, None
            if on_warm is not None:
                on_warm()
        else:
            self._loop.forget(self._hears)

    def _ended(self) -> None:
        process = self._reap()
        _log.warning("ended", who=WHO, pid=process.pid, status=process.status())
        self.plan(self._backoff.after(process.lived_seconds()))

    def _reap(self) -> Child:
        process, hears = self._process, self._hears
        assert process is not None
        self._loop.forget(hears)
        os.close(hears)
        self._let_go()
        process.forget()
        return process

    def _let_go(self) -> None:
        assert self._process is not None
        self._loop.forget(self._process.pidfd)
        os.close(self._says)
        self._notes.strike_out(WHO)
        self._process = self._on_warm = None
