"""Answers: JSON, and problems as RFC 9457 says."""

from http import HTTPStatus
from typing import Any

import msgspec

from server.wire import api

PROBLEM_PREFIX = "urn:caruso:problem:"

PROBLEMS: dict[str, tuple[int, str]] = {
    "body-invalid": (400, "The body is not what is asked for"),
    "parameter-invalid": (400, "A parameter is not valid"),
    "not-logged-in": (401, "Not logged in"),
    "log-in-failed": (401, "Log-in failed"),
    "not-allowed": (403, "Not allowed"),
    "origin-refused": (403, "Request from another site"),
    "not-found": (404, "Not found"),
    "method-not-allowed": (405, "Method not allowed"),
    "refused": (409, "Refused"),
    "body-too-long": (413, "Body too long"),
    "json-only": (415, "JSON only"),
    "upgrade-required": (426, "WebSocket only"),
    "too-many-log-ins": (429, "Too many log-in attempts"),
    "too-many-uploads": (429, "Too many uploads"),
    "internal-error": (500, "Fault of the server"),
    "service-away": (503, "A service is away"),
}
"""Stable ids, their status and title."""

encode = msgspec.json.Encoder().encode


class ProblemFound(Exception):
    """An answer that is an error: `problem` is a key of `PROBLEMS`, `detail` one sentence.

    `type_id` stands in for `problem` in the answer's type, where the rules know a closer one.
    """

    def __init__(self, problem: str, detail: str, *, type_id: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.title = PROBLEMS[problem]
        self.type_id = type_id or problem
        self.detail = detail
        self.headers = headers or {}

    def body(self) -> bytes:
        """The problem as JSON."""
        return encode(
            api.Problem(type=PROBLEM_PREFIX + self.type_id, title=self.title, status=self.status, detail=self.detail)
        )


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint answers. `value` is encoded as JSON unless it is bytes, which go out as they are."""

    value: Any = b""
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = {}


def _write_head(request: Any, status: int, content_type: str, headers: dict[str, str], body: bytes) -> None:
    """Status and headers on a Twisted request."""
    request.setResponseCode(status, HTTPStatus(status).phrase.encode())
    if body:
        request.setHeader(b"Content-Type", content_type.encode())
    if status != HTTPStatus.NO_CONTENT:
        request.setHeader(b"Content-Length", str(len(body)).encode())
    for name, value in headers.items():
        request.setHeader(name.encode(), value.encode())


def render(request: Any, answer: Answer) -> bytes:
    """Write an answer's head and give its body."""
    body = answer.value if isinstance(answer.value, bytes) else encode(answer.value)
    _write_head(request, answer.status, answer.content_type, answer.headers, body)
    return body


def render_problem(request: Any, problem: ProblemFound) -> bytes:
    """Write a problem's head and give its body."""
    body = problem.body()
    _write_head(request, problem.status, "application/problem+json", problem.headers, body)
    return body
