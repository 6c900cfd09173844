"""A web server of its own process over the ledger of a simulated day, with the real reports.

    python -m tests.browser.reported_day FOLDER

FOLDER has `data/` and `site.toml`. Prints its address when it listens. Log in as `sofia` with `sofia's word`. It ends
with its standard input.
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
from tests.fakes.switchboard import FakeSwitchboard, an_agent
from tests.fakes.web_server import WebServer

MORNING = Now(1_767_571_200.0 + 4.5 * 3600, 1_000.0 + 4.5 * 3600)
"""Monday 2026-01-05, 04:30 by the site's clock; the night's calls ended at four."""


class _UntilClosed(Protocol):
    """Ends the process when whoever started it is gone."""

    def connectionLost(self, reason: object = None) -> None:
        reactor.stop()


def main(folder: Path) -> None:
    site = load_site(folder / "site.toml")
    site = msgspec.structs.replace(site, web=Web(listen="127.0.0.1:0"))
    people = [an_agent("sofia", role="supervisor", phone="tel:+351210000009"), an_agent("ana")]
    reports = Reports(reactor, site, folder / "data", lambda: MORNING)
    server = WebServer(site, switchboard=FakeSwitchboard(people), clock=lambda: MORNING, reports=reports)
    server.start()
    stdio.StandardIO(_UntilClosed())
    print(server.address, flush=True)
    reactor.run()
    reports.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
