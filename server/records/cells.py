"""What is counted in one interval: for a queue, an agent, a customer. Whole numbers only.

Whole numbers add up to the same whatever the order and the grouping: five minutes to a quarter of an hour, quarters to
a day. So the figure on the wall equals the figure in the report, to the last digit. Rates and means are worked out from
the sums when they are shown (`server.records.figures`), never added.

A call's counts belong to the interval in which it joined the queue, so that offered = answered + abandoned + short
abandoned + overflowed + call-backs + voicemails + others + those still waiting, in each interval. An agent's times
belong to the interval in which they passed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

import msgspec
from msgspec.structs import replace

GRAIN_SECONDS = 300
"""The smallest interval; all others are made of it. Zones differ from UTC by multiples of 15 minutes."""


class QueueCell(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Calls of one queue that joined it in one interval.

    `within`: answered within the queue's service level. `abandoned` leaves short abandons out; `abandoned_within`
    counts both kinds. `call_back`: callers who chose to be called, whatever became of it; they are in no other count
    but `call_back_reached`; whom an agent had before stays answered. `handled`: conversations with an agent, of calls
    that are over, wrap-up included; the three times are theirs. A call that was passed on has several, each counted in
    the queue in which that agent got it; it stays offered and answered, with its wait, where it was first.
    `transferred`: how often an agent of the queue passed a call on; `transferred_in`: how often one was passed on to
    the queue; `transferred_lost`: of these, callers who left before the next agent had them. `other`: closed, full,
    failed and such.
    """

    offered: int = 0
    answered: int = 0
    within: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    abandoned_within: int = 0
    overflowed: int = 0
    call_back: int = 0
    call_back_reached: int = 0
    voicemail: int = 0
    other: int = 0
    wait_answered_ms: int = 0
    wait_abandoned_ms: int = 0
    longest_wait_ms: int = 0
    handled: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    transferred: int = 0
    missed: int = 0
    transferred_in: int = 0
    transferred_lost: int = 0

    def add(self, other: "QueueCell") -> None:
        """Add another interval or queue."""
        longest = max(self.longest_wait_ms, other.longest_wait_ms)
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest_wait_ms = longest

    def service(self, abandons: str) -> tuple[int, int]:
        """Numerator and denominator of the service level; `abandons`: `left-out`, `against`, `for`."""
        if abandons == "against":
            return self.within, self.offered
        if abandons == "for":
            return self.within + self.abandoned_within, self.offered
        return self.within, self.answered + self.abandoned + self.short_abandoned - self.abandoned_within


