"""`caruso prune`: takes out calls older than so many days; the figures of their days stay."""

import argparse
import re
import sys
from datetime import datetime, timedelta

from server.clock import now
from server.commands.kept import open_archive, site_of, terms_of
from server.commands.options import add_data, add_site
from server.config.load import SiteError
from server.records.summary import Terms
from server.storage.errors import StorageAway, StorageRefused

_ABOUT = """\
Take calls that are over and older than so many days out of the database: their records, the customers' history, the
ledger's entries; and dialog sessions that nobody went on with since. Without --yes it only tells what would go.
Figures of these days stay as they are in all reports but those that list calls one by one. A server may run
meanwhile; what is newer than its last checkpoint stays."""


def main(words: list[str]) -> int:
    """Prune, or tell what would go; returns 0, 1 if the database cannot be used, 2 if the words are wrong."""
    options = _parser().parse_args(words)
    try:
        site = site_of(options.site, options.data)
        terms = terms_of(site)
        before = _midnight_before(options.older_than, now().wall, terms)
        archive = open_archive(site, options.data)
        try:
            gone = (
                archive.prune(terms, before.timestamp()) if options.yes else archive.doomed(terms, before.timestamp())
            )
        finally:
            archive.close()
    except SiteError as error:
        print(error, file=sys.stderr)
        return 2
    except (StorageRefused, StorageAway) as error:
        print(f"caruso prune: {error}", file=sys.stderr)
        return 1
    verb = "Gone" if options.yes else "Would go"
    print(f"Before {before.isoformat(timespec='minutes')}:")
    print(
        f"{verb}: {gone.records} call records, {gone.contacts} lines of history, {gone.dialogs} dialog sessions, "
        f"{gone.entries} entries of the ledger."
    )
    if not options.yes:
        print("Nothing was changed; add --yes to do it.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "caruso prune", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_data(parser)
    add_site(parser, required=False, purpose="site file; without it the one that DIR was last served with")
    parser.add_argument("--older-than", metavar="DAYS", type=_days, required=True, help="as in 90d; at least 1d")
    parser.add_argument("--yes", action="store_true", help="do it")
    return parser


def _days(text: str) -> int:
    found = re.fullmatch(r"([1-9][0-9]{0,4})d", text)
    if found is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of days; write 90d')
    return int(found[1])


def _midnight_before(days: int, wall: float, terms: Terms) -> datetime:
    """Whole local days go: the midnight so many days before the last one."""
    day = datetime.fromtimestamp(wall, terms.zone).date() - timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=terms.zone)
