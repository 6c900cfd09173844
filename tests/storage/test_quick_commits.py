"""Which commits are made on the reactor's thread, and that all others go to the writer's."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_twisted import ensureDeferred
from storage_rig import at, beside, call, running, site, until
from twisted.internet.defer import Deferred, gatherResults

from server.call import facts as f
from server.storage import commits, ledger as ledger_module, quick_commits, storage as storage_module, writing
from server.storage.database import Database
from server.storage.quick_commits import QuickCommits
from server.storage.spool import Batch

HERE, WRITER = threading.current_thread().name, "storage-writer-0"
numbers = itertools.count(1)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The thread of each commit."""
    names: list[str] = []

    def noting(cursor: Any, batch: Batch, mark: str, *, is_replay: bool = False) -> None:
        names.append(threading.current_thread().name)
        writing.write(cursor, batch, mark, is_replay=is_replay)

    monkeypatch.setattr(commits, "write", noting)
    monkeypatch.setattr(quick_commits, "write", noting)
    monkeypatch.setattr(quick_commits, "SLOW_SECONDS", float("inf"))  # this machine's disk is not what is tested
    return names


def fact() -> f.AnyFact:
    return f.PresenceChosen(agent="ana", presence="ready", reason=str(next(numbers)), by="ana")


@ensureDeferred
async def test_what_needs_no_sync_is_committed_in_place(tmp_path: Path, threads: list[str]) -> None:
    async with running(tmp_path) as storage:
        await storage.ledger.append(call("c1")[:7])
        await storage.ledger.append(call("c1")[7:8])  # a result that an agent chose
        await storage.ledger.append(call("c1")[8:])
        assert threads == [HERE, WRITER, HERE]
        assert beside(tmp_path).execute("SELECT count(*) FROM ledger").fetchone() == (9,)
        await storage.ledger.append([(at(60), f.CustomerKnown(call="c1", customer="k1", by="number"))])
        assert threads[3:] == [WRITER], "an old record is read and changed"


@ensureDeferred
async def test_a_site_that_syncs_each_commit_has_the_thread_do_it(tmp_path: Path, threads: list[str]) -> None:
    async with running(tmp_path, settings=site(synchronous="full")) as storage:
        await storage.ledger.append([(at(0), fact())])
        assert threads == [WRITER]


@ensureDeferred
async def test_a_locked_database_is_waited_for_on_the_thread(
    tmp_path: Path, threads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(ledger_module, "RETRY_SECONDS", 0.1)
    async with running(tmp_path) as storage:
        await storage.ledger.append([(at(0), fact())])
        lock = beside(tmp_path)
        lock.execute("BEGIN IMMEDIATE")
        await storage.ledger.append([(at(1), fact())])
        assert storage.ledger.is_away
        lock.execute("ROLLBACK")
        await until(lambda: not storage.ledger.is_away)
        await storage.ledger.append([(at(2), fact())])
        assert threads == [HERE, WRITER, WRITER], "the spool, and then the next one: nothing in place for a while"
        assert [entry.position for entry in await storage.ledger.read(0, 10)] == [1, 2, 3]


class Quick:
    """Quick commits on a database of their own, with a clock that each reading moves by `step`."""

    def __init__(self, folder: Path) -> None:
        self.database = Database("sqlite:///caruso.db", folder)
        self.database.open()
        self.mono, self.step, self.position = 100.0, 0.0, 0
        self.quick = QuickCommits(self.database, self._now)

    def _now(self) -> float:
        self.mono += self.step
        return self.mono

    def batch(self, rows: int = 1, **more: Any) -> Batch:
        begun, self.position = self.position, self.position + rows
        made: list[Any] = [(begun + n, 1.0, 1.0, "core-began", "", "", "{}") for n in range(1, rows + 1)]
        return Batch(rows=made, **more)

    def save(self, batch: Batch) -> bool:
        is_saved = self.quick.save(batch)
        if not is_saved:
            self.position -= len(batch.rows)
        return is_saved


@pytest.fixture
def quick(tmp_path: Path) -> Any:
    made = Quick(tmp_path)
    yield made
    made.quick.close()
    made.database.close()


@pytest.mark.parametrize(
    "batch", [lambda q: q.batch(synced=True), lambda q: q.batch(page=b"x"), lambda q: q.batch(rows=65)]
)
def test_what_may_take_long_is_for_the_thread(quick: Quick, batch: Callable[[Quick], Batch]) -> None:
    assert not quick.save(batch(quick))
    assert quick.save(quick.batch())


def test_a_slow_disk_sends_commits_to_the_thread_for_a_while(quick: Quick) -> None:
    quick.step = 0.11
    assert quick.save(quick.batch())
    quick.step = 0.0
    assert not quick.save(quick.batch())
    quick.mono += 31
    assert quick.save(quick.batch())


def test_a_commit_that_fails_leaves_nothing_behind(quick: Quick, tmp_path: Path) -> None:
    assert quick.save(quick.batch())
    quick.position = 0  # a position that is taken
    assert not quick.save(quick.batch(rows=2))
    assert beside(tmp_path).execute("SELECT count(*) FROM ledger").fetchone() == (1,)
    beside(tmp_path).execute("BEGIN IMMEDIATE")  # no transaction of ours is open


@ensureDeferred
async def test_the_log_is_moved_into_the_database_and_begun_anew(tmp_path: Path, threads: list[str]) -> None:
    long = f.PresenceChosen(agent="ana", presence="ready", reason="x" * 9_000, by="ana")  # some pages
    async with running(tmp_path) as storage:
        for _ in range(quick_commits.THREAD_EVERY * 6):
            await storage.ledger.append([(at(0), long)])
        octets = (tmp_path / "caruso.db-wal").stat().st_size
        assert threads.count(WRITER) == 2 * 5
        assert threads[200:202] == [WRITER, WRITER]
    assert octets < 9_000_000, "all of it would be more than twice as much"


@ensureDeferred
async def test_who_waited_behind_a_synced_commit_is_told_after_it(
    tmp_path: Path, threads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, noting = threading.Event(), threading.Event(), commits.write

    def held_up(cursor: Any, batch: Batch, mark: str, *, is_replay: bool = False) -> None:
        begun.set()
        assert go_on.wait(60)
        noting(cursor, batch, mark, is_replay=is_replay)

    async with running(tmp_path) as storage:
        story = call("c1")
        await storage.ledger.append(story[:7])
        monkeypatch.setattr(commits, "write", held_up)
        told: list[int] = []
        synced = storage.ledger.append(story[7:8])  # a result that an agent chose
        synced.addCallback(lambda entries: told.append(entries[0].position))
        await until(begun.is_set)
        waiting = storage.ledger.append([(at(60), fact())])
        waiting.addCallback(lambda entries: told.append(entries[0].position))
        go_on.set()
        await gatherResults([synced, waiting])
        assert told == [8, 9]
        assert threads == [HERE, WRITER, HERE]


@ensureDeferred
async def test_what_is_appended_when_a_commit_is_told_shares_the_next_one(tmp_path: Path, threads: list[str]) -> None:
    async with running(tmp_path, settings=site(group_milliseconds=20)) as storage:
        more: list[Deferred[list[f.Entry]]] = []

        def append(_: list[f.Entry]) -> None:
            more.append(storage.ledger.append([(at(1), fact())]))

        first = [storage.ledger.append([(at(0), fact())]).addCallback(append) for _ in range(5)]
        await gatherResults(first)
        await gatherResults(more)
        assert threads == [HERE, HERE]
