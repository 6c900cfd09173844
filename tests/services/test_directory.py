"""Services in one process: start in any order, replaced while they are asked."""

from collections.abc import Awaitable
from typing import Protocol

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from server.services.directory import Directory
from server.services.errors import NotRegistered, ServiceLost, ServiceMissing
from server.services.interfaces import ACCOUNTS, ACD, CUSTOMERS, RECORDS, STORAGE, TELEPHONY
from server.services.registry import State
from server.wire.desk import Customer


class Greeter(Protocol):
    def greet(self, name: str) -> Awaitable[str]: ...

    def save(self, name: str, *, twice: bool = False) -> Awaitable[int]: ...

    def count(self) -> int: ...


class Polite:
    def __init__(self, word: str, fault: Exception | None = None) -> None:
        self.word = word
        self.fault = fault
        self.asked = 0

    async def greet(self, name: str) -> str:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return f"{self.word} {name}"

    async def save(self, name: str, *, twice: bool = False) -> int:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return 2 if twice else 1

    def count(self) -> int:
        if self.fault is not None:
            raise self.fault
        return self.asked


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def directory(clock: Clock) -> Directory:
    return Directory(clock, clock.seconds)


def outcome(answer: Awaitable[object]) -> list[object]:
    """What has come by now: one result or exception, or nothing."""
    assert isinstance(answer, Deferred)
    got: list[object] = []
    answer.addCallbacks(got.append, lambda failure: got.append(failure.value))
    return got


def test_who_needs_a_service_waits_until_it_is_there(directory: Directory, clock: Clock) -> None:
    storage = Polite("late")
    first = outcome(directory.find("storage", "1", timeout_seconds=5))
    second = outcome(directory.find("storage", "2", timeout_seconds=5))
    clock.advance(2)
    starting = directory.provide("storage", "1.3", storage, state="starting")
    assert first == []
    starting.report("up")
    assert first == [storage]
    assert outcome(directory.find("storage")) == [storage]
    clock.advance(3)
    [missing] = second
    assert isinstance(missing, ServiceMissing)
    assert (missing.interface, missing.versions) == ("storage", "2")
    assert clock.getDelayedCalls() == []


def test_a_higher_rank_that_comes_is_asked_next(directory: Directory) -> None:
    greeter = directory.proxy("greeter", "1", Greeter, idempotent={"greet"})
    [missing] = outcome(greeter.greet("ana"))
    assert isinstance(missing, ServiceMissing)
    with pytest.raises(ServiceMissing):
        greeter.count()
    directory.provide("greeter", "1", Polite("hello"))
    assert outcome(greeter.greet("ana")) == ["hello ana"]
    better = directory.provide("greeter", "1.2", Polite("good day"), instance="crm", rank=10)
    assert outcome(greeter.greet("ana")) == ["good day ana"]
    assert outcome(greeter.save("ana", twice=True)) == [2]
    better.withdraw()
    assert outcome(greeter.greet("ana")) == ["hello ana"]
    assert greeter.count() == 2


def test_only_idempotent_operations_are_tried_with_the_next(directory: Directory) -> None:
    directory.provide("greeter", "1", Polite("hello"))
    broken = Polite("", ConnectionResetError("gone"))
    directory.provide("greeter", "1", broken, instance="crm", rank=10)
    greeter = directory.proxy("greeter", "1", Greeter, idempotent={"greet"})
    assert outcome(greeter.greet("ana")) == ["hello ana"]
    [lost] = outcome(greeter.save("ana"))
    assert isinstance(lost, ServiceLost)
    assert (lost.instance, lost.operation) == ("crm", "save")
    assert isinstance(lost.__cause__, ConnectionResetError)
    with pytest.raises(ServiceLost):
        greeter.count()
    assert broken.asked == 2


def test_when_all_are_lost_the_error_names_them(directory: Directory) -> None:
    for name in ("one", "two"):
        directory.provide("greeter", "1", Polite("", ConnectionResetError("gone")), instance=name)
    greeter = directory.proxy("greeter", "1", Greeter, idempotent={"greet", "count"})
    [lost] = outcome(greeter.greet("ana"))
    assert isinstance(lost, ServiceLost)
    assert lost.instance == "one, two"
    with pytest.raises(ServiceLost):
        greeter.count()


def test_other_errors_come_through_as_they_are(directory: Directory) -> None:
    directory.provide("greeter", "1", Polite("", KeyError("ana")))
    greeter = directory.proxy("greeter", "1", Greeter, idempotent={"greet", "count"})
    assert repr(outcome(greeter.greet("ana"))) == "[KeyError('ana')]"
    with pytest.raises(KeyError):
        greeter.count()


def test_a_stand_in_has_the_operations_of_the_protocol_only(directory: Directory) -> None:
    greeter = directory.proxy("greeter", "1", Greeter)
    assert not hasattr(greeter, "asked")
    with pytest.raises(ValueError, match="no operation"):
        directory.proxy("greeter", "1", Greeter, idempotent={"gret"})


def test_the_interfaces_of_the_house_can_be_stood_in_for(directory: Directory) -> None:
    class Cards:
        def get(self, customer: str) -> Deferred[Customer | None]:
            return succeed(Customer(id=customer))

    for interface in (TELEPHONY, ACD, STORAGE, RECORDS, ACCOUNTS):
        directory.stand_in(interface)
    customers = directory.stand_in(CUSTOMERS)
    directory.provide("customers", "1", Cards())
    assert outcome(customers.get("k1")) == [Customer(id="k1")]


def test_leases_end_by_the_timer(directory: Directory, clock: Clock) -> None:
    near = Polite("near")
    directory.provide("greeter", "1", near)
    far = directory.provide("greeter", "1", Polite("far"), instance="far", rank=5, lease_seconds=10)
    greeter = directory.proxy("greeter", "1", Greeter)
    clock.advance(8)
    far.report(State.UP, load=0.4)
    clock.advance(9)
    assert outcome(greeter.greet("ana")) == ["far ana"]
    far.drop()
    assert outcome(greeter.greet("ana")) == ["near ana"]
    assert [(s.instance, s.state) for s in directory.services("greeter")] == [("far", "suspect"), ("greeter", "up")]
    clock.advance(1)
    assert [s.instance for s in directory.services()] == ["greeter"]
    with pytest.raises(NotRegistered):
        far.report("up")
    assert clock.getDelayedCalls() == []


def test_an_instance_that_registers_again_replaces_itself(directory: Directory) -> None:
    old = directory.provide("greeter", "1", Polite("old"))
    directory.provide("greeter", "1", Polite("new"))
    greeter = directory.proxy("greeter", "1", Greeter)
    assert outcome(greeter.greet("ana")) == ["new ana"]
    old.withdraw()
    assert outcome(greeter.greet("ana")) == ["new ana"]
    directory.provide("greeter", "1", Polite("newest")).drop()
    [missing] = outcome(greeter.greet("ana"))
    assert isinstance(missing, ServiceMissing)


def test_who_still_waits_at_the_end_is_told(directory: Directory, clock: Clock) -> None:
    directory.provide("greeter", "1", Polite("far"), lease_seconds=10)
    waiting = outcome(directory.find("customers"))
    directory.stop()
    assert isinstance(waiting[0], ServiceMissing)
    assert clock.getDelayedCalls() == []
