"""Reports, exports and pruning, through the command line, on a real database."""

import csv
import io
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "simulator"))
sys.path.insert(0, str(Path(__file__).parent))
from filled import fill, site_file
from varied_day import ZONE, VariedDay

from server.call import facts as f
from server.commands.app import main
from server.records.figure_book import FigureBook
from server.records.figures import QUEUE_FIGURES, values_of
from server.records.summary import Terms, Wanted, by_queue
from server.reports.definition import list_reports, load_report, parse_report
from server.reports.errors import ReportError
from server.reports.period import interval, period

DAY = VariedDay(6, hours=3, calls_per_hour=110)
DATE = "2026-01-05"


class House:
    """A data directory and its site, asked through the command line."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = folder / "data"
        self.site = site_file(folder, [(agent.id, list(agent.queues)) for agent in DAY.site.agent])
        self._capsys = capsys

    def ask(self, *words: str) -> tuple[int, str, str]:
        status = main([*words, "--data", str(self.data), "--site", str(self.site)])
        read = self._capsys.readouterr()
        return status, read.out, read.err

    def report(self, name: str, *words: str) -> dict[str, object]:
        status, out, err = self.ask("report", name, "--from", DATE, "--to", DATE, "--format", "json", *words)
        assert (status, err) == (0, "")
        return json.loads(out)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Filled once, copied for each test."""
    folder = tmp_path_factory.mktemp("served")
    fill(folder, DAY.entries)
    return folder


@pytest.fixture
def house(served: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> House:
    made = House(tmp_path, capsys)
    shutil.copytree(served, made.data)
    return made


@pytest.mark.parametrize("name", list_reports(None))
def test_every_shipped_report_can_be_written_in_every_format(house: House, name: str) -> None:
    for form in ("table", "csv", "html", "json"):
        status, out, err = house.ask("report", name, "--from", DATE, "--to", DATE, "--format", form)
        assert (status, err) == (0, "")
        assert len(out) > 100
    shown = house.report(name)
    columns = shown["columns"]
    assert isinstance(columns, list)
    figures = [column for column in columns if column["unit"] in ("fraction", "calls", "count")]
    assert all(column["formula"] for column in figures)


def test_the_report_shows_the_fold_of_the_ledger(house: House) -> None:
    book = FigureBook(ZONE, Terms.of(DAY.site, ZONE).service_seconds)
    book.take(DAY.entries)
    shown = house.report("calls", "--interval", "1d", "--queue", "billing")
    terms = Terms.of(DAY.site, ZONE)
    sums = by_queue(book.cells(), terms, Wanted(group=[], queues=frozenset(["billing"])))[()]
    expected = values_of(sums, QUEUE_FIGURES)
    names = [column["name"] for column in shown["columns"]]  # type: ignore[attr-defined]
    (row,) = shown["rows"]  # type: ignore[misc]
    got = dict(zip(names, row, strict=True))  # type: ignore[has-type]
    assert got.pop("queue") == "billing"
    assert got.pop("interval") == "2026-01-05T00:00:00+00:00"
    for name, value in got.items():
        if name != "occupancy":  # the agents are logged in until now
            assert value == expected[name], name


def test_intervals_and_queues_are_lines(house: House) -> None:
    status, out, _ = house.ask("report", "calls", "--from", DATE, "--to", DATE, "--format", "csv", "--interval", "30m")
    assert status == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    lines = {(row["queue"], row["interval"]) for row in rows}
    assert len(lines) == len(rows)
    assert ("billing", "2026-01-05T00:30:00+00:00") in lines
    total = house.report("calls", "--interval", "30m")["total"]
    assert sum(int(row["offered"]) for row in rows) == total[2]  # type: ignore[index]


@pytest.mark.parametrize("form", ["table", "html"])
def test_times_say_that_they_are_seconds(house: House, form: str) -> None:
    _, out, _ = house.ask("report", "agents", "--from", DATE, "--to", DATE, "--format", form)
    assert "Wrap-up (s)" in out
    assert "Calls (s)" not in out


def test_lost_calls_are_listed_one_by_one(house: House) -> None:
    rows = house.report("lost-calls")["rows"]
    lost = [e for e in DAY.entries if isinstance(e.fact, f.CallClosed) and e.fact.outcome != "answered"]
    assert len(rows) == len(lost) > 10  # type: ignore[arg-type]


def test_a_sites_own_report_goes_before_and_is_checked(house: House) -> None:
    folder = house.site.parent / "reports"
    folder.mkdir()
    (folder / "lunch.toml").write_text(
        'title = "Lunch"\nsource = "agents"\ngroup = ["agent"]\ncolumns = ["calls", "not_ready:lunch"]\n'
    )
    shown = house.report("lunch", "--agent", "ana")
    assert [column["title"] for column in shown["columns"]] == ["Agent", "Calls", "Not ready (lunch)"]  # type: ignore[attr-defined]
    status, out, _ = house.ask("report")
    assert status == 0
    assert "lunch           Lunch" in out
    (folder / "lunch.toml").write_text('title = "x"\nsource = "agents"\ngroup = ["agent"]\ncolumns = ["cals"]\n')
    status, _, err = house.ask("report", "lunch")
    assert status == 2
    assert f'{folder / "lunch.toml"}:4: columns[0]: there is no "cals" for agents. Did you mean "calls"?' in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "Invalid value"),
        ('title = "x"\nsource = "queues"\ncolumns = []\n', "needs at least one"),
        ('title = "x"\nsource = "queues"\ncolumns = ["offered"]\ngroup = ["agent"]\n', "group[0]"),
        ('title = "x"\nsource = "calls"\ncolumns = ["frm"]\n', 'Did you mean "from"?'),
        ('title = "x"\nsource = "queues"\ncolumns = ["offered"]\nfilters = { outcome = ["a"] }\n', "filters"),
        (
            'title = "x"\nsource = "queues"\ncolumns = ["offered"]\ngroup = ["interval"]\n'
            'chart = { x = "interval", y = ["answered"] }\n',
            "chart.y[0]",
        ),
        ('title = "x"\nsource = "queues"\ncolumns = ["offered"]\ncolour = "red"\n', "colour"),
        ('title = "x"\nsource = "moon"\ncolumns = ["offered"]\n', "moon"),
    ],
)
def test_a_wrong_report_says_where_and_how_to_cure_it(text: str, message: str) -> None:
    with pytest.raises(ReportError) as error:
        parse_report("x", text, "x.toml")
    assert re.match(r"x\.toml:[1-5]: ", str(error.value))
    assert message in str(error.value)


