"""Figures: what people are shown, each with its formula as text and as code.

A figure is worked out from a `Sums`, the sums over the queues, agents and intervals that a line of a report or a tile
of the monitor stands for. Seconds are rounded to milliseconds, fractions (0 to 1) to six digits; None: there is nothing
to divide by.
"""

from collections.abc import Callable

import msgspec

from server.records.cells import AgentCell, CustomerCell, MailboxCell, QueueCell


class Sums(msgspec.Struct, kw_only=True):
    """What a line stands for. `service`: numerator and denominator of the service level, summed over its queues, each
    in its own mode. `agent`: the agents of those queues, each once."""

    queue: QueueCell = msgspec.field(default_factory=QueueCell)
    agent: AgentCell = msgspec.field(default_factory=AgentCell)
    customer: CustomerCell = msgspec.field(default_factory=CustomerCell)
    mailbox: MailboxCell = msgspec.field(default_factory=MailboxCell)
    service: tuple[int, int] = (0, 0)

    def add_queue(self, cell: QueueCell, abandons: str) -> None:
        """Add a queue's cell; `abandons` is the queue's way of counting abandons in its service level."""
        self.queue.add(cell)
        met, of = cell.service(abandons)
        self.service = (self.service[0] + met, self.service[1] + of)


Value = int | float | None


class Figure(msgspec.Struct, frozen=True):
    """`unit`: `calls`, `seconds`, `fraction` or `count`. `formula` is what people are shown beside the figure."""

    name: str
    title: str
    unit: str
    formula: str
    compute: Callable[[Sums], Value]


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 6) if whole else None


def _mean(sum_ms: float, count: int) -> float | None:
    return round(sum_ms / count / 1000, 3) if count else None


def _seconds(microseconds: int) -> float:
    return round(microseconds / 1_000_000, 3)


def _occupancy_base(cell: AgentCell) -> int:
    return cell.work_us + cell.idle_us


_SERVICE = (
    "answered within T / (answered + abandoned - abandoned within T); per queue also: answered within T / offered "
    "(abandons against), or (answered within T + abandoned within T) / offered (abandons for)"
)

