"""Files that belong to dialogs, for agents."""

from server.web.access import Role
from server.web.endpoints.words import Endpoint
from server.wire import uploads

FILES: tuple[Endpoint, ...] = (
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
"""Sent by visitors and agents."""
