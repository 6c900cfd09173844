"""A web server of its own process over scripts that were gone through, with the real reports.

    python -m tests.browser.visited_scripts FOLDER

Prints its address when it listens. Log in as `sofia` with `sofia's word`. It ends with its standard input.
"""

import sys
from pathlib import Path

import msgspec
from twisted.internet import reactor, stdio
from twisted.internet.protocol import Protocol

from server.app.reporting import Reports
from server.call.now import Now
from server.config.load import load_site
from server.config.site import Web
from tests.dialogs.visited import visit
from tests.fakes.switchboard import FakeSwitchboard, an_agent
from tests.fakes.web_server import WebServer

NOON = Now(1_767_614_400.0, 1_000.0)
"""Monday 2026-01-05, 12:00 by the site's clock."""


class _UntilClosed(Protocol):
    """Ends the process when whoever started it is gone."""

    def connectionLost(self, reason: object = None) -> None:
        reactor.stop()


def main(folder: Path) -> None:
    visit(folder, NOON.wall)
    site = msgspec.structs.replace(load_site(folder / "site.toml"), web=Web(listen="127.0.0.1:0"))
    people = [an_agent("sofia", role="supervisor", phone="tel:+351210000009"), an_agent("ana")]
    reports = Reports(reactor, site, folder / "data", lambda: NOON)
    server = WebServer(site, switchboard=FakeSwitchboard(people), clock=lambda: NOON, reports=reports)
    server.start()
    stdio.StandardIO(_UntilClosed())
    print(server.address, flush=True)
    reactor.run()
    reports.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