class AgentCell(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An agent in one interval. Times are whole microseconds, since they are of many small pieces; they add up to the
    time logged in; `not_ready_us` is by reason."""

    calls: int = 0
    offered: int = 0
    missed: int = 0
    transferred: int = 0
    talk_us: int = 0
    hold_us: int = 0
    wrap_up_us: int = 0
    ringing_us: int = 0
    idle_us: int = 0
    not_ready_us: dict[str, int] = {}

    def add(self, other: "AgentCell") -> None:
        """Add another interval or agent."""
        for name in self.__struct_fields__[:-1]:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        reasons = dict(self.not_ready_us)
        for reason, spent in other.not_ready_us.items():
            reasons[reason] = reasons.get(reason, 0) + spent
        self.not_ready_us = reasons

    @property
    def work_us(self) -> int:
        """Talk, hold and wrap-up."""
        return self.talk_us + self.hold_us + self.wrap_up_us

    @property
    def logged_in_us(self) -> int:
        """All of it."""
        return self.work_us + self.ringing_us + self.idle_us + sum(self.not_ready_us.values())


class CustomerCell(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A customer's (or, if nobody knows whose it is, a number's) calls that arrived in one interval and are over,
    wrap-up included."""

    calls: int = 0
    answered: int = 0
    abandoned: int = 0
    wait_ms: int = 0
    talk_ms: int = 0
    last_at: float = 0.0
    transferred: int = 0

    def add(self, other: "CustomerCell") -> None:
        """Add another interval."""
        last = max(self.last_at, other.last_at)
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.last_at = last


class MailboxCell(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What happened to a mailbox in one interval. `messages`: left by callers; `forwarded`: copies that came from other
    mailboxes; `urgent` and `seconds_ms` are of both. `not_taken`: callers who were told that it could not be kept."""

    messages: int = 0
    forwarded: int = 0
    urgent: int = 0
    seconds_ms: int = 0
    saved: int = 0
    deleted: int = 0
    not_taken: int = 0
    tasks: int = 0

    def add(self, other: "MailboxCell") -> None:
        """Add another interval or mailbox."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


Key = tuple[int, str]
"""Start of the interval (seconds since 1970), and the id of the queue, agent, customer or mailbox."""


class Cells(msgspec.Struct, kw_only=True):
    """Every interval in which something happened."""

    queues: dict[Key, QueueCell] = {}
    agents: dict[Key, AgentCell] = {}
    customers: dict[Key, CustomerCell] = {}
    mailboxes: dict[Key, MailboxCell] = {}

    def between(self, start: float, end: float) -> "Cells":
        """The intervals that begin in [start, end)."""
        return Cells(
            queues={key: cell for key, cell in self.queues.items() if start <= key[0] < end},
            agents={key: cell for key, cell in self.agents.items() if start <= key[0] < end},
            customers={key: cell for key, cell in self.customers.items() if start <= key[0] < end},
            mailboxes={key: cell for key, cell in self.mailboxes.items() if start <= key[0] < end},
        )

    def copied(self, start: float) -> "Cells":
        """A copy of the intervals that begin at `start` or later."""
        return Cells(
            queues={key: replace(cell) for key, cell in self.queues.items() if key[0] >= start},
            agents={key: replace(cell) for key, cell in self.agents.items() if key[0] >= start},
            customers={key: replace(cell) for key, cell in self.customers.items() if key[0] >= start},
            mailboxes={key: replace(cell) for key, cell in self.mailboxes.items() if key[0] >= start},
        )

    def forget_before(self, start: float) -> None:
        """Leave out the intervals that begin before `start`."""
        kept = self.between(start, float("inf"))
        self.queues, self.agents, self.customers = kept.queues, kept.agents, kept.customers
        self.mailboxes = kept.mailboxes

    def add(self, other: "Cells") -> None:
        """Add the cells of another fold."""
        for key, queue in other.queues.items():
            self.queues.setdefault(key, QueueCell()).add(queue)
        for key, agent in other.agents.items():
            self.agents.setdefault(key, AgentCell()).add(agent)
        for key, customer in other.customers.items():
            self.customers.setdefault(key, CustomerCell()).add(customer)
        for key, mailbox in other.mailboxes.items():
            self.mailboxes.setdefault(key, MailboxCell()).add(mailbox)


def grain_of(wall: float) -> int:
    """Start of the smallest interval that `wall` lies in."""
    return int(wall // GRAIN_SECONDS) * GRAIN_SECONDS


def milliseconds(seconds: float) -> int:
    """A duration in whole milliseconds, never below 0; the same rounding as in call records."""
    return round(round(seconds, 3) * 1000) if seconds > 0 else 0


def day_start(wall: float, zone: tzinfo) -> float:
    """The local midnight before (or at) `wall`."""
    day = datetime.fromtimestamp(wall, zone).date()
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def interval_start(wall: float, seconds: int, zone: tzinfo) -> float:
    """Start of the interval of that length in which `wall` lies; 86,400 is a local day.

    Intervals begin at the same local times every day: those of two hours at 0:00, 2:00, 4:00. On the day on which the
    clock is changed the one in which it is changed is longer or shorter. An hour that comes twice has intervals of its
    own each time, where they are no longer than an hour. Raises `ValueError` for a length that is neither a day nor
    divides a day into multiples of five minutes.
    """
    check_interval(seconds)
    if seconds == 86_400:
        return day_start(wall, zone)
    there = datetime.fromtimestamp(wall, zone)
    begun = (there.hour * 3600 + there.minute * 60 + there.second) // seconds * seconds
    local = datetime(there.year, there.month, there.day, begun // 3600, begun // 60 % 60, tzinfo=zone)
    first, again = local.timestamp(), local.replace(fold=1).timestamp()
    return again if seconds <= 3600 and first < again <= wall else first


def check_interval(seconds: int) -> None:
    """Raises `ValueError` for an interval that figures cannot be shown in."""
    if not GRAIN_SECONDS <= seconds <= 86_400 or seconds % GRAIN_SECONDS or 86_400 % seconds:
        raise ValueError("an interval is 5 minutes, a multiple of it that divides the day, or a day")


def next_day(wall: float, zone: tzinfo) -> float:
    """The local midnight after `wall`."""
    day = datetime.fromtimestamp(wall, zone).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def total_queue(cells: Iterable[QueueCell]) -> QueueCell:
    """The sum of cells."""
    total = QueueCell()
    for cell in cells:
        total.add(cell)
    return total


def total_agent(cells: Iterable[AgentCell]) -> AgentCell:
    """The sum of cells."""
    total = AgentCell()
    for cell in cells:
        total.add(cell)
    return total
