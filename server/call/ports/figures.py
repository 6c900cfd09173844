"""Call records, figures and reports."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol

from server.wire import desk, monitor
from server.wire.reports import ReportEntry, ReportMade, ReportRequest
from server.wire.scripts import ScriptRequest

RecordJson = Mapping[str, object]
"""A call record in the JSON words of the API: plain dicts, lists, texts and numbers; times are ISO 8601 texts."""


class Records(Protocol):
    """Call records and agents' figures, folded from the ledger (service `records`, version 1)."""

    def all(self, live: bool = False, agent: str = "", before: str = "", limit: int = 0) -> Awaitable[list[RecordJson]]:
        """Call records, oldest first. `live`: only those that have not ended. `agent`: only calls in which this agent
        talked, also those that the agent passed on.

        `limit` (0: all) keeps the newest ones; `before`, a call's id, leaves out that call and all that came after it,
        and gives an empty list if it is unknown.
        """
        ...

    def one(self, call: str) -> Awaitable[RecordJson | None]:
        """One call record; None: there is none of that id."""
        ...

    def my_day(self, agent: str) -> Awaitable[desk.MyDay]:
        """An agent's figures since local midnight; zeros for an agent who has none."""
        ...


class MonitorStore(Protocol):
    """What the status monitor keeps over a restart (service `monitor-store`, version 1)."""

    def thresholds(self) -> Awaitable[dict[str, monitor.Thresholds]]:
        """What supervisors chose, by queue (`*`: all queues together)."""
        ...

    def save_thresholds(self, queue: str, chosen: monitor.Thresholds | None, by: str) -> Awaitable[None]:
        """Keep a choice of the user `by`; None: the defaults again."""
        ...

    def samples(self, since: float) -> Awaitable[list[monitor.Sample]]:
        """Kept samples of the trend from `since` (wall seconds) on, oldest first."""
        ...

    def add_samples(self, samples: Sequence[monitor.Sample], keep_from: float) -> Awaitable[None]:
        """Keep some more, and forget what is older than `keep_from` (wall seconds)."""
        ...


FigureValues = Mapping[str, int | float | None]
"""Figures by the names of `server.records.figures`: counts, seconds, fractions from 0 to 1; None: nothing to divide by.
"""


class Figures(Protocol):
    """Figures of queues and agents as they are now, from the same fold as the reports (service `figures`, version 1).

    Calls count in the interval in which they joined the queue. Intervals are made of whole five minutes: `start` is
    taken back to one. `queue` is a queue's id, or `*` for all.
    """

    def queue_now(self, queue: str, last_seconds: float) -> FigureValues:
        """Of the calls that joined in the last seconds."""
        ...

    def queue_today(self, queue: str) -> FigureValues:
        """Of the calls since local midnight."""
        ...

    def interval(self, queue: str, start: float, end: float) -> FigureValues:
        """Of the calls that joined in [start, end), wall seconds; at most two days back."""
        ...

    def agent_today(self, agent: str) -> FigureValues:
        """Of an agent since local midnight."""
        ...


class Reports(Protocol):
    """Reports, worked out by processes of their own (service `reports`, version 1)."""

    def entries(self) -> Awaitable[list[ReportEntry]]:
        """What reports there are: the shipped ones and the site's, read anew."""
        ...

    def make(self, request: ReportRequest | ScriptRequest) -> Awaitable[ReportMade]:
        """One report, or a script's statistics. While it is `going-on`, ask again. Who cancels it ends the work."""
        ...
