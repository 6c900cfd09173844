"""The database is away, and comes back: nothing is lost, nothing is there twice."""

import shutil
import threading
from pathlib import Path

import msgspec
import pytest
from pytest_twisted import ensureDeferred
from storage_rig import at, beside, call, running, until
from structlog.testing import capture_logs

from server.call import facts as f
from server.call.ports import FactsHeldBack
from server.storage import commits as commits_module, held_back, ledger as ledger_module, storage as storage_module
from server.storage.commits import Commits
from server.storage.errors import LedgerConflict, StorageAway
from server.storage.quick_commits import QuickCommits
from server.storage.spool import Batch, Spool

SPOOL = Path("spool/facts.spool")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_module, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(ledger_module, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(held_back, "LEAST_REST_SECONDS", 0.2)


def fact(text: str) -> f.AnyFact:
    return f.PresenceChosen(agent="ana", presence="ready", reason=text, by="ana")


@ensureDeferred
async def test_facts_are_spooled_and_replayed_once(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        await storage.ledger.append([(at(0), fact("before"))])
        lock = beside(tmp_path)
        lock.execute("BEGIN IMMEDIATE")
        entries = await storage.ledger.append(call("c1"))
        assert [entry.position for entry in entries] == list(range(2, 11))
        assert storage.ledger.is_away
        assert (tmp_path / SPOOL).stat().st_mode & 0o777 == 0o600
        again = await storage.ledger.append([(at(20), fact("during"))])
        with pytest.raises(StorageAway, match="are spooled"):
            await storage.ledger.save_checkpoint(12, b"ahead of the ledger")
        assert len(await storage.ledger.read(0, 100)) == 1
        record = await storage.records.record("c1")
        assert record is not None
        assert record.outcome == "answered"
        assert [r["call_id"] for r in await storage.records.all()] == ["c1"]
        lock.execute("ROLLBACK")
        await until(lambda: not storage.ledger.is_away)
        assert not (tmp_path / SPOOL).exists()
        assert storage.ledger.unsaved == {}
        await storage.ledger.append([(at(30), fact("after"))])
        kept = await storage.ledger.read(0, 100)
        assert [entry.position for entry in kept] == list(range(1, 13))
        assert kept[1:11] == [*entries, *again]
        assert [r["call_id"] for r in await storage.records.all()] == ["c1"]


@ensureDeferred
async def test_nobody_waits_while_the_spool_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, may_go_on = threading.Event(), threading.Event()
    replay = Commits.replay

    def slow(self: Commits) -> int | None:
        asked.set()
        may_go_on.wait(60)
        return replay(self)

    async with running(tmp_path) as storage:
        lock = beside(tmp_path)
        lock.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(Commits, "replay", slow)
        await storage.ledger.append([(at(0), fact("first"))])
        await until(asked.is_set)
        for number in range(20):
            await storage.ledger.append([(at(1), fact(f"meanwhile {number}"))])
        lock.execute("ROLLBACK")
        may_go_on.set()
        await until(lambda: not storage.ledger.is_away)
        assert [entry.position for entry in await storage.ledger.read(0, 100)] == list(range(1, 22))
        assert not (tmp_path / SPOOL).exists()


@ensureDeferred
async def test_a_long_spool_is_written_in_slices_while_facts_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits_module, "SLICE_SECONDS", 0)  # one batch in each
    monkeypatch.setattr(ledger_module, "NEXT_SLICE_SECONDS", 0)
    async with running(tmp_path) as storage:
        lock = beside(tmp_path)
        lock.execute("BEGIN IMMEDIATE")
        for number in range(30):
            await storage.ledger.append(call(f"c{number}", number * 20.0))
        lock.execute("ROLLBACK")
        seen_away = 0
        for number in range(30, 60):
            seen_away += storage.ledger.is_away
            await storage.ledger.append(call(f"c{number}", number * 20.0))
        await until(lambda: not storage.ledger.is_away)
        assert seen_away > 1, "the spool was written while others came"
        assert [entry.position for entry in await storage.ledger.read(0, 1000)] == list(range(1, 541))
        assert len(await storage.records.all()) == 60
        assert storage.ledger.unsaved == {}
        assert not (tmp_path / SPOOL).exists()


@ensureDeferred
async def test_what_a_dead_core_spooled_is_written_by_the_next(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        await storage.ledger.append([(at(0), fact("before"))])
        lock = beside(tmp_path)
        lock.execute("BEGIN IMMEDIATE")
        await storage.ledger.append(call("c1")[:7])
        shutil.copytree(tmp_path / "spool", tmp_path / "as-the-core-died")
        lock.execute("ROLLBACK")
        await until(lambda: not storage.ledger.is_away)
        whole = await storage.ledger.read(0, 100)
    # half of it had been written when the core died
    rows = beside(tmp_path)
    rows.execute("DELETE FROM ledger WHERE position > 4")
    rows.execute("DELETE FROM call_record")
    rows.execute("DELETE FROM checkpoint")
    (tmp_path / "as-the-core-died" / "facts.spool").rename(tmp_path / SPOOL)
    async with running(tmp_path) as storage:
        assert await storage.ledger.read(0, 100) == whole
        record = await storage.records.record("c1")
        assert record is not None
        assert record.state == "closed"
        assert beside(tmp_path).execute("SELECT count(*) FROM call_record").fetchone() == (1,)
        assert not (tmp_path / SPOOL).exists()


@ensureDeferred
async def test_neither_database_nor_disk(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        said: list[bool] = []
        storage.ledger.on_away = said.append
        lock = beside(tmp_path)
        lock.execute("BEGIN IMMEDIATE")
        (tmp_path / "spool").rmdir()
        told = [*call("c1"), (at(20), fact("last"))]
        for part in (told[:5], told[5:9], told[9:]):
            with pytest.raises(FactsHeldBack) as refused:
                await storage.ledger.append(part)
            assert [entry.fact for entry in refused.value.entries] == [fact for _, fact in part]
        lock.execute("ROLLBACK")
        await until(lambda: not storage.ledger.is_away)
        kept = await storage.ledger.read(0, 100)
        assert [entry.position for entry in kept] == list(range(1, 11))
        assert [entry.fact for entry in kept] == [fact for _, fact in told]
        assert storage.ledger.unsaved == {}
        assert said == [True, False]
        await storage.ledger.append([(at(60), f.CustomerKnown(call="c1", customer="k1", by="number"))])
        record = await storage.records.record("c1")
        assert record is not None
        assert record.customer == "k1"


@ensureDeferred
async def test_nobody_waits_for_attempts_that_are_in_vain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[int] = []

    def full(self: Commits, batch: Batch) -> bool:
        attempts.append(len(batch.rows))
        raise OSError("no space left")

    monkeypatch.setattr(held_back, "LEAST_REST_SECONDS", 1e6)
    monkeypatch.setattr(held_back, "MOST_REST_SECONDS", 1e6)
    async with running(tmp_path) as storage:
        with monkeypatch.context() as patched:
            patched.setattr(QuickCommits, "save", lambda *_: False)
            patched.setattr(Commits, "save", full)
            for number in range(10):
                with pytest.raises(FactsHeldBack):
                    await storage.ledger.append([(at(number), fact(f"{number}"))])
            assert attempts == [1]
    async with running(tmp_path) as storage:  # the last chance was taken
        assert [entry.position for entry in await storage.ledger.read(0, 100)] == list(range(1, 11))


def test_the_rest_grows_with_what_is_held_back() -> None:
    held = held_back.HeldBack()
    held.failed(100.0, 100.1)
    assert held.rest_seconds(100.1) == 0, "nothing is held back"
    batches = [Batch(rows=[(n, 1.0, 1.0, "x", "", "", "{}")], records=[("c1", n)], page=b"p") for n in (1, 2)]
    for batch in batches:
        held.add(batch, [f"c{batch.rows[0][0]}"])
    assert held.rest_seconds(100.1) == pytest.approx(4 * 0.1)
    held.failed(200.0, 202.0)
    assert held.rest_seconds(203.0) == pytest.approx(7.0)
    held.failed(300.0, 400.0)
    assert held.rest_seconds(400.0) == held_back.MOST_REST_SECONDS
    whole, calls = held.all_with(Batch(rows=[]), ["c3"])
    assert [row[0] for row in whole.rows] == [1, 2]
    assert whole.records == [("c1", 2)]
    assert (whole.page, calls, bool(held), held.rest_seconds(400.0)) == (b"", ["c1", "c2", "c3"], False, 0)


@ensureDeferred
async def test_another_core_at_our_positions_is_noticed_and_nothing_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(self: Spool, batch: Batch) -> None:
        raise OSError("no space left")

    async with running(tmp_path) as storage:
        await storage.ledger.append([(at(0), fact("ours"))])
        other = '{"t":"presence-chosen","agent":"bo","presence":"ready"}'
        beside(tmp_path).execute("INSERT INTO ledger VALUES (2, 1, 1, 'presence-chosen', '', 'bo', ?)", (other,))
        await storage.ledger.append([(at(1), fact("ours too"))])
        assert storage.ledger.is_away
        await until(lambda: storage.ledger.is_stuck)
        with monkeypatch.context() as full:
            full.setattr(Spool, "append", no_space)
            with pytest.raises(FactsHeldBack):
                await storage.ledger.append([(at(2), fact("held back"))])
        await until(lambda: len(list(storage._spool.batches())) == 2)
        await storage.ledger.append([(at(3), fact("spooled"))])
    spool = Spool(tmp_path)
    spool.open()
    kept = [row[-1] for batch, _ in spool.batches() for row in batch.rows]
    assert [msgspec.json.decode(body)["reason"] for body in kept] == ["ours too", "held back", "spooled"]
    with pytest.raises(LedgerConflict, match="position 2 than the one that is spooled"):
        async with running(tmp_path):
            pass


@ensureDeferred
async def test_other_stores_say_that_the_database_is_away(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        lock = beside(tmp_path)
        lock.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageAway):
            await storage.bindings.save("ana", [])
        lock.execute("ROLLBACK")


def test_a_record_cut_off_by_a_crash_is_left_and_written_over(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.open()
    batches = [Batch(rows=[(n, 1.0, 1.0, "x", "", "", "{}")]) for n in range(1, 4)]
    for batch in batches:
        spool.append(batch)
    spool.close()
    file = tmp_path / SPOOL
    whole = file.read_bytes()
    for damaged in (whole[:-1], whole[:-5] + b"\0" + whole[-4:], whole[: len(whole) * 2 // 3 + 3]):
        file.write_bytes(damaged)
        again = Spool(tmp_path)
        with capture_logs() as logged:
            again.open()
        assert [(one["event"], one["octets_left"]) for one in logged] == [
            ("spool-ends-in-the-midst", len(damaged) - again.end)
        ]
        assert [batch for batch, _ in again.batches()] == batches[:2]
        again.append(batches[2])
        again.close()
        assert [batch for batch, _ in again.batches()] == batches
    file.write_bytes(b"\0\0")
    empty = Spool(tmp_path)
    empty.open()
    assert empty.is_empty()
    assert not file.exists()
