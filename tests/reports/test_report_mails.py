"""A report as a mail: what mail programs show, what they do not, and the file with all figures."""

import csv
from datetime import date
from io import StringIO

import lxml.html
import pytest
from msgspec import structs

from server.app.report_letter import command, request_of, written
from server.config.site import Mail, Report, Site, SiteFile
from server.reports.due import Due
from server.reports.mail_text import MOST_LINES
from server.reports.table import Column, Table

DUE = Due(date(2026, 11, 20), 1_795_154_400.0)
COLUMNS = [
    Column(name="queue", title="Queue"),
    Column(name="interval", title="Interval"),
    Column(name="offered", title="Offered", unit="calls", formula="calls that joined"),
    Column(name="service_level", title="Service level", unit="fraction", formula="answered<=T / offered"),
]


def table(lines: int = 2) -> Table:
    rows = [[f"q<{n}>", "2026-11-19T08:00:00+01:00", n, 0.5] for n in range(lines)]
    return Table(
        name="calls", title="Calls & queues", begins="2026-11-19T00:00:00+01:00", ends="2026-11-20T00:00:00+01:00",
        columns=COLUMNS, rows=rows, total=[None, None, 7, None],
    )  # fmt: skip


def report(**words: object) -> Report:
    return Report(**{"name": "calls", "to": ["ana@example.com"], **words})  # type: ignore[arg-type]


def site(language: str = "en", **mail: object) -> SiteFile:
    return SiteFile(site=Site(name="Utility\nWorks", language=language), mail=Mail(smtp="smtp://x", **mail))  # type: ignore[arg-type]


def test_html_has_its_styles_in_its_tags_and_nothing_that_mail_programs_drop() -> None:
    letter = written(site(), report(), table(), DUE)
    page = lxml.html.document_fromstring(letter.html)
    assert not page.xpath("//style | //script | //link | //img | //@class | //@onclick")
    assert all(cell.get("style") and cell.get("align") for cell in page.xpath("//td | //th"))
    assert [head.text for head in page.xpath("//th")] == ["Queue", "Interval", "Offered", "Service level"]
    rows = [[cell.text for cell in row.xpath("td")] for row in page.xpath("//tbody/tr")]
    assert rows[1] == ["q<1>", "08:00", "1", "50.0 %"]
    assert [cell.text for cell in page.xpath("//tfoot//td")] == ["total", None, "7", "–"]
    assert "answered<=T / offered" in page.text_content()
    assert letter.subject == "Calls & queues, 2026-11-19 (Utility Works)"


@pytest.mark.parametrize(
    ("begins", "ends", "words"),
    [
        ("2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00", "2026-11-16 to 2026-11-22"),
        ("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", "2026-03-29"),
        ("2026-11-19T08:00:00+01:00", "2026-11-19T12:30:00+01:00", "2026-11-19 08:00 to 2026-11-19 12:30"),
    ],
)
def test_the_period_is_told_as_people_say_it(begins: str, ends: str, words: str) -> None:
    told = structs.replace(table(), begins=begins, ends=ends)
    assert written(site(), report(), told, DUE).subject == f"Calls & queues, {words} (Utility Works)"


def test_the_text_alternative_and_the_file_have_the_figures_too() -> None:
    letter = written(site(), report(), table(), DUE)
    assert "q<1>" in letter.text
    assert "50.0 %" in letter.text
    (file,) = letter.attachments
    assert (file.name, file.content_type) == ("calls-2026-11-20.csv", "text/csv")
    lines = list(csv.reader(StringIO(file.body.decode("utf-8"))))
    assert lines[0] == ["queue", "interval", "offered", "service_level"]
    assert lines[2] == ["q<1>", "2026-11-19T08:00:00+01:00", "1", "0.5"]


def test_csv_reports_are_a_short_text_and_the_file() -> None:
    letter = written(site(), report(format="csv", id="board"), table(), DUE)
    assert letter.html == ""
    assert "q<1>" not in letter.text
    assert "2 lines" in letter.text
    assert [file.name for file in letter.attachments] == ["board-2026-11-20.csv"]


def test_a_long_table_is_cut_in_the_mail_and_whole_in_the_file() -> None:
    letter = written(site(), report(), table(MOST_LINES + 50), DUE)
    page = lxml.html.document_fromstring(letter.html)
    assert len(page.xpath("//tbody/tr")) == MOST_LINES
    assert f"the first {MOST_LINES} of {MOST_LINES + 50} lines" in page.text_content()
    assert letter.attachments[0].body.count(b"\r\n") == MOST_LINES + 51


def test_a_file_that_is_too_large_is_left_out_and_the_mail_says_how_to_get_it() -> None:
    letter = written(site(max_megabytes=0.01), report(queue=["billing"]), table(500), DUE)
    assert letter.attachments == []
    assert "caruso report calls --from 2026-11-19T00:00:00+01:00" in letter.text
    assert "--queue billing" in letter.text


@pytest.mark.parametrize(("language", "words"), [("en", "nothing to report"), ("pt-BR", "Não há nada a relatar")])
def test_nothing_to_report_is_said(language: str, words: str) -> None:
    letter = written(site(language), report(), table(0), DUE)
    assert words in letter.text
    assert words in letter.html


def test_only_the_lines_of_one_day_leave_the_day_out() -> None:
    week = structs.replace(table(), begins="2026-11-16T00:00:00+01:00", ends="2026-11-23T00:00:00+01:00")
    page = lxml.html.document_fromstring(written(site(), report(), week, DUE).html)
    assert page.xpath("//tbody/tr/td")[1].text == "2026-11-19 08:00"


def test_people_are_called_by_their_names() -> None:
    named = structs.replace(table(), names={"queue": {"q<0>": "Billing & more"}})
    page = lxml.html.document_fromstring(written(site(), report(), named, DUE).html)
    assert [row.xpath("td")[0].text for row in page.xpath("//tbody/tr")] == ["Billing & more", "q<1>"]


def test_what_is_asked_for_is_what_the_site_file_says() -> None:
    asked = request_of(report(queue=["a", "b"], agent=["ana"], interval="1d"), "pt-BR", "FROM", "TO")
    assert (asked.name, asked.start, asked.end, asked.interval) == ("calls", "FROM", "TO", "1d")
    assert (asked.queues, asked.agents, asked.language, asked.is_limited) == (["a", "b"], ["ana"], "pt", False)
    assert command(report(queue=["a", "b"]), table())[-8:] == [
        "--queue", "a", "--queue", "b", "--data", "DIR", "--format", "csv"
    ]  # fmt: skip
