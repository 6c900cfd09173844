"""A report as a small TOML file.

    title = "Calls per queue and interval"
    source = "queues"                    # queues, agents, customers, mailboxes: figures; calls: a line for each record
    group = ["queue", "interval"]        # the lines of figures: queue or agent or customer, and interval
    columns = ["offered", "answered", "service_level", "not_ready:lunch"]
    chart = { kind = "line", x = "interval", y = ["offered", "answered"] }
    [filters]                            # with calls: any column and its values; else queue, agent
    outcome = ["abandoned", "short-abandoned"]

The shipped ones are in `builtin/`; a site's own are in the folder `reports/` beside its site file and go before them.
What is wrong with one is told as `FILE:LINE: KEY: what. Cure`, and keeps no other from being used.
"""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

from server.config.findings import did_you_mean
from server.config.ranges import ID
from server.records.call_record import CallRecord
from server.records.figures import AGENT_FIGURES, CUSTOMER_FIGURES, MAILBOX_FIGURES, QUEUE_FIGURES, Figure, figure_named
from server.reports.errors import NoSuchReport, ReportError
from server.reports.places import Places

FOLDER = "reports"
MAX_OCTETS = 65_536
MOST_COLUMNS = 60
MOST_CURVES = 8
MOST_OWN = 200
"""Files of a site's folder that are looked at."""
Source = Literal["queues", "agents", "customers", "mailboxes", "calls"]

FIGURES: dict[str, dict[str, Figure]] = {
    "queues": QUEUE_FIGURES,
    "agents": AGENT_FIGURES,
    "customers": CUSTOMER_FIGURES,
    "mailboxes": MAILBOX_FIGURES,
}
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "queues": ("queue", "interval"),
    "agents": ("agent", "interval"),
    "customers": ("customer", "interval"),
    "mailboxes": ("mailbox", "interval"),
    "calls": (),
}
FILTERS: dict[str, tuple[str, ...]] = {
    "queues": ("queue",),
    "agents": ("queue", "agent"),
    "customers": (),
    "mailboxes": (),
}
"""What a report of figures can be cut down to; one of calls can be by any column."""
CALL_COLUMNS = tuple(
    field.encode_name for field in msgspec.structs.fields(CallRecord) if get_origin(field.type) is not list
)
"""What a line about a call can show: the words of its record, but for the lists in it."""


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

    @property
    def asked_filters(self) -> tuple[str, ...]:
        """By what somebody who asks for it can cut it down: `queue`, `agent`."""
        return ("queue", "agent") if self.source == "calls" else FILTERS[self.source]


class Shelved(msgspec.Struct, frozen=True, kw_only=True):
    """A report that can be chosen, or (`report` None) one whose file is wrong, and `problem` says where and how to
    cure it. `is_own`: it is the site's."""

    name: str
    title: str
    is_own: bool
    report: Definition | None
    problem: str = ""


def load_report(name: str, site_folder: Path | None) -> Definition:
    """The report of that name, the site's own or a shipped one. Raises `ReportError`."""
    if not ID.fullmatch(name):
        raise NoSuchReport(f'"{name}" is no name of a report; {_known(site_folder)}')
    own = None if site_folder is None else site_folder / FOLDER / f"{name}.toml"
    if own is not None and own.is_file():
        return read_report(name, own)
    shipped = resources.files("server.reports") / "builtin" / f"{name}.toml"
    if not shipped.is_file():
        names = list_reports(site_folder)
        cure = did_you_mean(name, names, "There is none")
        raise NoSuchReport(f'there is no report "{name}". {cure}')
    return parse_report(name, shipped.read_text(encoding="utf-8"), f"{name}.toml")


def list_reports(site_folder: Path | None) -> list[str]:
    """Names of all reports, sorted."""
    builtin = resources.files("server.reports") / "builtin"
    names = {file.name.removesuffix(".toml") for file in builtin.iterdir() if file.name.endswith(".toml")}
    return sorted(names | {file.stem for file in _own(site_folder) if ID.fullmatch(file.stem)})


