"""Fills a data directory with a vertical's sample customers, past conversations and scripts, before the server starts.

A program of its own (`python -m server.demo.fill --site FILE --data DIR --vertical DIR`), because storage runs in a
reactor and the demo does not. It prints one JSON object: how many `customers` and `scripts`, and the last `position` of
the ledger.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import msgspec

from scriptengine.publishing import Unpublished
from server import clock, logs
from server.call.events import RequestRefused
from server.call.facts import CoreBegan
from server.config.load import SiteError, load_site
from server.config.site import SiteFile
from server.demo import scripts
from server.demo.history import PastContact, past_facts
from server.storage.customer_file import CustomerFileRefused, read_customers
from server.storage.errors import StorageRefused
from server.storage.storage import Storage


def main(argv: list[str]) -> NoReturn:
    """Fill the directory and exit: 0, or 1 if samples or directory cannot be used; standard error says why."""
    from twisted.internet import task

    parser = argparse.ArgumentParser(prog="fill")
    for name in ("--site", "--data", "--vertical"):
        parser.add_argument(name, type=Path, required=True)
    options = parser.parse_args(argv)
    logs.configure("fill", "json")

    async def run(reactor: Any) -> None:
        try:
            print(json.dumps(await fill(reactor, load_site(options.site), options.data, options.vertical)))
        except (
            SiteError, StorageRefused, CustomerFileRefused, RequestRefused, Unpublished, msgspec.MsgspecError, OSError,
        ) as no:  # fmt: skip
            print(no, *getattr(no, "findings", ()), sep="\n", file=sys.stderr)
            raise SystemExit(1) from no

    task.react(run)


async def fill(reactor: Any, site: SiteFile, data: Path, vertical: Path) -> dict[str, int]:
    """Import what the vertical's folder has. Raises what storage and the readers of the files raise."""
    storage = Storage(reactor, site.storage.url, data, site, clock.now)
    await storage.start()
    try:
        customers_file, contacts_file = vertical / "customers.json", vertical / "contacts.json"
        customers = read_customers(customers_file) if customers_file.exists() else []
        await storage.customers.import_customers(customers)
        contacts = []
        if contacts_file.exists():
            contacts = msgspec.json.decode(contacts_file.read_bytes(), type=list[PastContact])
        ids: dict[str, str] = {}
        for number in {contact.customer for contact in contacts}:
            found = await storage.customers.find(number)
            ids |= {card.number: card.id for card in found if card.number == number}
        dialled = {entry.to.removeprefix("queue:"): entry.dial for entry in site.number}
        now = clock.now()
        told = past_facts(contacts, ids, dialled, now, ZoneInfo(site.site.time_zone))
        entries = await storage.ledger.append([(told[0][0], CoreBegan(boot=clock.boot_id())), *told]) if told else []
        published = scripts.publish(vertical, data, datetime.fromtimestamp(now.wall, UTC))
        position = entries[-1].position if entries else 0
        return {"customers": len(customers), "scripts": len(published), "position": position}
    finally:
        await storage.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
