"""HTTP API: the JSON bodies of `/api/v1/...`, and `/readyz`. Times are ISO 8601 in UTC.

| request                          | body           | answer                            | who                          |
|----------------------------------|----------------|-----------------------------------|------------------------------|
| POST /api/v1/sessions            | LogIn          | 201 LoggedIn                      | anyone                       |
| DELETE /api/v1/sessions          |                | 204                               | agent                        |
| GET /api/v1/status               |                | Status (an agent: own calls only) | agent                        |
| PUT /api/v1/agents/{id}/presence | PresenceChoice | control.AgentView                 | agent: self; supervisor: all |
| GET /api/v1/calls                |                | array of records, oldest first    | agent: own; supervisor: all  |
| GET /api/v1/calls/{id}           |                | a call record                     | agent: own; supervisor: all  |
| POST /api/v1/calls/{id}/supervision   | SupervisionChoice | 201 control.SupervisionView | supervisor            |
| PUT /api/v1/calls/{id}/supervision    | SupervisionChoice | control.SupervisionView     | who listens           |
| DELETE /api/v1/calls/{id}/supervision |                   | 204                         | who listens; administrator |
| POST /api/v1/agents/{id}/messages | MessageText   | 201 MessageSentTo                 | supervisor                   |
| POST /api/v1/queues/{id}/messages | MessageText   | 201 MessageSentTo                 | supervisor                   |
| GET /readyz                      |                | 200 or 503 Readiness              | anyone                       |

`GET /api/v1/calls` takes `limit` (1 to 10,000, default 1,000: the newest), `live=true`, and `before=CALL_ID`; when
older ones are left, the answer has `Link: <...>; rel="prev"` (RFC 8288). Log-in: `Authorization: Bearer TOKEN`, or the
cookie that `LogIn.cookie` asks for. Every error is a `Problem` (RFC 9457, `application/problem+json`).
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.wire.control import AgentView
from server.wire.desk import MAX_MESSAGE_CHARACTERS

MAX_BODY_OCTETS = 64 * 1024

ShortText = Annotated[str, Meta(max_length=200)]


class LogIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`cookie`: keep the token in an HttpOnly cookie instead of the answer (the monitor's page does)."""

    user: ShortText
    password: Annotated[str, Meta(max_length=1000)]
    cookie: bool = False


class SipAccount(msgspec.Struct, frozen=True, kw_only=True):
    """How the desk's softphone registers. `server` is `HOST:PORT`; the password lives as long as the session."""

    user: str
    password: str
    domain: str
    server: str
    transport: Literal["udp", "tcp"]


class LoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A session. `token` is empty when it went into a cookie; `sip` is null where the agent's phone is another one."""

    token: str
    expires_at: str
    agent: str
    role: str
    desk_url: str
    sip: SipAccount | None


class PresenceChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason`: id of a `[[reason]]`, with `not-ready` only."""

    presence: Literal["ready", "not-ready", "logged-out"]
    reason: ShortText = ""


class SupervisionChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a supervisor is heard: by nobody, by the agent, or by agent and customer."""

    mode: Literal["listen", "whisper", "barge"]


class MessageText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of plain text, shown on the agent's desk until it was seen."""

    text: Annotated[str, Meta(max_length=MAX_MESSAGE_CHARACTERS)]


class MessageSentTo(msgspec.Struct, frozen=True, kw_only=True):
    """The agents on whose desks it is shown."""

    agents: list[str]


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    """A queue now. `longest_since`: since when the first caller waits; null: nobody waits.

    `expected_wait_seconds`: how long who called now would wait; null: nobody serves the queue, or nothing is known.
    `wait_error_seconds`: by how much such estimates were wrong lately, on average; null: none was tested. `call_backs`:
    callers who are to be called back; null: the queue has no such thing.
    """

    id: str
    name: str
    waiting: int
    longest_since: str | None
    ready: int
    talking: int
    logged_in: int
    expected_wait_seconds: float | None = None
    wait_error_seconds: float | None = None
    call_backs: int | None = None


class CallView(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A live call. `position`: place in its queue from 1; null: it does not wait."""

    call_id: str
    state: str
    from_: str
    name: str
    to: str
    queue: str
    agent: str | None
    arrived_at: str
    queued_at: str | None
    answered_at: str | None
    wait_seconds: float
    position: int | None
    customer: str
    ringing: list[str] = []
    """Agents whose phones ring for it at the same time; `agent` is null until one of them has picked up."""


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over all queues and agents."""

    waiting: int
    longest_since: str | None
    talking: int
    agents_logged_in: int
    agents_ready: int
    agents_unreachable: int
    """Ready, but nobody can reach them: a fault to act on."""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What happens now."""

    at: str
    agents: list[AgentView]
    queues: list[QueueView]
    calls: list[CallView]
    totals: Totals


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the core takes calls, and each condition for it."""

    ready: bool
    conditions: dict[str, bool]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error (RFC 9457). `type` is stable: `urn:caruso:problem:` and an id; `detail` is one sentence."""

    type: str
    title: str
    status: int
    detail: str
