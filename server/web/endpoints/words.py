"""How an endpoint is written down."""

from typing import Any

import msgspec

from server.web.access import Role


class Query(msgspec.Struct, frozen=True):
    """A parameter after the `?`."""

    name: str
    type: Any
    meaning: str


class Also(msgspec.Struct, frozen=True):
    """Another answer that is no problem. `answer` None: it is not JSON, or its shape has no name."""

    status: int
    meaning: str
    answer: Any = None
    content_type: str = "application/json"


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
    also: tuple[Also, ...] = ()
    problems: tuple[str, ...] = ()
    local: bool = False
    shown: bool = True
    """Whether OpenAPI tells of it."""
