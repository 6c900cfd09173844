"""`caruso report NAME`: figures and calls of a period, from the database; the server need not run."""

import argparse
import sys
from pathlib import Path

from server.clock import now
from server.commands.kept import site_of
from server.commands.options import add_data, add_site
from server.config.load import SiteError
from server.reports.definition import FOLDER, shelf
from server.reports.errors import ReportError
from server.reports.period import PERIODS
from server.reports.writing import FORMATS
from server.storage.errors import StorageAway, StorageRefused
from server.wire.reports import ReportRequest

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
            return _list(folder)
        from server.storage.reporting import made_report  # SQLAlchemy: only when there is something to read

        text = made_report(_request(options), site, options.data, now()).body.decode()
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
    parser.add_argument("--period", choices=PERIODS, default="", help="a period by its name; else --from and --to")
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


def _list(folder: Path | None) -> int:
    """What reports there are; a file that is wrong is told apart, and 2 returned."""
    reports = shelf(folder)
    for one in reports:
        if one.report is not None:
            print(f"{one.name:<16}{one.title}")
        else:
            print(f"caruso report: {one.problem}", file=sys.stderr)
    return 2 if any(one.report is None for one in reports) else 0


def _request(options: argparse.Namespace) -> ReportRequest:
    return ReportRequest(
        name=options.name,
        period=options.period,
        start=options.start,
        end=options.end,
        interval=options.interval,
        queues=options.queue,
        agents=options.agent,
        format=options.format,
        is_limited=False,
    )
