"""Sessions of people who are logged in: random tokens, kept only as hashes.

A session ends 12 h after it was last used. All of them are in memory, so that a look-up costs one hash.
"""

import hashlib
import secrets
from collections.abc import Callable

import msgspec
import structlog
from sqlalchemy import select
from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from server.call.ports import OpenedSession, Session
from server.storage import tables
from server.storage.credentials import StoredCredentials
from server.storage.database import Database
from server.storage.workers import Workers

log = structlog.get_logger()

LIFE_SECONDS = 12 * 3600.0
SLIDE_SECONDS = 300.0
"""A session's new end is stored at most so often."""
TOKEN_OCTETS = 32

_session = tables.session


class StoredSessions:
    """Implements `server.call.ports.Sessions`. A session's id is the hash of its token: it names, and opens nothing."""

    def __init__(
        self, database: Database, writer: Workers, credentials: StoredCredentials, wall: Callable[[], float]
    ) -> None:
        self._database = database
        self._writer = writer
        self._credentials = credentials
        self._wall = wall
        self._sessions: dict[str, Session] = {}

    async def load(self) -> None:
        """Read what is stored."""
        self._sessions = await self._writer.run(self._load, self._wall())

    def open(self, user: str, role: str) -> Deferred[OpenedSession]:
        """A new session of a user whose password was verified, stored when this fires; the token is told this once."""
        return Deferred.fromCoroutine(self._open(user, role))

    def check(self, token: str) -> Deferred[Session | None]:
        """What `look_up` gives."""
        return succeed(self.look_up(token))

    def look_up(self, token: str) -> Session | None:
        """The session of a token, which lives on by being used; None: there is none, or it is over."""
        session = self._sessions.get(_id_of(token))
        if session is None:
            return None
        wall = self._wall()
        if session.expires_at <= wall:
            del self._sessions[session.id]
            return None
        if session.expires_at < wall + LIFE_SECONDS - SLIDE_SECONDS:
            session = msgspec.structs.replace(session, expires_at=wall + LIFE_SECONDS)
            self._sessions[session.id] = session
            _logged(self._writer.run(self._extend, session), session)
            _logged(self._credentials.extend_session_credentials(session.id, session.expires_at), session)
        return session

    def close(self, token: str) -> Deferred[None]:
        """Log out: token and credentials are no longer good from now on, and that is stored when this fires."""
        return Deferred.fromCoroutine(self._end(_id_of(token)))

    async def revoke_user(self, user: str) -> None:
        """Log a user out everywhere."""
        for session in [s for s in self._sessions.values() if s.user == user]:
            await self._end(session.id)

    async def _open(self, user: str, role: str) -> OpenedSession:
        token = secrets.token_urlsafe(TOKEN_OCTETS)
        wall = self._wall()
        session = Session(id=_id_of(token), user=user, role=role, expires_at=wall + LIFE_SECONDS)
        await self._writer.run(self._add, session, wall)
        self._sessions = {key: kept for key, kept in self._sessions.items() if kept.expires_at > wall}
        self._sessions[session.id] = session
        return OpenedSession(token=token, session=session)

    async def _end(self, id_: str) -> None:
        self._sessions.pop(id_, None)
        dropped = self._credentials.drop_session_credentials(id_)
        await self._writer.run(self._delete, id_)
        await dropped

    # -- on a storage thread --------------------------------------------------------------------------------------

    def _load(self, wall: float) -> dict[str, Session]:
        with self._database.engine.connect() as connection:
            rows = connection.execute(select(_session).where(_session.c.expires_at > wall))
            return {r.id: Session(id=r.id, user=r.user, role=r.role, expires_at=r.expires_at) for r in rows}

    def _add(self, session: Session, wall: float) -> None:
        with self._database.engine.begin() as connection:
            connection.execute(_session.delete().where(_session.c.expires_at <= wall))
            connection.execute(_session.insert().values(created_at=wall, **msgspec.structs.asdict(session)))

    def _extend(self, session: Session) -> None:
        with self._database.engine.begin() as connection:
            connection.execute(
                _session.update().where(_session.c.id == session.id).values(expires_at=session.expires_at)
            )

    def _delete(self, id_: str) -> None:
        with self._database.engine.begin() as connection:
            connection.execute(_session.delete().where(_session.c.id == id_))


def _id_of(token: str) -> str:
    return hashlib.sha256(token[:200].encode("utf-8", "surrogatepass")).hexdigest()


def _logged(stored: Deferred[None], session: Session) -> None:
    """The session lives on in memory even if its new end could not be stored."""

    def failed(failure: Failure) -> None:
        log.warning("session-not-extended", user=session.user, fault=str(failure.value))

    stored.addErrback(failed)
