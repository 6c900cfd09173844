"""Passwords: argon2id for people (RFC 9106, its second recommended set), HA1 for phones (RFC 7616 section 3.4.2).

The two are different words. An HA1 is as good as its password and quickly guessed from, so none is ever made of the
password that somebody logs in with.
"""

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path

import argon2
import msgspec
from sqlalchemy import Connection

from server.storage import tables
from server.storage.database import Database

MAX_CHARACTERS = 1_000
_hasher = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)


NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$PInFYeZrdnrfxeVVdDn3TQ$yHHjB1JjZYHe5gvuVNbVXy0yZraOqinq97jDxHQvzIk"
"""Hash of a random password that nobody knows: what the password of an unknown user is compared with, for the time."""


class Ha1(msgspec.Struct, frozen=True):
    """H(user:realm:password) in hex, as digest authentication needs it."""

    md5: str
    sha256: str


def ha1_of(user: str, realm: str, password: str) -> Ha1:
    """Both forms. MD5 is there because phones know nothing better; it is what SIP digest means by its default."""
    text = f"{user}:{realm}:{password}".encode()
    return Ha1(hashlib.md5(text, usedforsecurity=False).hexdigest(), hashlib.sha256(text).hexdigest())


def hashed(password: str) -> str:
    """Takes some 50 ms of CPU and 64 MB: not on the reactor's thread."""
    return _hasher.hash(password)


def is_hash_of(hash_: str, password: str) -> bool:
    """Whether `hash_` was made of `password`; as slow as `hashed`."""
    try:
        return _hasher.verify(hash_, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def is_same(one: str, other: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def store_password(connection: Connection, user: str, password: str, wall: float) -> None:
    """Replace the user's log-in password; `ValueError` for one that is empty or too long."""
    _require_usable(password)
    t = tables.credential
    connection.execute(t.delete().where(t.c.user == user))
    connection.execute(t.insert().values(user=user, password=hashed(password), changed_at=wall))


def store_sip_password(connection: Connection, realm: str, user: str, password: str, wall: float) -> None:
    """Replace the password of the user's phone; `ValueError` for one that is empty or too long."""
    _require_usable(password)
    t = tables.phone_credential
    ha1 = ha1_of(user, realm, password)
    connection.execute(t.delete().where(t.c.user == user))
    connection.execute(t.insert().values(user=user, ha1_md5=ha1.md5, ha1_sha256=ha1.sha256, changed_at=wall))


def set_password(url: str, data_dir: Path, user: str, password: str, wall: float) -> None:
    """Replace a user's log-in password from outside the core (no reactor needed); a running core sees it within 5 s.

    `wall` is the time now. `ValueError` for a password or database that cannot be used (`StorageRefused` is one),
    `StorageAway` if the database does not answer.
    """
    _stored_beside(url, data_dir, lambda connection: store_password(connection, user, password, wall))


def set_sip_password(url: str, data_dir: Path, realm: str, user: str, password: str, wall: float) -> None:
    """As `set_password`, for the user's phone. `realm` is the site's SIP domain: under another one it is worthless."""
    _stored_beside(url, data_dir, lambda connection: store_sip_password(connection, realm, user, password, wall))


def _require_usable(password: str) -> None:
    if not password or len(password) > MAX_CHARACTERS:
        raise ValueError(f"a password has 1 to {MAX_CHARACTERS} characters")


def _stored_beside(url: str, data_dir: Path, store: Callable[[Connection], None]) -> None:
    database = Database(url, data_dir)
    try:
        database.open()
        with database.engine.begin() as connection:
            store(connection)
    finally:
        database.close()
