"""A script's sessions as the sheet that people read, as CSV, and as the heat of its picture. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

import msgspec

from scriptengine.drawing import as_svg, laid_out, picture_of, words_in
from scriptengine.program import Program
from scriptengine.statistics import Compared, Counts, Figures, compared, figures_of, heat_of, version_figures
from server.config.site import SiteFile
from server.reports.asking import MOST_DAYS, day_of
from server.reports.csv_text import csv_line
from server.reports.errors import ReportError
from server.reports.period import DAY_SECONDS, PERIODS, named_period, period, shown
from server.wire.scripts import ScriptLine, ScriptRequest, ScriptSheet, ScriptShelf, SheetNode

_COLUMNS = {
    "nodes": ("node", "kind", "words", "visits", "returns", "went_on", "went_back", "ended", "left", "open", "drop_off",
              "median_seconds", "p90_seconds"),
    "ways": ("from", "to", "taken"),
    "paths": ("sessions", "nodes"),
    "outcomes": ("outcome", "disposition", "sessions"),
    "versions": ("version", "channel", "sessions", "ended", "left", "open", "median_seconds"),
}  # fmt: skip


def moments_of(request: ScriptRequest, now: float, zone: tzinfo) -> tuple[float, float]:
    """Wall seconds of the period [start, end). Raises `ReportError`."""
    if request.period and (request.start or request.end):
        raise ReportError("--period and --from or --to exclude one another; leave one out")
    if request.period:
        start, end = named_period(request.period, now, zone)
    else:
        start, end = period(request.start, request.end, now, zone)
    if request.is_limited and end - start > MOST_DAYS * DAY_SECONDS:
        raise ReportError(f"the period is longer than {MOST_DAYS} days; choose a shorter one", "period-too-long")
    return start, end


def shelf_of(
    lines: Iterable[ScriptLine], site: SiteFile, moments: tuple[float, float], now: float, zone: tzinfo
) -> ScriptShelf:
    """The published scripts."""
    return ScriptShelf(
        site=site.site.name,
        time_zone=site.site.time_zone,
        today=day_of(now, zone),
        begins=shown(moments[0], zone),
        ends=shown(moments[1], zone),
        periods=list(PERIODS),
        scripts=sorted(lines, key=lambda line: line.id),
    )


def sheet_of(
    request: ScriptRequest,
    counts: Counts,
    program: Program,
    published: Sequence[str],
    site: SiteFile,
    moments: tuple[float, float],
    now: float,
    zone: tzinfo,
) -> ScriptSheet:
    """One script's statistics. `counts`: of every version and channel. `program`: the version that is drawn."""
    figures = figures_of(counts.chosen(request.version, request.channel), now)
    around = words_in(request.language)
    picture = picture_of(program, _language(program, request.language), around)
    boxes = {box.id: box for box in picture.boxes}
    return ScriptSheet(
        site=site.site.name,
        time_zone=site.site.time_zone,
        today=day_of(now, zone),
        begins=shown(moments[0], zone),
        ends=shown(moments[1], zone),
        periods=list(PERIODS),
        id=program.script.id,
        title=picture.title.rpartition(" (")[0],
        version=request.version,
        against=request.against,
        channel=request.channel,
        versions=_versions(published, counts),
        channels=list(program.script.channels),
        sessions=figures.sessions,
        ended=figures.ended,
        left=figures.left,
        open=figures.open,
        median=figures.median,
        nodes=[
            SheetNode(
                node=one.node,
                kind=boxes[one.node].kind if one.node in boxes else "",
                words=boxes[one.node].words if one.node in boxes else "",
                visits=one.visits,
                returns=one.returns,
                went_on=one.went_on,
                went_back=one.went_back,
                ended=one.ended,
                left=one.left,
                open=one.open,
                drop_off=one.drop_off,
                median=one.median,
                p90=one.p90,
            )
            for one in figures.nodes
        ],
        ways=list(figures.ways),
        paths=list(figures.paths),
        outcomes=list(figures.outcomes),
        per_version=list(version_figures(counts, now)),
        compared=_compared(request, counts, figures, now),
        drawn=program.script.version,
        svg=as_svg(laid_out(picture), heat_of(figures, request.version), around).partition("?>\n")[2],
    )


def heat_json(request: ScriptRequest, counts: Counts, now: float) -> bytes:
    """The visits as `caruso script graph --heat` reads them."""
    figures = figures_of(counts.chosen(request.version, request.channel), now)
    return msgspec.json.format(msgspec.json.encode(heat_of(figures, request.version)), indent=1) + b"\n"


def sheet_csv(sheet: ScriptSheet, table: str) -> str:
    """One of the tables: UTF-8, RFC 4180, a first line of the columns' names; parts from 0 to 1, seconds."""
    lines = [csv_line(_COLUMNS[table]), *(csv_line(row) for row in _rows(sheet, table))]
    return "\r\n".join(lines) + "\r\n"


def _rows(sheet: ScriptSheet, table: str) -> Iterable[Sequence[object]]:
    match table:
        case "nodes":
            return [msgspec.structs.astuple(one) for one in sheet.nodes]
        case "ways":
            return [(one.source, one.target, one.taken) for one in sheet.ways]
        case "paths":
            return [(one.sessions, " > ".join(one.nodes)) for one in sheet.paths]
        case "outcomes":
            return [(one.outcome, one.disposition, one.sessions) for one in sheet.outcomes]
    return [
        (one.version, one.channel, one.sessions, one.ended, one.left, one.open, one.median) for one in sheet.per_version
    ]


def _compared(request: ScriptRequest, counts: Counts, figures: Figures, now: float) -> list[Compared]:
    if not (request.against and request.version) or request.against == request.version:
        return []
    return list(compared(figures_of(counts.chosen(request.against, request.channel), now), figures))


def _versions(published: Sequence[str], counts: Counts) -> list[str]:
    """Those that were published, oldest first, then others that had sessions."""
    return list(dict.fromkeys([*published, *counts.versions()]))


def _language(program: Program, wanted: str) -> str | None:
    """A language of the script that fits, None: its own."""
    return next((one for one in program.script.languages if one.partition("-")[0].lower() == wanted), None)


def iso_day(text: str) -> str:
    """The date of a moment in ISO 8601."""
    return datetime.fromisoformat(text).date().isoformat()
