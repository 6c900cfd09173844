"""Commits of the ledger, on the writer's thread: what the database does not take is spooled, and written later."""

from typing import Any

import structlog

from server import clock
from server.storage.database import Database
from server.storage.errors import StorageAway
from server.storage.spool import Batch, Spool
from server.storage.writing import write

log = structlog.get_logger()

SLICE_SECONDS = 0.2
"""So long facts of the spool are written before others have their turn."""


class Commits:
    """Writes batches; what the database does not take is spooled and written later. Used from one thread only, but for
    `keep` and `hang_up`."""

    def __init__(self, database: Database, spool: Spool) -> None:
        self._database = database
        self._spool = spool
        self._connection: Any = None
        self._is_away = False
        self._replayed = 0
        self._mark = "?" if database.is_sqlite else "%s"

    def save(self, batch: Batch) -> bool:
        """True: committed. False: spooled to disk, `replay` is due. `OSError`: not even that."""
        if self._spool.is_empty():
            try:
                self._commit(batch, is_replay=False)
                self._is_away = False
                return True
            except self._database.faults as fault:
                self._lost(fault)
            except Exception:  # a fault of ours leaves no transaction behind
                self._forget_connection()
                raise
        self._spool.append(batch)
        return False

    def keep(self, batch: Batch) -> bool:
        """Spools the batch without asking the database. False, as from `save`. On any thread, while neither `save` nor
        `end_replay` is under way; raises `OSError`."""
        self._spool.append(batch)
        return False

    def replay(self) -> int | None:
        """Writes some of what is spooled, for `SLICE_SECONDS`. Returns the number of facts, 0 when all are written;
        None: the database is still away."""
        if self._spool.is_empty():
            return 0
        facts, began = 0, clock.now().mono
        try:
            for batch, end in self._spool.batches(self._replayed):
                self._commit(batch, is_replay=True)
                facts += len(batch.rows)
                self._replayed = end
                if clock.now().mono - began >= SLICE_SECONDS:
                    break
        except self._database.faults as fault:
            self._lost(fault)
            return None
        except Exception:
            self._forget_connection()
            raise
        return facts

    def end_replay(self) -> bool:
        """Whether all that was spooled is written; the spool is empty then."""
        if self._replayed < self._spool.end:
            return False
        if not self._spool.is_empty():
            self._spool.clear()
            self._replayed = 0
            self._is_away = False
            log.info("spool-replayed")
        return True

    def replay_all(self) -> bool:
        """Writes all of what is spooled. False: the database is still away."""
        while not self._spool.is_empty():
            facts = self.replay()
            if facts is None:
                return False
            if not self.end_replay() and not facts:
                raise StorageAway("the spool cannot be read to its end")
        return True

    def hang_up(self) -> None:
        """From another thread: what waits for the database's answer waits no longer, and finds that it is away."""
        if (connection := self._connection) is not None:
            self._database.hang_up(connection)

    def close(self) -> None:
        """Gives the connection back."""
        self._forget_connection()
        self._spool.close()

    def _commit(self, batch: Batch, *, is_replay: bool) -> None:
        if self._connection is None:
            self._connection = self._database.raw()
        cursor = self._connection.cursor()
        full_sync = batch.synced and self._database.is_sqlite and self._database.synchronous != "full"
        if full_sync:  # in WAL mode this syncs the log at the commit, and with it all that was committed before
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("BEGIN IMMEDIATE" if self._database.is_sqlite else "BEGIN")
        write(cursor, batch, self._mark, is_replay=is_replay)
        cursor.execute("COMMIT")
        if full_sync:
            cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    def _lost(self, fault: BaseException) -> None:
        if not self._is_away:
            log.error("database-away", fault=str(fault), kind=type(fault).__name__)
        self._is_away = True
        self._forget_connection()

    def _forget_connection(self) -> None:
        """A connection with a failed transaction is closed, which rolls it back."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except self._database.faults as fault:
            log.warning("connection-not-closed", fault=str(fault))
