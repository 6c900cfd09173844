"""Sessions of callers who hung up when nobody could be told: the core died between the call's end and the session's."""

from collections.abc import Callable

import structlog

from scriptengine.interpreter import Happened
from server.call.dialog_store import DialogStore
from server.call.dialogs import DialogRefused, Dialogs

log = structlog.get_logger()

MOST_LOOKED_AT = 1000
_PHONE = "ivr"


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
