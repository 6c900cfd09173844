"""A report from the database: the one way in which the command line, the page and the mail get theirs."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from server import clock
from server.call.now import Now
from server.config.site import SiteFile
from server.records.cells import GRAIN_SECONDS, interval_start
from server.records.summary import Terms
from server.reports.asking import asked_of, day_of
from server.reports.definition import Definition, load_report
from server.reports.portuguese import in_portuguese
from server.reports.table import Asked, Table, calls_table, figures_table
from server.reports.writing import FORMATS
from server.storage.archive import Archive, Reading, StillFolding
from server.wire.reports import ReportMade, ReportRequest

PATIENCE_SECONDS = 4.0
"""So long a report that is limited may fold what was never folded, before it tells its progress."""

_KINDS = {
    "queues": frozenset({"queues", "agents"}),
    "agents": frozenset({"agents"}),
    "customers": frozenset({"customers"}),
    "mailboxes": frozenset({"mailboxes"}),
}
"""Which cells a report's source is made of."""


def made_report(request: ReportRequest, site: SiteFile, data: Path, now: Now) -> ReportMade:
    """The report, written as it was asked for. Blocks. `data`: the data directory.

    Raises `ReportError`, `StorageRefused` or `StorageAway`.
    """
    try:
        return _made(request, site, data, now)
    except StillFolding as still:
        return ReportMade(state="going-on", progress=still.progress)


def _made(request: ReportRequest, site: SiteFile, data: Path, now: Now) -> ReportMade:
    terms = Terms.of(site, ZoneInfo(site.site.time_zone))
    report = load_report(request.name, Path(site.folder) if site.folder else None)
    asked = asked_of(request, report, site, now.wall, terms.zone)
    archive = Archive(site.storage.url, data)
    try:
        ends = clock.now().mono + PATIENCE_SECONDS if request.is_limited else float("inf")
        table = report_table(archive, report, terms, asked, now, lambda: clock.now().mono >= ends)
        table = msgspec.structs.replace(table, names=_names(table, site, archive))
    finally:
        archive.close()
    if request.language == "pt":
        table = in_portuguese(table)
    return ReportMade(
        state="made",
        begins=day_of(asked.start, terms.zone),
        ends=day_of(max(asked.start, asked.end - 1), terms.zone),
        body=FORMATS[request.format](table).encode(),
    )


def report_table(
    archive: Archive,
    report: Definition,
    terms: Terms,
    asked: Asked,
    now: Now,
    is_over: Callable[[], bool] = lambda: False,
) -> Table:
    """The report as a table; agents' present states count up to `now`. `is_over`: see `Reading`."""
    if report.source == "calls":
        return calls_table(report, archive.records(asked.start, asked.end), terms, asked)
    reading = Reading(kinds=_KINDS[report.source], place=_placer(report, terms, asked), is_over=is_over)
    book, kept = archive.figures(terms, asked.start, asked.end, reading)
    cells = book.cells_at(now, asked.start)
    cells.add(kept)
    return figures_table(report, cells, terms, asked)


def _placer(report: Definition, terms: Terms, asked: Asked) -> Callable[[int], int]:
    """Cells of one line are added up as they are read: a year's cells would take gigabytes. The place lies in the same
    interval of the report and within its period."""
    first = -int(-asked.start // GRAIN_SECONDS) * GRAIN_SECONDS
    if "interval" not in report.group:
        return lambda _: first
    known: dict[int, int] = {}

    def place(interval: int) -> int:
        if interval not in known:
            known[interval] = max(first, int(interval_start(interval, asked.interval_seconds, terms.zone)))
        return known[interval]

    return place


def _names(table: Table, site: SiteFile, archive: Archive) -> dict[str, dict[str, str]]:
    """What people call the ids in the table, where that is another word."""
    known = {
        "queue": {queue.id: queue.name for queue in site.queue},
        "agent": {agent.id: agent.name for agent in site.agent},
        "mailbox": {mailbox.id: mailbox.name for mailbox in site.mailbox},
    }
    found: dict[str, dict[str, str]] = {}
    for place, column in enumerate(table.columns):
        if column.name not in ("queue", "agent", "customer", "mailbox"):
            continue
        ids = {str(row[place]) for row in table.rows if row[place]}
        names = archive.customer_names(ids) if column.name == "customer" else known[column.name]
        shown = {ident: names[ident] for ident in sorted(ids) if names.get(ident, ident) not in ("", ident)}
        if shown:
            found[column.name] = shown
    return found
