"""A scheduled report asked of the service `reports`, and written as a letter."""

import shlex
from datetime import tzinfo
from typing import Any

import msgspec
from twisted.internet.threads import deferToThreadPool

from server.call.mails import Attachment, Letter
from server.call.ports import Reports
from server.config.mail import schedule_id
from server.config.site import Report, SiteFile
from server.reports import mail_text
from server.reports.due import Due
from server.reports.period import shown
from server.reports.table import Table
from server.reports.writing import as_csv
from server.wire.reports import ReportRequest

MOST_TURNS = 100
"""A long fold is broken off and kept again and again; so often it is asked for."""
_SHARE_OF_MAIL = 0.6
"""Of the largest mail, for the CSV file: it grows by a third on its way, and the table stands in the text too."""
_decode = msgspec.json.Decoder(Table).decode


class ReportFailed(Exception):
    """A report could not be worked out; the text says why."""


def request_of(report: Report, language: str, start: str, end: str) -> ReportRequest:
    """What is asked for. `start`, `end`: ISO 8601 with zone."""
    return ReportRequest(
        name=report.name,
        start=start,
        end=end,
        interval=report.interval,
        queues=report.queue,
        agents=report.agent,
        format="json",
        language="pt" if language.startswith("pt") else "en",
        is_limited=False,
    )


async def asked(service: Reports, report: Report, language: str, start: float, end: float, zone: tzinfo) -> Table:
    """The table of a report for [start, end) (wall seconds). Raises `ReportFailed`."""
    request = request_of(report, language, shown(start, zone), shown(end, zone))
    for _ in range(MOST_TURNS):
        made = await service.make(request)
        if made.state == "made":
            try:
                return _decode(made.body)
            except msgspec.MsgspecError as fault:
                raise ReportFailed(f"the report cannot be read: {fault}") from fault
        if made.state != "going-on":
            raise ReportFailed(made.detail or made.state)
    raise ReportFailed("the report takes too long")


async def letter_of(reactor: Any, site: SiteFile, report: Report, table: Table, due: Due) -> Letter:
    """The letter that the report is sent as; large tables take their time, so it is written on a thread."""
    letter: Letter = await deferToThreadPool(reactor, reactor.getThreadPool(), written, site, report, table, due)
    return letter


def written(site: SiteFile, report: Report, table: Table, due: Due) -> Letter:
    """See `letter_of`."""
    octets = as_csv(table).encode("utf-8")
    fits = len(octets) <= site.mail.max_megabytes * 1_000_000 * _SHARE_OF_MAIL
    about = mail_text.About(
        site=site.site.name,
        ident=schedule_id(report),
        language=site.site.language,
        file=f"{schedule_id(report)}-{due.day.isoformat()}.csv" if fits else "",
        command=shlex.join(command(report, table)),
    )
    is_html = report.format == "html"
    return Letter(
        to=report.to,
        subject=mail_text.subject(table, about)[:250],
        text=(mail_text.full_text if is_html else mail_text.short_text)(table, about),
        html=mail_text.full_html(table, about) if is_html else "",
        attachments=[Attachment(name=about.file, content_type="text/csv", body=octets)] if fits else [],
    )


def command(report: Report, table: Table) -> list[str]:
    """With what a person gets the same figures on the server's machine."""
    words = ["caruso", "report", report.name, "--from", table.begins, "--to", table.ends, "--interval", report.interval]
    for option, idents in (("--queue", report.queue), ("--agent", report.agent)):
        for ident in idents:
            words += [option, ident]
    return [*words, "--data", "DIR", "--format", "csv"]
