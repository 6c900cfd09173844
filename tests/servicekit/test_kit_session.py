"""A program's end of the talk with the service manager: rules alone, and the arguments of operations."""

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given, strategies as st
from msgspec import Meta

from server.wire import services as wire
from servicekit import Offer, Program, Refused
from servicekit.offer import ArgumentsRefused
from servicekit.pauses import LONGEST_SECONDS, Pauses
from servicekit.session import Session, TakenOver


class Shop:
    """Two operations and what is none."""

    def price(self, article: Annotated[str, Meta(max_length=5)], day: date, discount: Decimal = Decimal(0)) -> Any:
        return {"article": article, "day": day, "discount": discount}

    async def order(self, article: str, key: str) -> Any:
        return {"number": f"{article}/{key}"}

    def _hidden(self) -> None: ...

    attribute = 7


class Line:
    """What a session sends and is asked."""

    def __init__(self, **more: Any) -> None:
        self.said: list[dict[str, Any]] = []
        self.calls: list[wire.Call] = []
        offers = [Offer("shop", "1.2", Shop(), rank=3), Offer("prices", "1.0", Shop())]
        self.session = Session(
            "token", offers, "left", 9.0, lambda payload: self.said.append(json.loads(payload)), self.calls.append
        )

    def hear(self, t: str, **message: Any) -> list[dict[str, Any]]:
        """What is said because of it."""
        before = len(self.said)
        self.session.received(json.dumps({"t": t, **message}).encode())
        return self.said[before:]


@pytest.fixture
def line() -> Line:
    made = Line()
    made.session.opened()
    made.hear("welcome", name="shop", interfaces=["shop", "prices"], may_watch=False, version="1")
    return made


@pytest.fixture
def registered(line: Line) -> Line:
    for message in list(line.said[1:]):
        line.hear("registered", id=message["id"], epoch=message["id"] + 40, instance="shop/left")
    return line


def a_call(number: int = 1) -> wire.Call:
    return wire.Call(
        id=number, interface="shop", instance="shop", operation="price", arguments={}, key="k", deadline_seconds=5
    )


def test_it_says_hello_and_registers_all_it_offers(line: Line):
    assert line.said == [
        {"t": "hello", "token": "token"},
        {
            "t": "register", "id": 1, "interface": "shop", "version": "1.2", "instance": "left", "properties": {},
            "rank": 3, "lease_seconds": 9.0, "state": "up",
        },
        {
            "t": "register", "id": 2, "interface": "prices", "version": "1.0", "instance": "left", "properties": {},
            "rank": 0, "lease_seconds": 9.0, "state": "up",
        },
    ]  # fmt: skip


def test_each_registration_beats(registered: Line):
    registered.said.clear()
    registered.session.beat(7.5)
    assert [(one["t"], one["epoch"], one["state"], one["load"]) for one in registered.said] == [
        ("beat", 41, "up", 1.0), ("beat", 42, "up", 1.0),
    ]  # fmt: skip
    registered.said.clear()
    registered.session.drain()
    assert {one["state"] for one in registered.said} == {"draining"}
    registered.said.clear()
    registered.session.withdraw()
    assert [(one["t"], one["epoch"]) for one in registered.said] == [("withdraw", 41), ("withdraw", 42)]
    assert registered.session.registered == []


def test_a_lease_that_ended_is_registered_again(registered: Line):
    registered.said.clear()
    registered.session.beat(0)
    lost = next(one for one in registered.said if one["epoch"] == 41)
    (again,) = registered.hear("refused", id=lost["id"], problem="not-registered", detail="The lease has ended.")
    assert (again["t"], again["interface"]) == ("register", "shop")
    assert registered.session.registered == ["prices"]


def test_an_interface_that_is_not_allowed_does_not_keep_the_others(line: Line, caplog: pytest.LogCaptureFixture):
    assert line.hear("refused", id=1, problem="not-allowed", detail="The site file does not name it.") == []
    line.hear("registered", id=2, epoch=9, instance="shop/left")
    assert line.session.registered == ["prices"]
    assert "shop is not registered: The site file does not name it." in caplog.text


