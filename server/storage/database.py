"""The database: where it is, how it is opened, brought up to date and kept private.

SQLite runs in WAL mode. With `synchronous = "normal"` the log is synced at each checkpoint of the WAL (about every
4 MB): nothing is lost when a process dies, and the facts since the last sync may be lost when the machine loses power.
With `full` each commit is synced. PostgreSQL commits as its own configuration says (synced by default).
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import structlog
from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError as PoolTimeout,
)
from sqlalchemy.pool import NullPool

from server.storage.errors import StorageAway, StorageRefused
from server.storage.migrations import HEAD

LOCK_SECONDS = 1.0
"""How long SQLite waits for another process (`caruso user password`) that writes, and the ledger's connection to
PostgreSQL for whoever has locked a table."""
ANSWER_SECONDS = 4.0
"""A PostgreSQL that has not answered the ledger by then is away: no call waits longer for it."""

AWAY = (OperationalError, InterfaceError, PoolTimeout, OSError)
"""What a statement through SQLAlchemy raises while the database is away."""

log = structlog.get_logger()

Synchronous = Literal["full", "normal"]


class Database:
    """A database that can be opened. Used from the storage threads, never from the reactor's."""

    def __init__(
        self, url: str, data_dir: Path, synchronous: Synchronous = "normal", lock_seconds: float = LOCK_SECONDS
    ) -> None:
        self.url = _located(url, data_dir)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.synchronous = synchronous
        self._data_dir = data_dir
        self._lock_seconds = lock_seconds
        options: dict[str, Any] = {"connect_args": {"timeout": lock_seconds}} if self.is_sqlite else {}
        if not self.is_sqlite:
            waits = {"connect_timeout": 3, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
            lost = {
                "tcp_user_timeout": round(ANSWER_SECONDS * 1000)
            }  # what is sent and not acknowledged: the line is cut
            options = {"connect_args": waits | lost, "pool_pre_ping": True}
        # Errors are logged and shown; what was to be written is nobody's business.
        self.engine = create_engine(self.url, hide_parameters=True, **options)
        direct = options | {"poolclass": NullPool, "pool_pre_ping": False}
        # no connection of the pool for the ledger: to ask whether it lives may take as long as a server stands still
        self._direct = self.engine if self.is_sqlite else create_engine(self.url, hide_parameters=True, **direct)
        for engine in {self.engine, self._direct}:
            event.listen(engine, "connect", self._prepare_sqlite if self.is_sqlite else _prepare_postgresql)

    def open(self) -> None:
        """Makes the data directory and the file if need be, and brings the tables up to date.

        `StorageRefused` if that cannot work, `StorageAway` if a database server does not answer.
        """
        try:
            make_private_directory(self._data_dir)
            if self.is_sqlite:
                _make_private_file(Path(str(self.url.database)))
        except OSError as fault:
            raise StorageRefused(f"the data directory {self._data_dir} cannot be used: {fault}") from fault
        try:
            with self.engine.begin() as connection:
                if _revision(connection) != HEAD:
                    _migrate(connection)
        except DBAPIError as fault:
            if self.is_sqlite and "locked" not in str(fault.orig):
                raise StorageRefused(f"{self.url.database} is no database that can be used: {fault.orig}") from fault
            raise StorageAway(f"the database does not answer: {fault.orig}") from fault
        except SQLAlchemyError as fault:
            raise StorageRefused(f"the database cannot be used: {fault}") from fault

    @contextmanager
    def synced(self) -> Iterator[Connection]:
        """A transaction that is on the disk when it is committed, whatever `[storage] synchronous` says."""
        with self.engine.connect() as connection:
            is_lax = self.is_sqlite and self.synchronous != "full"
            if is_lax:
                _set_synchronous(connection, "FULL")
            try:
                yield connection
                connection.commit()
            finally:
                connection.rollback()
                if is_lax:
                    _set_synchronous(connection, "NORMAL")

    def raw(self) -> Any:
        """A DBAPI connection of its own without implicit transactions, for the ledger's hot path."""
        pooled = self._direct.raw_connection()
        connection: Any = pooled.dbapi_connection
        pooled.detach()
        if self.is_sqlite:
            connection.isolation_level = None
        else:
            connection.autocommit = True
            connection.execute(f"SET lock_timeout = {round(self._lock_seconds * 1000)}")
            connection.execute(f"SET statement_timeout = {round(ANSWER_SECONDS * 1000)}")
        return connection

    def hang_up(self, connection: Any) -> None:
        """Cut the line of such a connection, from any thread: whoever waits for its answer gets an error. SQLite has no
        line, and waits for the disk only."""
        if self.is_sqlite:
            return
        try:
            with socket.socket(fileno=os.dup(connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
        except self.faults as fault:
            log.info("line-not-cut", fault=str(fault))  # it is closed already

    @property
    def faults(self) -> tuple[type[BaseException], ...]:
        """What the ledger's own connection raises when it does not take something."""
        return (self.engine.dialect.loaded_dbapi.Error, SQLAlchemyError, OSError)

    def close(self) -> None:
        """Closes every pooled connection."""
        self.engine.dispose()

    def _prepare_sqlite(self, connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={self.synchronous.upper()}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """PostgreSQL keeps no NUL in texts: in its place goes the character that stands for what cannot be shown."""
    from psycopg.types.string import StrDumperUnknown  # only here: who uses SQLite need not have the library of its own

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    connection.adapters.register_dumper(str, WithoutNul)


def _set_synchronous(connection: Connection, value: str) -> None:
    """SQLite takes it outside of a transaction only."""
    connection.exec_driver_sql(f"PRAGMA synchronous={value}")
    connection.rollback()


def make_private_directory(path: Path) -> None:
    """Makes the directory if need be; only its owner may enter (mode 0700)."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def _make_private_file(path: Path) -> None:
    """SQLite gives its WAL files the mode of the database's file."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _located(url: str, data_dir: Path) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as fault:
        raise StorageRefused("storage url: not a database URL; write sqlite:///NAME.db or postgresql://...") from fault
    match parsed.get_backend_name():
        case "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise StorageRefused("storage url: a SQLite database needs a file, as in sqlite:///caruso.db")
            return parsed.set(drivername="sqlite", database=str(data_dir / parsed.database))
        case "postgresql":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise StorageRefused(f"storage url: {other!r} is not supported; use sqlite or postgresql")


def _revision(connection: Connection) -> str | None:
    """The revision of the tables; asked without alembic, whose import would cost a restart 0.2 s."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "server.storage:migrations")
    config.attributes["connection"] = connection
    if connection.dialect.name == "sqlite":  # whose driver begins no transaction for DDL: half a step would be kept
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        command.upgrade(config, "head")
    except CommandError as fault:
        raise StorageRefused(
            f"the database's tables are of revision {_revision(connection)}, this version knows them up to {HEAD}: a "
            "newer one has used it. Start that version again, or give this one a copy of the database from before"
        ) from fault
