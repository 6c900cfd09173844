"""Beats, pacing, retries and slow lines, on a clock that tests turn; the connection is a plain object."""

import json
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from server.call.events import CustomerFound, DeskSeen
from server.call.facts import CallOffered, CallQueued, NotesSaved, PresenceChosen, Why
from server.call.now import Now
from server.config.site import SiteFile
from server.desk.customer_cards import LOOK_UP_SECONDS, RETRY_SECONDS
from server.desk.gateway import DROPPED_SECONDS, SESSION_CHECK_SECONDS, SILENT_SECONDS, DeskGateway
from server.desk.showing import CARD_WAIT_SECONDS
from server.wire import desk
from tests.fakes.customers import FakeCustomers
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.storage import FakeRecords, FakeSessions
from tests.fakes.switchboard import NOW, FakeSwitchboard, a_call, a_queue, an_agent

MARIA = desk.Customer(id="m1", name="Maria Silva", numbers=["+351210000001"])
WHY = Why(strategy="longest-idle", rule="", candidates=[], candidate_count=1, sentence="")
OFFERED = CallOffered(call="c1", queue="service", agent="ana", offer=1, leg="l1", why=WHY)


class FakeWire:
    """A connection that keeps what it was sent."""

    def __init__(self) -> None:
        self.stalled = False
        self.ended = False
        self.sent: list[Any] = []
        self.closed_with: int | None = None
        self.aborted = False

    def send(self, payload: bytes) -> None:
        self.sent.append(json.loads(payload))

    def end(self, code: int, reason: str) -> None:
        self.ended = True
        self.closed_with = code

    def abort(self) -> None:
        self.ended = self.aborted = True

    def take(self) -> list[Any]:
        """What was sent since the last look."""
        sent, self.sent = self.sent, []
        return sent


class House:
    """A gateway with one agent's desk, on a clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.switchboard = FakeSwitchboard(
            [an_agent("ana", queues=["service"]), an_agent("rui", queues=["service"])], [a_queue("service")]
        )
        self.customers = FakeCustomers(MARIA)
        self.records = FakeRecords()
        self.sessions = FakeSessions()
        self.gateway = DeskGateway(
            reactor=self.clock,
            site=SiteFile(),
            switchboard=self.switchboard,
            customers=self.customers,
            records=self.records,
            sessions=self.sessions,
            dialogs=FakeDialogs(),
            services=lambda _: [],
            now=lambda: Now(NOW + self.clock.seconds(), self.clock.seconds()),
        )
        self.gateway.start()
        self.wire = FakeWire()
        self.sessions.open("ana", "agent")
        self.desk = self.log_in(self.wire)

    def log_in(self, wire: FakeWire) -> Any:
        """A welcomed desk, or None."""
        result: list[Any] = []
        Deferred.fromCoroutine(self.gateway.log_in(wire, desk.Hello(token="token-1"))).addCallback(result.append)
        self.clock.advance(0)
        return result[0] if result else None

    def ring(self) -> None:
        self.switchboard.put_call(a_call("c1", state="offered", agent="ana", position=None))
        self.switchboard.set_agent("ana", work_state="reserved", call="c1")
        self.switchboard.commit(OFFERED)
        self.clock.advance(0)

    def pass_time(self, seconds: float) -> None:
        """In steps of half a second, so that timers that timers start are run."""
        for _ in range(int(seconds * 2)):
            self.clock.advance(0.5)


@pytest.fixture
def house():
    made = House()
    assert made.wire.take()[0]["t"] == "welcome"
    return made


# ---- beats ----


def test_a_silent_desk_makes_its_agent_unreachable_until_it_is_heard_again(house):
    assert house.switchboard.told == [DeskSeen("ana", True)]
    house.pass_time(SILENT_SECONDS)
    assert house.switchboard.told == [DeskSeen("ana", True)]
    house.pass_time(1)
    assert house.switchboard.told[1:] == [DeskSeen("ana", False)]
    house.gateway.heard(house.desk)
    assert house.switchboard.told[2:] == [DeskSeen("ana", True)]
    house.pass_time(SILENT_SECONDS)
    assert len(house.switchboard.told) == 3


def test_a_desk_that_stays_silent_is_dropped(house):
    house.pass_time(DROPPED_SECONDS + 1)
    assert house.wire.aborted
    assert house.gateway.connected == 0
    assert house.switchboard.told == [DeskSeen("ana", True), DeskSeen("ana", False)]


def test_a_jump_of_the_wall_clock_silences_nobody(house):
    house.gateway._now = lambda: Now(NOW + 1e6, house.clock.seconds())
    house.pass_time(SILENT_SECONDS)
    assert house.switchboard.told == [DeskSeen("ana", True)]


def test_a_session_that_expired_is_noticed_within_a_minute(house):
    house.sessions.by_token.clear()
    for _ in range(int(SESSION_CHECK_SECONDS)):
        house.gateway.heard(house.desk)
        house.clock.advance(1)
    assert house.wire.closed_with == 4401


def test_a_store_that_is_away_logs_nobody_out(house):
    def away(_token: str) -> Deferred[None]:
        raise ConnectionError("away")

    house.sessions.check = away
    for _ in range(int(SESSION_CHECK_SECONDS) + 1):
        house.gateway.heard(house.desk)
        house.clock.advance(1)
    assert house.wire.closed_with is None


# ---- the customer ----


def test_a_new_call_waits_a_moment_for_its_customer(house):
    house.customers.answer_after = Deferred()
    house.ring()
    house.clock.advance(CARD_WAIT_SECONDS - 0.01)
    assert [m for m in house.wire.take() if "call" in m] == []
    house.customers.answer_after.callback(None)
    house.clock.advance(0)
    (shown,) = [m for m in house.wire.take() if "call" in m]
    assert (shown["call"]["looked_up"], shown["me"]["work_state"]) == (True, "reserved")


def test_it_does_not_wait_longer_and_completes_what_it_showed(house):
    house.customers.answer_after = Deferred()
    house.ring()
    house.clock.advance(CARD_WAIT_SECONDS)
    house.clock.advance(0)
    (shown,) = [m for m in house.wire.take() if "call" in m]
    assert shown["call"]["looked_up"] is False
    house.customers.answer_after.callback(None)
    house.clock.advance(0)
    (completed,) = [m for m in house.wire.take() if "call" in m]
    assert completed["call"]["customer"]["id"] == "m1"
    assert completed.keys() == {"t", "revision", "now", "call"}


def test_a_customers_service_that_fails_or_hangs_is_asked_again(house):
    house.customers.failure = ConnectionError("away")
    house.ring()
    house.clock.advance(0)
    house.customers.failure = None
    house.customers.answer_after = Deferred()  # now it hangs
    house.clock.advance(RETRY_SECONDS)
    house.clock.advance(LOOK_UP_SECONDS)
    house.customers.answer_after = None
    house.clock.advance(RETRY_SECONDS)
    house.clock.advance(0)
    calls = [m["call"] for m in house.wire.take() if "call" in m]
    assert [call["looked_up"] for call in calls] == [False, True]
    assert house.switchboard.told.count(CustomerFound("c1", "m1", numbers=["+351210000001"])) == 1


def test_a_call_that_is_gone_is_not_looked_up_any_longer(house):
    house.customers.failure = ConnectionError("away")
    house.ring()
    house.switchboard.set_agent("ana", work_state="idle", call=None)
    house.switchboard.commit(PresenceChosen(agent="ana", presence="ready"))
    house.clock.advance(0)
    asked = len(house.customers.asked)
    house.clock.advance(RETRY_SECONDS * 3)
    assert len(house.customers.asked) == asked


def test_the_customer_is_looked_up_by_whoever_is_the_service_at_that_moment(house):
    class Rebinding:
        """Stands for the present service, as the service manager's proxy does."""

        def __getattr__(self, name: str) -> Any:
            return getattr(services[-1], name)

    services = [house.customers, FakeCustomers(desk.Customer(id="x9", name="X", numbers=["+351210000001"]))]
    house.gateway._cards._customers = Rebinding()  # type: ignore[assignment]
    house.ring()
    house.clock.advance(0)
    assert CustomerFound("c1", "x9", numbers=["+351210000001"]) in house.switchboard.told


