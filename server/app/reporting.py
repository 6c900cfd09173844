"""The service `reports`: worked out by processes of their own, with the code of the command line.

A fold of a long ledger would hold the core's interpreter and keep calls waiting, even on a thread. Few reports are
worked out at once, those who ask wait for their turn; who gives up (a page that is closed) ends the process. One that
has done its work waits a while for the next order, since a fresh one takes most of a second to begin.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import structlog
from twisted.internet.defer import Deferred, DeferredSemaphore
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.threads import deferToThreadPool

from server.app.core import Frame, Stop
from server.app.report_process import Order
from server.config.site import SiteFile
from server.reports.definition import shelf
from server.reports.errors import ReportError
from server.wire.reports import ReportEntry, ReportMade, ReportRequest
from server.wire.scripts import ScriptRequest

log = structlog.get_logger()

MOST_WAITING = 16
"""Reports that are worked out or wait for their turn."""
MOST_SECONDS = 60.0
"""A process that takes longer is ended. A long fold tells its progress after a few seconds, and goes on when asked."""
IDLE_SECONDS = 120.0
"""A process that waits for an order is ended when there was none for so long."""
MOST_ORDERS = 20
"""Then a process makes room for a fresh one, with whatever memory it took."""
COMMAND = (sys.executable, "-P", "-m", "server.app.report_process")


class Reports:
    """Implements `server.call.ports.Reports`. `now` reads the clocks."""

    def __init__(self, reactor: Any, site: SiteFile, data: Path, now: Any) -> None:
        self._reactor = reactor
        self._site = site
        self._data = data
        self._now = now
        self._turns = DeferredSemaphore(max(1, (os.cpu_count() or 1) // 2))
        self._asked = 0
        self._working: set[_Worker] = set()
        self._spare: _Worker | None = None
        self._idle: IDelayedCall | None = None
        self._is_stopped = False

    async def entries(self) -> list[ReportEntry]:
        """The shipped reports and the site's, read anew."""
        if self._spare is None and not self._working:  # who asks what there is will ask for one
            self._keep(_Worker())
        folder = Path(self._site.folder) if self._site.folder else None
        found: list[ReportEntry] = await self._on_thread(_entries, folder)
        return found

    async def make(self, request: ReportRequest | ScriptRequest) -> ReportMade:
        """One report, or the statistics of a script. Cancelled, it ends what works for it."""
        if self._asked >= MOST_WAITING:
            return ReportMade(state="away", detail="Too many reports are asked for just now; wait a little.")
        self._asked += 1
        try:
            await self._turns.acquire()
            try:
                return await self._made(request)
            finally:
                self._turns.release()
        finally:
            self._asked -= 1

    def stop(self) -> None:
        """End what runs."""
        self._is_stopped = True
        self._end_the_spare()
        for worker in list(self._working):
            worker.end()

    async def _made(self, request: ReportRequest | ScriptRequest) -> ReportMade:
        order = Order(request=request, site=self._site, data=str(self._data), now=self._now())
        worker, self._spare = self._spare or _Worker(), None
        self._working.add(worker)
        limit = self._reactor.callLater(MOST_SECONDS, worker.end)
        octets = b""
        try:
            octets = await self._on_thread(worker.carry_out, msgspec.json.encode(order))
        finally:
            if limit.active():
                limit.cancel()
            self._working.discard(worker)
            if octets and worker.orders < MOST_ORDERS:
                self._keep(worker)
            else:
                worker.end()
        if not octets:
            log.error("report-failed", report=request.name)
            return ReportMade(state="away", detail="The report took too long or failed; choose a shorter period.")
        return msgspec.json.decode(octets, type=ReportMade)

    def _keep(self, worker: "_Worker") -> None:
        """For the next order, unless there is one or we end."""
        if self._is_stopped or self._spare is not None:
            worker.end()
            return
        self._spare = worker
        if self._idle is not None and self._idle.active():
            self._idle.cancel()
        self._idle = self._reactor.callLater(IDLE_SECONDS, self._end_the_spare)

    def _end_the_spare(self) -> None:
        if self._idle is not None and self._idle.active():
            self._idle.cancel()
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.end()

    def _on_thread(self, work: Any, *words: Any) -> "Deferred[Any]":
        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), work, *words)


class _Worker:
    """A process, and how many orders it was given."""

    def __init__(self) -> None:
        self.orders = 0
        self._process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def carry_out(self, order: bytes) -> bytes:
        """On a thread: hand the order over, wait for what comes back; empty: the process ended."""
        self.orders += 1
        if self._process.stdin is None or self._process.stdout is None:  # they are pipes
            return b""
        try:
            self._process.stdin.write(order + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return b""
        return self._process.stdout.readline()

    def end(self) -> None:
        """End it, whatever it does. Nothing of it is left over."""
        self._process.kill()
        self._process.wait()


def _entries(folder: Path | None) -> list[ReportEntry]:
    try:
        found = shelf(folder)
    except ReportError as error:  # the folder itself: the shipped reports are there all the same
        problem = ReportEntry(name="", title=str(folder), is_own=True, problem=str(error))
        return [*_entries(None), problem]
    return [
        ReportEntry(
            name=one.name,
            title=one.title,
            is_own=one.is_own,
            has_interval=one.report is not None and "interval" in one.report.group,
            filters=[] if one.report is None else list(one.report.asked_filters),
            problem=one.problem,
        )
        for one in found
    ]


async def reports(frame: Frame) -> Stop:
    """Registers the service `reports`, as soon as the storage has brought the database up to date."""
    await frame.find("storage")
    made = Reports(frame.reactor, frame.site, frame.data, frame.now)
    frame.directory.provide("reports", "1.0", made)
    return made.stop
