"""service <-> service manager: WebSocket `/services/v1`, one JSON message tagged by `t` in each text frame.

Subprotocol `caruso.services.v1.json`. A company's program opens the socket, says `hello` with its token within 5 s,
gets `welcome`, registers what it offers, and is asked by `call`. What it may register is said in the site file. Dates,
times and decimal numbers travel as texts: `2026-01-31`, `17:30:00`, `12.50`.

service -> manager (requests; `id` is chosen by the service; each gets exactly one reply; `done` and `failed` get none):

| message  | meaning                                                                    | reply                  |
|----------|----------------------------------------------------------------------------|------------------------|
| hello    | log in with the token of a `[[service]]`                                   | welcome, or close 4401 |
| register | offer an interface in a version; again: takes its own old place            | registered, refused    |
| beat     | this registration lives; its state and load; before `lease_seconds` end    | accepted, refused      |
| withdraw | it is offered no more                                                      | accepted, refused      |
| done     | the results of a call                                                      |                        |
| failed   | a call was not carried out, and why                                        |                        |
| find     | who offers an interface now? only with `may_watch`                         | services, refused      |
| watch    | the same, and every change from here on; only with `may_watch`             | services, refused      |

manager -> service:

| message    | meaning                                                                  | reply                  |
|------------|--------------------------------------------------------------------------|------------------------|
| welcome    | logged in                                                                |                        |
| registered | the registration's epoch, and the instance's full name                   |                        |
| accepted   | a request is carried out                                                 |                        |
| refused    | a request is not carried out, or a message (`id` 0) was not understood    |                        |
| call       | carry out an operation, at most once for each `key`                      | done or failed         |
| drain      | the server ends: finish what runs; then the connection is closed         |                        |
| services   | what there is                                                            |                        |
| changed    | a numbered change (no gaps), after `watch`                               |                        |

A message that is unknown or has a wrong type is refused, and the connection goes on; after many of them, or one before
`welcome`, it is closed. Close codes: 4401 the token is not known, 4409 protocol error, 1001 the server ends,
1009 a message is too long.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from server.wire.desk import ServiceView

PATH = "/services/v1"
SUBPROTOCOL = "caruso.services.v1.json"
MAX_MESSAGE_OCTETS = 256 * 1024
"""Of a frame, both ways."""
MAX_VALUES = 500
"""Results of a call, members of a list or record within."""
MAX_PROPERTIES = 50
MAX_KEY_CHARACTERS = 300
MAX_DEPTH = 4
"""Lists and records within results."""
MAX_TEXT_CHARACTERS = 20_000
MAX_REASON_CHARACTERS = 500
LEASE_SECONDS = 15.0

NOT_KNOWN = 4401
PROTOCOL_ERROR = 4409

Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*\Z")]
"""Of interfaces and instances."""
NameOrNone = Annotated[str, Meta(max_length=64, pattern=r"^([A-Za-z0-9_][A-Za-z0-9._-]*)?\Z")]
Range = Annotated[str, Meta(max_length=100)]
"""Of versions; see `server.services.versions`."""
Id = Annotated[int, Meta(ge=0, le=2**53)]
State = Literal["starting", "up", "degraded", "draining", "down"]
Property = Annotated[str, Meta(max_length=200)]


class Hello(msgspec.Struct, frozen=True, tag_field="t", tag="hello", kw_only=True):
    """First message of a connection."""

    token: Annotated[str, Meta(max_length=500)]


class Register(msgspec.Struct, frozen=True, tag_field="t", tag="register", kw_only=True):
    """Offer an interface. `instance`: tells several programs with one token apart; empty: there is one.

    The highest `rank` is asked, of equals the oldest. `lease_seconds`: without a beat for so long it is gone.
    """

    id: Id
    interface: Name
    version: Annotated[str, Meta(max_length=40)]
    instance: NameOrNone = ""
    properties: Annotated[dict[Name, Property], Meta(max_length=MAX_PROPERTIES)] = {}
    rank: Annotated[int, Meta(ge=-1000, le=1000)] = 0
    lease_seconds: Annotated[float, Meta(ge=2, le=300)] = LEASE_SECONDS
    state: State = "up"


class Beat(msgspec.Struct, frozen=True, tag_field="t", tag="beat", kw_only=True):
    """A registration lives. Only `up` and `degraded` are asked. `load`: 0 (idle) to 1 (full)."""

    id: Id
    epoch: Id
    state: State = "up"
    load: Annotated[float, Meta(ge=0, le=1)] = 0.0


class Withdraw(msgspec.Struct, frozen=True, tag_field="t", tag="withdraw", kw_only=True):
    """A registration ends; calls that run may still be answered."""

    id: Id
    epoch: Id


class Done(msgspec.Struct, frozen=True, tag_field="t", tag="done", kw_only=True):
    """The results of call `call`, by name."""

    call: Id
    results: dict[str, Any] = {}


class Failed(msgspec.Struct, frozen=True, tag_field="t", tag="failed", kw_only=True):
    """Call `call` was not carried out. `is_for_people`: who called may be told the reason; else it is logged."""

    call: Id
    reason: str
    is_for_people: bool = False


class Find(msgspec.Struct, frozen=True, tag_field="t", tag="find", kw_only=True):
    """Who offers an interface? The first of the answer would be asked."""

    id: Id
    interface: Name
    versions: Range = ""


class Watch(msgspec.Struct, frozen=True, tag_field="t", tag="watch", kw_only=True):
    """What there is now, and every change. `interface` empty: of all. A second one takes the place of the first."""

    id: Id
    interface: NameOrNone = ""


FromService = Hello | Register | Beat | Withdraw | Done | Failed | Find | Watch


class Welcome(msgspec.Struct, frozen=True, tag_field="t", tag="welcome", kw_only=True):
    """Logged in. `name`: of the `[[service]]`; `interfaces`: what it may register; `may_watch`: see `find`."""

    name: str
    interfaces: list[str]
    may_watch: bool
    version: str
    """Of the server."""


class IsRegistered(msgspec.Struct, frozen=True, tag_field="t", tag="registered", kw_only=True):
    """Answer to `register`. A later registration of the same instance has a higher epoch, and this one is over."""

    id: int
    epoch: int
    instance: str


class Accepted(msgspec.Struct, frozen=True, tag_field="t", tag="accepted", kw_only=True):
    """Request `id` is carried out."""

    id: int


class Refused(msgspec.Struct, frozen=True, tag_field="t", tag="refused", kw_only=True):
    """Request `id` is not carried out. `detail`: one sentence. `problem`: a stable id, one of

    `not-understood`, `not-allowed`, `not-registered` (the epoch is over: register again), `taken-over` (another
    program registered the same instance), `version-invalid`, `too-many`.
    """

    id: int
    problem: str
    detail: str


class Call(msgspec.Struct, frozen=True, tag_field="t", tag="call", kw_only=True):
    """Carry out an operation. `deadline_seconds`: nobody waits for an answer any longer.

    `instance`: as `registered` named it. `key`: the same for the same action: what was done under it is not done again,
    and answered as it was then; empty: the call has none. The part before its first colon is the same for all calls of
    one conversation or form.
    """

    id: int
    interface: str
    instance: str
    operation: str
    arguments: dict[str, Any]
    key: str
    deadline_seconds: float


class Drain(msgspec.Struct, frozen=True, tag_field="t", tag="drain", kw_only=True):
    """The connection is about to be closed: answer what runs, and connect again afterwards."""

    reason: str


class Services(msgspec.Struct, frozen=True, tag_field="t", tag="services", kw_only=True):
    """Answer to `find` and `watch`: what there is after change `number`."""

    id: int
    number: int
    services: list[ServiceView]


class Changed(msgspec.Struct, frozen=True, tag_field="t", tag="changed", kw_only=True):
    """Change `number`: `service` is how it is now, `gone`: it is there no more."""

    number: int
    service: ServiceView
    gone: bool = False


FromServiceManager = Welcome | IsRegistered | Accepted | Refused | Call | Drain | Services | Changed
