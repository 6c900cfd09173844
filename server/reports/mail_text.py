"""A report's table as a mail: HTML that mail programs show (styles in each tag, no scripts, no images), and plain text.

In a mail the table has at most 200 lines; the CSV file with it has all of them.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from html import escape

import msgspec

from server.reports.table import Cell, Column, Table
from server.reports.writing import as_text, heading, shown_cell

MOST_LINES = 200
_WORD_UNITS = ("text", "moment")
_FONT = "font-family:Segoe UI,Helvetica,Arial,sans-serif"
_PLACE = "padding:6px 8px;font-size:14px;border-bottom:1px solid #d5d8dc"
_CELL = f"{_PLACE};white-space:nowrap"
_HEAD = f"{_PLACE};border-bottom:2px solid #5f6a74;font-weight:bold;vertical-align:bottom"
_TOTAL = f"{_CELL};border-top:2px solid #5f6a74;font-weight:bold"
_NOTE = "font-size:13px;color:#4a5560;margin:12px 0 0"

_WORDS = {
    "en": {
        "period": "{begins} to {ends}",
        "lines": "{count} lines",
        "one-line": "1 line",
        "nothing": "There is nothing to report for this time.",
        "cut": "Here are the first {shown} of {count} lines; the file {file} has all of them.",
        "file": "All figures are in the file {file}.",
        "left-out": "The file with all figures is too large for a mail. On the server: {command}",
        "total": "total",
        "formulas": "How the figures are worked out",
        "why": "Scheduled report “{ident}” of {site}. Who gets it, and when, stands in the server's site file.",
    },
    "pt": {
        "period": "{begins} a {ends}",
        "lines": "{count} linhas",
        "one-line": "1 linha",
        "nothing": "Não há nada a relatar neste período.",
        "cut": "Aqui estão as primeiras {shown} de {count} linhas; o arquivo {file} tem todas.",
        "file": "Todos os números estão no arquivo {file}.",
        "left-out": "O arquivo com todos os números é grande demais para um e-mail. No servidor: {command}",
        "total": "total",
        "formulas": "Como os números são calculados",
        "why": "Relatório agendado “{ident}” de {site}. Quem o recebe, e quando, está no arquivo do servidor.",
    },
}


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around the table. `site`: the house's name; `ident`: the schedule's; `language`: `en` or `pt...`.

    `file`: the name of the CSV file that goes with the mail; empty: it is too large, and `command` gets the figures.
    """

    site: str
    ident: str
    language: str
    file: str
    command: str = ""

    def say(self, word: str, **values: object) -> str:
        """A sentence in the mail's language."""
        words = _WORDS.get(self.language.partition("-")[0], _WORDS["en"])
        return words[word].format(**values)


def subject(table: Table, about: About) -> str:
    """What the list of mails shows: report, time, house."""
    return _printable(f"{table.title}, {_period(table, about)} ({about.site})")


def short_text(table: Table, about: About) -> str:
    """Plain text without the figures, which are in the file."""
    count = about.say("one-line") if len(table.rows) == 1 else about.say("lines", count=len(table.rows))
    lines = [table.title, _period(table, about), "", count if table.rows else about.say("nothing"), _file(table, about)]
    return "\n".join([*lines, "", _why(about)]) + "\n"


def full_text(table: Table, about: About) -> str:
    """Plain text with the figures, for programs that show no HTML."""
    shown = msgspec.structs.replace(table, rows=table.rows[:MOST_LINES])
    parts = [as_text(shown)] if table.rows else [f"{table.title}\n{_period(table, about)}\n", about.say("nothing")]
    return "\n".join([*parts, _file(table, about), "", _why(about)]) + "\n"


def full_html(table: Table, about: About) -> str:
    """A page for mail programs."""
    return "\n".join(_page(table, about)) + "\n"


