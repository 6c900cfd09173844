"""Visits to dialogs' pages, and personal links to them."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, select
from twisted.internet.defer import Deferred

from server.call.visits import PersonalLink, Visit
from server.storage import tables
from server.storage.database import Database
from server.storage.workers import Workers

_visit = tables.visit
_link = tables.personal_link
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Visit).decode


class StoredVisits:
    """Implements `server.call.visits.Visits`. Changes are synced to disk: a link that somebody was given is good."""

    def __init__(self, database: Database, readers: Workers, writer: Workers) -> None:
        self._database = database
        self._readers = readers
        self._writer = writer

    def save(self, visit: Visit) -> Deferred[None]:
        """Keep a visit as it is now."""
        return self._writer.run(self._save, visit)

    def touch(self, session: str, seen_at: float) -> Deferred[None]:
        """The page was used."""
        return self._writer.run(self._touch, session, seen_at)

    def of_session(self, session: str) -> Deferred[Visit | None]:
        """The visit of a session."""
        return self._readers.run(self._one, _visit.c.session == session)

    def of_page(self, page: str) -> Deferred[Visit | None]:
        """The visit at a page."""
        return self._readers.run(self._one, _visit.c.page == page)

    def of_later(self, later: str) -> Deferred[Visit | None]:
        """The visit of a private link."""
        return self._readers.run(self._one, _visit.c.later == later)

    def idle(self, before: float, limit: int) -> Deferred[list[Visit]]:
        """Visits that do not rest and were used last before that moment."""
        return self._readers.run(self._some, and_(_visit.c.seen_at < before, _visit.c.is_resting == 0), limit)

    def unordered(self) -> Deferred[list[Visit]]:
        """Visits whose call-back may not be known to the rules."""
        return self._readers.run(self._some, _visit.c.is_unordered == 1, 1000)

    def forget(self, before: float) -> Deferred[list[str]]:
        """Take out what is over."""
        return self._writer.run(self._forget, before)

    def add_link(self, link: PersonalLink) -> Deferred[None]:
        """Keep a new personal link."""
        return self._writer.run(self._add_link, link)

    def link(self, token: str) -> Deferred[PersonalLink | None]:
        """A personal link."""
        return self._readers.run(self._find_link, token)

    # -- on a storage thread --------------------------------------------------------------------------------------

    def _save(self, visit: Visit) -> None:
        with self._database.synced() as connection:
            connection.execute(_visit.delete().where(_visit.c.session == visit.session))
            connection.execute(_visit.insert(), _row(visit))

    def _touch(self, session: str, seen_at: float) -> None:
        with self._database.engine.begin() as connection:
            connection.execute(_visit.update().where(_visit.c.session == session).values(seen_at=seen_at))

    def _one(self, where: ColumnElement[bool]) -> Visit | None:
        return next(iter(self._some(where, 1)), None)

    def _some(self, where: ColumnElement[bool], limit: int) -> list[Visit]:
        query = select(_visit.c.body, _visit.c.seen_at).where(where).order_by(_visit.c.seen_at).limit(limit)
        with self._database.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [msgspec.structs.replace(_decode(row.body), seen_at=row.seen_at) for row in rows]

    def _forget(self, before: float) -> list[str]:
        over = and_(_visit.c.seen_at < before, _visit.c.later_until < before, _visit.c.is_unordered == 0)
        with self._database.engine.begin() as connection:
            gone = [row.session for row in connection.execute(select(_visit.c.session).where(over))]
            connection.execute(_visit.delete().where(over))  # not by name: there may be more than a statement takes
            connection.execute(_link.delete().where(_link.c.expires_at < before))
        return gone

    def _add_link(self, link: PersonalLink) -> None:
        with self._database.synced() as connection:
            connection.execute(_link.insert(), msgspec.structs.asdict(link))

    def _find_link(self, token: str) -> PersonalLink | None:
        with self._database.engine.connect() as connection:
            row = connection.execute(select(_link).where(_link.c.token == token)).first()
        return None if row is None else PersonalLink(**row._asdict())


def _row(visit: Visit) -> dict[str, Any]:
    return {
        "session": visit.session,
        "page": visit.page,
        "later": visit.later,
        "later_until": visit.later_until,
        "seen_at": visit.seen_at,
        "is_resting": int(visit.is_resting),
        "is_unordered": int(bool(visit.call) and not visit.is_ordered),
        "body": _encode(visit).decode(),
    }
