"""`caruso report NAME`: figures and calls of a period, from the database; the server need not run."""

import argparse
import sys
from pathlib import Path

from server.clock import now
from server.commands.kept import open_archive, site_of, terms_of
from server.commands.options import add_data, add_site
from server.config.load import SiteError
from server.config.site import SiteFile
from server.reports.definition import FOLDER, Definition, list_reports, load_report
from server.reports.errors import ReportError
from server.reports.period import interval, period
from server.reports.table import Asked, Table, calls_table, figures_table
from server.reports.writing import FORMATS
from server.storage.errors import StorageAway, StorageRefused

_ABOUT = f"""\
Figures and calls of a period. Each figure comes with its formula. A report is a small TOML file: those that are shipped
are listed without NAME; the site's own are in the folder {FOLDER}/ beside the site file and go before them."""


def main(words: list[str]) -> int:
    """Write a report; returns 0, 1 if the database cannot be read, 2 if words, report or site file are wrong."""
    options = _parser().parse_args(words)
    try:
        site = site_of(options.site, options.data)
        folder = Path(site.folder) if site.folder else None
        if options.name is None:
            _list(folder)
            return 0
        report = load_report(options.name, folder)
        text = FORMATS[options.format](_table(report, site, options))
    except (SiteError, ReportError) as error:
        print(error if isinstance(error, SiteError) else f"caruso report: {error}", file=sys.stderr)
        return 2
    except (StorageRefused, StorageAway) as error:
        print(f"caruso report: {error}", file=sys.stderr)
        return 1
    sys.stdout.write(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "caruso report", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", metavar="NAME", nargs="?", help="which report; without it, what there is")
    add_data(parser)
    add_site(parser, required=False, purpose="site file; without it the one that DIR was last served with")
    parser.add_argument(
        "--from", metavar="WHEN", dest="start", default="", help="2026-11-21 or 2026-11-21T08:00 (today)"
    )
    parser.add_argument("--to", metavar="WHEN", dest="end", default="", help="the same; a date includes that day (now)")
    parser.add_argument(
        "--interval", metavar="LENGTH", default="15m", help="of the lines: 5m 15m 30m 1h 2h 6h 1d (15m)"
    )
    parser.add_argument("--queue", metavar="ID", action="append", default=[], help="only this queue; may be repeated")
    parser.add_argument("--agent", metavar="ID", action="append", default=[], help="only this agent; may be repeated")
    parser.add_argument("--format", choices=list(FORMATS), default="table", help="(table)")
    return parser


def _list(folder: Path | None) -> None:
    for name in list_reports(folder):
        print(f"{name:<16}{load_report(name, folder).title}")


def _table(report: Definition, site: SiteFile, options: argparse.Namespace) -> Table:
    terms, moment = terms_of(site), now()
    start, end = period(options.start, options.end, moment.wall, terms.zone)
    asked = Asked(
        start=start,
        end=end,
        interval_seconds=interval(options.interval),
        queues=_known("--queue", options.queue, [queue.id for queue in site.queue]),
        agents=_known("--agent", options.agent, [agent.id for agent in site.agent]),
    )
    archive = open_archive(site, options.data)
    try:
        if report.source == "calls":
            return calls_table(report, archive.records(start, end), terms, asked)
        book, kept = archive.figures(terms, start, end)
        cells = book.cells_at(moment, start)
        cells.add(kept)
        return figures_table(report, cells, terms, asked)
    finally:
        archive.close()


def _known(option: str, ids: list[str], known: list[str]) -> frozenset[str]:
    for ident in ids:
        if known and ident not in known:
            raise ReportError(f'{option}: the site file has no "{ident}"; it has {", ".join(known)}')
    return frozenset(ids)
