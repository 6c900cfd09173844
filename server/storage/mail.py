"""Outgoing mail, kept until it is sent and listed for a while after."""

from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import CursorResult, Row, Select, select
from sqlalchemy.exc import IntegrityError
from twisted.internet.defer import Deferred

from server.call.mails import Mailing
from server.storage import tables
from server.storage.database import Database
from server.storage.errors import StorageAway
from server.storage.workers import Workers

_mail = tables.mail
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Mailing).decode
_OPEN = ("queued", "sending")
_DONE = ("sent", "discarded")
_COLUMNS = (_mail.c.body, _mail.c.state, _mail.c.version)


class StoredMail:
    """Implements `server.call.ports.MailStore`. Every change is synced to disk: what was claimed stays claimed."""

    def __init__(self, database: Database, readers: Workers, writer: Workers) -> None:
        self._database = database
        self._readers = readers
        self._writer = writer

    def add(self, mailing: Mailing, octets: bytes) -> Deferred[Mailing]:
        """Keep a new mail; the one that is kept under its key."""
        return self._writer.run(self._add, mailing, octets)

    def open(self) -> Deferred[list[Mailing]]:
        """Mails that are `queued` or `sending`, oldest first."""
        query = select(*_COLUMNS).where(_mail.c.state.in_(_OPEN)).order_by(_mail.c.asked_at, _mail.c.id)
        return self._writer.run(self._found, query)  # after what is being written

    def listed(self, ended: bool, limit: int) -> Deferred[list[Mailing]]:
        """The newest ones, oldest of them first; not `ended`: without those that were sent or discarded."""
        query = select(*_COLUMNS).order_by(_mail.c.asked_at.desc(), _mail.c.id.desc()).limit(limit)
        if not ended:
            query = query.where(_mail.c.state.not_in(_DONE))
        return self._readers.run(self._found, query).addCallback(lambda found: found[::-1])

    def by_key(self, key: str) -> Deferred[Mailing | None]:
        """The mail of a key; None: there is none."""
        return self._readers.run(self._one, select(*_COLUMNS).where(_mail.c.key == key))

    def by_id(self, ident: str) -> Deferred[Mailing | None]:
        """The mail of that id; None: there is none."""
        return self._readers.run(self._one, select(*_COLUMNS).where(_mail.c.id == ident))

    def message(self, ident: str) -> Deferred[bytes]:
        """The message; empty: it is kept no more."""
        return self._readers.run(self._message, ident)

    def claim(self, mailing: Mailing) -> Deferred[bool]:
        """From `queued` to `sending`. False: it has changed since."""
        return self._writer.run(self._change, replace(mailing, state="sending"), ("queued",))

    def save(self, mailing: Mailing) -> Deferred[bool]:
        """Keep this as the next version. False: it has changed since."""
        return self._writer.run(self._change, mailing, ("queued", "sending", "failed"))

    def forget(self, before: float) -> Deferred[int]:
        """Take out what ended before that moment; their number."""
        return self._writer.run(self._forget, before)

    def _add(self, mailing: Mailing, octets: bytes) -> Mailing:
        if (there := self._one(select(*_COLUMNS).where(_mail.c.key == mailing.key))) is not None:
            return there
        try:
            with self._database.synced() as connection:
                connection.execute(_mail.insert(), {**_row(mailing), "message": octets})
            return mailing
        except IntegrityError as fault:  # another core was faster by a moment
            there = self._one(select(*_COLUMNS).where(_mail.c.key == mailing.key))
            if there is None:
                raise StorageAway("the mail could not be kept") from fault
            return there

    def _change(self, mailing: Mailing, before: tuple[str, ...]) -> bool:
        t = _mail.c
        row = _row(replace(mailing, version=mailing.version + 1))
        statement = _mail.update().where(t.id == mailing.id, t.version == mailing.version, t.state.in_(before))
        if mailing.state in _DONE:
            row["message"] = None
        with self._database.synced() as connection:
            changed: CursorResult[Any] = connection.execute(statement.values(row))
            return changed.rowcount == 1

    def _found(self, query: Select[Any]) -> list[Mailing]:
        with self._database.engine.connect() as connection:
            return [_mailing(row) for row in connection.execute(query)]

    def _one(self, query: Select[Any]) -> Mailing | None:
        return next(iter(self._found(query)), None)

    def _message(self, ident: str) -> bytes:
        with self._database.engine.connect() as connection:
            return connection.execute(select(_mail.c.message).where(_mail.c.id == ident)).scalar() or b""

    def _forget(self, before: float) -> int:
        with self._database.synced() as connection:
            gone: CursorResult[Any] = connection.execute(_mail.delete().where(_mail.c.ended_at < before))
            return gone.rowcount


def _row(mailing: Mailing) -> dict[str, Any]:
    return {
        "id": mailing.id,
        "key": mailing.key,
        "state": mailing.state,
        "version": mailing.version,
        "asked_at": mailing.asked_at,
        "ended_at": mailing.ended_at,
        "body": _encode(mailing).decode(),
    }


def _mailing(row: Row[Any]) -> Mailing:
    return replace(_decode(row.body), state=row.state, version=row.version)
