"""What the phone reports, on its way from any thread to the card's main one."""

import os
import threading
from collections import deque

from server.linecard.worker import reports


class Inbox:
    """Reports from any thread; wakes the main loop through a descriptor.

    The event thread takes messages from the network in rounds. What it posts while it reads one it need not tell at
    once: two threads that want pjsua's locks and the interpreter at the same time cost more than they win.
    """

    def __init__(self) -> None:
        self.descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._reports: deque[reports.Report] = deque()
        self._owner = threading.get_ident()
        self._woken = False

    def post(self, report: reports.Report, *, wake: bool = True) -> None:
        """Hand a report over; returns at once. See `reports.Post`."""
        self._reports.append(report)
        if wake and threading.get_ident() != self._owner:
            self.wake()

    def round_over(self) -> None:
        """The event thread has done what a message wants done, and will wait for the next."""
        if self._reports:
            self.wake()

    def wake(self) -> None:
        """Let the loop turn once."""
        if not self._woken:
            self._woken = True
            os.eventfd_write(self.descriptor, 1)

    def take(self) -> reports.Report | None:
        """The next report; None: there is none."""
        return self._reports.popleft() if self._reports else None

    def clear_wake(self) -> None:
        """The loop turns now, and reads all reports. Two threads may wake it at the same time: what the slower one
        writes then comes after its wake was cleared, and has to be read all the same."""
        try:
            os.eventfd_read(self.descriptor)
        except BlockingIOError:
            return  # a post is between its two steps: the descriptor will be readable at once
        self._woken = False
