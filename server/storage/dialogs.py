"""Sessions of dialog scripts: kept whole after every step."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, CursorResult, Select, func, select
from sqlalchemy.exc import IntegrityError
from twisted.internet.defer import Deferred

from scriptengine.interpreter import Ended, Trodden, decode_words
from scriptengine.statistics.words import SessionTrace
from server.call.dialog_store import DONE, FAILED, Change, DialogRow, KeptAction, KeptDialog, Overtaken
from server.storage import tables
from server.storage.database import Database
from server.storage.dialog_rows import LISTED, action_of_row, dialog_of_row, row_of_action, row_of_dialog
from server.storage.workers import Workers

_session = tables.dialog_session
_step = tables.dialog_step
_action = tables.dialog_action
_nodes = msgspec.json.Decoder(tuple[Trodden, ...]).decode
_ENDED = "ended"
_MOST_SESSIONS_REUSED = 20
_IDS_AT_ONCE = 500


class StoredDialogs:
    """Implements `server.call.dialog_store.DialogStore`. Every change is synced to disk."""

    def __init__(self, database: Database, readers: Workers, writer: Workers) -> None:
        self._database = database
        self._readers = readers
        self._writer = writer

    def add(self, change: Change) -> Deferred[None]:
        """Keep a new session; `Overtaken` if there is one of its id."""
        return self._writer.run(self._add, change)

    def save(self, change: Change) -> Deferred[None]:
        """Keep a session whose serial before was one less; `Overtaken` if it was not."""
        return self._writer.run(self._save, change)

    def told(self, session: str, serial: int) -> Deferred[None]:
        """The untold facts of that serial are in the ledger."""
        return self._writer.run(self._told, session, serial)

    def get(self, session: str) -> Deferred[KeptDialog | None]:
        """A session; None: there is none."""
        return self._writer.run(self._get, session)  # after what is being written

    def of_call(self, call: str, but: str = "") -> Deferred[str]:
        """The session of a call that was touched last, the session `but` left out; empty: none."""
        return self._writer.run(self._of_call, call, but)

    def untold(self) -> Deferred[list[KeptDialog]]:
        """Sessions with facts that may not be in the ledger."""
        return self._readers.run(self._untold)

    def listed(self, with_ended: bool, limit: int) -> Deferred[list[DialogRow]]:
        """The sessions that were touched last, newest first."""
        return self._readers.run(self._listed, with_ended, limit)

    def counts(self) -> Deferred[dict[str, int]]:
        """How many sessions there are, by status."""
        return self._readers.run(self._counts)

    def reusable(self, customer: str) -> Deferred[dict[str, Any]]:
        """What a customer's earlier sessions left for later ones."""
        return self._readers.run(self._reusable, customer)

    def open_actions(self) -> Deferred[list[KeptAction]]:
        """Actions that are not over or not told, oldest first."""
        return self._writer.run(self._open_actions)

    def save_action(self, action: KeptAction) -> Deferred[bool]:
        """Keep this as the next version. False: it has changed since."""
        return self._writer.run(self._save_action, action)

    def traces(self, script: str, version: str, since: float, until: float) -> Deferred[list[SessionTrace]]:
        """How the sessions of a script went that began in [since, until), oldest first."""
        return self._readers.run(self._traces, script, version, since, until)

    # -- on a storage thread --------------------------------------------------------------------------------------

    def _add(self, change: Change) -> None:
        try:
            with self._database.synced() as connection:
                connection.execute(_session.insert(), row_of_dialog(change.dialog))
                _also(connection, change)
        except IntegrityError:
            raise Overtaken(change.dialog.id) from None

    def _save(self, change: Change) -> None:
        dialog = change.dialog
        statement = _session.update().where(_session.c.id == dialog.id, _session.c.serial == dialog.serial - 1)
        with self._database.synced() as connection:
            changed: CursorResult[Any] = connection.execute(statement.values(row_of_dialog(dialog)))
            if changed.rowcount != 1:
                raise Overtaken(dialog.id)
            _also(connection, change)

    def _told(self, session: str, serial: int) -> None:
        statement = _session.update().where(_session.c.id == session, _session.c.serial == serial).values(untold="")
        with self._database.engine.begin() as connection:
            connection.execute(statement)

    def _get(self, session: str) -> KeptDialog | None:
        return next(iter(self._found(select(_session).where(_session.c.id == session))), None)

    def _of_call(self, call: str, but: str) -> str:
        query = select(_session.c.id).where(_session.c.call == call, _session.c.id != but)
        query = query.order_by(_session.c.touched_at.desc()).limit(1)
        with self._database.engine.connect() as connection:
            return connection.execute(query).scalar() or ""

    def _untold(self) -> list[KeptDialog]:
        return self._found(select(_session).where(_session.c.untold != "").order_by(_session.c.touched_at))

    def _found(self, query: Select[Any]) -> list[KeptDialog]:
        with self._database.engine.connect() as connection:
            return [dialog_of_row(row) for row in connection.execute(query)]

    def _listed(self, with_ended: bool, limit: int) -> list[DialogRow]:
        query = select(*LISTED).order_by(_session.c.touched_at.desc(), _session.c.id).limit(limit)
        if not with_ended:
            query = query.where(_session.c.status != _ENDED)
        with self._database.engine.connect() as connection:
            return [DialogRow(**row._mapping) for row in connection.execute(query)]

    def _counts(self) -> dict[str, int]:
        query = select(_session.c.status, func.count().label("number")).group_by(_session.c.status)
        with self._database.engine.connect() as connection:
            return {row.status: row.number for row in connection.execute(query)}

    def _reusable(self, customer: str) -> dict[str, Any]:
        query = (
            select(_session.c.ended)
            .where(_session.c.customer == customer, _session.c.status == _ENDED)
            .order_by(_session.c.touched_at.desc())
            .limit(_MOST_SESSIONS_REUSED)
        )
        found: dict[str, Any] = {}
        with self._database.engine.connect() as connection:
            for ended in connection.execute(query).scalars():
                found = (decode_words(ended, Ended).reusable if ended else {}) | found
        return found

    def _open_actions(self) -> list[KeptAction]:
        query = select(_action).where(_action.c.is_told == 0).order_by(_action.c.since, _action.c.id)
        with self._database.engine.connect() as connection:
            return [action_of_row(row) for row in connection.execute(query)]

    def _save_action(self, action: KeptAction) -> bool:
        row = row_of_action(msgspec.structs.replace(action, version=action.version + 1))
        where = _action.c.id == action.id, _action.c.version == action.version
        if action.is_told and action.state not in (DONE, FAILED):
            raise ValueError(f"the action {action.id} is not over")
        with self._database.synced() as connection:
            changed: CursorResult[Any] = connection.execute(_action.update().where(*where).values(row))
            return changed.rowcount == 1

    def _traces(self, script: str, version: str, since: float, until: float) -> list[SessionTrace]:
        with self._database.engine.connect() as connection:
            return list(read_traces(connection, script, version, since, until))


