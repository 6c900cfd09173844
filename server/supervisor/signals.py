"""Signals as something that a selector can wait for."""

import contextlib
import signal
import socket
from collections.abc import Iterator

HEEDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextlib.contextmanager
def signals_as_octets() -> Iterator[socket.socket]:
    """For the length of the block, the heeded signals do nothing but put their number into the yielded socket."""
    hears, says = socket.socketpair()
    with hears, says:
        says.setblocking(False)
        before_fd = signal.set_wakeup_fd(says.fileno())
        before = {number: signal.signal(number, lambda *_: None) for number in HEEDED}
        try:
            yield hears
        finally:
            for number, disposition in before.items():
                signal.signal(number, disposition)
            signal.set_wakeup_fd(before_fd)
