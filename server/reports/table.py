"""A report's rows: figures summed up, or records picked out. Nothing is worked out here; `server.records` does that."""

from collections.abc import Callable, Iterable

import msgspec

from server.records.call_record import CallRecord
from server.records.cells import Cells
from server.records.figures import Figure, Sums, figure_named
from server.records.summary import Group, Terms, Wanted, by_agent, by_customer, by_queue
from server.reports.definition import FIGURES, Chart, Definition
from server.reports.errors import ReportError
from server.reports.period import shown

Cell = str | int | float | None


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """`unit`: `text`, `calls`, `count`, `seconds` or `fraction`. `formula`: how the figure is worked out; empty for
    what is no figure."""

    name: str
    title: str
    unit: str = "text"
    formula: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A finished report. `begins`, `ends`: ISO 8601 with zone. `total`: of all rows together, in the columns' order;
    None: there is none."""

    name: str
    title: str
    begins: str
    ends: str
    columns: list[Column]
    rows: list[list[Cell]]
    total: list[Cell] | None = None
    chart: Chart | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of a report. `start`, `end`: wall seconds. `queues`, `agents`: only these; empty: all."""

    start: float
    end: float
    interval_seconds: int = 900
    queues: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()


_LINES: dict[str, Callable[[Cells, Terms, Wanted], dict[Group, Sums]]] = {
    "queues": by_queue,
    "agents": by_agent,
    "customers": by_customer,
}


def figures_table(report: Definition, cells: Cells, terms: Terms, asked: Asked) -> Table:
    """A report of figures, from the cells of its period."""
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
    figures = [_figure(report, name) for name in report.columns]
    dimensions = [Column(name=word, title=word.capitalize()) for word in report.group]
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
    )


def calls_table(report: Definition, records: Iterable[CallRecord], terms: Terms, asked: Asked) -> Table:
    """A report of records, one row each, in the order in which they are given."""
    rows = []
    for record in records:
        words = msgspec.to_builtins(record)
        if _is_wanted(words, report, asked):
            rows.append([words[name] for name in report.columns])
    return Table(
        name=report.name,
        title=report.title,
        begins=shown(asked.start, terms.zone),
        ends=shown(asked.end, terms.zone),
        columns=[
            Column(name=name, title=name.replace("_", " ").capitalize(), unit=_unit(name)) for name in report.columns
        ],
        rows=rows,
    )


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


def _unit(name: str) -> str:
    return "seconds" if name.endswith("_seconds") else "text"
