"""The component `scheduled-reports`: sends each `[[report]]` by mail once for each time at which it is due.

What was sent is known by its mail's key, the schedule and the due time, so that no restart sends it again. A schedule
that is new (or has other times) begins with its next due time; since when each is known is kept with the ledger.
"""

from collections.abc import Awaitable, Callable
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall

from server.app.core import Frame, Stop
from server.app.report_letter import ReportFailed, asked, letter_of
from server.call.mails import MailRefused
from server.call.now import Now
from server.call.ports import Mail, Reports
from server.config.mail import schedule_id
from server.config.site import Report
from server.reports.due import Due, Schedule, last_due, next_due, period_of
from server.reports.table import Table
from server.services.interfaces import MAIL

log = structlog.get_logger()

KNOWN = "report-schedules"
LONGEST_SLEEP_SECONDS = 60.0
"""The wall clock may be set: it is looked at so often."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 60.0, 3600.0

Compute = Callable[[Report, float, float], Awaitable[Table]]
"""The table of a report from start to end (wall seconds). Raises `ReportFailed`."""
_decode = msgspec.msgpack.Decoder(dict[str, float]).decode


async def scheduled_reports(frame: Frame) -> Stop | None:
    """Starts the calendar, if the site has reports to send."""
    if not frame.site.report:
        return None
    ledger: Any = await frame.find("storage")
    await frame.find("mail")
    await frame.find("reports")
    zone = ZoneInfo(frame.site.site.time_zone)
    known = await since_when(ledger, frame.site.report, frame.now().wall)

    service = frame.directory.proxy("reports", "1", Reports, {"entries", "make"})

    async def compute(report: Report, start: float, end: float) -> Table:
        return await asked(service, report, frame.site.site.language, start, end, zone)

    calendar = Calendar(frame, frame.directory.stand_in(MAIL), known, zone, compute)
    calendar.start()
    return calendar.stop


async def since_when(ledger: Any, reports: list[Report], wall: float) -> dict[str, float]:
    """Since when each schedule is known (wall seconds), by its name; kept for the next core."""
    kept = await ledger.kept(KNOWN)
    before = {} if kept is None else _decode(kept[1])
    names = [Schedule.of(report).name for report in reports]
    known = {name: before.get(name, wall) for name in names}
    if known != before:
        await ledger.keep(KNOWN, 0, msgspec.msgpack.encode(known))
    return known


class Calendar:
    """Looks what is due, at the times when something is."""

    def __init__(self, frame: Frame, mail: Mail, known: dict[str, float], zone: tzinfo, compute: Compute) -> None:
        self._frame = frame
        self._mail = mail
        self._known = known
        self._zone = zone
        self._compute = compute
        self._plans = [(report, Schedule.of(report)) for report in frame.site.report]
        self._began = frame.now().wall
        self._sent: set[str] = set()
        """Keys that we need not ask about any more."""
        self._faults: dict[str, tuple[int, float]] = {}
        """By key: attempts that failed, and when the next one is due (monotonic)."""
        self._timer: IDelayedCall | None = None
        self._is_stopped = False
        self._has_looked = False

    def start(self) -> None:
        """Begin with what was missed."""
        self._wake()

    def stop(self) -> None:
        """Nothing more is begun."""
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake(self) -> None:
        self._timer = None
        looking = Deferred.fromCoroutine(self.look())
        looking.addErrback(lambda failure: log.error("reports-not-looked-at", error=type(failure.value).__name__))
        looking.addCallback(lambda _: self._arm())

    def _arm(self) -> None:
        if self._is_stopped:
            return
        if not self._has_looked:
            self._has_looked = True
            log.info("reports-looked-at", schedules=len(self._plans), sent=len(self._sent))
        now = self._frame.now()
        first = min(next_due(schedule, now.wall, self._zone).at for _, schedule in self._plans)
        self._timer = self._frame.reactor.callLater(min(first - now.wall, LONGEST_SLEEP_SECONDS), self._wake)

    async def look(self) -> None:
        """Send what is due and was not sent, one after the other."""
        for report, schedule in self._plans:
            now = self._frame.now()
            due = last_due(schedule, now.wall, self._zone)
            if not self._is_stopped and self._is_wanted(report, schedule, due, now):
                await self._send(report, schedule, due)

    def _is_wanted(self, report: Report, schedule: Schedule, due: Due, now: Now) -> bool:
        """Not of a time before the schedule was known, nor missed for too long; not before its next attempt."""
        key = due.key(schedule)
        if key in self._sent or due.at < self._known[schedule.name]:
            return False
        if due.at < self._began and now.wall - due.at > report.catch_up_hours * 3600:
            return False
        return now.mono >= self._faults.get(key, (0, 0.0))[1]

    async def _send(self, report: Report, schedule: Schedule, due: Due) -> None:
        key = due.key(schedule)
        try:
            if await self._mail.find(key) is None:
                start, end = period_of(schedule, due.day, self._zone)
                table = await self._compute(report, start, end)
                letter = await letter_of(self._frame.reactor, self._frame.site, report, table, due)
                kept = await self._mail.queue(letter, key)
                log.info("report-queued", report=schedule_id(report), due=due.day.isoformat(), mail=kept.id)
        except (ReportFailed, MailRefused, ConnectionError) as fault:
            self._later(report, key, fault)
            return
        self._sent.add(key)
        self._faults.pop(key, None)

    def _later(self, report: Report, key: str, fault: Exception) -> None:
        count = self._faults.get(key, (0, 0.0))[0] + 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** min(count - 1, 10), LONGEST_PAUSE_SECONDS)
        self._faults[key] = (count, self._frame.now().mono + pause)
        why = fault.why if isinstance(fault, MailRefused) else str(fault)
        log.error("report-not-sent", report=schedule_id(report), again_seconds=pause, error=why)
