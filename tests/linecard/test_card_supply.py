import pytest
from hypothesis import given, strategies as st
from twisted.internet.task import Clock

from server.call.ports import CardAddress
from server.linecard import supply
from server.linecard.supply import Stock, to_fork, to_retire
from server.linecard.waiters import Waiters


def stock(idle=0, worn=0, starting=0, total=0, waiting=0):
    return Stock(idle=idle, worn=worn, starting=starting, total=total, waiting=waiting)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (stock(), 4),
        (stock(idle=4, total=4), 0),
        (stock(idle=3, total=9), 1),
        (stock(starting=3), 1),
        (stock(waiting=2), 6),
        (stock(waiting=50), supply.MAX_STARTING),
        (stock(idle=4, worn=1, total=4), 1),
        (stock(total=20), 0),
        (stock(total=19, starting=1, waiting=3), 0),
    ],
)
def test_cards_to_fork(counted, expected):
    assert to_fork(counted, spare=4, maximum=20) == expected


@given(*[st.integers(0, 300)] * 5, st.integers(0, 20), st.integers(1, 200))
def test_never_above_the_maximum(idle, starting, busy, waiting, worn, spare, maximum):
    counted = stock(idle=idle, worn=min(worn, idle), starting=starting, total=idle + busy, waiting=waiting)
    count = to_fork(counted, spare, maximum)
    assert count >= 0
    assert count == 0 or counted.total + starting + count <= maximum


def test_worn_cards_go_when_fresh_ones_stand_by_or_need_their_place():
    assert to_retire(stock(idle=5, worn=1, total=9), spare=4, maximum=20) == 1
    assert to_retire(stock(idle=4, worn=1, total=9), spare=4, maximum=20) == 0
    assert to_retire(stock(idle=5, worn=1, total=9, waiting=1), spare=4, maximum=20) == 0
    assert to_retire(stock(idle=2, worn=2, total=20), spare=4, maximum=20) == 1


def address(name):
    return CardAddress(name, "127.0.0.1", 5060)


def test_waiters_are_served_in_order():
    waiters, got = Waiters(Clock(), 30), []
    for number in range(3):
        waiters.add().addCallback(lambda card, number=number: got.append((number, card.name)))
    waiters.serve(address("a"))
    waiters.serve(address("b"))
    assert got == [(0, "a"), (1, "b")]
    assert len(waiters) == 1


def test_a_waiter_fails_when_its_patience_ends():
    clock, got = Clock(), []
    waiters = Waiters(clock, 30)
    waiters.add().addErrback(lambda failure: got.append(failure.check(LookupError)))
    clock.advance(29)
    assert got == []
    clock.advance(1)
    assert got == [LookupError]
    assert (len(waiters), waiters.failed) == (0, 1)


def test_a_waiter_that_gave_up_takes_nobodys_card():
    clock, got = Clock(), []
    waiters = Waiters(clock, 30)
    first = waiters.add()
    first.addErrback(lambda failure: got.append(failure.check(LookupError)))
    waiters.add().addCallback(lambda card: got.append(card.name))
    first.cancel()
    waiters.serve(address("a"))
    assert got == [LookupError, "a"]
    assert clock.getDelayedCalls() == []


def test_without_a_limit_nothing_runs_out():
    clock = Clock()
    waiters = Waiters(clock, 0)
    waiters.add()
    assert clock.getDelayedCalls() == []
    assert len(waiters) == 1
