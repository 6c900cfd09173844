"""The sections of a desk's state; part of `wire.desk`."""

import msgspec

from server.wire.desk_cards import Contact, Customer, Named
from server.wire.desk_script import Script


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The agent. `since`: when the shown state began. `fault`: why nobody can reach the agent; empty: all is well."""

    id: str
    name: str
    role: str
    presence: str
    reason: str
    work_state: str
    since: float
    reachable: bool
    fault: str = ""
    after_call: str | None = None
    after_call_reason: str = ""
    phone: str = "registered"
    taken_by: str = ""
    """The colleague's name who picked up the last call that rang here as well; empty again with the next call."""


class Supervision(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor on my call's line. `mode`: `listen` (nobody hears them), `whisper` (I do), `barge` (the customer
    does, too)."""

    name: str
    mode: str
    since: float


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """The message that is to be heard, and its caller called back. `hearing`: I am on the line, and it waits for my
    word (`call-customer`, `finish-message`)."""

    mailbox: str
    message: str
    hearing: bool = False


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer told a dialog before this call. `script`: its title. `channel`: `web`, `ivr` or `desk`.
    `ended`: it came to its end. `answers`: by the question's name, as text, sensitive ones masked; of a file its name
    (`wire.uploads`)."""

    script: str
    channel: str
    ended: bool
    answers: dict[str, str]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """The call that is offered to me, that I have, or that I wrap up.

    `state`: `reserved`, `ringing`, `talking`, `holding`, `wrap-up`. `customer` None with `matches` empty: unknown;
    with matches: the agent must choose. `looked_up` is false until the customers service has answered.
    """

    call: str
    state: str
    number: str
    number_shown: str
    name: str
    queue: str
    queue_name: str
    waited_seconds: float
    since: float
    call_back: str = ""
    """The number that is called back once the agent is on the line; empty: the customer called and waits."""
    answered_at: float | None = None
    muted: bool = False
    notes: str = ""
    result: str = ""
    customer: Customer | None = None
    matches: list[Customer] = []
    looked_up: bool = False
    history: list[Contact] = []
    supervision: Supervision | None = None
    """Who listens or speaks to me; None: nobody, or the company does not show it."""
    task: Task | None = None
    """A message in place of a caller who waits; None: it is none."""
    told: Told | None = None
    """A dialog before the call, where my queue has no script to go on with; None: there was none."""


class WrapUp(msgspec.Struct, frozen=True, kw_only=True):
    """My wrap-up. `ends_at` None: it has no limit."""

    call: str
    began_at: float
    ends_at: float | None


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One of my queues. `longest_since`: when the caller who waits longest joined; None: nobody waits."""

    id: str
    name: str
    waiting: int
    longest_since: float | None


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """Another agent, as colleagues may see them."""

    id: str
    name: str
    presence: str
    work_state: str


class MyDay(msgspec.Struct, frozen=True, kw_only=True):
    """My figures since local midnight, as the reports show them. `not_ready`: seconds by reason (empty text: none was
    given); `idle_seconds`: ready and free."""

    calls: int = 0
    talk_seconds: float = 0
    hold_seconds: float = 0
    wrap_up_seconds: float = 0
    missed: int = 0
    transferred: int = 0
    idle_seconds: float = 0
    not_ready: dict[str, float] = {}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor's message that I have not seen yet. `by`: the name; `queue`: the queue's name if it went to all of
    it, else empty."""

    id: str
    by: str
    text: str
    at: float
    queue: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """All that a desk shows."""

    me: Me
    call: Call | None
    wrap_up: WrapUp | None
    queues: list[Queue]
    colleagues: list[Colleague]
    my_day: MyDay
    reasons: list[Named]
    results: list[Named]
    messages: list[Message] = []
    """Oldest first."""
    script: Script | None = None
    """Of my call; None: it has none."""
