"""Call-backs and opening hours in the nights in which the clock is changed."""

from datetime import datetime

import pytest

from server.call import facts
from server.call.now import Now
from tests.callflow.transcript import EPOCH, SITE, Runner, site_of

BERLIN = SITE | {
    "site": {"name": "Test", "country": "DE", "time_zone": "Europe/Berlin"},
    "queue": [
        {
            "id": "billing", "wrap_up_seconds": 0, "call_back_retry_seconds": 3600, "call_back_attempts": 2,
            "hours": ["sun 01:00-02:30"], "exit": [{"key": "1", "to": "call-back"}],
        },
        {"id": "outages"},
    ],
    "agent": [{"id": "ana", "queues": ["billing"], "phone": "sip:ana@10.0.0.9"}],
}  # fmt: skip
AUTUMN, SPRING = "2027-10-31T01:30+02:00", "2027-03-28T01:30+01:00"


class Night(Runner):
    """Its seconds are counted from half past one."""

    def __init__(self, half_past_one: str) -> None:
        self.begins = datetime.fromisoformat(half_past_one).timestamp()
        self.boot_at = 0.0
        super().__init__(site_of(BERLIN))

    @property
    def now(self) -> Now:
        wall = self.begins + self.time
        return Now(wall, EPOCH.mono + wall - EPOCH.wall - self.boot_at)

    def lives(self, *lines: str) -> None:
        for line in lines:
            seconds, *words = line.split()
            self.time = float(seconds)
            self.line(words)

    def told(self, kind: type) -> list[tuple[float, facts.AnyFact]]:
        """When, and what."""
        return [(entry.at.wall - self.begins, entry.fact) for entry in self.ledger if isinstance(entry.fact, kind)]


def asks_and_is_not_reached(night: Night) -> None:
    night.lives(
        "0 ready ana",
        "0 not-ready ana",
        "1 arrived c1 +491 800",
        "1 answered c1 customer",
        "2 digit c1 customer 1",
        "3 digit c1 customer 1",
        "4 played c1 customer thanks",
        "1500 ready ana",
        "1500 taken c1 1",
        "1502 answered c1 agent-1",
        "1510 released c1 customer no-answer",
    )


@pytest.mark.parametrize("half_past_one", [AUTUMN, SPRING])
@pytest.mark.parametrize("boots", [False, True])
def test_the_pause_between_two_attempts_is_as_long_as_ever(half_past_one: str, boots: bool) -> None:
    """In autumn the clock shows five to two again when the hour is over, in spring almost four."""
    night = Night(half_past_one)
    asks_and_is_not_reached(night)
    ((_, failed),) = night.told(facts.CallBackFailed)
    assert isinstance(failed, facts.CallBackFailed)
    assert failed.again_at - night.begins == 1510 + 3600
    night.time = 2000
    if boots:
        night.boot_at = 500_000.0
        night.restart("boot-2")
        night.line(["counted"])
    night.lives("5109 time")
    assert night.told(facts.CallBackDue) == []
    night.lives("5110.001 time", "5110.001 taken c1 2", "5115 answered c1 agent-2", "5120 answered c1 customer")
    assert [round(at) for at, _ in night.told(facts.CallBackDue)] == [5110]
    assert [round(at) for at, _ in night.told(facts.CallBackTried)] == [1502, 5115]
    assert len(night.told(facts.CallConnected)) == 1


@pytest.mark.parametrize(
    ("half_past_one", "open_minutes", "closed_minutes"),
    # 01:30; then 02:00 to 03:00 summer time, 02:00 to 03:00 again
    [(AUTUMN, [0, 59.9, 90, 119.9], [-30.1, 60, 89.9, 120]), (SPRING, [0, 29.9], [30, 31, 90])],
)
def test_callers_are_let_in_by_the_clock_on_the_wall(
    half_past_one: str, open_minutes: list[float], closed_minutes: list[float]
) -> None:
    night = Night(half_past_one)
    for minutes in sorted(open_minutes + closed_minutes):
        night.time = minutes * 60
        night.line(["arrived", f"c{minutes}", "+491", "800"])
    assert [fact.call for _, fact in night.told(facts.CallQueued)] == [f"c{m}" for m in open_minutes]  # type: ignore[union-attr]
    turned_away = [fact for _, fact in night.told(facts.CallDiverted)]
    assert [(fact.call, fact.why) for fact in turned_away] == [  # type: ignore[union-attr]
        (f"c{m}", "closed") for m in closed_minutes
    ]
