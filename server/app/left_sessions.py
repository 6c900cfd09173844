"""Sessions that were left open when nobody could be told: the core died between the conversation's end and theirs."""

from collections.abc import Callable
from typing import Any

import structlog
from twisted.internet.defer import CancelledError, Deferred

from scriptengine.interpreter import Happened
from server.app.core import Frame, Stop
from server.call.dialog_store import DialogStore
from server.call.dialogs import DialogRefused, Dialogs

log = structlog.get_logger()

MOST_LOOKED_AT = 1000
_PHONE, _DESK = "ivr", "desk"


async def hang_up_left(store: DialogStore, dialogs: Dialogs, is_live: Callable[[str], bool]) -> int:
    """Tell running sessions of the telephone whose calls are over (`is_live`) that their callers hung up.

    A session of the telephone is named after its call: `CALL-ivr`, `CALL-survey`. Gives how many there were.
    """
    left = [
        row.id
        for row in await store.listed(False, MOST_LOOKED_AT)
        if row.channel == _PHONE and row.status == "running" and not is_live(row.id.rpartition("-")[0])
    ]
    for session in left:
        try:
            await dialogs.take(session, Happened("hangup"))
        except (DialogRefused, ConnectionError) as error:  # the next core asks again
            log.warning("session-not-hung-up", session=session, error=str(error))
    if left:
        log.info("sessions-hung-up", count=len(left))
    return len(left)


def look_for_left(frame: Frame, took_over: Callable[[str, str], None]) -> Stop:
    """Tell of sessions that are open at desks as soon as they can be asked for; returns what ends it."""

    async def look() -> None:
        store = await frame.find("dialog-store")
        await frame.find("dialogs")
        await take_over_left(store, took_over)

    def failed(failure: Any) -> None:
        if not failure.check(CancelledError):
            log.error("left-scripts-not-looked-for", error=repr(failure.value))

    return Deferred.fromCoroutine(look()).addErrback(failed).cancel


async def take_over_left(store: DialogStore, took_over: Callable[[str, str], None]) -> int:
    """Tell of each session that is open at a desk, newest first: `took_over(call, session)`. Gives how many there are.

    Desks that come back ask for theirs themselves; this is for conversations that end without one.
    """
    left = [row for row in await store.listed(False, MOST_LOOKED_AT) if row.channel == _DESK and row.call]
    for row in left:
        took_over(row.call, row.id)
    return len(left)
