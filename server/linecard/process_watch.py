"""Watches one process by a pidfd: tells at once when it ends, and kills no other than it. Ends one by its full name."""

import os
import select
import signal
from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

from server.clock import boot_id
from server.linecard.process_name import start_ticks
from server.wire.processes import ProcessName


@implementer(IReadDescriptor)
class ProcessWatch:
    """`ended` is called once, when the process is gone. Raises `ProcessLookupError` if it is gone already, be it that
    its parent has not taken notice yet."""

    def __init__(self, reactor: Any, pid: int, ended: Callable[[], None]) -> None:
        self._reactor = reactor
        self._ended = ended
        self._descriptor = os.pidfd_open(pid)
        if _has_ended(self._descriptor):
            os.close(self._descriptor)
            raise ProcessLookupError(pid)
        reactor.addReader(self)

    def fileno(self) -> int:
        """The pidfd; -1 after the end."""
        return self._descriptor

    def logPrefix(self) -> str:  # noqa: N802 - Twisted's name
        """For Twisted's own log."""
        return "card process"

    def doRead(self) -> None:  # noqa: N802 - Twisted's name
        """The process ended."""
        self.close()
        self._ended()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802, ARG002 - Twisted's name
        """The reactor ends."""
        self.close()

    def kill(self) -> None:
        """SIGKILL, if the process still is."""
        if self._descriptor < 0:
            return
        try:
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)
        except ProcessLookupError:
            return  # it ended a moment ago, and `ended` is on its way

    def close(self) -> None:
        """Watch no longer."""
        if self._descriptor >= 0:
            self._reactor.removeReader(self)
            os.close(self._descriptor)
            self._descriptor = -1


def end(name: ProcessName) -> bool:
    """SIGKILL to the process of that name; False: it is gone, or not ours, whoever has its pid now."""
    try:
        descriptor = os.pidfd_open(name.pid)
    except (OSError, OverflowError, ValueError):
        return False
    try:
        if name.boot != boot_id() or start_ticks(name.pid) != name.started or _has_ended(descriptor):
            return False
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _has_ended(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
