"""Five minutes of a small queue, written down by hand, and every figure of them worked out by hand.

`service` (T = 20 s) has ana and bruno, `experts` has ana. Seconds from the beginning:

| call | joins | what becomes of it                                                       |
|------|-------|--------------------------------------------------------------------------|
| c1   | 10    | ana from 20 to 80, wrap-up to 100                                        |
| c2   | 12    | bruno from 42, hold from 60 to 70, passed on to experts at 82, wrap-up to |
|      |       | 92; ana there from 110 to 160, wrap-up to 175                            |
| c3   | 100   | leaves after 3 s: a short one                                            |
| c4   | 110   | leaves after 15 s: within T                                              |
| c5   | 120   | leaves after 40 s                                                        |
| c6   | 130   | too long, sent on to experts at 160, leaves there at 170                 |
| c7   | 140   | asks at 150 to be called back                                            |
| c8   | -     | turned away at 200: closed                                               |
| c9   | 178   | rings at bruno's from 180 to 200, who does not answer; leaves after 32 s |

ana is on a break from 200 to 260; bruno is not ready (no-answer) from 200, at lunch from 230. Both leave at 300.
"""

from datetime import UTC

import pytest
from call_stories import MONO, WALL, entries, why

from server.call import facts as f
from server.records.agent_day import AgentDay
from server.records.book import Book
from server.records.call_so_far import record_of
from server.records.figure_book import FigureBook
from server.records.figures import (
    AGENT_FIGURES,
    CUSTOMER_FIGURES,
    QUEUE_FIGURES,
    Figure,
    Sums,
    figure_named,
)
from server.records.summary import Terms, Wanted, by_agent, by_customer, by_queue

Told = list[tuple[float, f.AnyFact]]
REGULAR, OTHER = "+491", "+492"


def joins(call: str, at: float, queue: str = "service", caller: str = OTHER, joined: float | None = None) -> Told:
    since = at if joined is None else joined
    queued = f.CallQueued(call=call, queue=queue, priority=0, joined_mono=MONO + since, joined_at=WALL + since)
    return [(at, queued)] if joined is not None else [(at, arrives(call, caller)), (at, queued)]


def arrives(call: str, caller: str = OTHER) -> f.CallArrived:
    return f.CallArrived(call=call, card="k", caller=caller, dialled="1", caller_e164=caller)


def taken(call: str, agent: str, rings: float, talks: float, queue: str = "service", offer: int = 1) -> Told:
    return [
        (rings, f.CallOffered(call=call, queue=queue, agent=agent, offer=offer, leg="l", why=why(agent))),
        (talks, f.OfferEnded(call=call, agent=agent, offer=offer, result="answered")),
        (talks, f.CallConnected(call=call, queue=queue, agent=agent, offer=offer)),
    ]


def wraps_up(call: str, agent: str, begin: float, end: float) -> Told:
    began = f.WrapUpBegan(agent=agent, call=call, seconds=99, began_mono=MONO + begin, began_at=WALL + begin)
    return [(begin, began), (end, f.WrapUpEnded(agent=agent, call=call, by="agent"))]


def over(call: str, at: float, outcome: str) -> Told:
    return [
        (at, f.CallReleased(call=call, by="customer", cause="normal")),
        (at, f.CallClosed(call=call, outcome=outcome, cause="normal")),
    ]


def ends(call: str, agent: str, at: float, until: float) -> Told:
    """The customer hangs up; `agent` wraps up until then."""
    began, ended = wraps_up(call, agent, at, until)
    released = f.CallReleased(call=call, by="customer", cause="normal", agent=agent)
    return [(at, released), began, (at, f.CallClosed(call=call, outcome="answered", cause="normal")), ended]


def is_(agent: str, at: float, presence: str, reason: str = "") -> tuple[float, f.AnyFact]:
    return at, f.PresenceChosen(agent=agent, presence=presence, reason=reason, by=agent)