def read_traces(
    connection: Connection, script: str, version: str, since: float, until: float
) -> Iterator[SessionTrace]:
    """How the sessions of a script (of a version; empty: of all) went that began in [since, until), oldest first.

    Their steps are read some hundred sessions at a time.
    """
    c = _session.c
    query = (
        select(c.id, c.script, c.version, c.began_channel, c.began_at, c.ended_at, c.end_node, c.outcome,
               c.disposition)
        .where(c.script == script, c.began_at >= since, c.began_at < until)
        .order_by(c.began_at, c.id)
    )  # fmt: skip
    if version:
        query = query.where(c.version == version)
    rows = list(connection.execute(query))
    for start in range(0, len(rows), _IDS_AT_ONCE):
        some = rows[start : start + _IDS_AT_ONCE]
        steps = _steps(connection, [row.id for row in some])
        for row in some:
            yield SessionTrace(
                session=row.id,
                script=row.script,
                version=row.version,
                channel=row.began_channel,
                began=row.began_at,
                steps=tuple(steps.get(row.id, ())),
                ended_at=row.ended_at,
                end=row.end_node,
                outcome=row.outcome,
                disposition=row.disposition,
            )


def _also(connection: Connection, change: Change) -> None:
    """What belongs to a session's change: the step's trail, new actions."""
    dialog = change.dialog
    if change.nodes:
        nodes = msgspec.json.encode(change.nodes).decode()
        row = {"session": dialog.id, "number": dialog.serial, "at": dialog.touched_at, "nodes": nodes}
        connection.execute(_step.insert(), row)
    for action in change.actions:
        is_there = connection.execute(select(_action.c.id).where(_action.c.id == action.id)).scalar()
        if is_there is None:
            connection.execute(_action.insert(), row_of_action(action))


def _steps(connection: Connection, ids: list[str]) -> dict[str, list[tuple[float, tuple[Trodden, ...]]]]:
    found: dict[str, list[tuple[float, tuple[Trodden, ...]]]] = {}
    query = select(_step).where(_step.c.session.in_(ids)).order_by(_step.c.session, _step.c.number)
    for row in connection.execute(query):
        found.setdefault(row.session, []).append((row.at, _nodes(row.nodes)))
    return found
