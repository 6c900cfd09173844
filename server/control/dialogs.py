"""`caruso ctl dialogs`: the sessions of dialog scripts, without what was answered in them."""

from server.call.dialog_store import DialogRow, DialogStore
from server.records.instants import iso
from server.wire import control

MOST = 1000


async def dialog_views(store: DialogStore, ask: control.Dialogs) -> list[control.DialogSessionView]:
    """The sessions that were gone on with last, newest first, at most 1,000."""
    return [_view(row) for row in await store.listed(ask.ended, MOST)]


def _view(row: DialogRow) -> control.DialogSessionView:
    return control.DialogSessionView(
        id=row.id,
        script=row.script,
        version=row.version,
        status=row.status,
        channel=row.channel,
        call=row.call,
        agent=row.agent,
        began_at=iso(row.began_at),
        touched_at=iso(row.touched_at),
        outcome=row.outcome,
        disposition=row.disposition,
    )