STORY: Told = [
    is_("ana", 0, "ready"),
    is_("bruno", 0, "ready"),
    *joins("c1", 10, caller=REGULAR),
    *taken("c1", "ana", 15, 20),
    *ends("c1", "ana", 80, 100),
    *joins("c2", 12, caller=REGULAR),
    *taken("c2", "bruno", 37, 42),
    (60, f.CallHeld(call="c2", agent="bruno", on=True)),
    (70, f.CallHeld(call="c2", agent="bruno", on=False)),
    (
        82,
        f.CallTransferred(
            call="c2", agent="bruno", kind="blind", to="queue:experts", by="bruno", queue="service", talked_seconds=40
        ),
    ),
    *wraps_up("c2", "bruno", 82, 92),
    *joins("c2", 82, "experts", joined=82),
    *taken("c2", "ana", 105, 110, "experts", 2),
    *ends("c2", "ana", 160, 175),
    *joins("c3", 100),
    *over("c3", 103, "short-abandoned"),
    *joins("c4", 110),
    *over("c4", 125, "abandoned"),
    *joins("c5", 120),
    *over("c5", 160, "abandoned"),
    *joins("c6", 130),
    (160, f.CallDiverted(call="c6", queue="service", why="too-long", to="queue:experts")),
    *joins("c6", 160, "experts", joined=130),
    *over("c6", 170, "abandoned"),
    *joins("c7", 140),
    (150, f.CallBackAsked(call="c7", queue="service", number=OTHER)),
    (200, arrives("c8")),
    (200, f.CallDiverted(call="c8", queue="service", why="closed", to="goodbye")),
    *over("c8", 200, "closed"),
    *joins("c9", 178),
    (180, f.CallOffered(call="c9", queue="service", agent="bruno", offer=1, leg="l", why=why("bruno"))),
    (200, f.OfferEnded(call="c9", agent="bruno", offer=1, result="no-answer")),
    (200, f.PresenceChosen(agent="bruno", presence="not-ready", reason="no-answer", by="rule")),
    *over("c9", 210, "abandoned"),
    is_("ana", 200, "not-ready", "break"),
    is_("bruno", 230, "not-ready", "lunch"),
    is_("ana", 260, "ready"),
    is_("ana", 300, "logged-out"),
    is_("bruno", 300, "logged-out"),
]
LEDGER = entries(*sorted(STORY, key=lambda told: told[0]))


def folded() -> FigureBook:
    book = FigureBook(UTC, {"service": 20, "experts": 20})
    book.take(LEDGER)
    return book


def terms(abandons: str = "left-out") -> Terms:
    return Terms(
        zone=UTC,
        service_seconds={"service": 20, "experts": 20},
        abandons={"service": abandons, "experts": abandons},
        members={"service": ["ana", "bruno"], "experts": ["ana"]},
    )


def shown(known: dict[str, Figure], sums: Sums, name: str) -> object:
    figure = figure_named(name, known)
    assert figure is not None
    return figure.compute(sums)


SERVICE = {
    "offered": 9, "answered": 2, "within": 1, "abandoned": 3, "short_abandoned": 1, "overflowed": 1, "call_back": 1,
    "call_back_reached": 0, "voicemail": 0, "other": 1, "missed": 1, "transferred": 1, "transferred_in": 0,
    "transferred_lost": 0, "handled": 2,
    "service_level": round(1 / (2 + 3 + 1 - 2), 6),
    "abandon_rate": 3 / (9 - 1),
    "asa_seconds": (10 + 30) / 2,
    "abandon_wait_seconds": (3 + 15 + 40 + 32) / 4,
    "longest_wait_seconds": 40,
    "queue_talk_seconds": 60 + 30, "queue_hold_seconds": 10, "queue_wrap_up_seconds": 20 + 10,
    "aht_seconds": (60 + 20 + 30 + 10 + 10) / 2,
    "connected_seconds": (60 + 40) / 2,
    # ana and bruno together
    "occupancy": round((145 + 50) / (145 + 50 + 85 + 125), 6),
    "utilisation": round((110 + 40) / (145 + 50 + 85 + 125), 6),
    "not_ready_seconds": 60 + 30 + 70, "not_ready:break": 60, "not_ready:no-answer": 30, "not_ready:lunch": 70,
    "logged_in_seconds": 600,
}  # fmt: skip
EXPERTS = {
    "offered": 1, "answered": 0, "abandoned": 1, "short_abandoned": 0, "transferred": 0, "transferred_in": 1,
    "transferred_lost": 0, "handled": 1, "service_level": 0, "abandon_rate": 1, "asa_seconds": None,
    "abandon_wait_seconds": 40, "aht_seconds": 50 + 15, "connected_seconds": 50, "queue_wrap_up_seconds": 15,
    "occupancy": round(145 / 230, 6),
}  # fmt: skip
ANA = {
    "calls": 2, "agent_offered": 2, "agent_missed": 0, "agent_transferred": 0,
    "idle_seconds": 15 + 5 + 25 + 40, "ringing_seconds": 10, "talk_seconds": 60 + 50, "hold_seconds": 0,
    "wrap_up_seconds": 20 + 15, "not_ready_seconds": 60, "not_ready:break": 60, "logged_in_seconds": 300,
    "occupancy": round(145 / 230, 6), "utilisation": round(110 / 230, 6),
    "handling_seconds": 145 / 2, "agent_connected_seconds": 110 / 2,
}  # fmt: skip
BRUNO = {
    "calls": 1, "agent_offered": 2, "agent_missed": 1, "agent_transferred": 1,
    "idle_seconds": 37 + 88, "ringing_seconds": 5 + 20, "talk_seconds": 18 + 12, "hold_seconds": 10,
    "wrap_up_seconds": 10, "not_ready:no-answer": 30, "not_ready:lunch": 70, "not_ready:break": 0,
    "logged_in_seconds": 300, "occupancy": round(50 / 175, 6), "utilisation": round(40 / 175, 6),
    "handling_seconds": 50, "agent_connected_seconds": 40,
}  # fmt: skip
CUSTOMERS = {
    REGULAR: {
        "customer_calls": 2, "customer_answered": 2, "customer_abandoned": 0, "customer_transferred": 1,
        "customer_wait_seconds": 20, "customer_talk_seconds": 60 + 30 + 50,
    },
    OTHER: {
        "customer_calls": 6, "customer_answered": 0, "customer_abandoned": 5, "customer_transferred": 0,
        "customer_wait_seconds": round((3 + 15 + 40 + 40 + 0 + 32) / 6, 3), "customer_talk_seconds": 0,
    },
}  # fmt: skip


