"""Facts of sessions on their way into the ledger: kept with the step, told until they are committed."""

from typing import Any

import structlog
from msgspec.structs import replace
from twisted.internet.defer import Deferred

from server.call.dialog_facts import DialogFact
from server.call.dialog_store import DialogStore
from server.dialogs.changes import Live
from server.dialogs.outbox import Tell

log = structlog.get_logger()


class Reporting:
    """`tell` puts facts into the ledger."""

    def __init__(self, store: DialogStore, tell: Tell) -> None:
        self._store = store
        self._tell = tell

    async def start(self) -> None:
        """Tell what an earlier core may not have told. Raises `ConnectionError` while the database is away."""
        for kept in await self._store.untold():
            await self._tell(kept.untold)
            await self._store.told(kept.id, kept.serial)

    def tell(self, live: Live) -> None:
        """Tell the facts of the step that was just kept. Nobody waits: they are kept with the session until then."""
        new = [fact for fact in live.kept.untold if fact.number > live.told]
        if not new:
            return
        live.told = new[-1].number
        Deferred.fromCoroutine(self._told(live, new)).addErrback(_not_told, live, new[0].number)

    async def _told(self, live: Live, facts: list[DialogFact]) -> None:
        await self._tell(facts)
        last = facts[-1].number
        untold = tuple(fact for fact in live.kept.untold if fact.number > last)
        live.kept = replace(live.kept, untold=untold)
        if not untold:
            await self._store.told(live.kept.id, live.kept.serial)


def _not_told(failure: Any, live: Live, first: int) -> None:
    """They are told again with the next step of the session, or by the next core."""
    live.told = min(live.told, first - 1)
    log.warning("dialog-facts-not-told", error=str(failure.value))