def shelf(site_folder: Path | None) -> list[Shelved]:
    """Every report, the shipped ones first, each by title; then the files that are wrong."""
    own = {file.stem for file in _own(site_folder)}
    found = [_shelved(name, site_folder, is_own=name in own) for name in list_reports(site_folder)]
    for file in _own(site_folder):
        if not ID.fullmatch(file.stem):
            cure = "Rename the file: letters, digits, dots and dashes"
            problem = f"{file}: this is no name of a report. {cure}"
            found.append(Shelved(name=file.stem, title=file.stem, is_own=True, report=None, problem=problem))
    return sorted(found, key=lambda one: (one.report is None, one.is_own, one.title.lower()))


def _shelved(name: str, site_folder: Path | None, *, is_own: bool) -> Shelved:
    try:
        report = load_report(name, site_folder)
    except ReportError as error:
        return Shelved(name=name, title=name, is_own=is_own, report=None, problem=str(error))
    return Shelved(name=name, title=report.title, is_own=is_own, report=report)


def _own(site_folder: Path | None) -> list[Path]:
    if site_folder is None:
        return []
    try:
        return sorted((site_folder / FOLDER).glob("*.toml"))[:MOST_OWN]
    except OSError as fault:
        raise ReportError(f"{site_folder / FOLDER}: cannot be read: {fault.strerror}") from fault


def read_report(name: str, file: Path) -> Definition:
    """A report from a file. Raises `ReportError`."""
    try:
        with file.open("rb") as stream:
            octets = stream.read(MAX_OCTETS + 1)
    except OSError as fault:
        raise ReportError(f"{file}: cannot be read: {fault.strerror}") from fault
    if len(octets) > MAX_OCTETS:
        raise ReportError(f"{file}: is larger than {MAX_OCTETS} octets; a report is a short file")
    try:
        return parse_report(name, octets.decode("utf-8"), str(file))
    except UnicodeDecodeError as fault:
        raise ReportError(f"{file}: is not UTF-8 (octet {fault.start}); save it as UTF-8") from fault


def parse_report(name: str, text: str, place: str) -> Definition:
    """A report from its text; `place` is the file that errors name. Raises `ReportError`."""
    places = Places(place, text)
    try:
        raw: dict[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        raise places.no_toml(fault) from fault
    try:
        definition = msgspec.convert(raw, Definition)
    except msgspec.ValidationError as fault:
        raise places.wrong_shape(fault, Definition, Chart, get_args(Source)) from fault
    definition = msgspec.structs.replace(definition, name=name)
    _check(definition, places)
    return definition


def _check(report: Definition, places: Places) -> None:
    columns = list(CALL_COLUMNS) if report.source == "calls" else list(FIGURES[report.source])
    if not report.title.strip() or len(report.title) > 200:
        raise places.error(("title",), "a title has 1 to 200 characters")
    if not report.columns:
        raise places.error(("columns",), "a report needs at least one")
    if len(report.columns) > MOST_COLUMNS:
        raise places.error(("columns",), f"a report has at most {MOST_COLUMNS}. Make two reports of it")
    for at, column in enumerate(report.columns):
        if not is_column(report.source, column):
            raise places.error(("columns", at), _unknown(column, columns, report.source))
    for at, word in enumerate(report.group):
        if word not in DIMENSIONS[report.source]:
            raise places.error(("group", at), _unknown(word, DIMENSIONS[report.source], report.source))
    filters = CALL_COLUMNS if report.source == "calls" else FILTERS[report.source]
    for word in report.filters:
        if word not in filters:
            raise places.error(("filters", word), _unknown(word, filters, report.source))
    if report.chart is not None:
        _check_chart(report, report.chart, places)


def _check_chart(report: Definition, chart: Chart, places: Places) -> None:
    if chart.x not in report.group:
        raise places.error(("chart", "x"), _unknown(chart.x, report.group, "group"))
    if not 1 <= len(chart.y) <= MOST_CURVES:
        raise places.error(("chart", "y"), f"a chart shows 1 to {MOST_CURVES} columns")
    for at, column in enumerate(chart.y):
        if column not in report.columns:
            raise places.error(("chart", "y", at), _unknown(column, report.columns, "columns"))


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
