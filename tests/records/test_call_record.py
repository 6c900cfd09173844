"""The call's record from its facts."""

import msgspec
import pytest
from call_stories import answered_call, arrived, at, connected, entries, offer_ended, offered, queued, wrap_up_began
from hypothesis import given, strategies as st

from server.call import facts as f
from server.call.now import Now
from server.records import call_fold, call_so_far
from server.records.call_record import CallRecord
from server.records.call_so_far import CallSoFar
from server.records.contact import contact_of
from server.records.instants import iso

CONTRACT = [
    "call_id",
    "from",
    "to",
    "queue",
    "agent",
    "arrived_at",
    "queued_at",
    "offered_at",
    "answered_at",
    "ended_at",
    "wait_seconds",
    "talk_seconds",
    "hold_seconds",
    "wrap_up_seconds",
    "outcome",
    "released_by",
    "offers",
]


def fold(told: list[f.Entry], boot: str = "boot-1") -> CallSoFar:
    so_far = None
    for entry in told:
        so_far = call_fold.fold(so_far, entry, boot)
    assert so_far is not None
    return so_far


def record(told: list[f.Entry]) -> CallRecord:
    return call_so_far.record_of(fold(told))


def test_answered_call_has_every_field_of_the_contract() -> None:
    shown = msgspec.to_builtins(record(entries(*answered_call())))
    assert list(shown)[: len(CONTRACT)] == CONTRACT
    offers = shown.pop("offers")
    assert {name: shown[name] for name in CONTRACT if name != "offers"} == {
        "call_id": "c1",
        "from": "03012345678",
        "to": "100",
        "queue": "service",
        "agent": "ana",
        "arrived_at": "2026-11-21T21:26:03.123Z",
        "queued_at": "2026-11-21T21:26:03.623Z",
        "offered_at": "2026-11-21T21:26:05.623Z",
        "answered_at": "2026-11-21T21:26:07.623Z",
        "ended_at": "2026-11-21T21:27:07.623Z",
        "wait_seconds": 4.0,
        "talk_seconds": 50.0,
        "hold_seconds": 10.0,
        "wrap_up_seconds": 12.5,
        "outcome": "answered",
        "released_by": "customer",
    }
    assert [(o["agent"], o["at"], o["result"]) for o in offers] == [("ana", "2026-11-21T21:26:05.623Z", "answered")]
    assert offers[0]["why"]["sentence"] == "ana has been idle longest"
    assert (shown["notes"], shown["result"], shown["state"]) == ("wants a new meter", "order", "closed")
    assert shown["wrap_up_ended_by"] == "agent"


ABANDONED = [
    (0.0, arrived()),
    (0.5, queued(0.5)),
    (7.75, f.CallReleased(call="c1", by="customer", cause="normal")),
    (7.8, f.CallClosed(call="c1", outcome="abandoned", cause="normal")),
]
CARD_DIED = [*answered_call()[:6], (9.5, f.CallClosed(call="c1", outcome="answered", cause="fault"))]
HELD_TO_THE_END = [*answered_call()[:7], (25.0, f.CallReleased(call="c1", by="customer", cause="normal", agent="ana"))]
OVERFLOWED = [(0.0, arrived()), (1.0, queued(1.0)), (31.0, queued(1.0, queue="second")), (40.0, connected(agent="bo"))]
RONA = [
    (0.0, arrived()),
    (1.0, queued(1.0)),
    (2.0, offered(1)),
    (22.0, offer_ended("no-answer", 1)),
    (23.0, offered(2, "bo")),
    (25.0, connected(2, "bo")),
    (30.0, f.CallReleased(call="c1", by="agent", cause="normal", agent="bo")),
]
LATE_CORE = [*answered_call()[:6], (50.0, f.CallReleased(call="c1", by="customer", cause="normal", agent="ana"))]
LATE_CORE = [*LATE_CORE, (50.0, wrap_up_began(44.5)), (54.5, f.WrapUpEnded(agent="ana", call="c1", by="time-out"))]


