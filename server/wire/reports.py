"""Reports: what is asked for and what comes back. Between the core and the process that folds (JSON over pipes), and
the answers of the HTTP API.

| message       | direction             | meaning                                                             |
|---------------|-----------------------|---------------------------------------------------------------------|
| ReportRequest | asker -> process      | one report of a period                                              |
| ReportMade    | process -> asker      | what became of it; the report's octets follow the line               |
| Shelf         | API answer            | the reports that there are, and by what they can be cut down        |
"""

from typing import Literal

import msgspec

ReportFormat = Literal["table", "csv", "json", "html"]
Language = Literal["en", "pt"]


class ReportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="report"):
    """`period` is one of `server.reports.period.PERIODS`; empty: `start` and `end` say it, as texts of people (empty:
    since local midnight, until now). `queues`, `agents`: only these; empty: all.

    `is_limited`: refused where it is long or large, and broken off (`going-on`) where much must be folded first.
    """

    name: str
    period: str = ""
    start: str = ""
    end: str = ""
    interval: str = "15m"
    queues: list[str] = []
    agents: list[str] = []
    format: ReportFormat = "json"
    language: Language = "en"
    is_limited: bool = True


class ReportMade(msgspec.Struct, frozen=True, kw_only=True):
    """`made`: `body` is the report. `going-on`: part of the ledger is folded and kept, `progress` (0 to 1) of it; ask
    again to go on. `refused`: `detail` says what is wrong with what was asked and how to cure it; `kind` is its id.
    `unknown`: there is no such report. `away`: the database does not answer.

    `begins`, `ends`: the period, ISO dates in the site's zone, for the name of a file.
    """

    state: Literal["made", "going-on", "refused", "unknown", "away"]
    detail: str = ""
    kind: str = ""
    progress: float = 0.0
    begins: str = ""
    ends: str = ""
    body: bytes = b""


class ReportEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A report that can be chosen; or one whose file is wrong: `problem` says where and how to cure it.

    `has_interval`: the interval's length can be chosen. `filters`: `queue`, `agent`.
    """

    name: str
    title: str
    is_own: bool
    has_interval: bool = False
    filters: list[str] = []
    problem: str = ""


class Choice(msgspec.Struct, frozen=True):
    """An id and what people call it."""

    id: str
    name: str


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """What a page needs to ask for reports. `today`: ISO date in `time_zone`. `site`: its name."""

    site: str
    time_zone: str
    today: str
    reports: list[ReportEntry]
    periods: list[str]
    intervals: list[str]
    queues: list[Choice]
    agents: list[Choice]


class Folding(msgspec.Struct, frozen=True):
    """The report is not ready: so much of the ledger (0 to 1) is folded and kept. Ask again to go on."""

    progress: float
