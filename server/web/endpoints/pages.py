"""What people open in a browser. Pages for staff are open to anyone: their data need a log-in."""

from server.web.access import Role
from server.web.endpoints.words import Endpoint

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

PAGES: tuple[Endpoint, ...] = (
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
)
"""OpenAPI does not tell of them."""
