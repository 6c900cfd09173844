"""From what people ask for to what is worked out: the period, the ids, and limits for those who ask over the web."""

from datetime import datetime, tzinfo

from server.config.site import SiteFile
from server.reports.definition import Definition
from server.reports.errors import ReportError
from server.reports.period import DAY_SECONDS, interval, named_period, period
from server.reports.table import Asked, check_filters
from server.wire.reports import ReportRequest

MOST_DAYS = 400
MOST_INTERVALS = 3_000
"""A month of quarters of an hour."""
MOST_ROWS = 20_000


def asked_of(request: ReportRequest, report: Definition, site: SiteFile, now: float, zone: tzinfo) -> Asked:
    """`now` is wall seconds. Raises `ReportError`."""
    if request.period and (request.start or request.end):
        raise ReportError("--period and --from or --to exclude one another; leave one out")
    if request.period:
        start, end = named_period(request.period, now, zone)
    else:
        start, end = period(request.start, request.end, now, zone)
    asked = Asked(
        start=start,
        end=end,
        interval_seconds=interval(request.interval),
        queues=_known("--queue", request.queues, [queue.id for queue in site.queue]),
        agents=_known("--agent", request.agents, [agent.id for agent in site.agent]),
        most_rows=MOST_ROWS if request.is_limited else 0,
    )
    check_filters(report, asked)
    if request.is_limited:
        _check_length(report, asked)
    return asked


def day_of(wall: float, zone: tzinfo) -> str:
    """The local day of a moment, as an ISO date."""
    return datetime.fromtimestamp(wall, zone).date().isoformat()


def _check_length(report: Definition, asked: Asked) -> None:
    length = asked.end - asked.start
    if length > MOST_DAYS * DAY_SECONDS:
        raise ReportError(f"the period is longer than {MOST_DAYS} days; choose a shorter one", "period-too-long")
    if "interval" in report.group and length / asked.interval_seconds > MOST_INTERVALS:
        raise ReportError(
            f"the period has more than {MOST_INTERVALS} intervals; choose a longer interval, such as 1d",
            "too-many-intervals",
        )


def _known(option: str, ids: list[str], known: list[str]) -> frozenset[str]:
    for ident in ids:
        if known and ident not in known:
            raise ReportError(f'{option}: the site file has no "{ident}"; it has {", ".join(known)}')
    return frozenset(ids)
