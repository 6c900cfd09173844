"""The utility company's service. Exit status: 0 ended by SIGTERM, 1 it cannot go on, 2 wrong usage."""

import argparse
import logging
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from servicekit import Offer, Program
from servicekit.session import TakenOver
from verticals.utility.service import samples
from verticals.utility.service.cards import Cards
from verticals.utility.service.complaints import Complaints
from verticals.utility.service.consents import Consents
from verticals.utility.service.contracts import Contracts
from verticals.utility.service.meters import Meters
from verticals.utility.service.outages import Outages, restored
from verticals.utility.service.store import Store

VERSION = "1.0"
log = logging.getLogger("utility")


def offers(store: Store) -> list[Offer]:
    """Everything that `dialogs/interfaces.toml` names."""
    return [
        Offer("outages", VERSION, Outages(store)),
        Offer("meters", VERSION, Meters(store)),
        Offer("contracts", VERSION, Contracts(store)),
        Offer("complaints", VERSION, Complaints(store)),
        Offer("consents", VERSION, Consents(store)),
        Offer("cards", VERSION, Cards(store)),
    ]


def main(words: Sequence[str]) -> int:
    """Run the service."""
    parser = _parser()
    asked = parser.parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        zone = ZoneInfo(asked.time_zone)
        store = Store(asked.db, lambda: datetime.now(zone).replace(tzinfo=None))  # noqa: TID251 - an edge
        if asked.restored:
            print(*restored(store, asked.restored), sep="\n")
            return 0
        if not asked.url or not asked.token_file:
            parser.error("say where the server is and with what to log in: --url and --token-file")
        if not asked.empty and samples.fill(store):
            log.info("filled with the samples of %s", samples.COMPANY)
        token = asked.token_file.read_text(encoding="utf-8").strip()
        Program(asked.url, token, offers(store), certificates=asked.certificates, instance=asked.instance).run()
    except (OSError, ValueError, ZoneInfoNotFoundError, SQLAlchemyError, msgspec.MsgspecError, TakenOver) as error:
        print(f"the utility's service cannot go on: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m verticals.utility.service", description=__doc__)
    parser.add_argument("--db", metavar="FILE", type=Path, required=True, help="SQLite file; made if it is not there")
    parser.add_argument("--url", metavar="URL", default="", help="ws://HOST:PORT/services/v1 of the server")
    parser.add_argument("--token-file", metavar="FILE", type=Path, help="holds the token of the [[service]]")
    parser.add_argument("--certificates", metavar="FILE", default="", help="PEM file of who vouches for the server")
    parser.add_argument("--instance", metavar="NAME", default="", help="tells several of these programs apart")
    parser.add_argument("--time-zone", metavar="ZONE", default="UTC", help="the company's (IANA name), default UTC")
    parser.add_argument("--empty", action="store_true", help="do not fill an empty database with samples")
    parser.add_argument(
        "--restored", metavar="POSTCODE", default="",
        help="power is back there: close the outages, print the numbers that wanted a message, and end",
    )  # fmt: skip
    return parser


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