def test_no_figure_is_left_out() -> None:
    assert {*SERVICE, *ANA} >= QUEUE_FIGURES.keys()
    assert ANA.keys() >= AGENT_FIGURES.keys()
    assert CUSTOMERS[OTHER].keys() == CUSTOMER_FIGURES.keys()


@pytest.mark.parametrize("name", SERVICE)
def test_of_the_queue(name: str) -> None:
    sums = by_queue(folded().cells(), terms(), Wanted(group=["queue"]))[("service",)]
    assert shown(QUEUE_FIGURES, sums, name) == SERVICE[name]


@pytest.mark.parametrize("name", EXPERTS)
def test_of_the_queue_that_a_call_was_passed_on_to(name: str) -> None:
    sums = by_queue(folded().cells(), terms(), Wanted(group=["queue"]))[("experts",)]
    assert shown(QUEUE_FIGURES, sums, name) == EXPERTS[name]


@pytest.mark.parametrize(("abandons", "level"), [("left-out", 1 / 4), ("against", 1 / 9), ("for", (1 + 2) / 9)])
def test_of_the_service_level_in_each_mode(abandons: str, level: float) -> None:
    sums = by_queue(folded().cells(), terms(abandons), Wanted(group=["queue"]))[("service",)]
    assert shown(QUEUE_FIGURES, sums, "service_level") == round(level, 6)


@pytest.mark.parametrize(
    ("agent", "name", "value"),
    [(agent, name, value) for agent, table in (("ana", ANA), ("bruno", BRUNO)) for name, value in table.items()],
)
def test_of_the_agent(agent: str, name: str, value: object) -> None:
    sums = by_agent(folded().cells(), terms(), Wanted(group=["agent"]))[(agent,)]
    assert shown(AGENT_FIGURES, sums, name) == value


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_of_the_customer(customer: str) -> None:
    sums = by_customer(folded().cells(), terms(), Wanted(group=["customer"]))[(customer,)]
    assert {name: shown(CUSTOMER_FIGURES, sums, name) for name in CUSTOMER_FIGURES} == CUSTOMERS[customer]


@pytest.mark.parametrize(("agent", "table"), [("ana", ANA), ("bruno", BRUNO)])
def test_the_agents_day_says_the_same(agent: str, table: dict[str, object]) -> None:
    book = Book(UTC)
    book.take(LEDGER)
    day = book.agent_day(agent, LEDGER[-1].at)
    assert isinstance(day, AgentDay)
    assert (day.calls, day.offered, day.missed, day.transferred) == tuple(
        table[name] for name in ("calls", "agent_offered", "agent_missed", "agent_transferred")
    )
    names = ("talk_seconds", "hold_seconds", "wrap_up_seconds", "idle_seconds", "ringing_seconds", "logged_in_seconds")
    assert [getattr(day, name) for name in names] == [table[name] for name in names]