@pytest.mark.parametrize(
    ("told", "wait", "talk", "hold", "wrap_up", "outcome", "state", "ended"),
    [
        (ABANDONED, 7.25, 0, 0, 0, "abandoned", "closed", 7.75),
        (CARD_DIED, 4, 5, 0, 0, "answered", "closed", 9.5),
        (HELD_TO_THE_END, 4, 15.5, 5, 0, None, "ending", 25.0),
        (OVERFLOWED, 39, 0, 0, 0, None, "talking", None),
        (RONA, 24, 5, 0, 0, None, "ending", 30.0),
        (LATE_CORE, 4, 40, 0, 10, None, "ending", 44.5),
        ([(0.0, arrived())], 0, 0, 0, 0, None, "arriving", None),
        (answered_call()[:3], 0, 0, 0, 0, None, "offered", None),
        (answered_call()[:7], 4, 0, 0, 0, None, "holding", None),
    ],
)
def test_durations_and_state(
    told: list[tuple[float, f.AnyFact]],
    wait: float,
    talk: float,
    hold: float,
    wrap_up: float,
    outcome: str | None,
    state: str,
    ended: float | None,
) -> None:
    got = record(entries(*told))
    assert (got.wait_seconds, got.talk_seconds, got.hold_seconds, got.wrap_up_seconds) == (wait, talk, hold, wrap_up)
    assert (got.outcome, got.state) == (outcome, state)
    assert got.ended_at == (None if ended is None else iso(at(ended).wall))


def test_offers_keep_their_results_and_the_answered_one_is_named() -> None:
    got = record(entries(*RONA))
    assert [(o.agent, o.result) for o in got.offers] == [("ana", "no-answer"), ("bo", "answered")]
    assert (got.agent, got.released_by) == ("bo", "agent")
    assert got.offered_at == got.offers[1].at
    waiting_again = record(entries(*RONA[:4]))
    assert (waiting_again.state, waiting_again.offered_at, waiting_again.agent) == ("queued", None, None)


def test_a_lost_agent_gives_the_customer_back_to_the_queue() -> None:
    told = [
        *answered_call()[:7],
        (30.0, f.CallReturned(call="c1", agent="ana", cause="media-lost")),
        (30.0, wrap_up_began(30.0)),
        (35.0, offered(2, "bo")),
        (36.0, connected(2, "bo")),
    ]
    waiting = record(entries(*told[:9]))
    assert (waiting.state, waiting.talk_seconds, waiting.hold_seconds, waiting.ended_at) == ("queued", 15.5, 10, None)
    told += [
        (40.0, f.WrapUpEnded(agent="ana", call="c1", by="agent")),
        (46.0, f.CallReleased(call="c1", by="customer", cause="normal", agent="bo")),
        (46.0, wrap_up_began(46.0, "bo")),
        (46.0, f.CallClosed(call="c1", outcome="answered", cause="normal")),
    ]
    assert not fold(entries(*told)).is_finished
    got = record(entries(*told, (49.0, f.WrapUpEnded(agent="bo", call="c1", by="agent"))))
    assert (got.agent, got.wait_seconds, got.talk_seconds, got.hold_seconds) == ("bo", 4, 25.5, 10)
    assert (got.wrap_up_seconds, got.ended_at, got.state) == (13, iso(at(46).wall), "closed")
    assert got.answered_at == iso(at(4.5).wall)


def test_a_jump_of_the_wall_clock_bends_no_duration() -> None:
    told = [
        f.Entry(position=n, at=at(second, wall_jump=-7200 if second > 10 else 0), fact=fact)
        for n, (second, fact) in enumerate(answered_call(), 1)
    ]
    got = record(told)
    assert (got.wait_seconds, got.talk_seconds, got.hold_seconds, got.wrap_up_seconds) == (4, 50, 10, 12.5)


