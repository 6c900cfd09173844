"""Reports, and how sessions of scripts went."""

from server.reports.table import Table
from server.web.access import Role
from server.web.endpoints.words import Also, Endpoint, Query
from server.wire.reports import Folding, Shelf
from server.wire.scripts import ScriptSheet, ScriptShelf

_PERIOD_QUERY = (
    Query("period", str, "today, yesterday, this-week, last-week, this-month or last-month, in the site's time zone."),
    Query("from", str, "ISO date, or date and time; default today."),
    Query("to", str, "The same; a date includes that day; default now."),
    Query("lang", str, "Of titles: en or pt; default en."),
)
_SCRIPT_QUERY = (
    *_PERIOD_QUERY,
    Query("version", str, "Only sessions on this version."),
    Query("against", str, "A version with which `version` is compared."),
    Query("channel", str, "Only sessions that began there: desk, web or ivr."),
    Query("format", str, "json, csv or heat (for caruso script graph --heat); default json."),
    Query("table", str, "Of csv: nodes, ways, paths, outcomes or versions; default nodes."),
)

_REPORT_QUERY = (
    Query("period", str, "today, yesterday, this-week, last-week, this-month or last-month, in the site's time zone."),
    Query("from", str, "ISO date, or date and time; default today."),
    Query("to", str, "The same; a date includes that day; default now."),
    Query("interval", str, "Length of the lines: 5m 15m 30m 1h 2h 6h 1d; default 15m."),
    Query("queue", str, "Only this queue; may be given more than once."),
    Query("agent", str, "Only this agent; may be given more than once."),
    Query("format", str, "json, csv, html or table; default json."),
    Query("lang", str, "Of titles and formulas: en or pt; default en."),
)

FIGURES: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/reports",
        does="shelf",
        role=Role.SUPERVISOR,
        summary="What reports there are, and by what they can be cut down.",
        answer=Shelf,
        query=(Query("lang", str, "Of the titles: en or pt; default en."),),
        problems=("parameter-invalid", "service-away"),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/reports/<name>",
        does="report",
        role=Role.SUPERVISOR,
        summary="One report. 202 with its progress while much of the ledger is folded first: ask again.",
        answer=Table,
        also=(
            Also(200, "CSV (RFC 4180).", content_type="text/csv"),
            Also(200, "A page to print.", content_type="text/html"),
            Also(200, "A table for a terminal.", content_type="text/plain"),
            Also(202, "It is being made; ask again.", Folding),
        ),
        query=_REPORT_QUERY,
        problems=("not-found", "parameter-invalid", "service-away"),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/scripts",
        does="scripts",
        role=Role.SUPERVISOR,
        summary="The published dialog scripts, with their sessions of a period.",
        answer=ScriptShelf,
        query=_PERIOD_QUERY,
        problems=("parameter-invalid", "service-away"),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/scripts/<script>",
        does="script",
        role=Role.SUPERVISOR,
        summary="How a script's sessions went: nodes, ways, paths, outcomes, time; no answers.",
        answer=ScriptSheet,
        also=(Also(200, "CSV (RFC 4180).", content_type="text/csv"),),
        query=_SCRIPT_QUERY,
        problems=("not-found", "parameter-invalid", "service-away"),
    ),
)
"""For supervisors."""