def test_the_record_of_the_call_that_was_passed_on_tells_the_agents_apart() -> None:
    closed = {call.arrived.call: call for call in Book(UTC).take(LEDGER).closed}
    record = record_of(closed["c2"])
    each = [(c.agent, c.queue, c.talk_seconds, c.hold_seconds, c.wrap_up_seconds) for c in record.conversations]
    assert each == [("bruno", "service", 30, 10, 10), ("ana", "experts", 50, 0, 15)]
    assert (record.talk_seconds, record.hold_seconds, record.wrap_up_seconds) == (80, 10, 25)
    assert (record.wait_seconds, record.outcome, record.agent, record.queue) == (30, "answered", "ana", "experts")
    (transfer,) = record.transfers
    assert (transfer.agent, transfer.kind, transfer.to, transfer.talked_seconds) == (
        "bruno", "blind", "queue:experts", 40,
    )  # fmt: skip


def test_the_wait_ends_when_a_caller_is_sent_to_a_mailbox_or_a_number() -> None:
    story: Told = [
        *joins("m", 10),
        (40, f.CallDiverted(call="m", queue="service", why="too-long", to="voicemail:box")),
        (40, f.MailboxEntered(call="m", mailbox="box")),
        *over("m", 200, "voicemail"),
        *joins("n", 20),
        (25, f.CallDiverted(call="n", queue="service", why="key", to="number:+4930", key="1", leg="number-1")),
        (30, f.DiversionAnswered(call="n")),
        *over("n", 1230, "overflowed"),
    ]
    book = FigureBook(UTC, {"service": 20})
    book.take(entries(*sorted(story, key=lambda told: told[0])))
    sums = by_queue(book.cells(), terms(), Wanted(group=["queue"]))[("service",)]
    assert shown(QUEUE_FIGURES, sums, "longest_wait_seconds") == 30
    assert shown(QUEUE_FIGURES, sums, "voicemail") == 1


def test_who_comes_out_of_a_mailbox_that_was_dialled_is_offered_once() -> None:
    story: Told = [
        (10, arrives("m")),
        (10, f.MailboxEntered(call="m", mailbox="box")),
        (20, f.CallDiverted(call="m", queue="", why="key", to="queue:service", key="0")),
        (20, f.CallQueued(call="m", queue="service", priority=0, joined_mono=MONO + 20, joined_at=WALL + 20)),
        *over("m", 50, "abandoned"),
    ]
    book = FigureBook(UTC, {"service": 20})
    book.take(entries(*story))
    assert [(queue, cell.offered) for (_, queue), cell in book.cells().queues.items()] == [("service", 1)]


def test_who_asks_for_a_call_back_after_a_talk_stays_answered() -> None:
    """Passed on, the caller waits in another queue, and does not want to: that is no second offered call."""
    story: Told = [
        *joins("a", 10),
        *taken("a", "ana", 12, 15),
        (
            40,
            f.CallTransferred(
                call="a", agent="ana", kind="blind", to="queue:experts", by="ana", queue="service", talked_seconds=25
            ),
        ),
        *wraps_up("a", "ana", 40, 50),
        *joins("a", 40, "experts", joined=40),
        (60, f.CallDiverted(call="a", queue="experts", why="key", to="call-back", key="1")),
        (60, f.CallBackAsked(call="a", queue="experts", number=OTHER)),
        *taken("a", "bruno", 100, 110, "experts", 2),
        *ends("a", "bruno", 150, 160),
    ]
    book = FigureBook(UTC, {"service": 20, "experts": 20})
    book.take(entries(*sorted(story, key=lambda told: told[0])))
    names = ("offered", "answered", "call_back", "call_back_reached", "transferred_in", "handled")
    sums = by_queue(book.cells(), terms(), Wanted(group=["queue"]))
    assert [shown(QUEUE_FIGURES, sums["service",], name) for name in names] == [1, 1, 0, 0, 0, 1]
    assert [shown(QUEUE_FIGURES, sums["experts",], name) for name in names] == [0, 0, 0, 0, 1, 1]
