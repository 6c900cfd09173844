"""A report's rows: figures summed up, or records picked out. Nothing is worked out here; `server.records` does that."""

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

import msgspec

from server.records.call_record import CallRecord
from server.records.cells import Cells
from server.records.figures import Figure, Sums, figure_named
from server.records.summary import Group, Terms, Wanted, by_agent, by_customer, by_mailbox, by_queue
from server.reports.definition import FIGURES, Chart, Definition
from server.reports.errors import ReportError
from server.reports.period import shown

Cell = str | int | float | None


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """`unit`: `text`, `moment`, `calls`, `count`, `seconds` or `fraction`. `formula`: how the figure is worked out;
    empty for what is no figure."""

    name: str
    title: str
    unit: str = "text"
    formula: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A finished report. `begins`, `ends`: ISO 8601 with zone. `total`: of all rows together, in the columns' order;
    None: there is none.

    `points`: what the chart shows, one line for each value of its `x` with the values of its `y`, worked out from the
    counts like the rows (rates cannot be summed up from rows). `names`: what people call the ids in the columns
    `queue`, `agent`, `customer`. `language`: that of titles and formulas.
    """

    name: str
    title: str
    begins: str
    ends: str
    columns: list[Column]
    rows: list[list[Cell]]
    total: list[Cell] | None = None
    chart: Chart | None = None
    points: list[list[Cell]] = []
    names: dict[str, dict[str, str]] = {}
    language: str = "en"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of a report. `start`, `end`: wall seconds. `queues`, `agents`: only these; empty: all.
    `most_rows`: a longer report is refused; 0: no limit."""

    start: float
    end: float
    interval_seconds: int = 900
    queues: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    most_rows: int = 0


_LINES: dict[str, Callable[[Cells, Terms, Wanted], dict[Group, Sums]]] = {
    "queues": by_queue,
    "agents": by_agent,
    "customers": by_customer,
    "mailboxes": by_mailbox,
}


def figures_table(report: Definition, cells: Cells, terms: Terms, asked: Asked) -> Table:
    """A report of figures, from the cells of its period. Raises `ReportError`."""
    check_filters(report, asked)
    wanted = Wanted(
        group=report.group,
        interval_seconds=asked.interval_seconds,
        queues=_only(asked.queues, report.filters.get("queue"), "--queue"),
        agents=_only(asked.agents, report.filters.get("agent"), "--agent"),
    )
    lines_of = _LINES[report.source]
    within = cells.between(asked.start, asked.end)
    lines = lines_of(within, terms, wanted)
    whole = lines_of(within, terms, msgspec.structs.replace(wanted, group=[]))
    check_rows(len(lines), asked)
    figures = [_figure(report, name) for name in report.columns]
    dimensions = [
        Column(name=word, title=word.capitalize(), unit="moment" if word == "interval" else "text")
        for word in report.group
    ]
    columns = [Column(name=f.name, title=f.title, unit=f.unit, formula=f.formula) for f in figures]
    return Table(
        name=report.name,
        title=report.title,
        begins=shown(asked.start, terms.zone),
        ends=shown(asked.end, terms.zone),
        columns=dimensions + columns,
        rows=[
            [*_group_cells(group, terms), *(figure.compute(sums) for figure in figures)]
            for group, sums in lines.items()
        ],
        total=_total(whole.get((), Sums()), figures, len(dimensions)),
        chart=report.chart,
        points=_points(report, lines_of, within, terms, wanted),
    )


def _points(
    report: Definition,
    lines_of: Callable[[Cells, Terms, Wanted], dict[Group, Sums]],
    cells: Cells,
    terms: Terms,
    wanted: Wanted,
) -> list[list[Cell]]:
    if report.chart is None:
        return []
    figures = [_figure(report, name) for name in report.chart.y]
    lines = lines_of(cells, terms, msgspec.structs.replace(wanted, group=[report.chart.x]))
    return [
        [*_group_cells(group, terms), *(figure.compute(sums) for figure in figures)] for group, sums in lines.items()
    ]


def calls_table(report: Definition, records: Iterable[CallRecord], terms: Terms, asked: Asked) -> Table:
    """A report of records, one row each, in the order in which they are given; moments are in the site's zone.

    Raises `ReportError`.
    """
    rows: list[list[Cell]] = []
    for record in records:
        words = msgspec.to_builtins(record)
        if _is_wanted(words, report, asked):
            rows.append([_local(name, words[name], terms.zone) for name in report.columns])
            check_rows(len(rows), asked)
    return Table(
        name=report.name,
        title=report.title,
        begins=shown(asked.start, terms.zone),
        ends=shown(asked.end, terms.zone),
        columns=[Column(name=name, title=_title(name), unit=_unit(name)) for name in report.columns],
        rows=rows,
    )


def check_filters(report: Definition, asked: Asked) -> None:
    """Raises `ReportError` for a filter that such a report does not have: it would show more than was asked for."""
    for word, ids in (("queue", asked.queues), ("agent", asked.agents)):
        if ids and word not in report.asked_filters:
            raise ReportError(
                f"--{word}: a report about {report.source} is not told apart by {word}; leave it out", "no-filter"
            )


def check_rows(count: int, asked: Asked) -> None:
    """Raises `ReportError` when there are more rows than were asked for."""
    if asked.most_rows and count > asked.most_rows:
        raise ReportError(
            f"the report has more than {asked.most_rows} lines; choose a shorter period, a longer interval, or a queue",
            "too-many-lines",
        )


def _local(name: str, value: Cell, zone: tzinfo) -> Cell:
    if not name.endswith("_at") or not isinstance(value, str):
        return value
    return datetime.fromisoformat(value).astimezone(zone).isoformat(timespec="milliseconds")


def _only(asked: frozenset[str], filtered: list[str] | None, option: str) -> frozenset[str] | None:
    if not asked:
        return None if filtered is None else frozenset(filtered)
    if filtered is not None and not asked <= frozenset(filtered):
        raise ReportError(f"{option}: this report is only about {', '.join(filtered)}")
    return asked


def _figure(report: Definition, name: str) -> Figure:
    figure = figure_named(name, FIGURES[report.source])
    if figure is None:  # the definition was checked when it was read
        raise ReportError(f'there is no column "{name}" for {report.source}')
    return figure


def _group_cells(group: Group, terms: Terms) -> list[Cell]:
    return [shown(word, terms.zone) if isinstance(word, float) else word for word in group]


def _total(sums: Sums, figures: list[Figure], dimensions: int) -> list[Cell]:
    return [*([None] * dimensions), *(figure.compute(sums) for figure in figures)]


def _is_wanted(words: dict[str, Cell], report: Definition, asked: Asked) -> bool:
    if asked.queues and words["queue"] not in asked.queues:
        return False
    if asked.agents and words["agent"] not in asked.agents:
        return False
    return all((words[name] or "") in values for name, values in report.filters.items())


def _title(name: str) -> str:
    return name.removesuffix("_seconds").removesuffix("_at").replace("_", " ").capitalize()


def _unit(name: str) -> str:
    return "seconds" if name.endswith("_seconds") else "moment" if name.endswith("_at") else "text"