def test_after_a_reboot_the_wall_clock_carries_the_durations_on() -> None:
    told = entries(*answered_call()[:6])
    rebooted = Now(at(34.5).wall, 12.0)
    told.append(f.Entry(position=7, at=rebooted, fact=f.CoreBegan(boot="boot-2")))
    closed = f.CallClosed(call="c1", outcome="answered", cause="media-lost")
    told.append(f.Entry(position=8, at=Now(rebooted.wall + 1, 13.0), fact=closed))
    got = record(told)
    assert got.talk_seconds == 31.0
    assert got.ended_at == iso(at(35.5).wall)


def test_a_core_that_began_in_the_same_boot_changes_nothing() -> None:
    told = entries(*answered_call()[:6], (9.0, f.CoreBegan(boot="boot-1")), *answered_call()[6:])
    assert msgspec.structs.replace(record(told)) == record(entries(*answered_call()))


def test_facts_before_the_arrival_make_no_record() -> None:
    assert call_fold.fold(None, entries((1.0, queued(1.0)))[0]) is None


def test_the_contact_is_the_record_in_short() -> None:
    contact = contact_of(fold(entries(*answered_call())))
    assert (contact.call, contact.number, contact.queue, contact.agent) == ("c1", "+493012345678", "service", "ana")
    assert (contact.outcome, contact.result, contact.notes) == ("answered", "order", "wants a new meter")
    assert (contact.seconds, contact.at, contact.channel) == (60.0, at(0).wall, "call")


def test_what_is_written_down_after_the_end_amends_the_record() -> None:
    finished = record(entries(*answered_call()))
    later = call_so_far.amend(finished, f.NotesSaved(call="c1", agent="ana", text="called back"))
    later = call_so_far.amend(later, f.CustomerKnown(call="c1", customer="k7", by="ana"))
    later = call_so_far.amend(later, f.CallHeld(call="c1", agent="ana", on=True))
    assert (later.notes, later.customer, later.result) == ("called back", "k7", "order")


ANY_STEP = st.sampled_from(
    [
        f.CoreBegan(boot="boot-1"),
        f.CoreBegan(boot="boot-2"),
        arrived(),
        queued(3),
        queued(1, queue="second"),
        offered(1),
        offered(2, "bo"),
        f.OfferRang(call="c1", agent="ana", offer=1),
        offer_ended("no-answer"),
        offer_ended("answered", 2, "bo"),
        connected(1),
        connected(2, "bo"),
        f.CallReturned(call="c1", agent="ana", cause="media-lost"),
        f.CallHeld(call="c1", agent="ana", on=True),
        f.CallHeld(call="c1", agent="ana", on=False),
        f.CallReleased(call="c1", by="agent", cause="normal", agent="ana"),
        f.CallClosed(call="c1", outcome="answered", cause="normal"),
        wrap_up_began(5),
        f.WrapUpEnded(agent="ana", call="c1", by="agent"),
        f.NotesSaved(call="c1", agent="ana", text="x"),
    ]
)


@given(st.lists(st.tuples(st.floats(0, 100), ANY_STEP), max_size=25), st.integers(0, 25))
def test_any_facts_fold_and_being_written_down_midway_changes_nothing(
    told: list[tuple[float, f.AnyFact]], cut: int
) -> None:
    whole = entries((0.0, arrived()), *told)
    so_far = None
    for n, entry in enumerate(whole):
        if n == cut and so_far is not None:
            so_far = msgspec.msgpack.decode(msgspec.msgpack.encode(so_far), type=CallSoFar)
        so_far = call_fold.fold(so_far, entry, "boot-1")
    assert so_far == fold(whole)
    got = call_so_far.record_of(so_far)
    assert min(got.wait_seconds, got.talk_seconds, got.hold_seconds, got.wrap_up_seconds) >= 0
    assert (got.outcome is None) == (got.closed_at is None)
    assert msgspec.json.decode(msgspec.json.encode(got), type=CallRecord) == got


@given(st.floats(0, 4_000_000_000))
def test_moments_are_written_in_milliseconds(wall: float) -> None:
    assert len(iso(wall)) == len("2026-11-21T21:26:03.123Z")
    assert iso(1_795_296_363.1229999) == "2026-11-21T21:26:03.123Z"
