"""A report as a small TOML file.

    title = "Calls per queue and interval"
    source = "queues"                    # queues, agents, customers: figures; calls: one line for each record
    group = ["queue", "interval"]        # the lines of figures: queue or agent or customer, and interval
    columns = ["offered", "answered", "service_level", "not_ready:lunch"]
    chart = { kind = "line", x = "interval", y = ["offered", "answered"] }
    [filters]                            # with calls: any column and its values; else queue, agent
    outcome = ["abandoned", "short-abandoned"]

The shipped ones are in `builtin/`; a site's own are in the folder `reports/` beside its site file and go before them.
"""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from server.config.findings import did_you_mean
from server.config.ranges import ID
from server.records.call_record import CallRecord
from server.records.figures import AGENT_FIGURES, CUSTOMER_FIGURES, QUEUE_FIGURES, Figure, figure_named
from server.reports.errors import ReportError

FOLDER = "reports"
MAX_OCTETS = 65_536
Source = Literal["queues", "agents", "customers", "calls"]

FIGURES: dict[str, dict[str, Figure]] = {
    "queues": QUEUE_FIGURES,
    "agents": AGENT_FIGURES,
    "customers": CUSTOMER_FIGURES,
}
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "queues": ("queue", "interval"),
    "agents": ("agent", "interval"),
    "customers": ("customer", "interval"),
    "calls": (),
}
CALL_COLUMNS = tuple(name for name in CallRecord.__struct_encode_fields__ if name != "offers")
"""What a line about a call can show: the words of its record."""


class Chart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`x`: a column of the group; `y`: columns."""

    kind: Literal["line", "bar"] = "line"
    x: str
    y: list[str]


class Definition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report's file. `name` is the file's, not a key."""

    title: str
    source: Source
    columns: list[str]
    group: list[str] = []
    filters: dict[str, list[str]] = {}
    chart: Chart | None = None
    name: str = ""


def load_report(name: str, site_folder: Path | None) -> Definition:
    """The report of that name, the site's own or a shipped one. Raises `ReportError`."""
    if not ID.fullmatch(name):
        raise ReportError(f'"{name}" is no name of a report; {_known(site_folder)}')
    own = None if site_folder is None else site_folder / FOLDER / f"{name}.toml"
    if own is not None and own.is_file():
        return read_report(name, own)
    shipped = resources.files("server.reports") / "builtin" / f"{name}.toml"
    if not shipped.is_file():
        names = list_reports(site_folder)
        cure = did_you_mean(name, names, "There is none")
        raise ReportError(f'there is no report "{name}". {cure}')
    return parse_report(name, shipped.read_text(encoding="utf-8"), f"{name}.toml")


def list_reports(site_folder: Path | None) -> list[str]:
    """Names of all reports, sorted."""
    builtin = resources.files("server.reports") / "builtin"
    names = {file.name.removesuffix(".toml") for file in builtin.iterdir() if file.name.endswith(".toml")}
    if site_folder is not None:
        names |= {file.stem for file in (site_folder / FOLDER).glob("*.toml") if ID.fullmatch(file.stem)}
    return sorted(names)


def read_report(name: str, file: Path) -> Definition:
    """A report from a file. Raises `ReportError`."""
    try:
        octets = file.read_bytes()
    except OSError as fault:
        raise ReportError(f"{file}: cannot be read: {fault.strerror}") from fault
    if len(octets) > MAX_OCTETS:
        raise ReportError(f"{file}: is larger than {MAX_OCTETS} octets; a report is a short file")
    try:
        return parse_report(name, octets.decode("utf-8"), str(file))
    except UnicodeDecodeError as fault:
        raise ReportError(f"{file}: is not UTF-8 (octet {fault.start}); save it as UTF-8") from fault


def parse_report(name: str, text: str, place: str) -> Definition:
    """A report from its text; `place` is named in errors. Raises `ReportError`."""
    try:
        raw: dict[str, Any] = tomllib.loads(text)
        definition = msgspec.convert(raw, Definition)
    except tomllib.TOMLDecodeError as fault:
        raise ReportError(f"{place}: {fault}") from fault
    except msgspec.ValidationError as fault:
        raise ReportError(f"{place}: {fault}") from fault
    definition = msgspec.structs.replace(definition, name=name)
    _check(definition, place)
    return definition


def _check(report: Definition, place: str) -> None:
    columns = list(CALL_COLUMNS) if report.source == "calls" else list(FIGURES[report.source])
    if not report.columns:
        raise ReportError(f"{place}: columns: a report needs at least one")
    for place_in, column in enumerate(report.columns):
        if not is_column(report.source, column):
            raise ReportError(f"{place}: columns[{place_in}]: {_unknown(column, columns, report.source)}")
    for place_in, word in enumerate(report.group):
        if word not in DIMENSIONS[report.source]:
            raise ReportError(f"{place}: group[{place_in}]: {_unknown(word, DIMENSIONS[report.source], report.source)}")
    filters = CALL_COLUMNS if report.source == "calls" else ("queue", "agent")
    for word in report.filters:
        if word not in filters:
            raise ReportError(f"{place}: filters: {_unknown(word, filters, report.source)}")
    if report.chart is not None:
        _check_chart(report, report.chart, place)


def _check_chart(report: Definition, chart: Chart, place: str) -> None:
    if chart.x not in report.group:
        raise ReportError(f"{place}: chart.x: {_unknown(chart.x, report.group, 'group')}")
    for place_in, column in enumerate(chart.y):
        if column not in report.columns:
            raise ReportError(f"{place}: chart.y[{place_in}]: {_unknown(column, report.columns, 'columns')}")


def is_column(source: str, column: str) -> bool:
    """Whether a report of that source can show the column."""
    if source == "calls":
        return column in CALL_COLUMNS
    return figure_named(column, FIGURES[source]) is not None


def _unknown(word: str, known: "tuple[str, ...] | list[str]", of: str) -> str:
    cure = did_you_mean(word, known, "There is none")
    return f'there is no "{word}" for {of}. {cure}'


def _known(site_folder: Path | None) -> str:
    return "there are " + ", ".join(list_reports(site_folder))