# ---- pace and slow lines ----


def test_queues_are_shown_at_a_pace(house):
    for waiting in range(1, 21):
        house.switchboard.set_queue("service", waiting=waiting)
        house.switchboard.commit(CallQueued(call="c9", queue="service", priority=0, joined_mono=1, joined_at=1))
        house.clock.advance(0.05)
    house.clock.advance(1)
    shown = [m["queues"][0]["waiting"] for m in house.wire.take() if "queues" in m]
    assert shown[0] == 1
    assert shown[-1] == 20
    assert len(shown) <= 6


def test_a_line_that_is_stalled_gets_only_the_latest_of_each_section(house):
    house.wire.stalled = True
    for text in ("a", "ab", "abc"):
        house.switchboard.set_agent("ana", reason=text)
        house.switchboard.commit(PresenceChosen(agent="ana", presence="not-ready", reason=text))
        house.clock.advance(1)
    assert house.wire.take() == []
    house.wire.stalled = False
    house.gateway.resumed(house.desk)
    (changed,) = house.wire.take()
    assert (changed["revision"], changed["me"]["reason"]) == (2, "abc")


def test_facts_without_a_change_send_nothing(house):
    house.switchboard.commit(NotesSaved(call="c9", agent="ana", text="x"))
    house.clock.advance(2)
    assert house.wire.take() == []


def test_figures_that_do_not_come_do_not_keep_a_desk_out(house):
    house.records.my_day = lambda _agent: Deferred()
    second = FakeWire()
    assert house.log_in(second) is None
    house.clock.advance(1)
    (welcome,) = second.take()
    assert welcome["state"]["my_day"]["calls"] == 0


def test_a_desk_that_leaves_during_its_log_in_leaves_nothing_behind(house):
    checked: Deferred[Any] = Deferred()
    house.sessions.check = lambda _token: checked
    gone = FakeWire()
    house.log_in(gone)
    gone.ended = True
    checked.callback(house.sessions.by_token["token-1"])
    assert gone.sent == []
    assert house.gateway._desks["ana"] is house.desk


def test_the_end_leaves_no_timer_behind(house):
    house.customers.answer_after = Deferred()
    house.ring()
    house.gateway.stop()
    assert house.wire.closed_with == 1001
    house.clock.advance(0.1)
    assert house.clock.getDelayedCalls() == []
    assert house.switchboard.subscribers == 0
