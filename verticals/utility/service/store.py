"""The service's database: each action is one transaction, and is done once for each key."""

import hmac
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, create_engine, delete, event, insert, select

from verticals.utility.service import tables
from verticals.utility.service.tables import answers

KEYS_KEPT_DAYS = 90
BUSY_SECONDS = 5.0

Results = dict[str, Any]


def added(db: Connection, table: Table, **values: Any) -> int:
    """Add a row; its id."""
    return int(db.scalars(insert(table).values(**values).returning(table.c.id)).one())


class KeyReused(ValueError):
    """A key came again with another operation: whoever asks mixes keys up."""


class Store:
    """`file`: of SQLite, made if it is not there; beside it lies the key under which card numbers are kept.

    `now`: the time in the company's zone.
    """

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        self._now = now
        self._secret = _secret_beside(file)
        self._engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": BUSY_SECONDS})
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", lambda db: db.exec_driver_sql("BEGIN IMMEDIATE"))
        tables.metadata.create_all(self._engine)
        with self.change() as db:
            db.execute(delete(answers).where(answers.c.day < self.today() - timedelta(days=KEYS_KEPT_DAYS)))

    def now(self) -> datetime:
        """The time in the company's zone."""
        return self._now()

    def today(self) -> date:
        """The day in the company's zone."""
        return self._now().date()

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """A transaction; nobody else writes meanwhile."""
        with self._engine.begin() as db:
            yield db

    def once(self, key: str, operation: str, work: Callable[[Connection], Mapping[str, Any]]) -> Results:
        """Do it in a transaction, and keep what is answered; the same key again gets that, and nothing is done.

        An empty key is kept nowhere. Raises what `work` raises (then nothing has changed), and `KeyReused`.
        """
        with self.change() as db:
            known = db.execute(select(answers).where(answers.c.key == key)).first() if key else None
            if known is not None:
                if known.operation != operation:
                    raise KeyReused(f"the key of {operation} was one of {known.operation} before")
                return dict(msgspec.json.decode(known.results))
            results = dict(work(db))
            if key:
                kept = msgspec.json.encode(results).decode()
                db.execute(insert(answers).values(key=key, operation=operation, results=kept, day=self.today()))
            return results

    def digest(self, number: str) -> str:
        """What stands in the tables for a card's number."""
        return hmac.digest(self._secret, number.encode(), "sha256").hex()

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `begin` says so
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _secret_beside(file: Path) -> bytes:
    """The key beside the database, made when there is none yet."""
    place = file.with_name(file.name + ".key")
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return place.read_bytes()
    with os.fdopen(handle, "wb") as stream:
        stream.write(secrets.token_bytes(32))
        stream.flush()
        os.fsync(stream.fileno())
    return place.read_bytes()
