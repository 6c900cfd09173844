"""A database that is there and does not answer: somebody has locked the ledger, or the server stands still."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from pytest_twisted import ensureDeferred
from storage_rig import Clock, beside, call, site, until
from twisted.internet import reactor

from server.storage import hang_ups, ledger as ledger_module, storage as storage_module
from server.storage.errors import StorageAway
from server.storage.storage import Storage
from tests.sip.test_house_databases import DATABASES, url_of


def locked(url: str, data_dir: Path) -> Callable[[], None]:
    """Somebody else writes, until what comes back is called."""
    if url.startswith("sqlite"):
        lock = beside(data_dir)
        lock.execute("BEGIN IMMEDIATE")
        return lock.close
    other = psycopg.connect(url.replace("+psycopg", ""))
    other.execute("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE")
    return other.close


def stopped(url: str) -> Callable[[], None]:
    """The server's processes for our connections stand still, until what comes back is called."""
    if url.startswith("sqlite"):
        return lambda: None
    with psycopg.connect(url.replace("+psycopg", "")) as other:
        ours = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
        pids = [pid for (pid,) in other.execute(ours)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)

    def go_on() -> None:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    return go_on


@pytest.mark.parametrize("database", DATABASES)
@ensureDeferred
async def test_calls_go_on(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_module, "LOCK_SECONDS", 0.2)
    monkeypatch.setattr(ledger_module, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(hang_ups, "HANG_SECONDS", 0.8)
    with url_of(database) as url:
        storage = Storage(reactor, url, tmp_path, site(), Clock())
        await storage.start()
        try:
            await storage.ledger.append(call("c0"))
            for number in (1, 2):
                go_on = locked(url, tmp_path) if number == 1 else stopped(url)
                other = storage.bindings.save("ana", [])  # waits as long as it takes, and nobody behind it
                other.addErrback(lambda failure: failure.trap(StorageAway))
                try:
                    await storage.ledger.append(call(f"c{number}", number * 20.0)).addTimeout(60, reactor)
                    assert storage.ledger.is_away or database == "sqlite"
                finally:
                    go_on()
                await until(lambda: not storage.ledger.is_away)
            entries = await storage.ledger.read(0, 100)
            assert [entry.position for entry in entries] == list(range(1, 28))
            assert [record["call_id"] for record in await storage.records.all()] == ["c0", "c1", "c2"]
        finally:
            await storage.stop()