_QUEUE = (
    Figure(
        "offered",
        "Offered",
        "calls",
        "calls that joined the queue, or were turned away at its door, in the interval",
        lambda s: s.queue.offered,
    ),
    Figure("answered", "Answered", "calls", "calls of the interval that an agent took", lambda s: s.queue.answered),
    Figure("within", "Within T", "calls", "answered calls whose wait <= T", lambda s: s.queue.within),
    Figure(
        "abandoned",
        "Abandoned",
        "calls",
        "callers who left the queue after 5 s or more; not those who get a call-back",
        lambda s: s.queue.abandoned,
    ),
    Figure(
        "short_abandoned",
        "Short abandoned",
        "calls",
        "callers who left the queue within less than 5 s, counted apart",
        lambda s: s.queue.short_abandoned,
    ),
    Figure(
        "overflowed",
        "Overflowed",
        "calls",
        "calls that left for another queue or goodbye because they waited too long",
        lambda s: s.queue.overflowed,
    ),
    Figure("call_back", "Call-backs", "calls", "callers who chose to be called back", lambda s: s.queue.call_back),
    Figure(
        "call_back_reached",
        "Reached",
        "calls",
        "call-backs in which agent and customer talked",
        lambda s: s.queue.call_back_reached,
    ),
    Figure("voicemail", "Voicemail", "calls", "callers who left for a mailbox", lambda s: s.queue.voicemail),
    Figure("other", "Other", "calls", "calls that ended closed, full, failed or otherwise", lambda s: s.queue.other),
    Figure(
        "missed",
        "Offers missed",
        "count",
        "offers that rang and were not answered, by a colleague neither",
        lambda s: s.queue.missed,
    ),
    Figure(
        "transferred",
        "Passed on",
        "count",
        "how often an agent of the queue passed a call on; each time counts in the interval in which the call joined",
        lambda s: s.queue.transferred,
    ),
    Figure(
        "transferred_in",
        "Passed on to it",
        "count",
        "how often an agent passed a call on to this queue; as offered and answered it counts where it was first",
        lambda s: s.queue.transferred_in,
    ),
    Figure(
        "transferred_lost",
        "Lost after",
        "calls",
        "callers passed on who left before the next agent had them",
        lambda s: s.queue.transferred_lost,
    ),
    Figure(
        "handled",
        "Handled",
        "calls",
        "conversations with an agent, wrap-up and call-backs included, of calls that are over; one that was passed on "
        "counts once for each agent",
        lambda s: s.queue.handled,
    ),
    Figure("service_level", "Service level", "fraction", _SERVICE, lambda s: _ratio(*s.service)),
    Figure(
        "abandon_rate",
        "Abandon rate",
        "fraction",
        "abandoned / offered, short abandons left out of both",
        lambda s: _ratio(s.queue.abandoned, s.queue.offered - s.queue.short_abandoned),
    ),
    Figure(
        "asa_seconds",
        "ASA",
        "seconds",
        "sum of the waits of answered calls / answered",
        lambda s: _mean(s.queue.wait_answered_ms, s.queue.answered),
    ),
    Figure(
        "abandon_wait_seconds",
        "Wait of abandoned",
        "seconds",
        "sum of the waits of abandoned calls, short ones included / their number",
        lambda s: _mean(s.queue.wait_abandoned_ms, s.queue.abandoned + s.queue.short_abandoned),
    ),
    Figure(
        "longest_wait_seconds",
        "Longest wait",
        "seconds",
        "longest wait of a call of the interval whose wait is over",
        lambda s: s.queue.longest_wait_ms / 1000,
    ),
    Figure(
        "aht_seconds",
        "AHT",
        "seconds",
        "(talk + hold + wrap-up) / handled",
        lambda s: _mean(s.queue.talk_ms + s.queue.hold_ms + s.queue.wrap_up_ms, s.queue.handled),
    ),
    Figure(
        "connected_seconds",
        "Connected time",
        "seconds",
        "(talk + hold) / handled",
        lambda s: _mean(s.queue.talk_ms + s.queue.hold_ms, s.queue.handled),
    ),
    Figure(
        "queue_talk_seconds",
        "Talk",
        "seconds",
        "talk of the handled calls, hold left out",
        lambda s: s.queue.talk_ms / 1000,
    ),
    Figure("queue_hold_seconds", "Hold", "seconds", "hold of the handled calls", lambda s: s.queue.hold_ms / 1000),
    Figure(
        "queue_wrap_up_seconds",
        "Wrap-up",
        "seconds",
        "wrap-up of the handled calls",
        lambda s: s.queue.wrap_up_ms / 1000,
    ),
)

_TIME = (
    Figure(
        "occupancy",
        "Occupancy",
        "fraction",
        "(talk + hold + wrap-up) / (talk + hold + wrap-up + idle), of the agents in the interval",
        lambda s: _ratio(s.agent.work_us, _occupancy_base(s.agent)),
    ),
    Figure(
        "utilisation",
        "Utilisation",
        "fraction",
        "(talk + hold) / (talk + hold + wrap-up + idle), of the agents in the interval",
        lambda s: _ratio(s.agent.talk_us + s.agent.hold_us, _occupancy_base(s.agent)),
    ),
    Figure(
        "not_ready_seconds",
        "Not ready",
        "seconds",
        "agents' time not ready, all reasons; not_ready:REASON is one reason",
        lambda s: _seconds(sum(s.agent.not_ready_us.values())),
    ),
    Figure(
        "logged_in_seconds",
        "Logged in",
        "seconds",
        "idle + not ready + ringing + talk + hold + wrap-up",
        lambda s: _seconds(s.agent.logged_in_us),
    ),
    Figure("idle_seconds", "Idle", "seconds", "ready and free", lambda s: _seconds(s.agent.idle_us)),
    Figure("ringing_seconds", "Ringing", "seconds", "reserved or ringing", lambda s: _seconds(s.agent.ringing_us)),
    Figure("talk_seconds", "Talk", "seconds", "in conversation, hold left out", lambda s: _seconds(s.agent.talk_us)),
    Figure("hold_seconds", "Hold", "seconds", "the customer was on hold", lambda s: _seconds(s.agent.hold_us)),
    Figure("wrap_up_seconds", "Wrap-up", "seconds", "after calls", lambda s: _seconds(s.agent.wrap_up_us)),
)

