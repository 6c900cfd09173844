"""Core -> status page over `WebSocket /monitor/feed` (subprotocol `caruso.monitor.v2.json`), and its thresholds.

| message  | direction    | meaning                                                               | reply |
|----------|--------------|-----------------------------------------------------------------------|-------|
| snapshot | core -> page | everything, as it is after change `number`                            | none  |
| changed  | core -> page | change `number`, the one after the last: whatever became different    | none  |
| beat     | core -> page | nothing new since `number`; each second in which nothing else is sent | none  |

A page that misses a number connects again.

The page says nothing on this socket; it changes things over the HTTP API:

| request                                | body       | answer     | who        |
|----------------------------------------|------------|------------|------------|
| PUT /api/v1/queues/{queue}/thresholds    | Thresholds | Thresholds | supervisor |
| DELETE /api/v1/queues/{queue}/thresholds |            | Thresholds: the defaults again | supervisor |

`{queue}` is a queue's id, or `*` for the sums over all queues. Moments are seconds since 1970 (UTC).
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

SUBPROTOCOL = "caruso.monitor.v2.json"
ALL_QUEUES = "*"
"""Stands for the sums over all queues where a queue's id is asked for."""

Level = Literal["good", "watch", "act"]
"""Within its threshold; beyond amber; beyond red."""

