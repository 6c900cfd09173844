"""Statistics of dialog scripts: what is asked for and what comes back. Between the core and the process that counts,
and the answers of the HTTP API. No answer of anybody is in them: nodes, moments and outcomes only.

| message       | direction             | meaning                                                              |
|---------------|-----------------------|----------------------------------------------------------------------|
| ScriptRequest | asker -> process      | one script's sessions of a period, or which scripts there are        |
| ScriptShelf   | body of `ReportMade`  | the scripts that were published, with their sessions of the period   |
| ScriptSheet   | body of `ReportMade`  | one script's statistics                                              |
"""

from typing import Literal

import msgspec

from scriptengine.statistics import Compared, OutcomeFigures, PathFigures, VersionFigures, WayFigures
from server.wire.reports import Language

ScriptFormat = Literal["json", "csv", "heat"]
ScriptTable = Literal["nodes", "ways", "paths", "outcomes", "versions"]


class ScriptRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="script"):
    """`name`: the script's id; empty: which there are. `version`, `channel` empty: all. `against`: a version that
    `version` is compared with; empty: none. `period`, `start`, `end`: as in `ReportRequest`; sessions that began then.

    `table`: which one, for `csv`. `heat`: as `caruso script graph --heat` reads it. `is_limited`: refused when large.
    """

    name: str = ""
    version: str = ""
    against: str = ""
    channel: str = ""
    period: str = ""
    start: str = ""
    end: str = ""
    format: ScriptFormat = "json"
    table: ScriptTable = "nodes"
    language: Language = "en"
    is_limited: bool = True


class ScriptLine(msgspec.Struct, frozen=True, kw_only=True):
    """A published script. `version`: the current one, `since` when (ISO 8601). `sessions`: that began in the period,
    `ended` of them with an end.
    """

    id: str
    title: str
    version: str
    since: str
    versions: list[str]
    channels: list[str]
    sessions: int = 0
    ended: int = 0


class ScriptShelf(msgspec.Struct, frozen=True, kw_only=True):
    """What was published. `today`: ISO date in `time_zone`. `begins`, `ends`: the period, ISO 8601."""

    site: str
    time_zone: str
    today: str
    begins: str
    ends: str
    periods: list[str]
    scripts: list[ScriptLine]


class SheetNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node and its figures, as `scriptengine.statistics.NodeFigures` tells them. `kind`, `words`: of the version that
    is drawn; empty: it is not in it (any more).
    """

    node: str
    kind: str
    words: str
    visits: int
    returns: int
    went_on: int
    went_back: int
    ended: int
    left: int
    open: int
    drop_off: float | None
    median: float | None
    p90: float | None


class ScriptSheet(msgspec.Struct, frozen=True, kw_only=True):
    """One script's statistics. `versions`: that were published or had sessions. `drawn`: the version of the picture
    `svg`. `median`: seconds from beginning to an end. `compared`: outcomes of `against` (first) and `version` (second).
    """

    site: str
    time_zone: str
    today: str
    begins: str
    ends: str
    periods: list[str]
    id: str
    title: str
    version: str
    against: str
    channel: str
    versions: list[str]
    channels: list[str]
    sessions: int
    ended: int
    left: int
    open: int
    median: float | None
    nodes: list[SheetNode]
    ways: list[WayFigures]
    paths: list[PathFigures]
    outcomes: list[OutcomeFigures]
    per_version: list[VersionFigures]
    compared: list[Compared]
    drawn: str
    svg: str
