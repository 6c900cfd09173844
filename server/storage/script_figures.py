"""A script's statistics from the database and the folder of published scripts: for the page and the command line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, func, select

from scriptengine.drawing.picture import words_of
from scriptengine.program import Program
from scriptengine.publishing import Shelf, Unpublished
from scriptengine.publishing.record import Publication
from scriptengine.statistics import Counts, inside_of
from scriptengine.suggesting import did_you_mean
from server.call.now import Now
from server.config.site import SiteFile
from server.reports.errors import NoSuchReport, ReportError
from server.reports.scripts import heat_json, iso_day, moments_of, sheet_csv, sheet_of, shelf_of
from server.storage import tables
from server.storage.archive import Archive
from server.storage.dialogs import read_traces
from server.wire.reports import ReportMade
from server.wire.scripts import ScriptLine, ScriptRequest

PUBLISHED: Final = "dialogs"
"""Folder of the data directory in which `caruso script publish` keeps scripts."""
MOST_SESSIONS: Final = 200_000
_session = tables.dialog_session


def made_script_figures(request: ScriptRequest, site: SiteFile, data: Path, now: Now) -> ReportMade:
    """The statistics, written as they were asked for. Blocks. Raises `ReportError`, `StorageRefused`, `StorageAway`."""
    zone = ZoneInfo(site.site.time_zone)
    moments = moments_of(request, now.wall, zone)
    shelf = Shelf(data / PUBLISHED)
    archive = Archive(site.storage.url, data)
    try:
        with archive.connection() as connection:
            if not request.name:
                lines = list(_lines(connection, shelf, moments, request.language))
                found = shelf_of(lines, site, moments, now.wall, zone)
                return _made(msgspec.json.encode(found), found.begins, found.ends)
            if request.is_limited:
                _check(connection, request, moments)
            if request.format == "heat":
                _find(connection, shelf, request.name)
            counts = _counts(connection, shelf, request, moments)
    finally:
        archive.close()
    if request.format == "heat":
        return _made(heat_json(request, counts, now.wall))
    program = _drawn(shelf, request)
    published = list(dict.fromkeys(one.version for one in shelf.record(request.name).history))
    sheet = sheet_of(request, counts, program, published, site, moments, now.wall, zone)
    if request.format == "csv":
        return _made(sheet_csv(sheet, request.table).encode(), sheet.begins, sheet.ends)
    return _made(msgspec.json.encode(sheet), sheet.begins, sheet.ends)


def _find(connection: Connection, shelf: Shelf, name: str) -> None:
    """A script that was published, or taken away and had sessions. Raises `NoSuchReport` for another."""
    known = shelf.names()
    if name in known or connection.execute(select(_session.c.script).where(_session.c.script == name).limit(1)).first():
        return
    nothing = "No script was published yet."
    raise NoSuchReport(f"There is no script {name}. {did_you_mean(name, known, nothing=nothing)}")


def _made(body: bytes, begins: str = "", ends: str = "") -> ReportMade:
    return ReportMade(
        state="made", body=body, begins=iso_day(begins) if begins else "", ends=iso_day(ends) if ends else ""
    )


def _drawn(shelf: Shelf, request: ScriptRequest) -> Program:
    try:
        return shelf.program(request.name, request.version)
    except (Unpublished, OSError, ValueError) as error:
        raise NoSuchReport(f"{error}") from None


def _lines(connection: Connection, shelf: Shelf, moments: tuple[float, float], language: str) -> Iterator[ScriptLine]:
    c = _session.c
    query = (
        select(c.script, func.count().label("sessions"), func.count().filter(c.end_node != "").label("ended"))
        .where(c.began_at >= moments[0], c.began_at < moments[1])
        .group_by(c.script)
    )
    many = {row.script: (row.sessions, row.ended) for row in connection.execute(query)}
    for name in shelf.names():
        history = shelf.record(name).history
        try:
            script = shelf.program(name).script
        except (Unpublished, OSError, ValueError):  # the core's log tells why; its sessions can be looked at no less
            yield _line(name, name, history[-1], [one.version for one in history], [], many)
            continue
        titles = {title.language.partition("-")[0]: words_of(title.parts) for title in script.titles}
        title = titles.get(language) or words_of(script.titles[0].parts) or name
        yield _line(name, title, history[-1], [one.version for one in history], list(script.channels), many)


def _line(
    name: str,
    title: str,
    current: Publication,
    versions: list[str],
    channels: list[str],
    many: dict[str, tuple[int, int]],
) -> ScriptLine:
    sessions, ended = many.get(name, (0, 0))
    return ScriptLine(
        id=name,
        title=title,
        version=current.version,
        since=current.at,
        versions=list(dict.fromkeys(versions)),
        channels=channels,
        sessions=sessions,
        ended=ended,
    )


def _check(connection: Connection, request: ScriptRequest, moments: tuple[float, float]) -> None:
    c = _session.c
    query = select(func.count()).where(c.script == request.name, c.began_at >= moments[0], c.began_at < moments[1])
    if (connection.execute(query).scalar() or 0) > MOST_SESSIONS:
        text = f"the period has more than {MOST_SESSIONS:,} sessions; choose a shorter one"
        raise ReportError(text, "too-many-sessions")


def _counts(connection: Connection, shelf: Shelf, request: ScriptRequest, moments: tuple[float, float]) -> Counts:
    """Every version's sessions: the line of each version is told whichever is chosen."""
    counts = Counts()
    inside: dict[str, dict[str, str]] = {}
    for trace in read_traces(connection, request.name, "", *moments):
        if trace.version not in inside:
            inside[trace.version] = _inside(shelf, request.name, trace.version)
        counts.add(trace, inside[trace.version])
    return counts


def _inside(shelf: Shelf, name: str, version: str) -> dict[str, str]:
    """The groups of a version; of one that is no longer there nothing is known."""
    try:
        return inside_of(shelf.program(name, version).script)
    except (Unpublished, OSError, ValueError):
        return {}
