"""Periods, limits and words of reports."""

import csv
import io
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from server.config.site import Queue, SiteFile
from server.records.figures import AGENT_FIGURES, CUSTOMER_FIGURES, QUEUE_FIGURES
from server.reports.asking import asked_of
from server.reports.csv_text import csv_line
from server.reports.definition import CALL_COLUMNS, DIMENSIONS, Definition, list_reports, load_report, shelf
from server.reports.errors import ReportError
from server.reports.period import PERIODS, named_period
from server.reports.portuguese import COLUMNS, TITLES, in_portuguese
from server.reports.table import Column, Table
from server.reports.writing import as_html
from server.wire.reports import ReportRequest

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
LISBON = ZoneInfo("Europe/Lisbon")


def wall(text: str, zone: ZoneInfo) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("today", "2026-03-29", "2026-03-29T15:30"),
        ("yesterday", "2026-03-28", "2026-03-29"),
        ("this-week", "2026-03-23", "2026-03-29T15:30"),
        ("last-week", "2026-03-16", "2026-03-23"),
        ("this-month", "2026-03-01", "2026-03-29T15:30"),
        ("last-month", "2026-02-01", "2026-03-01"),
    ],
)
def test_a_period_with_a_name_is_of_the_sites_days(name: str, start: str, end: str) -> None:
    """The clocks of Lisbon go forward that night, those of São Paulo stay."""
    for zone in (LISBON, SAO_PAULO):
        now = wall("2026-03-29T15:30", zone)
        assert named_period(name, now, zone) == (wall(start, zone), wall(end, zone))


def test_january_follows_december_and_each_name_is_known() -> None:
    now = wall("2026-01-01T00:00", LISBON)
    assert named_period("last-month", now, LISBON) == (wall("2025-12-01", LISBON), now)
    for name in PERIODS:
        assert named_period(name, now + 1, LISBON)[0] <= now
    with pytest.raises(ReportError, match="use one of today, yesterday"):
        named_period("tomorrow", now, LISBON)


def test_every_column_and_title_has_portuguese_words() -> None:
    figures = {**QUEUE_FIGURES, **AGENT_FIGURES, **CUSTOMER_FIGURES}
    known = {*figures, *CALL_COLUMNS, *(word for words in DIMENSIONS.values() for word in words)}
    named = {"from" if name == "from_" else name for name in known} - {"customer", "call_back"}
    assert named <= set(COLUMNS)
    assert all(COLUMNS[name][1] for name in figures), "each figure needs its formula in Portuguese"
    assert {load_report(name, None).title for name in list_reports(None)} <= set(TITLES)
    table = Table(name="x", title="Nosso", begins="", ends="", columns=[Column(name="not_ready:", title="")], rows=[])
    assert in_portuguese(table).title == "Nosso"
    assert in_portuguese(table).columns[0].title == "Em pausa (sem motivo)"
    assert '<html lang="pt-BR">' in as_html(in_portuguese(table))


FORMULAS = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "\r=1", "\n=1", " =1", "＝1", "+49 30 a", "+"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_spreadsheet_finds_no_formula(text: str) -> None:
    assert csv_line([text]).lstrip('"').startswith("'")


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("separator", [";", "\t", "\r\n", ' "x";'])
def test_nor_does_one_that_separates_cells_by_something_else(text: str, separator: str) -> None:
    """In many countries that is `;`, and a quote in the middle of such a cell is a letter like others."""
    line = csv_line(["2026-11-22", f"Ana{separator}{text}", "end"])
    cells = re.split(r"[;\t\r\n]", line)
    assert [cell for cell in cells if re.match(r"\s*[=@＝＠+\-＋－]", cell)] == []
    assert next(csv.reader(io.StringIO(line, newline="")))[0] == "2026-11-22", "and where the comma does it is one cell"
    assert len(next(csv.reader(io.StringIO(line, newline="")))) == 3


@given(st.text(st.sampled_from("=+-@; \t\r\n\"',a1\0＝"), max_size=12))
def test_no_cell_of_any_text_begins_with_a_formula(text: str) -> None:
    line = csv_line(["x", text])
    (cells,) = csv.reader(io.StringIO(line, newline=""))
    assert len(cells) == 2
    for cell in [cells[1], *re.split(r"[;\t\r\n]", cells[1])]:
        assert not re.match(r"\s*[=@＝＠]", cell)
        assert not re.match(r"\s*[-+＋－]", cell) or re.fullmatch(r"\s*[-+]\d[\d ]*", cell)
    for separator in ";\t":
        for row in csv.reader(io.StringIO(line, newline=""), delimiter=separator):
            assert [cell for cell in row if re.match(r"\s*([=@＝＠]|[-+＋－](?!\d[\d ]*\"*\Z))", cell)] == []


@pytest.mark.parametrize("text", ["a\r\n\r\nb", "a\n\nb\n", "a;\n;\tb", "Ana\r\n+49 30 901820", "a\t\tb"])
def test_lines_and_separators_where_no_formula_begins_stay_as_they_are(text: str) -> None:
    assert csv_line([text]).strip('"') == text


@pytest.mark.parametrize("text", ["a\r\n\r\n=1", "a;\n\t =1", "a\n;-b"])
def test_behind_several_ends_of_cells_there_is_one_apostrophe(text: str) -> None:
    assert csv_line([text]).count("'") == 1


def test_numbers_and_telephone_numbers_stay_as_they_are() -> None:
    assert csv_line(["+351 210 000 001", -3, 0.25, None, 'a "b", c']) == '+351 210 000 001,-3,0.25,,"a ""b"", c"'


def request(**words: object) -> ReportRequest:
    return ReportRequest(name="x", **words)  # type: ignore[arg-type]


def report(source: str = "queues", group: list[str] | None = None) -> Definition:
    return Definition(title="x", source=source, columns=[], group=group or [])  # type: ignore[arg-type]


def test_limits_are_for_the_web_and_say_the_cure() -> None:
    site, now = SiteFile(queue=[Queue(id="billing")]), wall("2026-11-21T12:00", LISBON)
    long = {"start": "2020-01-01", "interval": "1d"}
    with pytest.raises(ReportError, match="choose a shorter one") as error:
        asked_of(request(**long), report(), site, now, LISBON)
    assert error.value.kind == "period-too-long"
    assert asked_of(request(**long, is_limited=False), report(), site, now, LISBON).most_rows == 0
    many = {"start": "2026-10-01", "interval": "15m"}
    with pytest.raises(ReportError, match="choose a longer interval"):
        asked_of(request(**many), report(group=["queue", "interval"]), site, now, LISBON)
    assert asked_of(request(**many), report(group=["queue"]), site, now, LISBON).most_rows > 0
    with pytest.raises(ReportError, match="leave it out"):
        asked_of(request(agents=["ana"]), report(), site, now, LISBON)


def test_a_file_with_a_wrong_name_is_shown_and_loses_no_other(tmp_path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "My lunch.toml").write_text('title = "Lunch"\nsource = "agents"\ncolumns = ["calls"]\n')
    (folder / "calls.toml").write_text('title = "Ours"\nsource = "queues"\ncolumns = ["offered"]\n')
    (folder / "odd.toml").write_bytes(b"\xff")
    found = {one.name: one for one in shelf(tmp_path)}
    assert len(found) == 13
    assert "Rename the file" in found["My lunch"].problem
    assert "is not UTF-8" in found["odd"].problem
    assert (found["calls"].title, found["calls"].is_own) == ("Ours", True)
    assert found["agents"].report is not None
