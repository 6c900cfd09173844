"""Asks the core every few seconds over its control socket whether it lives, and tells when it does not answer.

A core that hangs takes no call, and the other end of each call that it has gets no answer: its standby does better.
Any answer will do, also that of an older version which does not know the question. A core that closes the line is about
to end by itself, and may take its time: it is asked no longer.
"""

import contextlib
import socket
import time
from pathlib import Path

import msgspec

from server.supervisor.loop import Action, Loop
from server.wire import control

ASK_SECONDS = 3.0
SILENT_SECONDS = 15.0
"""A core is given so long: more than anything takes that it does in one go, and less than INVITEs wait in its socket
(32 s, RFC 3261 timer B)."""
NAME = "ask-core"
_QUESTION = msgspec.json.encode(control.Alive()) + b"\n"


class Silence:
    """When a question has been open for too long. Rules only; times are `mono` seconds.

    `look` is called every `ask_seconds`. When it is called much later, we stood still ourselves (the machine slept, or
    swaps), and the silence says nothing: it begins anew.
    """

    def __init__(self, ask_seconds: float, silent_seconds: float) -> None:
        self._late_seconds, self._silent_seconds = 2 * ask_seconds, silent_seconds
        self._asked_at: float | None = None
        self._looked_at = 0.0

    def asked(self, now: float) -> None:
        """A question was put, or would have been: while one is open, no other is."""
        if self._asked_at is None:
            self._asked_at = now

    def heard(self) -> None:
        """An answer came, or none is to be expected."""
        self._asked_at = None

    def look(self, now: float) -> bool:
        """Whether it has lasted too long."""
        stood_still = now - self._looked_at > self._late_seconds
        self._looked_at = now
        if self._asked_at is not None and stood_still:
            self._asked_at = now
        return self._asked_at is not None and now - self._asked_at > self._silent_seconds


class CoreWatch:
    """Watches one core at a time, from `begin` to `end`. `silent()` is called once for a core that does not answer.

    `path`: the control socket. `silent_seconds` 0: nobody is watched.
    """

    def __init__(self, path: Path, loop: Loop, silent: Action, ask_seconds: float, silent_seconds: float) -> None:
        self._path, self._loop, self._silent, self._ask_seconds = str(path), loop, silent, ask_seconds
        self._is_on = silent_seconds > 0
        self._silence = Silence(ask_seconds, silent_seconds)
        self._line: socket.socket | None = None
        self._is_asked = False

    def begin(self) -> None:
        """The core is ready: from now on it answers."""
        self.end()
        if self._is_on:
            self._loop.later(NAME, self._ask_seconds, self._look)

    def end(self) -> None:
        """It ended, or is about to."""
        self._loop.cancel(NAME)
        self._hang_up()

    def _look(self) -> None:
        now = time.monotonic()
        if self._silence.look(now):
            self.end()
            self._silent()
            return
        self._loop.later(NAME, self._ask_seconds, self._look)
        self._silence.asked(now)
        try:
            self._ask()
        except BlockingIOError:
            return  # so many wait already that it takes nobody: that is no answer
        except OSError:  # the socket's name is gone, or we have no descriptor: it is not the core that is silent
            self._hang_up()

    def _ask(self) -> None:
        if self._line is None:
            self._line = self._connected()
            self._loop.watch(self._line.fileno(), self._hear)
        if not self._is_asked:
            self._line.send(_QUESTION)
            self._is_asked = True

    def _connected(self) -> socket.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.setblocking(False)
        try:
            line.connect(self._path)
        except OSError:
            line.close()
            raise
        return line

    def _hear(self) -> None:
        said = b""
        if self._line is not None:
            with contextlib.suppress(ConnectionError):
                said = self._line.recv(control.MAX_LINE_OCTETS)
        if not said:
            self.end()
            return
        self._is_asked = False
        self._silence.heard()

    def _hang_up(self) -> None:
        if self._line is not None:
            self._loop.forget(self._line.fileno())
            self._line.close()
        self._line, self._is_asked = None, False
        self._silence.heard()
