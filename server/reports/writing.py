"""A report's table as text, CSV, JSON, or a page that can be printed."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from html import escape

import msgspec

from server.reports.csv_text import csv_line
from server.reports.table import Cell, Column, Table

_WORDS = ("text", "moment")
"""Units of columns that are no numbers."""

_STYLE = (
    "body{font:15px/1.4 system-ui,sans-serif;margin:2rem;color:#1d1d1f;background:#fff}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "th,td{padding:.3rem .7rem;border-bottom:1px solid #ddd;text-align:left;white-space:nowrap}"
    "td.n,th.n{text-align:right}tfoot td{font-weight:600;border-top:2px solid #888}"
    "caption{text-align:left;font-size:1.3rem;font-weight:600;padding:.4rem 0}dt{font-weight:600}"
    "@media print{body{margin:0}thead{display:table-header-group}}"
    "@media (prefers-color-scheme:dark){body{background:#17181a;color:#eee}th,td{border-color:#444}}"
)
STYLE_HASH = "sha256-" + b64encode(sha256(_STYLE.encode()).digest()).decode()
"""By which a Content-Security-Policy allows the style of the page (CSP Level 3, section 2.3.1)."""


def as_text(table: Table) -> str:
    """For a terminal: aligned columns, the total, then what each figure is."""
    head = [heading(column) for column in table.columns]
    rows = [[_plain(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    if table.total is not None:
        total = [_plain(cell, column) for cell, column in zip(table.total, table.columns, strict=True)]
        rows.append(["total", *total[1:]] if table.columns[0].unit in _WORDS else total)
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    lines = [f"{table.title}, {table.begins} to {table.ends}", ""]
    for row in [head, *rows]:
        words = [_aligned(text, width, column) for text, width, column in zip(row, widths, table.columns, strict=True)]
        lines.append("  ".join(words).rstrip())
    formulas = [f"{column.title}: {column.formula}" for column in table.columns if column.formula]
    return "\n".join([*lines, *([""] if formulas else []), *formulas]) + "\n"


def as_csv(table: Table) -> str:
    """UTF-8, RFC 4180, a first line of the columns' names; fractions from 0 to 1, seconds, ISO 8601 with zone."""
    lines = [csv_line(column.name for column in table.columns), *(csv_line(row) for row in table.rows)]
    return "\r\n".join(lines) + "\r\n"


def as_json(table: Table) -> str:
    """The table as it is."""
    return msgspec.json.encode(table).decode() + "\n"


def as_html(table: Table) -> str:
    """A page that stands alone, without scripts; each figure's formula is its title and stands below."""
    return "\n".join(_html(table)) + "\n"


def _html(table: Table) -> Iterator[str]:
    yield f'<!doctype html><html lang="{escape(table.language)}"><meta charset="utf-8">'
    yield f"<title>{escape(table.title)}</title>"
    yield f"<style>{_STYLE}</style>"
    yield f"<table><caption>{escape(table.title)}</caption><thead><tr>"
    for column in table.columns:
        yield f'<th scope="col"{_class(column)} title="{escape(column.formula)}">{escape(heading(column))}</th>'
    yield "</tr></thead><tbody>"
    for row in table.rows:
        yield _html_row(row, table.columns)
    yield "</tbody>"
    if table.total is not None:
        has_room = table.columns[0].unit in _WORDS
        total = ["total", *table.total[1:]] if has_room else table.total
        yield f"<tfoot>{_html_row(total, table.columns)}</tfoot>"
    yield f"</table><p>{escape(table.begins)} – {escape(table.ends)}</p><dl>"
    for column in table.columns:
        if column.formula:
            yield f"<dt>{escape(column.title)}</dt><dd>{escape(column.formula)}</dd>"
    yield "</dl></html>"


def _html_row(row: list[Cell], columns: list[Column]) -> str:
    cells = (
        f"<td{_class(column)}>{escape(_plain(cell, column))}</td>" for cell, column in zip(row, columns, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _class(column: Column) -> str:
    return "" if column.unit in _WORDS else ' class="n"'


def _aligned(text: str, width: int, column: Column) -> str:
    return text.ljust(width) if column.unit in _WORDS else text.rjust(width)


def _plain(cell: Cell, column: Column) -> str:
    if cell is None:
        return "" if column.unit in _WORDS else "–"
    if isinstance(cell, str):
        return "".join(letter if letter.isprintable() else "·" for letter in cell)
    if column.unit == "fraction":
        return f"{100 * cell:.1f} %"
    return f"{cell:.1f}" if column.unit == "seconds" else str(cell)


def heading(column: Column) -> str:
    """What stands over a column: its title, with the unit where the numbers do not show it."""
    return f"{column.title} (s)" if column.unit == "seconds" else column.title


def shown_cell(cell: Cell, column: Column) -> str:
    """A cell as people read it."""
    return _plain(cell, column)


FORMATS: dict[str, Callable[[Table], str]] = {"table": as_text, "csv": as_csv, "json": as_json, "html": as_html}
