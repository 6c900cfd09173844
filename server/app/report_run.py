"""A report worked out and written as a letter, without keeping the reactor.

Figures are worked out by `caruso report` in a process of its own: a fold of some hundred thousand entries on one of our
threads would share the interpreter's lock with every call that is set up meanwhile, and leave its memory with us.
"""

import os
import shlex
import subprocess
import sys
from datetime import tzinfo
from pathlib import Path
from typing import Any

import msgspec
from twisted.internet.threads import deferToThreadPool

from server.call.mails import Attachment, Letter
from server.config.mail import schedule_id
from server.config.site import Report, SiteFile
from server.reports import mail_text
from server.reports.due import Due
from server.reports.period import shown
from server.reports.table import Table
from server.reports.writing import as_csv

LONGEST_SECONDS = 900.0
MOST_OCTETS = 200_000_000
NICENESS = 10
_SHARE_OF_MAIL = 0.6
"""Of the largest mail, for the CSV file: it grows by a third on its way, and the table stands in the text too."""
_decode = msgspec.json.Decoder(Table).decode


class ReportFailed(Exception):
    """A report could not be worked out; the text is `caruso report`'s, or says what happened to it."""


class ReportRuns:
    """Runs `caruso report` for the data directory that is served."""

    def __init__(self, reactor: Any, data: Path) -> None:
        self._reactor = reactor
        self._data = data
        self._run: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    async def table(self, report: Report, start: float, end: float, zone: tzinfo) -> Table:
        """The table of a report for [start, end) (wall seconds). Raises `ReportFailed`. One at a time."""
        words = command(report, shown(start, zone), shown(end, zone))
        program = [sys.executable, "-m", "server", *words, "--data", str(self._data), "--format", "json"]
        out: bytes = await deferToThreadPool(self._reactor, self._reactor.getThreadPool(), self._output, program)
        if len(out) > MOST_OCTETS:
            raise ReportFailed(f"the report has {len(out)} octets; it is too large to be sent")
        table: Table = await deferToThreadPool(self._reactor, self._reactor.getThreadPool(), _read, out)
        return table

    def stop(self) -> None:
        """End the one that runs."""
        self._is_stopped = True
        if (run := self._run) is not None:
            run.kill()

    def _output(self, program: list[str]) -> bytes:
        """Runs on a thread."""
        if self._is_stopped:
            raise ReportFailed("the server stops")
        try:
            with subprocess.Popen(
                program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ) as run:
                self._run = run
                os.setpriority(os.PRIO_PROCESS, run.pid, NICENESS)
                return _finished(run)
        except OSError as fault:
            raise ReportFailed(f"caruso report cannot be run: {fault.strerror}") from fault
        finally:
            self._run = None


def command(report: Report, start: str, end: str) -> list[str]:
    """What stands after `caruso` for a report of that time."""
    words = ["report", report.name, "--from", start, "--to", end, "--interval", report.interval]
    for option, idents in (("--queue", report.queue), ("--agent", report.agent)):
        for ident in idents:
            words += [option, ident]
    return words


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
        command=shlex.join(["caruso", *command(report, table.begins, table.ends), "--data", "DIR", "--format", "csv"]),
    )
    is_html = report.format == "html"
    return Letter(
        to=report.to,
        subject=mail_text.subject(table, about)[:250],
        text=(mail_text.full_text if is_html else mail_text.short_text)(table, about),
        html=mail_text.full_html(table, about) if is_html else "",
        attachments=[Attachment(name=about.file, content_type="text/csv", body=octets)] if fits else [],
    )


def _finished(run: "subprocess.Popen[bytes]") -> bytes:
    try:
        out, err = run.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        run.kill()
        raise ReportFailed(f"caruso report took longer than {LONGEST_SECONDS:.0f} s") from None
    if run.returncode:
        lines = err.decode("utf-8", "replace").strip().splitlines()
        raise ReportFailed(lines[-1][:300] if lines else f"caruso report ended with {run.returncode}")
    return out


def _read(out: bytes) -> Table:
    try:
        return _decode(out)
    except msgspec.MsgspecError as fault:
        raise ReportFailed(f"caruso report wrote something else: {fault}") from fault
