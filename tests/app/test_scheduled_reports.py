"""The calendar of scheduled reports: each due time once, what was missed once, whatever fails in between."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pytest_twisted import ensureDeferred

from server.app.report_letter import ReportFailed
from server.app.scheduled import Calendar, since_when
from server.call.mails import Letter, Mailing, MailRefused
from server.config.site import Mail, Report, Site, SiteFile
from server.mail.service import new_mailing
from server.reports.due import Schedule
from server.reports.table import Column, Table
from tests.fakes.clocks import FakeClock

BERLIN = ZoneInfo("Europe/Berlin")


class FakeMail:
    """Keeps letters by key."""

    def __init__(self) -> None:
        self.kept: dict[str, Letter] = {}
        self.fault: Exception | None = None

    async def find(self, key: str) -> Mailing | None:
        return self._mailing(key) if key in self.kept else None

    async def queue(self, letter: Letter, key: str) -> Mailing:
        if self.fault is not None:
            raise self.fault
        assert key not in self.kept
        self.kept[key] = letter
        return self._mailing(key)

    async def mails(self, ended: bool = False) -> list[Mailing]:
        return []

    async def retry(self, ident: str) -> Mailing:
        raise NotImplementedError

    async def discard(self, ident: str) -> Mailing:
        raise NotImplementedError

    def _mailing(self, key: str) -> Mailing:
        return new_mailing(self.kept[key], key, "m1", "<m1@x>", 1, 0.0)


class FakeLedger:
    """What is kept by name."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[int, bytes]] = {}

    async def kept(self, name: str) -> tuple[int, bytes] | None:
        return self.held.get(name)

    async def keep(self, name: str, position: int, body: bytes) -> None:
        self.held[name] = (position, body)


class InlinePool:
    """Threads are for the real one."""

    def callInThreadWithCallback(self, done, job, *args, **named):  # type: ignore[no-untyped-def]
        done(True, job(*args, **named))


class Reactor:
    """What is asked of a reactor: threads, and timers that nobody fires."""

    def getThreadPool(self) -> InlinePool:
        return InlinePool()

    def callFromThread(self, job, *args):  # type: ignore[no-untyped-def]
        job(*args)


class House:
    """A site with reports, whose core can be begun anew."""

    def __init__(self, *reports: Report) -> None:
        self.site = SiteFile(site=Site(time_zone="Europe/Berlin"), mail=Mail(smtp="smtp://x"), report=list(reports))
        self.reactor = Reactor()
        self.now = FakeClock(wall=wall("2026-11-18T12:00"))
        self.mail, self.ledger = FakeMail(), FakeLedger()
        self.asked: list[tuple[str, str, str]] = []
        self.fault: Exception | None = None

    async def core(self) -> Calendar:
        known = await since_when(self.ledger, self.site.report, self.now.wall)
        return Calendar(self, self.mail, known, BERLIN, self.compute)  # type: ignore[arg-type]

    async def compute(self, report: Report, start: float, end: float) -> Table:
        if self.fault is not None:
            raise self.fault
        times = [datetime.fromtimestamp(moment, BERLIN).isoformat() for moment in (start, end)]
        self.asked.append((report.name, *times))  # type: ignore[arg-type]
        return Table(
            name=report.name, title=report.name, begins=times[0], ends=times[1], columns=[Column(name="q", title="Q")],
            rows=[],
        )  # fmt: skip

    def at(self, text: str) -> None:
        self.now.advance(wall(text) - self.now.wall)


def wall(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def report(**words: object) -> Report:
    return Report(**{"name": "calls", "to": ["ana@example.com"], **words})  # type: ignore[arg-type]


@ensureDeferred
async def test_each_day_once_over_restarts() -> None:
    house = House(report())
    calendar = await house.core()
    for moment in ("2026-11-18T12:00", "2026-11-19T06:59", "2026-11-19T07:00", "2026-11-19T07:01"):
        house.at(moment)
        await calendar.look()
    assert list(house.mail.kept) == ["report:calls:2026-11-19T07:00"]
    assert house.asked == [("calls", "2026-11-18T00:00:00+01:00", "2026-11-19T00:00:00+01:00")]
    for moment in ("2026-11-19T07:02", "2026-11-20T07:00", "2026-11-20T09:00"):
        house.at(moment)
        calendar = await house.core()
        await calendar.look()
    assert list(house.mail.kept) == ["report:calls:2026-11-19T07:00", "report:calls:2026-11-20T07:00"]


@ensureDeferred
async def test_what_was_missed_is_made_up_for_once_within_its_window() -> None:
    house = House(report(), report(id="never", catch_up_hours=0), report(id="weekly", days=["wed"], catch_up_hours=200))
    house.at("2026-11-16T12:00")
    await house.core()
    house.at("2026-11-24T06:00")  # eight days away
    calendar = await house.core()
    await calendar.look()
    await calendar.look()
    assert list(house.mail.kept) == ["report:calls:2026-11-23T07:00", "report:weekly:2026-11-18T07:00"]
    house.at("2026-11-24T07:00")
    await calendar.look()
    assert list(house.mail.kept)[2:] == ["report:calls:2026-11-24T07:00", "report:never:2026-11-24T07:00"]


@ensureDeferred
async def test_what_is_too_old_is_left() -> None:
    house = House(report(days=["wed"], catch_up_hours=24))
    await house.core()
    house.at("2026-11-27T06:00")
    await (await house.core()).look()
    assert house.mail.kept == {}


@ensureDeferred
async def test_a_new_schedule_begins_with_its_next_due_time() -> None:
    house = House(report(at="07:00"))
    house.at("2026-11-18T12:00")
    await (await house.core()).look()
    house.site = SiteFile(site=house.site.site, mail=house.site.mail, report=[report(at="08:00")])
    await (await house.core()).look()
    assert house.mail.kept == {}
    house.at("2026-11-19T08:00")
    await (await house.core()).look()
    assert list(house.mail.kept) == ["report:calls:2026-11-19T08:00"]


@ensureDeferred
async def test_the_clock_that_is_set_back_in_autumn_sends_one() -> None:
    house = House(report(at="02:30"))
    house.now = FakeClock(wall=wall("2026-10-24T12:00"))
    calendar = await house.core()
    first = wall("2026-10-25T02:30")
    for later in (0, 60, 3600, 3660):
        house.now.advance(first + later - house.now.wall)
        await calendar.look()
    assert list(house.mail.kept) == ["report:calls:2026-10-25T02:30"]


@pytest.mark.parametrize("what", ["report", "mail", "database"])
@ensureDeferred
async def test_what_fails_is_tried_again_with_growing_pauses(what: str) -> None:
    house = House(report(), report(id="other", at="07:00"))
    calendar = await house.core()
    house.at("2026-11-19T07:00")
    if what == "report":
        house.fault = ReportFailed("the database is away")
    else:
        house.mail.fault = MailRefused("full", "too many") if what == "mail" else ConnectionError("away")
    await calendar.look()
    house.fault, house.mail.fault = None, None
    house.now.advance(59)
    await calendar.look()
    assert house.mail.kept == {}
    house.now.advance(1)
    await calendar.look()
    assert list(house.mail.kept) == ["report:calls:2026-11-19T07:00", "report:other:2026-11-19T07:00"]


def test_schedules_with_other_times_are_others() -> None:
    names = {
        Schedule.of(one).name
        for one in (report(), report(at="08:00"), report(id="x"), report(days=["mon"]), report(days="monthly"))
    }
    assert len(names) == 5