def test_a_place_that_was_taken_over_ends_the_program(registered: Line):
    with pytest.raises(TakenOver, match="Another program"):
        registered.hear("refused", id=0, problem="taken-over", detail="Another program registered shop.")


def test_calls_come_and_are_answered(registered: Line):
    registered.hear(
        "call", id=5, interface="shop", instance="shop/left", operation="price", arguments={"a": 1}, key="k",
        deadline_seconds=10,
    )  # fmt: skip
    (call,) = registered.calls
    registered.said.clear()
    registered.session.done(call, {"day": date(2026, 1, 31), "price": Decimal("1.50")})
    registered.session.done(call, None)
    registered.session.failed(call, "x" * 600, True)
    assert registered.said[0] == {"t": "done", "call": 5, "results": {"day": "2026-01-31", "price": "1.50"}}
    assert registered.said[1] == {"t": "done", "call": 5, "results": {}}
    assert registered.said[2] == {"t": "failed", "call": 5, "reason": "x" * 500, "is_for_people": True}


@pytest.mark.parametrize(
    ("results", "why"), [({"a": object()}, "cannot be sent"), ({"a": "x" * 300_000}, "too many to be sent")]
)
def test_what_cannot_be_sent_is_a_failure(registered: Line, results: dict[str, Any], why: str):
    registered.said.clear()
    registered.session.done(a_call(), results)
    (said,) = registered.said
    assert (said["t"], said["is_for_people"]) == ("failed", False)
    assert why in said["reason"]


def test_operations_are_the_public_methods_and_check_their_arguments():
    shop = Offer("shop", "1.0", Shop())
    assert sorted(shop.operations) == ["order", "price"]
    price = shop.operations["price"].bound({"article": "a1", "day": "2026-01-31", "discount": "1.50"}, "k")
    assert price() == {"article": "a1", "day": date(2026, 1, 31), "discount": Decimal("1.50")}
    assert shop.operations["price"].bound({"article": "a1", "day": "2026-01-31"}, "k")()["discount"] == 0
    assert shop.operations["order"].is_coroutine


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"article": "a1"},
        {"article": "a1", "day": "tomorrow"},
        {"article": "too long", "day": "2026-01-31"},
        {"article": 1, "day": "2026-01-31"},
        {"article": "a1", "day": "2026-01-31", "more": 1},
        {"article": "a1", "day": "2026-01-31", "self": 1},
    ],
)
def test_other_arguments_are_refused(arguments: dict[str, Any]):
    with pytest.raises(ArgumentsRefused, match="price: "):
        Offer("shop", "1.0", Shop()).operations["price"].bound(arguments, "k")


def test_the_key_is_given_and_cannot_be_an_argument():
    order = Offer("shop", "1.0", Shop()).operations["order"]
    coroutine = order.bound({"article": "a1"}, "k:1")()
    with pytest.raises(StopIteration) as done:
        coroutine.send(None)
    assert done.value.value == {"number": "a1/k:1"}
    with pytest.raises(ArgumentsRefused):
        order.bound({"article": "a1", "key": "mine"}, "k:1")


def test_what_cannot_be_offered_is_said_at_once():
    class Untyped:
        def price(self, article): ...  # type: ignore[no-untyped-def]

    class Starred:
        def price(self, *articles: str) -> None: ...

    with pytest.raises(TypeError, match="article has no type annotation"):
        Offer("shop", "1.0", Untyped())
    with pytest.raises(TypeError, match="cannot be given by name"):
        Offer("shop", "1.0", Starred())
    with pytest.raises(TypeError, match="no public methods"):
        Offer("shop", "1.0", object())
    with pytest.raises(ValueError, match="is no address of a WebSocket"):
        Program("http://127.0.0.1/", "token", [])
    assert issubclass(Refused, Exception)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_pauses_grow_and_stay_in_bounds(chances: list[float]):
    chance = iter(chances)
    pauses = Pauses(lambda: next(chance))
    waits = [pauses.next() for _ in chances]
    whole = [min(0.2 * 2**number, LONGEST_SECONDS) for number in range(len(waits))]
    assert all(full * 2 / 3 <= wait <= full for wait, full in zip(waits, whole, strict=True))
    pauses.reset()
    chance = iter([0.0])
    assert pauses.next() == 0.2
