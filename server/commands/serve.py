"""`caruso serve --site FILE --data DIR`: runs the server."""

import argparse
import os
import sys

from server import logs
from server.commands.options import add_data, add_site
from server.config.load import SiteError
from server.supervisor.folder import FolderInUse, FolderUnusable
from server.supervisor.run import Programs, run
from server.supervisor.sockets import CannotListen
from server.wire.processes import LOG_FORMAT_VARIABLE


def main(words: list[str]) -> int:
    """Run the house until it is closed; returns 0, 1 if it cannot open, 2 if the site file is wrong."""
    parser = argparse.ArgumentParser(
        "caruso serve",
        description="Run the server. SIGTERM and Ctrl-C close it, SIGHUP reads the site file again.",
    )
    add_site(parser, required=True)
    add_data(parser)
    parser.add_argument("--log-format", choices=("json", "console"), default="json", help="form of the logs")
    options = parser.parse_args(words)
    os.umask(0o077)  # messages, recordings and records are nobody else's, also where a copy keeps a file's mode
    logs.configure("supervisor", options.log_format)
    environment = {**os.environ, LOG_FORMAT_VARIABLE: options.log_format}
    try:
        return run(options.site, options.data, Programs(), environment)
    except SiteError as error:
        print(error, file=sys.stderr)
        return 2
    except (FolderInUse, FolderUnusable, CannotListen) as error:
        print(f"caruso serve: {error}.", file=sys.stderr)
        return 1
