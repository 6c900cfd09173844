"""`caruso script-heat ID`: how often sessions came by each node of a script, for `caruso script graph --heat`."""

import argparse
import sys
from pathlib import Path

from server.clock import now
from server.commands.kept import site_of
from server.commands.options import add_data, add_site
from server.config.load import SiteError
from server.reports.errors import NoSuchReport, ReportError
from server.reports.period import PERIODS

_ABOUT = """\
Visits of nodes and ways, and sessions that stopped without an end, from the database; the server need not run. Without
answers: only where sessions went. Draw them: caruso script graph FILE --heat OUT.json -o OUT.svg"""
CHANNELS = ("desk", "web", "ivr")


def main(words: list[str]) -> int:
    """Write the visits; returns 0, 1 if there is no such script, or no database, 2 if words or site are wrong."""
    options = _parser().parse_args(words)
    try:
        site = site_of(options.site, options.data)
        from server.storage.errors import StorageAway, StorageRefused
        from server.storage.script_figures import made_script_figures  # SQLAlchemy: only when something is to be read
        from server.wire.scripts import ScriptRequest

        request = ScriptRequest(
            name=options.script,
            version=options.version,
            channel=options.channel,
            period=options.period,
            start=options.start,
            end=options.end,
            format="heat",
            is_limited=False,
        )
        try:
            body = made_script_figures(request, site, options.data, now()).body
        except (StorageRefused, StorageAway, NoSuchReport) as error:
            print(f"caruso script-heat: {error}", file=sys.stderr)
            return 1
        if options.output is None:
            sys.stdout.write(body.decode())
        else:
            options.output.write_bytes(body)
    except (SiteError, ReportError) as error:
        print(error if isinstance(error, SiteError) else f"caruso script-heat: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "caruso script-heat", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("script", metavar="ID", help="of the script")
    add_data(parser)
    add_site(parser, required=False, purpose="site file; without it the one that DIR was last served with")
    parser.add_argument("-o", "--output", metavar="OUT.json", type=Path, help="where to write it; without: here")
    parser.add_argument("--version", default="", help="of the script (all)")
    parser.add_argument("--channel", choices=CHANNELS, default="", help="on which sessions began (all)")
    parser.add_argument("--period", choices=PERIODS, default="", help="a period by its name; else --from and --to")
    parser.add_argument(
        "--from", metavar="WHEN", dest="start", default="", help="2026-11-21 or 2026-11-21T08:00 (today)"
    )
    parser.add_argument("--to", metavar="WHEN", dest="end", default="", help="the same; a date includes that day (now)")
    return parser
