"""A web server of its own process with dialogs on it, for a browser.

    python -m tests.browser.dialog_house

Prints its address when it listens. It ends with its standard input.
"""

import sys
from pathlib import Path

from twisted.internet import reactor, stdio
from twisted.internet.protocol import Protocol

from server import clock
from tests.dialogs.slips import MAIL, SLIPS

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from dialog_rig import DIALOGS, EVERYTHING, METERS, a_server


class Ending(Protocol):
    """The end of the standard input is the end of the process."""

    def connectionLost(self, reason: object) -> None:  # type: ignore[override]
        reactor.stop()


def main() -> None:
    scripts = (EVERYTHING, METERS, DIALOGS / "power-outage.xml", DIALOGS / "satisfaction-survey.xml", SLIPS)
    named = ["meter-reading", "power-outage", "satisfaction-survey", "everything", "slips"]
    server = a_server(None, *scripts, dialogs=named, dialog_sessions_per_hour=0, dialog_steps_per_minute=0)
    server.dialogs.services.results["meters.find_meter"] = {"found": True, "last": 12000}
    server.dialogs.services.results["meters.submit_reading"] = {"receipt": "R-5"}
    server.dialogs.services.results |= MAIL
    server.clock = clock.now
    server.start()
    print(server.address, flush=True)
    stdio.StandardIO(Ending())
    reactor.run()


if __name__ == "__main__":
    main()
