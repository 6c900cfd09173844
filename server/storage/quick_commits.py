"""Commits that wait for no disk, on the reactor's thread.

To hand a batch to a thread and its result back costs more than the commit itself: with SQLite in WAL mode and
`synchronous = "normal"` that only writes to the page cache. So those that need no more are made in place. Whatever may
wait is left to the writer's thread: batches that are to be synced, a database that another process has locked, one that
does not take the batch. Now and then two commits go there in any case: the first moves the log into the database, the
second begins it anew, and both sync. When a commit in place took long, all of them go there for a while.
"""

from collections.abc import Callable
from typing import Any

import structlog

from server.storage.database import Database
from server.storage.spool import Batch
from server.storage.writing import write

log = structlog.get_logger()

MOST_ROWS = 64
"""A batch of more rows is for the thread."""
THREAD_EVERY = 200
"""After so many commits in place two are made on the thread: the log has about the size at which SQLite moves it."""
SLOW_SECONDS = 0.1
"""A commit that takes longer shows a disk on which others would wait as well."""
REST_SECONDS = 30.0
"""For so long nothing is committed in place after that, or after a commit that failed."""


class QuickCommits:
    """Used from the reactor's thread only. `mono` reads the monotonic clock."""

    def __init__(self, database: Database, mono: Callable[[], float]) -> None:
        self._database = database
        self._mono = mono
        self._is_possible = database.is_sqlite and database.synchronous == "normal"
        self._connection: Any = None
        self._in_place = 0
        self._rests_until = float("-inf")

    def save(self, batch: Batch) -> bool:
        """True: committed. False: nothing was done, it is for the writer's thread."""
        if not self._is_possible or batch.synced or batch.amendments or batch.page or len(batch.rows) > MOST_ROWS:
            return False
        began = self._mono()
        if began < self._rests_until:
            return False
        self._in_place += 1
        if self._in_place > THREAD_EVERY:
            self._in_place = 0 if self._in_place > THREAD_EVERY + 1 else self._in_place
            return False
        try:
            self._commit(batch)
        except self._database.faults as fault:
            log.info("not-committed-in-place", fault=str(fault))
            self.close()
            self._rests_until = began + REST_SECONDS
            return False
        if (spent := self._mono() - began) > SLOW_SECONDS:
            log.info("commit-in-place-slow", milliseconds=round(spent * 1000))
            self._rests_until = began + REST_SECONDS
        return True

    def close(self) -> None:
        """Gives the connection back, and with it a transaction that failed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _commit(self, batch: Batch) -> None:
        if self._connection is None:
            self._connection = self._database.raw()
            self._connection.execute("PRAGMA busy_timeout=0")
            self._connection.execute("PRAGMA wal_autocheckpoint=0")
        cursor = self._connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        write(cursor, batch, "?")
        cursor.execute("COMMIT")
        cursor.close()
