"""Reports read the end of the ledger and what was folded before: always the same as folding all of it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1] / "simulator"))
sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))
from filled import URL, fill
from varied_day import ZONE, VariedDay

from server.call import facts as f
from server.call.now import Now
from server.records.figure_book import FigureBook
from server.records.summary import Terms
from server.reports.definition import load_report
from server.reports.table import Asked, Table, figures_table
from server.storage import archive as archives
from server.storage.archive import Archive, Reading, StillFolding
from server.storage.database import Database
from server.storage.ledger_reading import LedgerReading
from server.storage.reporting import report_table
from server.storage.rows import ledger_row

DAY = VariedDay(5, hours=3, calls_per_hour=100)
TERMS = Terms.of(DAY.site, ZONE)
START, SECONDS = DAY.start.wall, 3 * 3600.0
END = Now(DAY.entries[-1].at.wall + 60, DAY.entries[-1].at.mono + 60)
REPORTS = ("calls", "agents", "availability", "customers", "abandoned")


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "ENTRIES", 300)
    monkeypatch.setattr(archives, "_FOLDED", 100)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parts")
    fill(folder, DAY.entries[:1])
    return folder


class Kept:
    """A ledger that grows and is pruned, beside one in memory that keeps all."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(URL, folder)
        self.archive = Archive(URL, folder)
        self.count = 1
        with self.database.engine.begin() as connection:
            for table in ("ledger", "checkpoint", "call_record", "contact"):
                connection.execute(text(f"DELETE FROM {table}"))
        self._append(DAY.entries[:1])

    def grow(self, entries: int) -> None:
        self._append(DAY.entries[self.count : self.count + entries])
        self.count = min(len(DAY.entries), self.count + entries)

    def _append(self, entries: list[f.Entry]) -> None:
        columns = ("position", "at", "mono", "kind", "call", "agent", "body")
        names = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join(f":{column}" for column in columns)
        rows = [dict(zip(columns, ledger_row(entry), strict=True)) for entry in entries]
        if rows:
            with self.database.engine.begin() as connection:
                connection.execute(text(f"INSERT INTO ledger ({names}) VALUES ({values})"), rows)

    def prune(self, share: float) -> None:
        reading = LedgerReading(self.database)
        for name in ("exchange", "book"):
            reading.save_checkpoint(name, self.count, b"")
        self.archive.prune(TERMS, START + share * SECONDS)

    def report(self, name: str, asked: Asked, terms: Terms = TERMS) -> Table:
        return report_table(self.archive, load_report(name, None), terms, asked, END)

    def whole(self, name: str, asked: Asked, terms: Terms = TERMS) -> Table:
        """Folded in one go, from the beginning."""
        book = FigureBook(ZONE, terms.service_seconds)
        book.take(DAY.entries[: self.count])
        return figures_table(load_report(name, None), book.cells_at(END), terms, asked)

    def parts(self) -> list[str]:
        with self.database.engine.connect() as connection:
            found = connection.execute(text("SELECT name FROM checkpoint WHERE name LIKE 'figures-part:%'"))
            return sorted(found.scalars())

    def close(self) -> None:
        self.archive.close()
        self.database.close()


@pytest.fixture
def kept(empty: Path) -> Iterator[Kept]:
    made = Kept(empty)
    yield made
    made.close()


def period(first: float, length: float, interval_seconds: int = 900) -> Asked:
    start = START + first * SECONDS
    return Asked(start=start, end=start + length * SECONDS, interval_seconds=interval_seconds)


ASKED = st.tuples(
    st.sampled_from(REPORTS), st.floats(0, 1), st.floats(0.01, 1.2), st.sampled_from([300, 900, 3600, 86_400])
)
ROUNDS = st.lists(st.tuples(st.integers(1, 1_500), ASKED, st.floats(-0.3, 1), ASKED), min_size=2, max_size=4)
"""Each: the ledger grows, a report is asked for (and parts are kept), it is pruned (or not), another is asked for."""


