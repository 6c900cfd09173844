"""The components `dialogs` and `objects`: sessions of published scripts, and the records that they see."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from server.app.core import Frame, Stop
from server.call.dialog_facts import DialogFact
from server.call.dialogs import ScriptService
from server.call.events import DialogTold
from server.config.services import HOUSE
from server.dialogs.house import House
from server.dialogs.letters import FOLDER, Letters
from server.dialogs.objects import HouseObjects
from server.dialogs.outbox import Outbox
from server.dialogs.performing import Performing
from server.dialogs.programs import Programs
from server.dialogs.reporting import Reporting
from server.dialogs.sessions import DialogSessions
from server.exchange import Exchange
from server.services.errors import VersionRefused
from server.services.interfaces import CUSTOMERS, MAIL, OBJECTS, RECORDS
from server.storage.errors import StorageAway
from server.web.metrics import Figure

log = structlog.get_logger()

PUBLISHED = "dialogs"
"""Folder of the data directory in which `caruso script publish` keeps scripts."""
AGAIN_SECONDS = 1.0
STOP_SECONDS = 3.0


async def dialogs(frame: Frame) -> Stop:
    """Registers `objects` and `dialogs`. What an earlier core left undone is taken up first."""
    site, zone = frame.site, ZoneInfo(frame.site.site.time_zone)
    store: Any = await frame.find("dialog-store")
    exchange: Exchange = await frame.find("acd")
    directory = frame.directory
    objects = HouseObjects(directory.stand_in(CUSTOMERS), directory.stand_in(RECORDS), zone, frame.now)
    directory.provide("objects", "1.0", objects)

    async def tell(facts: Sequence[DialogFact]) -> None:
        await exchange.tell(DialogTold(tuple(facts)))

    letters = Letters(Path(site.folder) / FOLDER if site.folder else None)
    performing = Performing(
        frame.reactor, _finder(frame), directory.stand_in(MAIL), directory.stand_in(OBJECTS), letters
    )
    programs = Programs(frame.reactor, frame.data / PUBLISHED)
    outbox = Outbox(frame.reactor, store, performing, tell, frame.now)
    reporting = Reporting(store, tell)
    house = House(frame.reactor, site, directory.stand_in(CUSTOMERS))
    made = DialogSessions(store, programs, house, performing, outbox, reporting, frame.now, zone)
    await programs.start()
    await frame.find("mail")  # or what was left undone would be told that there is none
    while True:
        try:
            await reporting.start()
            await outbox.start()
            break
        except StorageAway as error:
            log.error("dialog-store-away", error=str(error))
            await frame.pause(AGAIN_SECONDS)
    directory.provide("dialogs", "1.0", made)

    async def stop() -> None:
        programs.stop()
        await made.idle(frame.reactor, STOP_SECONDS)
        await outbox.stop()

    return stop


def _finder(frame: Frame) -> Any:
    """Services of the company, by the name that scripts use; what the house offers itself is none of them."""

    def find(service: str, version: str) -> ScriptService | None:
        if service in HOUSE:
            return None
        try:
            found = frame.directory.best(service, version)
        except VersionRefused:
            log.warning("version-not-usable", service=service, version=version[:40])
            return None
        return None if found is None else found[1]

    return find


def dialog_figures(frame: Frame) -> list[Figure]:
    """For `/metrics`."""

    def sessions() -> dict[tuple[str, ...], float]:
        service = frame.present("dialogs")
        return {} if service is None else {(what,): float(count) for what, count in service.counters.items()}

    def outbox() -> dict[tuple[str, ...], float]:
        service = frame.present("dialogs")
        return {} if service is None else {(what,): float(count) for what, count in service.outbox.counters.items()}

    def waiting() -> float:
        service = frame.present("dialogs")
        return 0.0 if service is None else float(service.outbox.waiting)

    return [
        Figure(
            name="dialogs", kind="counter", help="Sessions of dialog scripts since this core began, by what happened.",
            labels=("what",), read=sessions,
        ),
        Figure(
            name="dialog_actions", kind="counter", help="Actions of dialogs that nobody waits for, by what happened.",
            labels=("what",), read=outbox,
        ),
        Figure(name="dialog_actions_waiting", help="Actions of dialogs that are not done yet.", read=waiting),
    ]  # fmt: skip
