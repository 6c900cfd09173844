"""Dialog sessions and their actions as rows, and back."""

from typing import Any

import msgspec
from sqlalchemy import Row

from scriptengine.interpreter import Ended, Perform, decode_words, encode_words
from server.call.dialog_facts import DialogFact
from server.call.dialog_store import KeptAction, KeptDialog
from server.storage import tables

SAME = ("id", "serial", "revision", "script", "version", "hash", "status", "channel", "began_channel", "language",
        "call", "customer", "agent", "began_at", "touched_at", "ended_at")  # fmt: skip
"""Columns of a session that are its fields as they are."""
_SAME_OF_ACTION = (
    "id", "session", "script", "call", "state", "version", "since", "due_at", "attempts", "error",
)  # fmt: skip
_facts = msgspec.json.Decoder(tuple[DialogFact, ...]).decode

LISTED = tuple(
    tables.dialog_session.c[name]
    for name in (
        "id", "script", "version", "status", "channel", "call", "agent", "began_at", "touched_at", "outcome",
        "disposition",
    )
)  # fmt: skip


def row_of_dialog(dialog: KeptDialog) -> dict[str, Any]:
    """The row."""
    row: dict[str, Any] = {name: getattr(dialog, name) for name in SAME}
    ended = dialog.ended
    return row | {
        "end_node": ended.node if ended is not None else "",
        "outcome": ended.outcome or "" if ended is not None else "",
        "disposition": ended.disposition or "" if ended is not None else "",
        "ended": encode_words(ended).decode() if ended is not None else "",
        "untold": msgspec.json.encode(dialog.untold).decode() if dialog.untold else "",
        "state": dialog.state.decode(),
    }


def dialog_of_row(row: Row[Any]) -> KeptDialog:
    """The session."""
    return KeptDialog(
        **{name: getattr(row, name) for name in SAME},
        ended=decode_words(row.ended, Ended) if row.ended else None,
        untold=_facts(row.untold) if row.untold else (),
        state=row.state.encode(),
    )


def row_of_action(action: KeptAction) -> dict[str, Any]:
    """The row."""
    row: dict[str, Any] = {name: getattr(action, name) for name in _SAME_OF_ACTION}
    return row | {
        "is_idempotent": int(action.is_idempotent),
        "is_told": int(action.is_told),
        "perform": encode_words(action.perform).decode(),
    }


def action_of_row(row: Row[Any]) -> KeptAction:
    """The action."""
    return KeptAction(
        **{name: getattr(row, name) for name in _SAME_OF_ACTION},
        is_idempotent=bool(row.is_idempotent),
        is_told=bool(row.is_told),
        perform=decode_words(row.perform, Perform),
    )
