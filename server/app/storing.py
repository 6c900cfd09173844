"""The component `storage`: what is kept, registered under the names of those who ask for it."""

import structlog

from server.app.core import Frame, Stop
from server.config.secret import resolve_secret
from server.config.site import SiteFile
from server.services.registry import State
from server.storage.errors import StorageAway
from server.storage.ledger import Ledger
from server.storage.storage import Storage
from server.web.metrics import Figure

log = structlog.get_logger()

AGAIN_SECONDS = 1.0
"""A storage that does not answer at the start is asked again after so long."""


def _passwords(site: SiteFile, field: str) -> dict[str, str]:
    found = {agent.id: resolve_secret(getattr(agent, field), site.folder) for agent in site.agent}
    return {agent: password for agent, password in found.items() if password}


async def storage(frame: Frame) -> Stop:
    """The storage manager. If the database is away at the start, it is asked again and again."""
    site = frame.site
    made = Storage(
        frame.reactor,
        site.storage.url,
        frame.data,
        site,
        frame.now,
        _passwords(site, "password"),
        _passwords(site, "sip_password"),
    )
    while True:
        try:
            await made.start()
            break
        except StorageAway as error:
            log.error("storage-away", error=str(error))
            await frame.pause(AGAIN_SECONDS)
    registration = frame.directory.provide("storage", "1.0", made.ledger)
    made.ledger.on_away = lambda is_away: registration.report(State.DEGRADED if is_away else State.UP)
    for interface, provider in {
        "records": made.records,
        "customers": made.customers,
        "accounts": made.credentials,
        "credentials": made.credentials,
        "sessions": made.sessions,
        "bindings": made.bindings,
        "monitor-store": made.monitor,
        "mail-store": made.mail,
        "visits": made.visits,
        "dialog-store": made.dialogs,
    }.items():
        frame.directory.provide(interface, "1.0", provider)
    return made.stop


def storage_figures(ledger: Ledger) -> list[Figure]:
    """For `/metrics`."""
    return [
        Figure(
            name="database_away", help="1 while facts are spooled to disk (or, if that is full, held in memory).",
            read=lambda: float(ledger.is_away),
        ),
        Figure(
            name="spool_stuck", help="1 when the spool does not fit the database: somebody has to look.",
            read=lambda: float(ledger.is_stuck),
        ),
    ]  # fmt: skip
