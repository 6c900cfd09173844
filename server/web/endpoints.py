"""The table of endpoints: what there is, who may use it, what goes in and comes out. Routes and OpenAPI follow it."""

from typing import Any

import msgspec

from server.records.call_record import CallRecord
from server.reports.table import Table
from server.web.access import Role
from server.wire import api, control, monitor, uploads, voicemail
from server.wire.reports import Shelf
from server.wire.scripts import ScriptSheet, ScriptShelf


class Query(msgspec.Struct, frozen=True):
    """A parameter after the `?`."""

    name: str
    type: Any
    meaning: str


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint. `does` names a method of `Api`, or of the monitor's pages.

    `role` is the least that is needed. `local`: programs on this machine need no log-in. `body` None: none is read;
    `answer` None: there is none, or it is not JSON (then `content_type` says what).
    """

    method: str
    path: str
    does: str
    role: Role
    summary: str
    body: Any = None
    answer: Any = None
    status: int = 200
    content_type: str = "application/json"
    query: tuple[Query, ...] = ()
    problems: tuple[str, ...] = ()
    local: bool = False
    shown: bool = True
    """Whether OpenAPI tells of it."""


_CALLS_QUERY = (
    Query("limit", int, "At most so many, the newest: 1 to 10,000, default 1,000."),
    Query("live", bool, "Only calls that have not ended."),
    Query("before", str, "Only calls that came before the one of this id."),
)

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

DIALOG_PAGES = (
    ("GET", "/dialogs", "dialog_list", 200, "Dialogs that anybody may go through."),
    ("GET", "/dialogs/<dialog>", "dialog_start", 200, "Before a dialog begins."),
    ("POST", "/dialogs/<dialog>", "dialog_begin", 303, "Begin a dialog."),
    ("GET", "/dialogs/<dialog>/s/<token>", "dialog_page", 200, "Where a dialog stands."),
    ("POST", "/dialogs/<dialog>/s/<token>", "dialog_step", 303, "A step of a dialog."),
    ("GET", "/dialogs/<dialog>/l/<token>", "dialog_later", 200, "A private link to a dialog that was left."),
    ("POST", "/dialogs/<dialog>/l/<token>", "dialog_go_on", 303, "Go on with it."),
    ("GET", "/dialogs/<dialog>/p/<token>", "dialog_personal", 200, "A customer's personal link."),
    ("POST", "/dialogs/<dialog>/p/<token>", "dialog_begin_personal", 303, "Begin the customer's dialog."),
)
"""Pages for visitors, who are no users of ours: method, path, work, status, summary."""

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/sessions",
        does="open_session",
        role=Role.ANYONE,
        summary="Log in.",
        body=api.LogIn,
        answer=api.LoggedIn,
        status=201,
        problems=("log-in-failed", "too-many-log-ins", "origin-refused", "service-away"),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/sessions",
        does="close_session",
        role=Role.AGENT,
        summary="Log out: end the session of the token that is sent.",
        status=204,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/status",
        does="status",
        role=Role.AGENT,
        summary="Agents, queues, live calls and sums, now. An agent sees only own calls.",
        answer=api.Status,
    ),
    Endpoint(
        method="PUT",
        path="/api/v1/agents/<agent>/presence",
        does="set_presence",
        role=Role.AGENT,
        summary="Choose a presence: agents their own, supervisors anybody's.",
        body=api.PresenceChoice,
        answer=control.AgentView,
        problems=("not-found", "refused"),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/calls",
        does="calls",
        role=Role.AGENT,
        summary="Call records, oldest first. An agent sees only own calls.",
        answer=list[CallRecord],
        query=_CALLS_QUERY,
        problems=("parameter-invalid", "service-away"),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/calls/<call>",
        does="call",
        role=Role.AGENT,
        summary="One call record. An agent finds only own calls.",
        answer=CallRecord,
        problems=("not-found", "service-away"),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/calls/<call>/supervision",
        does="begin_supervision",
        role=Role.SUPERVISOR,
        summary="Hear the talk: your phone is called, and joins when you answer. Who is there changes the mode.",
        body=api.SupervisionChoice,
        answer=control.SupervisionView,
        status=201,
        problems=("not-found", "refused"),
    ),
    Endpoint(
        method="PUT",
        path="/api/v1/calls/<call>/supervision",
        does="change_supervision",
        role=Role.SUPERVISOR,
        summary="Hear it in another way.",
        body=api.SupervisionChoice,
        answer=control.SupervisionView,
        problems=("not-found", "refused"),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/calls/<call>/supervision",
        does="end_supervision",
        role=Role.SUPERVISOR,
        summary="Hear it no longer: your phone is hung up. An administrator ends anybody's.",
        status=204,
        problems=("not-found", "refused"),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/agents/<agent>/messages",
        does="message_agent",
        role=Role.SUPERVISOR,
        summary="Write to an agent: shown on the desk until it was seen.",
        body=api.MessageText,
        answer=api.MessageSentTo,
        status=201,
        problems=("not-found", "refused"),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/queues/<queue>/messages",
        does="message_queue",
        role=Role.SUPERVISOR,
        summary="Write to all agents of a queue who have a desk.",
        body=api.MessageText,
        answer=api.MessageSentTo,
        status=201,
        problems=("not-found", "refused"),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/mailboxes",
        does="mailboxes",
        role=Role.AGENT,
        summary="Your mailboxes, and how many messages are in them.",
        answer=list[voicemail.MailboxView],
    ),
    Endpoint(
        method="GET",
        path="/api/v1/mailboxes/<mailbox>/messages",
        does="voice_messages",
        role=Role.AGENT,
        summary="The messages of a mailbox of yours, newest first.",
        answer=list[voicemail.VoiceMessage],
        problems=("not-found",),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/mailboxes/<mailbox>/messages/<message>/sound",
        does="voice_message_sound",
        role=Role.AGENT,
        summary="What was said.",
        content_type="audio/wav",
        problems=("not-found",),
    ),
    Endpoint(
        method="PUT",
        path="/api/v1/mailboxes/<mailbox>/messages/<message>",
        does="save_voice_message",
        role=Role.AGENT,
        summary="Save a message: it is new no longer.",
        body=voicemail.SaveIt,
        answer=list[voicemail.VoiceMessage],
        problems=("not-found",),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/mailboxes/<mailbox>/messages/<message>/copies",
        does="forward_voice_message",
        role=Role.AGENT,
        summary="Give a copy of a message to another mailbox.",
        body=voicemail.ForwardTo,
        status=204,
        problems=("not-found", "refused"),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/mailbox-names",
        does="mailbox_names",
        role=Role.AGENT,
        summary="Every mailbox, to give a message to.",
        answer=list[voicemail.MailboxName],
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/mailboxes/<mailbox>/messages/<message>",
        does="delete_voice_message",
        role=Role.AGENT,
        summary="Delete a message.",
        status=204,
        problems=("not-found",),
    ),
    Endpoint(
        method="PUT",
        path="/api/v1/queues/<queue>/thresholds",
        does="set_thresholds",
        role=Role.SUPERVISOR,
        summary="Choose the thresholds of a queue on the status monitor; `*` stands for all queues together.",
        body=monitor.Thresholds,
        answer=monitor.Thresholds,
        problems=("not-found", "body-invalid", "service-away"),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/queues/<queue>/thresholds",
        does="reset_thresholds",
        role=Role.SUPERVISOR,
        summary="The default thresholds of a queue again.",
        answer=monitor.Thresholds,
        problems=("not-found", "service-away"),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/reports",
        does="shelf",
        role=Role.SUPERVISOR,
        summary="What reports there are, and by what they can be cut down.",
        answer=Shelf,
        query=(Query("lang", str, "Of the titles: en or pt; default en."),),
        problems=("service-away",),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/reports/<name>",
        does="report",
        role=Role.SUPERVISOR,
        summary="One report. 202 with its progress while much of the ledger is folded first: ask again.",
        answer=Table,
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
        query=_SCRIPT_QUERY,
        problems=("not-found", "parameter-invalid", "service-away"),
    ),
    Endpoint(
        method="GET",
        path="/openapi.json",
        does="openapi",
        role=Role.ANYONE,
        summary="This description.",
        answer=dict[str, Any],
    ),
    Endpoint(
        method="GET",
        path="/healthz",
        does="alive",
        role=Role.ANYONE,
        summary="The process answers.",
        answer=dict[str, bool],
    ),
    Endpoint(
        method="GET",
        path="/readyz",
        does="readiness",
        role=Role.ANYONE,
        summary="200 when calls are taken, else 503; the body names each condition.",
        answer=api.Readiness,
    ),
    Endpoint(
        method="GET",
        path="/metrics",
        does="metrics",
        role=Role.ADMINISTRATOR,
        summary="Figures in the text format of Prometheus. A program on this machine needs no log-in.",
        content_type="text/plain",
        local=True,
    ),
    Endpoint(
        method="GET", path="/", does="root", role=Role.ANYONE, summary="To the status page.", status=303, shown=False
    ),
    Endpoint(
        method="GET",
        path="/monitor",
        does="page",
        role=Role.ANYONE,
        summary="The status page; its data need a log-in.",
        content_type="text/html",
        shown=False,
    ),
    Endpoint(
        method="GET",
        path="/monitor/static/<name>",
        does="static",
        role=Role.ANYONE,
        summary="Script and style of the status page.",
        content_type="text/plain",
        shown=False,
    ),
    Endpoint(
        method="GET",
        path="/reports",
        does="reports_page",
        role=Role.ANYONE,
        summary="The page of the reports; its data need a log-in.",
        content_type="text/html",
        shown=False,
    ),
    Endpoint(
        method="GET",
        path="/reports/static/<name>",
        does="reports_static",
        role=Role.ANYONE,
        summary="Script and style of the reports' page.",
        content_type="text/plain",
        shown=False,
    ),
    *(
        Endpoint(
            method="GET",
            path=path,
            does="scripts_page",
            role=Role.ANYONE,
            summary="The page of the scripts' statistics; its data need a log-in.",
            content_type="text/html",
            shown=False,
        )
        for path in ("/scripts", "/scripts/<script>")
    ),
    Endpoint(
        method="GET",
        path="/scripts/static/<name>",
        does="scripts_static",
        role=Role.ANYONE,
        summary="Script and style of the scripts' page.",
        content_type="text/plain",
        shown=False,
    ),
    *(
        Endpoint(
            method=method,
            path=path,
            does=does,
            role=Role.ANYONE,
            summary=summary,
            status=status,
            content_type="text/html",
            shown=False,
        )
        for method, path, does, status, summary in DIALOG_PAGES
    ),
    Endpoint(
        method="GET",
        path="/dialogs/static/<name>",
        does="dialog_static",
        role=Role.ANYONE,
        summary="Script and style of the dialogs' pages.",
        content_type="text/plain",
        shown=False,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/uploads/<session>/<name>",
        does="upload",
        role=Role.AGENT,
        summary="A file that was sent in a dialog; its name is the answer to the question.",
        content_type="application/octet-stream",
        problems=("not-found",),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/dialogs/<session>/uploads/<question>",
        does="send_upload",
        role=Role.AGENT,
        summary="A file or signature (octets) for a question of the script of my call; its name is the answer.",
        answer=uploads.UploadKept,
        status=201,
        problems=("not-found", "refused", "body-too-long", "too-many-uploads", "service-away"),
    ),
)
