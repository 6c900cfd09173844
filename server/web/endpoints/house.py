"""The server itself: what it offers, how it does."""

from typing import Any

from server.web.access import Role
from server.web.endpoints.words import Also, Endpoint
from server.wire import api

HOUSE: tuple[Endpoint, ...] = (
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
        also=(Also(503, "Calls are not taken.", api.Readiness),),
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
)
"""For programs that look after the server."""