def test_a_name_is_no_path(house: House) -> None:
    with pytest.raises(ReportError, match="no name of a report"):
        load_report("../site", house.site.parent)
    status, _, err = house.ask("report", "cals")
    assert (status, err) == (2, 'caruso report: there is no report "cals". Did you mean "calls"?\n')


def test_unknown_queues_and_periods_are_named(house: House) -> None:
    assert house.ask("report", "calls", "--queue", "biling")[2].startswith(
        "caruso report: --queue: the site file has no"
    )
    assert "--to must lie after" in house.ask("report", "calls", "--from", "2026-01-06", "--to", DATE)[2]
    assert "is no moment" in house.ask("report", "calls", "--from", "yesterday")[2]
    assert "is no interval" in house.ask("report", "calls", "--interval", "7m")[2]


def test_a_period_is_local_and_a_last_day_is_whole() -> None:
    begins, ends = period("2026-07-01", "2026-07-01", 0, ZONE)
    assert ends - begins == 86_400
    assert period("2026-07-01T00:00:00+01:00", "", begins + 5, ZONE) == (begins, begins + 5)
    assert interval("1h") == 3600


def test_exports_are_those_of_the_ledger(house: House) -> None:
    status, out, _ = house.ask("export", "queue-log")
    assert status == 0
    assert out.count("|ENTERQUEUE|") > 300
    status, out, _ = house.ask("export", "cdr", "--from", DATE, "--to", DATE)
    assert status == 0
    calls = {row["linkedid"] for row in csv.DictReader(io.StringIO(out))}
    assert len(calls) == sum(isinstance(e.fact, f.CallClosed) for e in DAY.entries)


def test_pruning_tells_first_and_figures_stay(house: House) -> None:
    names = ("calls", "agents", "customers", "availability", "abandoned")
    before = {name: house.report(name) for name in names}
    status, out, _ = house.ask("prune", "--older-than", "1d")
    assert status == 0
    assert "Nothing was changed" in out
    assert {name: house.report(name) for name in names} == before
    assert house.ask("prune", "--older-than", "1d", "--yes")[0] == 0
    after = {name: house.report(name) for name in names}
    assert after == before
    assert house.report("lost-calls")["rows"] == []
    assert (
        "0 call records, 0 lines of history, 0 dialog sessions, 0 entries"
        in house.ask("prune", "--older-than", "1d", "--yes")[1]
    )
    assert {name: house.report(name) for name in names} == before


def test_open_calls_and_what_a_core_still_needs_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = House(tmp_path, capsys)
    middle = DAY.entries[: len(DAY.entries) // 2]
    arrived = {e.fact.call for e in middle if isinstance(e.fact, f.CallArrived)}
    closed = {e.fact.call for e in middle if isinstance(e.fact, f.CallClosed)}
    fill(house.data, DAY.entries, checkpoint_at=middle[-1].position)
    before = house.report("calls")
    assert house.ask("prune", "--older-than", "1d", "--yes")[0] == 0
    assert house.report("calls") == before
    _, out, _ = house.ask("export", "queue-log")
    assert all(f"|{call}|billing|NONE|ENTERQUEUE|" in out for call in arrived - closed)
    assert out.count("|ENTERQUEUE|") > 100  # all that came after the checkpoint


def test_without_a_database_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = House(tmp_path, capsys)
    for words in (("report", "calls"), ("export", "cdr"), ("prune", "--older-than", "9d")):
        status, _, err = house.ask(*words)
        assert status == 1
        assert "nothing was served from it yet" in err
    with pytest.raises(SystemExit):
        house.ask("prune", "--older-than", "0d")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'title = "X"\ncolumns = ["offered"]',
            'source = "queues"; there are queues, agents, customers, mailboxes, calls',
        ),
        ('title = "X"\nsource = "queues"', 'columns = ["offered", "answered"]'),
        (
            'title = "X"\nsource = "queues"\ncolumns = ["offered"]\nchart = { kind = "pie", x = "queue" }',
            "kind is line or bar",
        ),
    ],
)
def test_a_wrong_report_shows_what_to_write(text: str, message: str) -> None:
    with pytest.raises(ReportError) as told:
        parse_report("x", text, "x.toml")
    assert message in str(told.value)