Amount = Annotated[float, Meta(ge=0, le=1_000_000)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where amber and red begin; null: never."""

    amber: Amount | None
    red: Amount | None


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one queue, or of all together. Where much is bad, `amber` is at most `red`; where little is bad (`ready`,
    `service_level_percent`), at least."""

    waiting: Limits = Limits(3, 6)
    """Callers who wait: so many, or more."""
    longest_seconds: Limits = Limits(60, 120)
    """The longest wait: so long, or longer."""
    ready: Limits = Limits(1, 0)
    """Agents who are free while callers wait: so many, or fewer."""
    service_level_percent: Limits = Limits(80, 60)
    """Service level of the last 30 minutes: less than this."""
    abandoned_percent: Limits = Limits(5, 8)
    """Abandoned of the last 30 minutes: more than this."""
    answer_seconds: Limits = Limits(20, 60)
    """Average speed of answer of the last 30 minutes: more than this."""
    talk_seconds: Limits = Limits(480, 900)
    """One conversation: so long, or longer."""
    wrap_up_share: Limits = Limits(1, 2)
    """One wrap-up, as a multiple of its limit: so much, or more."""


LOWER_IS_WORSE = frozenset({"ready", "service_level_percent"})
"""Thresholds that are fallen short of instead of exceeded."""


class Numbers(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a queue, or of all (`id` is `*`).

    `longest_since`: since when the first caller waits; null: nobody does. Figures of the last 30 minutes: percentages
    and seconds; null: nothing happened that they could be made of. `levels`: by the names of `Thresholds`.
    """

    id: str
    name: str
    waiting: int
    longest_since: float | None
    ready: int
    talking: int
    logged_in: int
    levels: dict[str, Level]
    level: Level
    """The worst of them."""
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    service_level: float | None = None
    service_level_today: float | None = None
    service_level_seconds: float | None = None
    """Whoever is answered within this time is within the service level; null: it differs between the queues."""
    abandon_rate: float | None = None
    answer_seconds: float | None = None
    call_backs: int | None = None
    """Callers who are to be called back; null: the queue has no such thing."""
    expected_wait_seconds: float | None = None
    """Whole seconds that who joined now would wait; null: not known, or of all queues."""
    wait_error_seconds: float | None = None
    """Mean absolute error of what was expected lately, whole seconds; null: not known."""


class Supervision(msgspec.Struct, frozen=True, kw_only=True):
    """Who listens to an agent's talk: a supervisor's id. `mode`: `listen`, `whisper`, `barge`. Not `joined`: the
    supervisor's phone is called."""

    supervisor: str
    mode: str
    joined: bool
    since: float


class AgentMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A supervisor (`by`, an id) wrote to the agent, or to all of `queue`. `seen_at` null: not seen yet."""

    id: str
    by: str
    text: str
    at: float
    queue: str = ""
    seen_at: float | None = None


class AgentTile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent. `state`: `ready`, `reserved`, `ringing`, `talking`, `holding`, `wrap-up`, `not-ready`, `unreachable`
    (ready, but nobody can reach them) or `logged-out`. `queue`: the queue of the call they have."""

    id: str
    name: str
    state: str
    since: float
    presence: str
    queues: list[str]
    level: Level = "good"
    queue: str = ""
    reason: str = ""
    fault: str = ""
    call: str = ""
    caller: str = ""
    after_call: str = ""
    supervision: Supervision | None = None
    """Null: nobody listens."""
    messages: list[AgentMessage] = []
    """The last ones to the agent, oldest first."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A caller who waits. `customer`: the name, empty if unknown. `why`: a reason of `WHY_WAITING`, to which the
    numbers belong that are not 0. `offered_to`: the agents whose phones ring, parted by commas."""

    id: str
    queue: str
    caller: str
    since: float
    position: int
    why: str
    customer: str = ""
    call_back: bool = False
    """The caller has hung up and is to be called back."""
    offered_to: str = ""
    ahead: int = 0
    talking: int = 0
    ringing: int = 0
    wrap_up: int = 0
    not_ready: int = 0
    unreachable: int = 0


WHY_WAITING = ("offered", "ahead", "nobody-logged-in", "all-busy", "none-suits")
"""An agent's phone rings for this call; others were there before; the queue has no agent; all its agents do something
else; there are free ones, but none who may take this call."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service as the service manager sees it."""

    id: str
    """Interface and instance."""
    interface: str
    version: str
    instance: str
    state: str


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """What waits in a mailbox."""

    id: str
    name: str
    new: int
    urgent: int
    """Of the new ones."""
    level: str
    """`good`: nothing new; `watch`: new messages; `act`: urgent ones."""


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """An out-going campaign. `state`: `running`, `paused`, `waiting` (for its calling hours) or `ended`."""

    id: str
    name: str
    state: str
    agents: int
    """Who work for it now."""
    dialled: int
    answered: int
    abandoned: int
    """Answered, and nobody was free to talk."""
    left: int | None
    """Numbers not yet dialled; None: not known."""
    level: str
    """`good`; `watch`: paused; `act`: more are abandoned than may be."""


class Sample(msgspec.Struct, frozen=True):
    """How many waited and were ready `at` a moment: by queue, and `*` for all."""

    at: float
    counts: dict[str, tuple[int, int]]


class Named(msgspec.Struct, frozen=True):
    """An id and what people call it."""

    id: str
    name: str


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks. What they may do is up to the API; the page offers supervisors' controls to all who may look."""

    id: str
    name: str
    role: str


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="snapshot"):
    """Everything after change `number`. Queues and agents are in the site file's order, callers oldest first."""

    number: int
    at: float
    site: str
    viewer: Viewer
    reasons: list[Named]
    totals: Numbers
    queues: list[Numbers]
    agents: list[AgentTile]
    waiting: list[Waiting]
    services: list[Service]
    mailboxes: list[Mailbox]
    campaigns: list[Campaign]
    thresholds: dict[str, Thresholds]
    """By queue, and `*`."""
    trend: list[Sample]
    """Each 10 s, of the last two hours."""


class Changed(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="changed"):
    """Change `number`. What is left out is as before; each item is whole and takes the place of the one with its id."""

    number: int
    at: float
    totals: Numbers | UnsetType = UNSET
    queues: list[Numbers] | UnsetType = UNSET
    agents: list[AgentTile] | UnsetType = UNSET
    waiting: list[Waiting] | UnsetType = UNSET
    services: list[Service] | UnsetType = UNSET
    mailboxes: list[Mailbox] | UnsetType = UNSET
    campaigns: list[Campaign] | UnsetType = UNSET
    thresholds: dict[str, Thresholds] | UnsetType = UNSET
    trend: list[Sample] | UnsetType = UNSET
    """Further samples."""
    gone: list[str] | UnsetType = UNSET
    """Ids of waiting callers, services and campaigns that are there no more."""


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="beat"):
    """Nothing new since change `number`."""

    number: int
    at: float


Message = Snapshot | Changed | Beat
