"""`caruso export queue-log` and `caruso export cdr`: the ledger in the formats that others read."""

import argparse
import sys
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from server.clock import now
from server.commands.kept import open_archive, site_of, terms_of
from server.commands.options import add_data, add_site
from server.config.load import SiteError
from server.config.site import SiteFile
from server.reports.cdr import cdr
from server.reports.errors import ReportError
from server.reports.period import period
from server.reports.queue_log import queue_log
from server.storage.errors import StorageAway, StorageRefused

if TYPE_CHECKING:
    from server.storage.archive import Archive

EVER = "1970-01-02"


def main(words: list[str]) -> int:
    """Write an export to standard output; returns 0, 1 if the database cannot be read, 2 if the words are wrong."""
    options = _parser().parse_args(words)
    try:
        site = site_of(options.site, options.data)
        zone = terms_of(site).zone
        start, end = period(options.start or EVER, options.end, now().wall, zone)
        archive = open_archive(site, options.data)
        try:
            for line in _LINES[options.format](archive, site, start, end):
                sys.stdout.write(line)
        finally:
            archive.close()
    except SiteError as error:
        print(error, file=sys.stderr)
        return 2
    except ReportError as error:
        print(f"caruso export: {error}", file=sys.stderr)
        return 2
    except (StorageRefused, StorageAway) as error:
        print(f"caruso export: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("caruso export", description="The ledger in the formats that others read.")
    parser.add_argument("format", choices=list(_LINES), help="queue-log: queue events; cdr: one CSV line for each call")
    add_data(parser)
    add_site(parser, required=False, purpose="site file; without it the one that DIR was last served with")
    parser.add_argument("--from", metavar="WHEN", dest="start", default="", help="2026-11-21 or 2026-11-21T08:00 (all)")
    parser.add_argument("--to", metavar="WHEN", dest="end", default="", help="the same; a date includes that day (now)")
    return parser


def _queue_log(archive: "Archive", site: SiteFile, start: float, end: float) -> Iterator[str]:
    queues_of = {agent.id: agent.queues for agent in site.agent}
    entries = takewhile(lambda entry: entry.at.wall < end, archive.entries())
    for line in queue_log(entries, queues_of, start):
        yield line + "\n"


def _cdr(archive: "Archive", site: SiteFile, start: float, end: float) -> Iterator[str]:
    for line in cdr(archive.records(start, end), terms_of(site).zone):
        yield line + "\r\n"


_LINES = {"queue-log": _queue_log, "cdr": _cdr}