@settings(max_examples=16, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rounds=ROUNDS)
def test_whatever_was_kept_and_pruned_a_report_is_that_of_the_whole_ledger(
    empty: Path, rounds: list[tuple[int, tuple[str, float, float, int], float, tuple[str, float, float, int]]]
) -> None:
    made = Kept(empty)

    def check(name: str, first: float, length: float, interval_seconds: int) -> None:
        asked = period(first, length, interval_seconds)
        assert made.report(name, asked) == made.whole(name, asked)

    try:
        for entries, before, share, after in rounds:
            made.grow(entries)
            check(*before)
            if share > 0:
                made.prune(share * made.count / len(DAY.entries))
            check(*after)
        check("calls", 0.0, 1.2, 900)
    finally:
        made.close()


def test_what_is_folded_is_not_read_again(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.grow(len(DAY.entries))
    read: list[int] = []
    reads = LedgerReading.read

    def counted(self: LedgerReading, after: int, limit: int) -> list[f.Entry]:
        found = reads(self, after, limit)
        read.append(len(found))
        return found

    monkeypatch.setattr(LedgerReading, "read", counted)
    asked = period(0, 0.4)
    first = kept.report("calls", asked)
    assert sum(read) == kept.count > 2_000
    read.clear()
    assert kept.report("calls", asked) == first == kept.whole("calls", asked)
    assert sum(read) < archives.ENTRIES


def test_another_way_of_counting_is_folded_anew(kept: Kept) -> None:
    kept.grow(2_000)
    asked = period(0, 1)
    kept.report("calls", asked)
    strict = msgspec.structs.replace(TERMS, service_seconds=dict.fromkeys(TERMS.service_seconds, 1.0))
    told = kept.report("calls", asked, strict)
    assert told == kept.whole("calls", asked, strict)
    assert told != kept.report("calls", asked) == kept.whole("calls", asked)


def test_a_part_that_is_lost_costs_time_only(kept: Kept) -> None:
    kept.grow(2_500)
    asked = period(0, 1)
    first = kept.report("agents", asked)
    names = kept.parts()
    assert len(names) > 5
    for name in (names[2], names[0], names[-1]):
        with kept.database.engine.begin() as connection:
            connection.execute(text("DELETE FROM checkpoint WHERE name = :name"), {"name": name})
        assert kept.report("agents", asked) == first
        assert kept.report("agents", asked) == first
    assert len(kept.parts()) == len(names)


def test_a_fold_without_patience_goes_on_where_it_was(kept: Kept) -> None:
    kept.grow(len(DAY.entries))
    told: list[float] = []
    asked = period(0, 1)
    while True:
        try:
            book, cells = kept.archive.figures(TERMS, asked.start, asked.end, Reading(is_over=lambda: True))
            break
        except StillFolding as still:
            told.append(still.progress)
    assert told == sorted(told)
    assert len(told) > 5
    assert 0 < told[0] < told[-1] < 1
    whole = book.cells_at(END, asked.start)
    whole.add(cells)
    assert figures_table(load_report("calls", None), whole, TERMS, asked) == kept.whole("calls", asked)


def test_who_may_only_read_gets_the_report_all_the_same(kept: Kept) -> None:
    kept.grow(2_000)
    asked = period(0, 1)
    with kept.database.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER nobody_writes BEFORE INSERT ON checkpoint BEGIN SELECT RAISE(ABORT, 'read only'); END")
        )
    try:
        assert kept.report("calls", asked) == kept.whole("calls", asked)
        assert kept.parts() == []
        book, _ = kept.archive.figures(TERMS, asked.start, asked.end, Reading(is_over=lambda: True))
        assert book.position == kept.count  # without what is kept there is nothing to go on from: it is done at once
    finally:
        with kept.database.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER nobody_writes"))
