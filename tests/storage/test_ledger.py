"""The ledger on a real database: order, groups, records in the same commit, a new start."""

from pathlib import Path
from typing import Any

import pytest
from pytest_twisted import ensureDeferred
from storage_rig import Clock, at, beside, call, running, site
from structlog.contextvars import bound_contextvars, get_contextvars
from twisted.internet.defer import gatherResults

from server.call import facts as f
from server.call.facts import call_of
from server.call.ports import FactsHeldBack
from server.storage import commits as commits_module, ledger as ledger_module, quick_commits, writing
from server.storage.commits import Commits
from server.storage.database import Database
from server.storage.errors import StorageRefused
from server.storage.spool import Batch, Spool


def fact(number: int) -> f.AnyFact:
    return f.PresenceChosen(agent="ana", presence="ready", reason=str(number), by="ana")


@ensureDeferred
async def test_positions_have_no_gaps_and_results_come_in_order(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        order: list[int] = []
        appends = []
        for number in range(0, 300, 3):
            done = storage.ledger.append([(at(number), fact(number + n)) for n in range(3)])
            appends.append(done.addCallback(lambda entries: order.append(entries[0].position) or entries))
        results = await gatherResults(appends)
        entries = [entry for result in results for entry in result]
        assert [entry.position for entry in entries] == list(range(1, 301))
        assert order == sorted(order)
        assert [entry.fact for entry in entries] == [fact(n) for n in range(300)]
        assert await storage.ledger.read(0, 1000) == entries
        assert await storage.ledger.read(298, 10) == entries[298:]
        assert await storage.ledger.append([]) == []
        pages = [page async for page in storage.ledger.iterate(after=10, page_size=100)]
        assert [len(page) for page in pages] == [100, 100, 90]


@ensureDeferred
async def test_facts_of_one_moment_share_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def counting(cursor: Any, batch: Batch, mark: str, *, is_replay: bool = False) -> None:
        sizes.append(len(batch.rows))
        writing.write(cursor, batch, mark, is_replay=is_replay)

    monkeypatch.setattr(commits_module, "write", counting)
    monkeypatch.setattr(quick_commits, "write", counting)
    async with running(tmp_path, settings=site(group_milliseconds=50)) as storage:
        await storage.ledger.append([(at(0), fact(0))])
        await gatherResults([storage.ledger.append([(at(n), fact(n))]) for n in range(1, 100)])
    assert sizes == [1, 99]


@ensureDeferred
async def test_a_call_is_in_the_tables_with_the_fact_that_closed_it(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        story = call("c1")
        await storage.ledger.append(story[:6])
        assert [r.call_id for r in storage.records.live()] == ["c1"]
        rows = beside(tmp_path)
        assert rows.execute("SELECT count(*) FROM call_record").fetchone() == (0,)
        await storage.ledger.append(story[6:7])
        assert rows.execute("SELECT call_id, outcome, agent, queue, first_position FROM call_record").fetchall() == [
            ("c1", "answered", "ana", "service", 1)
        ]
        assert rows.execute("SELECT call, number, customer FROM contact").fetchall() == [("c1", "+49301234567", "")]
        await storage.ledger.append(story[7:])
        record = await storage.records.record("c1")
        assert record is not None
        assert (record.wrap_up_seconds, record.result, record.talk_seconds) == (5, "order", 6)
        assert (storage.ledger.book.calls, storage.ledger.unsaved) == ({}, {})


@ensureDeferred
async def test_what_is_written_down_after_the_end_reaches_record_and_contact(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        await storage.ledger.append(call("c1"))
        await storage.ledger.append(
            [
                (at(60), f.NotesSaved(call="c1", agent="ana", text="called back")),
                (at(60), f.CustomerKnown(call="c1", customer="k1", by="ana")),
                (at(60), f.NotesSaved(call="never-was", agent="ana", text="lost")),
            ]
        )
        record = await storage.records.record("c1")
        assert record is not None
        assert (record.notes, record.customer, record.result) == ("called back", "k1", "order")
        [contact] = await storage.customers.history("k1", "")
        assert (contact.notes, contact.call, contact.seconds) == ("called back", "c1", 6)


@ensureDeferred
async def test_a_new_start_finds_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "PAGE_EVERY", 7)
    moment = Clock()()
    async with running(tmp_path, lambda: moment) as storage:
        assert await storage.ledger.recover() == (None, [])
        for number in range(4):
            await storage.ledger.append(call(f"c{number}", number * 20.0))
        await storage.ledger.append(call("open", 100.0)[:4])
        await storage.ledger.save_checkpoint(30, b"state of the rules")
        before = (storage.ledger.book.page(), storage.records.agent_days())
        every = await storage.ledger.read(0, 1000)
    async with running(tmp_path, lambda: moment) as storage:
        assert storage.ledger.book.page() == before[0]
        assert storage.records.agent_days() == before[1]
        assert await storage.ledger.recover() == (b"state of the rules", every[30:])
        await storage.ledger.save_checkpoint(len(every) + 1, b"of what is not in the ledger")
        assert await storage.ledger.recover() == (None, every)
        [entry] = await storage.ledger.append([(at(200), fact(1))])
        assert entry.position == len(every) + 1


@ensureDeferred
async def test_a_page_that_cannot_be_read_is_folded_anew(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        await storage.ledger.append(call("c1")[:4])
        before = storage.ledger.book.page()
    beside(tmp_path).execute("UPDATE checkpoint SET body = x'c1ff' WHERE name = 'book'")
    async with running(tmp_path) as storage:
        assert storage.ledger.book.page() == before


class TracedDatabase(Database):
    """Notes every statement that reaches SQLite on the ledger's connection."""

    statements: list[str]

    def raw(self) -> object:
        connection = super().raw()
        self.statements = []
        connection.set_trace_callback(self.statements.append)
        return connection


@pytest.mark.parametrize(
    ("synchronous", "synced", "around"), [("normal", True, True), ("normal", False, False), ("full", True, False)]
)
def test_what_a_person_was_told_is_saved_is_fully_synced(
    tmp_path: Path, synchronous: str, synced: bool, around: bool
) -> None:
    database = TracedDatabase("sqlite:///caruso.db", tmp_path, synchronous)
    database.open()
    spool = Spool(tmp_path)
    spool.open()
    commits = Commits(database, spool)
    assert commits.save(Batch(rows=[(1, 1.0, 1.0, "notes-saved", "c1", "ana", "{}")], synced=synced))
    pragmas = [statement for statement in database.statements if statement.startswith("PRAGMA")]
    assert pragmas == (["PRAGMA synchronous=FULL", "PRAGMA synchronous=NORMAL"] if around else [])
    assert database.statements[-1] == (pragmas[-1] if around else "COMMIT")
    commits.close()
    database.close()


@ensureDeferred
async def test_many_rows_in_one_batch(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        facts = [step for number in range(120) for step in call(f"c{number:03}", float(number))]
        await storage.ledger.append(facts)
        records = await storage.records.all()
        assert [r["call_id"] for r in records] == [f"c{number:03}" for number in range(120)]
        assert {call_of(entry.fact) for entry in await storage.ledger.read(0, 2000)} == {r["call_id"] for r in records}


@ensureDeferred
async def test_a_fact_of_a_newer_version_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        await storage.ledger.append([(at(0), fact(1))])
    newer = (2, 1, 1, "moon-rose", "", "", '{"t":"moon-rose"}')
    beside(tmp_path).execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)", newer)
    with pytest.raises(StorageRefused, match=r"entry 2 cannot be read .*moon-rose.*: a newer version has used this"):
        async with running(tmp_path):
            pass


@pytest.mark.parametrize("table", ["call_record", "contact"])
@ensureDeferred
async def test_a_record_that_cannot_be_read_holds_up_no_ledger(tmp_path: Path, table: str) -> None:
    async with running(tmp_path) as storage:
        await storage.ledger.append(call("c1"))
        beside(tmp_path).execute(f"UPDATE {table} SET body = '{{}}'")
        late = [(at(60), f.CustomerKnown(call="c1", customer="k1", by="number")), (at(60), fact(1))]
        await storage.ledger.append(late)
        assert [entry.fact for entry in await storage.ledger.read(9, 10)] == [fact for _, fact in late]
        assert not storage.ledger.is_away


def test_a_fault_of_ours_leaves_no_transaction_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    database = Database("sqlite:///caruso.db", tmp_path)
    database.open()
    spool = Spool(tmp_path)
    spool.open()
    commits = Commits(database, spool)
    batch = Batch(rows=[(1, 1.0, 1.0, "notes-saved", "c1", "ana", "{}")])
    with monkeypatch.context() as patched:
        patched.setattr(commits_module, "write", broken)
        with pytest.raises(RuntimeError):
            commits.save(batch)
    assert commits.save(batch)
    commits.close()
    database.close()


def test_a_record_that_an_older_version_spooled_is_found_by_who_talked_last(tmp_path: Path) -> None:
    database = Database("sqlite:///caruso.db", tmp_path)
    database.open()
    spool = Spool(tmp_path)
    spool.open()
    commits = Commits(database, spool)
    record = ("c1", 1.0, 1, "q", "ana", "answered", "{}")
    assert commits.save(Batch(rows=[(1, 1.0, 1.0, "notes-saved", "c1", "ana", "{}")], records=[record]))
    commits.close()
    database.close()
    assert beside(tmp_path).execute("SELECT call, agent, arrived_at FROM call_agent").fetchall() == [("c1", "ana", 1.0)]


@ensureDeferred
async def test_log_lines_of_storages_threads_name_the_process(tmp_path: Path) -> None:
    with bound_contextvars(process="core"):
        async with running(tmp_path) as storage:
            named = await storage._writer.run(get_contextvars)
    assert named == {"process": "core"}


@ensureDeferred
async def test_what_is_appended_to_one_that_has_stopped_is_refused_once_and_not_tried_for_ever(tmp_path: Path) -> None:
    async with running(tmp_path, settings=site(synchronous="full")) as storage:
        await storage.ledger.append([(at(0), fact(1))])
    with pytest.raises(FactsHeldBack):
        await storage.ledger.append([(at(1), fact(2))])
    assert storage.ledger._retry is None
