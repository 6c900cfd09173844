"""`python -m server.app.report_process`: works out reports, so that folding a ledger stalls no call.

Standard input: `Order`s, JSON, one a line. Standard output: a `ReportMade` for each, in the same way. It runs with low
priority and ends with its input.
"""

import os
import sys
from pathlib import Path

import msgspec

from server.call.now import Now
from server.config.site import SiteFile
from server.reports.errors import NoSuchReport, ReportError
from server.storage.errors import StorageAway, StorageRefused
from server.wire.reports import ReportMade, ReportRequest
from server.wire.scripts import ScriptRequest

NICE = 5


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """`site`: as the core was started with it, so that a file that is being edited changes no figure. `now`: the core's
    clocks, up to which the agents' present states count."""

    request: ReportRequest | ScriptRequest
    site: SiteFile
    data: str
    now: Now


def carry_out(order: Order) -> ReportMade:
    """What became of it."""
    from server.storage.reporting import made_report
    from server.storage.script_figures import made_script_figures

    data = Path(order.data)
    try:
        if isinstance(order.request, ScriptRequest):
            return made_script_figures(order.request, order.site, data, order.now)
        return made_report(order.request, order.site, data, order.now)
    except NoSuchReport as error:
        return ReportMade(state="unknown", detail=str(error))
    except ReportError as error:
        return ReportMade(state="refused", detail=str(error), kind=error.kind)
    except (StorageAway, StorageRefused) as error:
        return ReportMade(state="away", detail=str(error))


def main() -> int:
    """Carry out the orders on standard input; returns 0."""
    os.nice(NICE)
    import server.logs as logs  # what takes long comes after the priority is low, and before the first order
    import server.storage.reporting  # noqa: F401

    logs.configure("report")
    for line in sys.stdin.buffer:
        made = carry_out(msgspec.json.decode(line, type=Order))
        sys.stdout.buffer.write(msgspec.json.encode(made) + b"\n")
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
