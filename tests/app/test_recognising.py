"""Callers of queues whose priorities ask for the segment are looked up when they queue."""

from twisted.internet.defer import Deferred

from server.app.recognising import Recognising, asks_for_segment, asks_who_calls
from server.call.events import CustomerFound
from server.call.facts import CallQueued
from server.config.site import CallerPriority, Queue, SiteFile
from server.wire.desk import Customer
from tests.fakes.switchboard import FakeSwitchboard, a_call


class Cards:
    """A customers service that answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Deferred[list[Customer]]]] = []

    def by_number(self, number: str) -> Deferred[list[Customer]]:
        self.asked.append((number, Deferred()))
        return self.asked[-1][1]


def queued(call: str, queue: str) -> CallQueued:
    return CallQueued(call=call, queue=queue, priority=0, joined_mono=1, joined_at=1)


def house(*calls) -> tuple[FakeSwitchboard, Cards, Recognising]:
    switchboard, cards = FakeSwitchboard([], [], list(calls)), Cards()
    made = Recognising(switchboard, cards, {"vip"})
    made.start()
    return switchboard, cards, made


def test_queues_are_known_by_their_expressions() -> None:
    vip = Queue(id="vip", caller_priority=[CallerPriority(when="segment == 'gold'")])
    other = Queue(id="other", caller_priority=[CallerPriority(when="number == '+49'")])
    assert asks_for_segment(SiteFile(queue=[vip, other])) == {"vip"}
    sticky = Queue(id="sticky", sticky_seconds=600)
    assert asks_who_calls(SiteFile(queue=[vip, other, sticky])) == {"vip", "sticky"}


def test_the_only_customer_of_the_number_is_told_with_the_segment() -> None:
    switchboard, cards, _ = house(a_call("c1", caller="030 1", caller_e164="+49301"))
    switchboard.commit(queued("c1", "vip"), queued("c1", "other"))
    assert [number for number, _ in cards.asked] == ["+49301"]
    cards.asked[0][1].callback([Customer(id="K-1", segment="gold", numbers=["+49301", "+49302"])])
    assert switchboard.told == [CustomerFound("c1", "K-1", "gold", ["+49301", "+49302"])]


def test_several_none_or_a_fault_leave_the_priority() -> None:
    switchboard, cards, _ = house(a_call("c1", caller_e164="+491"), a_call("c2", caller="anonymous", caller_e164=""))
    for _ in range(3):
        switchboard.commit(queued("c1", "vip"), queued("c2", "vip"), queued("gone", "vip"))
    assert len(cards.asked) == 3
    cards.asked[0][1].callback([Customer(id="a"), Customer(id="b")])
    cards.asked[1][1].callback([])
    cards.asked[2][1].errback(ConnectionError("the database is away"))
    assert switchboard.told == []


def test_stopping_ends_look_ups() -> None:
    switchboard, cards, made = house(a_call("c1", caller_e164="+491"))
    switchboard.commit(queued("c1", "vip"))
    made.stop()
    assert switchboard.subscribers == 0
    assert cards.asked[0][1].called
