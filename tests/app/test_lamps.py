"""Lamps: who is told what waits, and when."""

from collections.abc import Awaitable

from twisted.internet.defer import succeed

from server.app.lamps import Lamps
from server.call import facts
from server.call.now import Now
from tests.callflow.transcript import MAILBOXES, Runner

LEAVES = ("arrived c1 +491 850", "answered c1 customer", "played c1 customer mailbox-1", "recorded c1 bills/c1-1 12",
          "digit c1 customer 1")  # fmt: skip


class FakeEdge:
    """Keeps what phones are told."""

    def __init__(self) -> None:
        self.registered_ones: set[str] = set()
        self.subscribed_ones: set[str] = set()
        self.told: list[tuple[str, str]] = []

    def notify(self, user: str, event: str, content_type: str, body: bytes) -> Awaitable[bool]:
        assert (event, content_type) == ("message-summary", "application/simple-message-summary")
        self.told.append((user, body.decode().splitlines()[2]))
        return succeed(True)

    def registered(self, user: str) -> bool:
        return user in self.registered_ones

    def subscribed(self, user: str) -> bool:
        return user in self.subscribed_ones


def _lamps() -> tuple[Lamps, FakeEdge]:
    boxes = [MAILBOXES["mailbox"][0] | {"owner": "queue:billing"}, MAILBOXES["mailbox"][1]]
    people = [{"id": "ana", "queues": ["billing"]}, {"id": "rui"}]
    runner, edge = Runner(MAILBOXES | {"mailbox": boxes, "agent": people}), FakeEdge()
    for line in LEAVES:
        runner.line(line.split())
    return Lamps(runner.site, runner.flow, edge), edge


def _left() -> facts.Entry:
    left = facts.VoicemailLeft(call="c1", mailbox="bills", message="m", sound="s", caller="", seconds=1, spoken_at=0)
    return facts.Entry(position=1, at=Now(0, 0), fact=left)


def test_a_change_is_told_to_owners_who_are_there() -> None:
    lamps, edge = _lamps()
    lamps([_left()])
    assert edge.told == []
    edge.registered_ones = {"ana", "rui"}
    lamps([_left(), _left()])
    assert edge.told == [("ana", "Voice-Message: 1/0 (0/0)")]
    edge.registered_ones, edge.subscribed_ones = set(), {"ana"}
    lamps([_left()])
    assert len(edge.told) == 2, "a subscription needs no registration"


def test_a_phone_that_came_is_told_if_it_has_a_mailbox() -> None:
    lamps, edge = _lamps()
    edge.registered_ones = {"ana", "rui"}
    lamps.phone_came("ana")
    lamps.phone_came("rui")
    assert edge.told == [("ana", "Voice-Message: 1/0 (0/0)")]


def test_who_subscribes_is_always_told() -> None:
    lamps, edge = _lamps()
    lamps.tell("rui")
    assert edge.told == [("rui", "Voice-Message: 0/0 (0/0)")]