def _page(table: Table, about: About) -> Iterator[str]:
    yield f'<!DOCTYPE html><html lang="{escape(about.language)}"><head><meta charset="utf-8">'
    yield f"<title>{escape(table.title)}</title></head>"
    yield f'<body style="margin:0;padding:16px;background-color:#ffffff;color:#1d2329;{_FONT}" bgcolor="#ffffff">'
    yield f'<h1 style="font-size:20px;margin:0 0 4px;color:#1d2329">{escape(_printable(table.title))}</h1>'
    yield f'<p style="font-size:14px;color:#4a5560;margin:0 0 14px">{escape(_period(table, about))}</p>'
    if table.rows:
        yield from _figures(table, about)
    else:
        yield f'<p style="font-size:15px;margin:0">{escape(about.say("nothing"))}</p>'
    yield f'<p style="{_NOTE}">{escape(_file(table, about))}</p>'
    yield from _formulas(table, about)
    yield f'<p style="{_NOTE}">{escape(_why(about))}</p></body></html>'


def _figures(table: Table, about: About) -> Iterator[str]:
    yield f'<table cellspacing="0" cellpadding="0" border="0" style="border-collapse:collapse;color:#1d2329;{_FONT}">'
    heads = (f'<th scope="col"{_styled(_HEAD, column)}>{escape(heading(column))}</th>' for column in table.columns)
    yield f"<thead><tr>{''.join(heads)}</tr></thead><tbody>"
    for number, row in enumerate(table.rows[:MOST_LINES]):
        shade = ' style="background-color:#f4f6f8" bgcolor="#f4f6f8"' if number % 2 else ""
        yield f"<tr{shade}>{_cells(row, table, _CELL)}</tr>"
    yield "</tbody>"
    if table.total is not None:
        total: list[Cell] = [about.say("total"), *table.total[1:]]
        row = total if table.columns[0].unit in _WORD_UNITS else table.total
        yield f"<tfoot><tr>{_cells(row, table, _TOTAL)}</tr></tfoot>"
    yield "</table>"


def _formulas(table: Table, about: About) -> Iterator[str]:
    explained = [column for column in table.columns if column.formula]
    if explained:
        yield f'<p style="{_NOTE};font-weight:bold">{escape(about.say("formulas"))}</p>'
        lines = (f"{escape(column.title)}: {escape(column.formula)}" for column in explained)
        yield f'<p style="font-size:12px;color:#4a5560;margin:4px 0 0;line-height:1.5">{"<br>".join(lines)}</p>'


def _cells(row: list[Cell], table: Table, style: str) -> str:
    pairs = zip(row, table.columns, strict=True)
    return "".join(f"<td{_styled(style, column)}>{escape(_cell(cell, column, table))}</td>" for cell, column in pairs)


def _cell(cell: Cell, column: Column, table: Table) -> str:
    """A moment without what people need not read, a name for an id; everything else as in other tables."""
    if isinstance(cell, str):
        if column.unit == "moment" or column.name == "interval":
            return _moment(cell).removeprefix(f"{_only_day(table)} ")
        cell = table.names.get(column.name, {}).get(cell, cell)
    return shown_cell(cell, column)


def _styled(style: str, column: Column) -> str:
    side = "left" if column.unit in _WORD_UNITS else "right"
    return f' align="{side}" style="{style};text-align:{side}"'


def _period(table: Table, about: About) -> str:
    """One day, the first and the last of whole days, or two moments."""
    if day := _only_day(table):
        return day
    begins, ends = datetime.fromisoformat(table.begins), datetime.fromisoformat(table.ends)
    if (begins.time(), ends.time()) != (time(), time()):
        return about.say("period", begins=_moment(table.begins), ends=_moment(table.ends))
    return about.say("period", begins=begins.date(), ends=ends.date() - timedelta(days=1))


def _only_day(table: Table) -> str:
    """The day that the table is about, from midnight to midnight; empty: it is about another time."""
    begins, ends = datetime.fromisoformat(table.begins), datetime.fromisoformat(table.ends)
    day = begins.date()
    is_whole = begins.time() == time() and ends.time() == time() and ends.date() - day == timedelta(days=1)
    return str(day) if is_whole else ""


def _moment(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
    except ValueError:  # a word that stands for no moment
        return _printable(text)


def _file(table: Table, about: About) -> str:
    if not about.file:
        return about.say("left-out", command=about.command)
    if len(table.rows) > MOST_LINES:
        return about.say("cut", shown=MOST_LINES, count=len(table.rows), file=about.file)
    return about.say("file", file=about.file)


def _why(about: About) -> str:
    return about.say("why", ident=about.ident, site=_printable(about.site))


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
