"""`python -m server.app --site FILE --data DIR [--standby FD]`: the core process, as the supervisor starts it."""

import argparse
import sys
from pathlib import Path

from server.app import event_loop
from server.wire import processes


def main(argv: list[str]) -> int:
    """Run the core until it is ended; the exit status is for the supervisor (`server.wire.processes`)."""
    parser = argparse.ArgumentParser("server.app", description=__doc__)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(processes.STANDBY_OPTION, type=int, metavar="FD", help="be the core when this pipe says so")
    options = parser.parse_args(argv)
    event_loop.install()
    from server.app.serving import serve  # not before: what it imports takes the reactor that there is

    return serve(options.site, options.data, options.standby)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
