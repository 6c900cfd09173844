"""`GET /api/v1/reports` and `GET /api/v1/reports/NAME`: the same figures as `caruso report`, by the same code."""

from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec

from server.reports.period import INTERVALS, PERIODS
from server.reports.portuguese import TITLES
from server.reports.writing import STYLE_HASH
from server.web.answers import Answer, ProblemFound
from server.web.api import Asked, Wiring
from server.wire.reports import Choice, Folding, Language, ReportFormat, ReportMade, ReportRequest, Shelf

MOST_IDS = 200
"""Queues, or agents, that one report is cut down to."""
_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "table": "text/plain; charset=utf-8",
}


class ReportEndpoints:
    """Each method is one endpoint."""

    def __init__(self, wiring: Wiring) -> None:
        self._w = wiring

    async def shelf(self, asked: Asked) -> Answer:
        """What reports there are, and by what they can be cut down."""
        site = self._w.site
        found = await self._w.reports.entries()
        if _language(asked.request) == "pt":
            found = [msgspec.structs.replace(one, title=TITLES.get(one.title, one.title)) for one in found]
        zone = ZoneInfo(site.site.time_zone)
        return Answer(
            value=Shelf(
                site=site.site.name,
                time_zone=site.site.time_zone,
                today=datetime.fromtimestamp(self._w.now().wall, zone).date().isoformat(),
                reports=found,
                periods=list(PERIODS),
                intervals=list(INTERVALS),
                queues=[Choice(queue.id, queue.name or queue.id) for queue in site.queue],
                agents=[Choice(agent.id, agent.name or agent.id) for agent in site.agent if agent.queues],
            )
        )

    async def report(self, asked: Asked) -> Answer:
        """One report. 202 while much of the ledger must be folded first: ask again."""
        request = _request(asked)
        await self._w.switchboard.settled()
        made = await self._w.reports.make(request)
        match made.state:
            case "made":
                return Answer(value=made.body, content_type=_TYPES[request.format], headers=_headers(request, made))
            case "going-on":
                return Answer(status=202, value=Folding(made.progress), headers={"Retry-After": "0"})
            case "unknown":
                raise ProblemFound("not-found", _sentence(made.detail))
            case "refused":
                raise ProblemFound("parameter-invalid", _sentence(made.detail), type_id=made.kind)
            case _:
                raise ProblemFound("service-away", _sentence(made.detail), headers={"Retry-After": "2"})


def _request(asked: Asked) -> ReportRequest:
    request = asked.request
    form = _one(request, "format") or "json"
    if form not in get_args(ReportFormat):
        raise ProblemFound("parameter-invalid", f"format is one of {', '.join(get_args(ReportFormat))}.")
    return ReportRequest(
        name=asked.path["name"],
        period=_one(request, "period"),
        start=_one(request, "from"),
        end=_one(request, "to"),
        interval=_one(request, "interval") or "15m",
        queues=_some(request, "queue"),
        agents=_some(request, "agent"),
        format=form,  # type: ignore[arg-type]
        language=_language(request),  # type: ignore[arg-type]
    )


def _language(request: Any) -> str:
    language = _one(request, "lang") or "en"
    if language not in get_args(Language):
        raise ProblemFound("parameter-invalid", f"lang is one of {', '.join(get_args(Language))}.")
    return language


def _some(request: Any, name: str) -> list[str]:
    values = [value.decode("utf-8", "replace") for value in request.args.get(name.encode(), [])]
    if len(values) > MOST_IDS:
        raise ProblemFound("parameter-invalid", f"{name} is given more than {MOST_IDS} times.")
    return [value for value in values if value]


def _one(request: Any, name: str) -> str:
    values = _some(request, name)
    if len(values) > 1:
        raise ProblemFound("parameter-invalid", f"{name} is given more than once.")
    return values[0] if values else ""


def _headers(request: ReportRequest, made: ReportMade) -> dict[str, str]:
    if request.format == "csv":
        name = f"{request.name}_{made.begins}_{made.ends}.csv"  # an id and two dates: nothing to be quoted
        return {"Content-Disposition": f'attachment; filename="{name}"'}
    if request.format == "html":
        return {"Content-Security-Policy": f"default-src 'none'; style-src '{STYLE_HASH}'; frame-ancestors 'none'"}
    return {}


def _sentence(detail: str) -> str:
    """Words of the command line as parameters of the address."""
    text = detail.replace("--", "")
    return text if text.endswith((".", "?")) else text + "."
