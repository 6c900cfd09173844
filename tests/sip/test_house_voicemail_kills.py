"""Core and line cards are killed around every step of a message: what is told is kept, what is listed is whole."""

from pathlib import Path

import pytest

from server.phone.driver import Phone
from tests.house.house import House, until
from tests.house.message_rounds import HERTZ, SITE, Point, Round, write_greeting
from tests.house.sites import site

pytestmark = pytest.mark.real

EIGHT = [
    *(Point("core", step, after) for step, after in (("speak", 0), ("hash", 140), ("one", 170), ("hang-up", 12))),
    *(Point("card", step, after) for step, after in (("speak", 0), ("hash", 160), ("one", 190), ("hang-up", 20))),
]
STEPS = {
    "speak": (0, 700),
    "hash": (0, 60, 120, 140, 160, 180, 220, 300),
    "one": (0, 60, 120, 140, 160, 180, 200, 260, 500, 1500, 3000),
    "hang-up": (0, 10, 20, 60),
}
FIFTY = [Point(killed, step, after) for killed in ("core", "card") for step in STEPS for after in STEPS[step]]


def _rounds(tmp_path: Path, points: list[Point]) -> None:
    write_greeting(tmp_path)
    faults, told = [], 0
    with Phone("callers") as phone:
        phone.play(f"tone:{HERTZ}")
        text = site(agents=1, phone_port=phone.port, agent_phones=["sip:nobody@127.0.0.1:9"], spare=4, more=SITE)
        with House(tmp_path, text, standby=True) as house:
            of_one = [[point for point in points if point.killed == killed] for killed in ("core", "card")]
            groups = [some[start : start + 4] for some in of_one for start in range(0, len(some), 4)]
            for number, group in enumerate(groups):
                until("a warm standby", (house.data / "standby.pid").exists)
                until("line cards", lambda: house.metric("caruso_cards", state="idle") >= 4)
                one = Round(house, phone, tmp_path, group, number)
                one.play()
                faults += one.faults()
                told += len(one.acknowledged)
    assert not faults, "\n".join(faults)
    assert told, "nobody was told anything: the test heard nothing"


def test_eight_points(tmp_path: Path) -> None:
    _rounds(tmp_path, EIGHT)


@pytest.mark.soak
def test_fifty_points(tmp_path: Path) -> None:
    assert len(FIFTY) == 50
    _rounds(tmp_path, FIFTY)