_AGENT = (
    Figure("calls", "Calls", "calls", "calls that the agent was connected to", lambda s: s.agent.calls),
    Figure("agent_offered", "Offers", "count", "calls that were offered to the agent", lambda s: s.agent.offered),
    Figure(
        "agent_missed",
        "Missed",
        "count",
        "offers that rang and were not answered, by a colleague neither",
        lambda s: s.agent.missed,
    ),
    Figure("agent_transferred", "Passed on", "calls", "calls that the agent passed on", lambda s: s.agent.transferred),
    Figure(
        "handling_seconds",
        "AHT",
        "seconds",
        "(talk + hold + wrap-up) / calls, of the agent in the interval",
        lambda s: _mean((s.agent.work_us) / 1000, s.agent.calls),
    ),
    Figure(
        "agent_connected_seconds",
        "Connected time",
        "seconds",
        "(talk + hold) / calls, of the agent in the interval",
        lambda s: _mean((s.agent.talk_us + s.agent.hold_us) / 1000, s.agent.calls),
    ),
)

_CUSTOMER = (
    Figure(
        "customer_calls",
        "Calls",
        "calls",
        "calls that arrived and are over, wrap-up included",
        lambda s: s.customer.calls,
    ),
    Figure("customer_answered", "Answered", "calls", "of them, taken by an agent", lambda s: s.customer.answered),
    Figure(
        "customer_abandoned",
        "Abandoned",
        "calls",
        "of them, left by the caller while waiting, short ones included",
        lambda s: s.customer.abandoned,
    ),
    Figure(
        "customer_wait_seconds",
        "Wait",
        "seconds",
        "sum of the waits / calls",
        lambda s: _mean(s.customer.wait_ms, s.customer.calls),
    ),
    Figure(
        "customer_transferred",
        "Passed on",
        "count",
        "how often an agent passed a call of the customer on",
        lambda s: s.customer.transferred,
    ),
    Figure("customer_talk_seconds", "Talk", "seconds", "sum of the talks", lambda s: s.customer.talk_ms / 1000),
)

_MAILBOX = (
    Figure("messages", "Messages", "count", "messages that callers left", lambda s: s.mailbox.messages),
    Figure("messages_forwarded", "Forwarded", "count", "copies from other mailboxes", lambda s: s.mailbox.forwarded),
    Figure("messages_urgent", "Urgent", "count", "of both, the urgent ones", lambda s: s.mailbox.urgent),
    Figure(
        "message_mean_seconds",
        "Length",
        "seconds",
        "mean length of both",
        lambda s: _mean(s.mailbox.seconds_ms, s.mailbox.messages + s.mailbox.forwarded),
    ),
    Figure("messages_saved", "Saved", "count", "messages that somebody saved", lambda s: s.mailbox.saved),
    Figure("messages_deleted", "Deleted", "count", "messages that were deleted", lambda s: s.mailbox.deleted),
    Figure("messages_tasks", "Tasks", "count", "messages that waited in a queue", lambda s: s.mailbox.tasks),
    Figure(
        "messages_not_taken",
        "Not kept",
        "count",
        "callers who were told that nothing could be kept: mailbox or disk full",
        lambda s: s.mailbox.not_taken,
    ),
)
MAILBOX_FIGURES = {figure.name: figure for figure in _MAILBOX}
"""What can be shown of a mailbox."""
QUEUE_FIGURES = {figure.name: figure for figure in (*_QUEUE, *_TIME)}
"""What can be shown of a queue."""
TIME_FIGURES = frozenset(figure.name for figure in _TIME)
"""Those that are made of agents' times."""
AGENT_FIGURES = {figure.name: figure for figure in (*_AGENT, *_TIME)}
"""What can be shown of an agent."""
CUSTOMER_FIGURES = {figure.name: figure for figure in _CUSTOMER}
"""What can be shown of a customer."""
NOT_READY = "not_ready:"
"""Prefix of a figure that is one reason's time: `not_ready:break`; `not_ready:` alone is the time without a reason."""


def figure_named(name: str, known: dict[str, Figure]) -> Figure | None:
    """A figure by name; None: there is none."""
    if name.startswith(NOT_READY) and "not_ready_seconds" in known:
        reason = name.removeprefix(NOT_READY)
        title = f"Not ready ({reason or 'no reason'})"
        formula = f"agents' time not ready, reason {reason!r}" if reason else "agents' time not ready without a reason"
        return Figure(name, title, "seconds", formula, lambda s: _seconds(s.agent.not_ready_us.get(reason, 0)))
    return known.get(name)


def values_of(sums: Sums, figures: dict[str, Figure]) -> dict[str, Value]:
    """Every figure of a line, by name."""
    return {name: figure.compute(sums) for name, figure in figures.items()}
