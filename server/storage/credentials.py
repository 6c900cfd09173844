"""Who may log in and register: the site file's words, passwords set since, and one-time credentials of softphones.

A stored password takes the place of the site file's `password`, a stored SIP password that of its `sip_password`. A
phone is let in with the SIP password or with a credential of a session, never with the password that somebody logs in
with. What digests are checked against is in memory; the database is looked at every 5 s for passwords that `caruso
user password` has set meanwhile.
"""

from collections.abc import Callable, Mapping

import msgspec
from sqlalchemy import select
from twisted.internet.defer import Deferred

from server.storage import tables
from server.storage.database import Database
from server.storage.passwords import (
    MAX_CHARACTERS,
    NOBODY,
    Ha1,
    ha1_of,
    is_hash_of,
    is_same,
    store_password,
    store_sip_password,
)
from server.storage.workers import Workers

SESSION_CREDENTIAL_SECONDS = 12 * 3600.0

_credential = tables.credential
_phone_credential = tables.phone_credential
_session_credential = tables.session_credential


class _Stored(msgspec.Struct, frozen=True):
    """By user: argon2id hashes of log-in passwords, and what SIP passwords are checked against."""

    passwords: dict[str, str]
    phones: dict[str, Ha1]


class _OfSession(msgspec.Struct):
    user: str
    session: str
    ha1: Ha1
    expires_at: float


class StoredCredentials:
    """Implements `server.call.ports.Accounts`, `Credentials` and `SessionCredentials`.

    `passwords`, `sip_passwords`: by user, from the site file.
    """

    def __init__(
        self,
        database: Database,
        writer: Workers,
        hashing: Workers,
        realm: str,
        wall: Callable[[], float],
        passwords: Mapping[str, str],
        sip_passwords: Mapping[str, str],
    ) -> None:
        self._database = database
        self._writer = writer
        self._hashing = hashing
        self._realm = realm
        self._wall = wall
        self._passwords = {user: word for user, word in passwords.items() if word}
        self._sip = {user: ha1_of(user, realm, word) for user, word in sip_passwords.items() if word}
        self._stored = _Stored({}, {})
        self._of_sessions: list[_OfSession] = []
        self.on_password_changed: Callable[[str], None] = lambda _user: None

    async def load(self) -> None:
        """Read what is stored. Before this nobody but the site file's users is known."""
        self._of_sessions = await self._writer.run(self._load_of_sessions, self._wall())
        self._stored = await self._writer.run(self._load_stored)

    async def refresh(self) -> None:
        """See passwords that were set by another process."""
        stored = await self._writer.run(self._load_stored)
        before, self._stored = self._stored, stored
        for user in before.passwords.keys() | stored.passwords.keys():
            if before.passwords.get(user) != stored.passwords.get(user):
                self.on_password_changed(user)

    def ha1(self, user: str, algorithm: str) -> list[str]:
        """Valid HA1 values (hex) of a user, `algorithm` being `MD5` or `SHA-256`; empty: unknown user or algorithm."""
        own = self._stored.phones.get(user) or self._sip.get(user)
        known = [own] if own is not None else []
        wall = self._wall()
        known += [c.ha1 for c in self._of_sessions if c.user == user and c.expires_at > wall]
        match algorithm.upper():
            case "MD5":
                return [ha1.md5 for ha1 in known]
            case "SHA-256":
                return [ha1.sha256 for ha1 in known]
        return []

    def verify(self, user: str, password: str) -> Deferred[bool]:
        """Whether this is the user's password. Takes as long for a user who is not known."""
        stored = self._stored.passwords.get(user)
        if stored is not None:
            return self._hashing.run(is_hash_of, stored, password[: MAX_CHARACTERS + 1])
        plain = self._passwords.get(user)
        expected = None if plain is None else is_same(plain, password)
        return self._hashing.run(is_hash_of, NOBODY, password[:MAX_CHARACTERS]).addCallback(
            lambda _never: expected is True
        )

    async def set_password(self, user: str, password: str) -> None:
        """Replace a user's log-in password; `ValueError` for one that is empty or too long."""
        await self._writer.run(self._store, user, password)
        await self.refresh()

    async def set_sip_password(self, user: str, password: str) -> None:
        """Replace the password of a user's phone; `ValueError` for one that is empty or too long."""
        await self._writer.run(self._store_sip, user, password)
        await self.refresh()

    async def add_session_credential(self, user: str, password: str, session: str = "") -> None:
        """From now on the user's softphone may register with `password` (random), until the session (its id) ends.

        It is stored when this fires, so it is good after a restart. Without a session it is good for 12 h.
        """
        wall = self._wall()
        added = _OfSession(user, session, ha1_of(user, self._realm, password), wall + SESSION_CREDENTIAL_SECONDS)
        await self._writer.run(self._add, added, wall)
        self._of_sessions = [c for c in self._of_sessions if c.expires_at > wall]
        self._of_sessions.append(added)

    def drop_session_credentials(self, session: str) -> Deferred[None]:
        """The session is over: its credentials are no longer good, from now on."""
        self._of_sessions = [c for c in self._of_sessions if c.session != session]
        return self._writer.run(self._drop, session)

    def extend_session_credentials(self, session: str, expires_at: float) -> Deferred[None]:
        """The session lives on until `expires_at`, and with it its credentials."""
        for credential in self._of_sessions:
            if credential.session == session:
                credential.expires_at = expires_at
        return self._writer.run(self._extend, session, expires_at)

    # -- on a storage thread --------------------------------------------------------------------------------------

    def _load_stored(self) -> _Stored:
        with self._database.engine.connect() as connection:
            return _Stored(
                {row.user: row.password for row in connection.execute(select(_credential))},
                {row.user: Ha1(row.ha1_md5, row.ha1_sha256) for row in connection.execute(select(_phone_credential))},
            )

    def _load_of_sessions(self, wall: float) -> list[_OfSession]:
        with self._database.engine.connect() as connection:
            rows = connection.execute(select(_session_credential).where(_session_credential.c.expires_at > wall))
            return [_OfSession(r.user, r.session, Ha1(r.ha1_md5, r.ha1_sha256), r.expires_at) for r in rows]

    def _store(self, user: str, password: str) -> None:
        with self._database.engine.begin() as connection:
            store_password(connection, user, password, self._wall())

    def _store_sip(self, user: str, password: str) -> None:
        with self._database.engine.begin() as connection:
            store_sip_password(connection, self._realm, user, password, self._wall())

    def _add(self, added: _OfSession, wall: float) -> None:
        t = _session_credential
        with self._database.engine.begin() as connection:
            connection.execute(t.delete().where(t.c.expires_at <= wall))
            connection.execute(
                t.insert().values(
                    ha1_sha256=added.ha1.sha256,
                    ha1_md5=added.ha1.md5,
                    user=added.user,
                    session=added.session,
                    expires_at=added.expires_at,
                )
            )

    def _drop(self, session: str) -> None:
        with self._database.engine.begin() as connection:
            connection.execute(_session_credential.delete().where(_session_credential.c.session == session))

    def _extend(self, session: str, expires_at: float) -> None:
        t = _session_credential
        with self._database.engine.begin() as connection:
            connection.execute(t.update().where(t.c.session == session).values(expires_at=expires_at))
