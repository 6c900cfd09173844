"""The core's event loop: what its timers run on, and when it sleeps on."""

from collections.abc import Iterator
from typing import Any

import pytest

from server import clock
from server.app.event_loop import EventLoop


@pytest.fixture
def loop() -> Iterator[Any]:
    made: Any = EventLoop()
    yield made
    made.removeAll()
    made._poller.close()


def test_timers_run_on_the_monotonic_clock(loop: Any) -> None:
    assert abs(loop.seconds() - clock.now().mono) < 60
    assert loop.callLater(1, list).seconds is loop.seconds


def test_it_sleeps_past_timers_that_were_cancelled_or_put_off(loop: Any) -> None:
    assert loop.timeout() is None
    gone, later, next_one = loop.callLater(10, list), loop.callLater(20, list), loop.callLater(50, list)
    assert 5 < loop.timeout() <= 10
    gone.cancel()
    assert 15 < loop.timeout() <= 20
    later.reset(100)
    assert 45 < loop.timeout() <= 50
    next_one.cancel()
    assert 95 < loop.timeout() <= 100
    assert loop.getDelayedCalls() == [later]
    later.cancel()
    assert loop.timeout() is None


def test_a_timer_that_is_due_is_not_slept_over(loop: Any) -> None:
    called: list[str] = []
    loop.callLater(0, called.append, "due")
    loop.callLater(0, called.append, "cancelled").cancel()
    assert loop.timeout() == 0
    loop.runUntilCurrent()
    assert called == ["due"]
    loop.callLater(10**9, list)
    assert 1_000_000 < loop.timeout() < 2**31 / 1000
