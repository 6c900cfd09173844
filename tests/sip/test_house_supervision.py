"""A supervisor listens, whispers and barges in: three tones, and who hears which, measured outside the server."""

import itertools
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from server.phone import hearing
from tests.house.desk import DeskClient
from tests.house.house import House, free_ports, until
from tests.house.rtp import End, Ends
from tests.house.sipp import Sipp, phones, trunk
from tests.house.sites import site

pytestmark = [pytest.mark.real, pytest.mark.alone]

RATE = 8000
FRAME = 800
TONES = {"customer": 1209.0, "agent": 1438.0, "supervisor": 1710.0}
"""Between the notes of the music that is heard on hold."""
SENT_DBFS = 20 * np.log10(0.25 / np.sqrt(2))
HEARD_DBFS, UNHEARD_DBFS = SENT_DBFS - 3, -35
PASSWORD = "a password for tests"
MORE = """
[[agent]]
id = "sam"
name = "Sam Reis"
role = "supervisor"
phone = "sip:sam@127.0.0.1:{port}"
"""
BOTH = {"agent hears customer", "customer hears agent"}
LISTEN = BOTH | {"supervisor hears customer", "supervisor hears agent"}
WHISPER = LISTEN | {"agent hears supervisor"}
BARGE = WHISPER | {"customer hears supervisor"}
HELD = {"supervisor hears agent"}
HELD_BARGE = {"supervisor hears agent", "agent hears supervisor"}


def level(samples: np.ndarray, hertz: float) -> float:
    """Level of one tone among others, in the middle one of many short frames: a packet that was late bends only few."""
    frames = samples[: samples.size // FRAME * FRAME].reshape(-1, FRAME)
    window = np.hanning(FRAME)
    turns = np.exp(-2j * np.pi * hertz * np.arange(FRAME) / RATE)
    parts = np.abs(frames @ (window * turns)) / window.sum() * np.sqrt(2)
    return float(20 * np.log10(max(float(np.median(parts)), 1e-6)))


class Talk:
    """A customer, an agent with a desk, and a supervisor's phone, each with a tone of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        phone_port, self.trunk_port, *ports = free_ports(5)
        self.ends = {name: End(port, tone_hz=TONES[name]) for name, port in zip(TONES, ports, strict=True)}
        text = site(agents=1, phone_port=phone_port, spare=2, more=MORE.replace("{port}", str(phone_port)))
        self.house = House(folder, text.replace('id = "a0"', f'id = "a0"\npassword = "{PASSWORD}"'))
        self.answering = phones(
            folder, port=phone_port, media_ports=[self.ends["agent"].port, self.ends["supervisor"].port]
        )

    def begin(self, desk: DeskClient) -> Sipp:
        desk.ask("set-presence", presence="ready")
        calling = trunk(
            self.folder, server=self.house.sip_port, port=self.trunk_port, number="800", calls=1, rate=1,
            told=True, media_ports=[self.ends["customer"].port],
        )  # fmt: skip
        desk.wait("the talk", lambda: desk.state["me"]["work_state"] == "talking")
        self.supervise("listen")
        desk.wait("the supervisor at the desk", lambda: desk.state["call"]["supervision"] is not None)
        until("RTP at all ends", lambda: all(len(end.packets) > 25 for end in self.ends.values()))
        return calling

    def supervise(self, mode: str) -> dict[str, str]:
        """Another mode; empty: the end."""
        return dict(self.house.ask(ask="supervise", agent="a0", supervisor="sam", mode=mode))

    def hears(self, wanted: set[str]) -> None:
        """Each hears who is wanted, and nobody else. A machine that stood still meanwhile is listened to again."""
        for _ in range(3):
            with suppress(AssertionError):
                if self.heard() == wanted:
                    return
        assert self.heard() == wanted

    def heard(self, seconds: float = 0.7) -> set[str]:
        """Who hears whom from now on; fails where a tone is neither there nor away."""
        since = time.time() + 0.25
        until("some sound", lambda: time.time() > since + seconds + 0.1)
        return self.heard_between(since, since + seconds)

    def heard_between(self, since: float, before: float) -> set[str]:
        found = set()
        for listener, speaker in itertools.product(TONES, TONES):
            samples = self.ends[listener].audio(since, before).astype(np.float64) / 32768
            assert samples.size > 0.8 * (before - since) * RATE, f"{listener} got too little sound"
            there = level(samples, TONES[speaker])
            assert there > HEARD_DBFS or there < UNHEARD_DBFS, f"{listener} hears {speaker} at {there:.1f} dBFS"
            if there > HEARD_DBFS:
                found.add(f"{listener} hears {speaker}")
        return found


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    made = Talk(tmp_path)
    try:
        with Ends(list(made.ends.values())), made.house:
            yield made
    finally:
        made.answering.end()


def test_who_hears_whom_in_each_mode_and_through_hold(talk: Talk) -> None:
    with DeskClient(talk.house, "a0", PASSWORD) as desk:
        calling = talk.begin(desk)
        shown = desk.state["call"]["supervision"]
        assert (shown["name"], shown["mode"]) == ("Sam Reis", "listen")
        talk.hears(LISTEN)
        assert talk.supervise("whisper")["state"] == "joined"
        talk.hears(WHISPER)
        desk.wait("whisper at the desk", lambda: desk.state["call"]["supervision"]["mode"] == "whisper")
        talk.supervise("barge")
        talk.hears(BARGE)
        desk.ask("hold", on=True)
        talk.hears(HELD_BARGE)
        customer = talk.ends["customer"].audio(time.time() - 1, time.time()).astype(np.float64) / 32768
        assert hearing.level_dbfs(customer) > -40, "the customer on hold hears music"
        talk.supervise("listen")
        talk.hears(HELD)
        desk.ask("hold", on=False)
        talk.hears(LISTEN)
        calling.hang_up()
        assert calling.wait(40) == 0, calling.report()
        desk.wait("the end", lambda: desk.state["me"]["work_state"] in ("wrap-up", "idle"))
        assert desk.state["call"] is None or desk.state["call"]["supervision"] is None
    until("silence", lambda: time.time() > max(end.packets[-1].at for end in talk.ends.values()) + 0.5)
    last = {name: end.packets[-1].at for name, end in talk.ends.items()}
    assert abs(last["supervisor"] - last["agent"]) < 2, "the leg ends with the talk"
    (record,) = until("the record", lambda: [one for one in talk.house.records() if one["ended_at"]])
    assert (record["outcome"], record["released_by"], record["agent"]) == ("answered", "customer", "a0")
    (listened,) = record["supervisions"]
    assert (listened["supervisor"], listened["agent"]) == ("sam", "a0")
    assert [one["mode"] for one in listened["modes"]] == ["listen", "whisper", "barge", "listen"]
    assert record["answered_at"] < listened["joined_at"] < listened["left_at"] == record["ended_at"]
    told = [entry for entry in talk.house.entries() if entry["t"].startswith("supervisor-")]
    assert [entry["t"].removeprefix("supervisor-") for entry in told] == [
        "called", "joined", "changed", "changed", "changed", "left",
    ]  # fmt: skip
    assert told[-1]["cause"] == "talk-over"


def test_a_killed_core_changes_nothing_for_who_listens(talk: Talk) -> None:
    with DeskClient(talk.house, "a0", PASSWORD) as desk:
        calling = talk.begin(desk)
        talk.supervise("whisper")
        talk.hears(WHISPER)
        died = time.time()
        talk.house.kill_core()
        back = time.time()
        talk.hears(WHISPER)
        assert talk.heard_between(died, back + 0.9) == WHISPER, "nobody missed a word meanwhile"
        with DeskClient(talk.house, "a0", PASSWORD) as again:
            assert again.state["call"]["supervision"]["mode"] == "whisper"
            assert talk.supervise("barge")["state"] == "joined"
            talk.hears(BARGE)
            talk.supervise("")
            again.wait("nobody listens", lambda: again.state["call"]["supervision"] is None)
            assert again.state["me"]["work_state"] == "talking"
        calling.hang_up()
        assert calling.wait(40) == 0, calling.report()
    (record,) = until("the record", lambda: [one for one in talk.house.records() if one["ended_at"]])
    assert [one["mode"] for one in record["supervisions"][0]["modes"]] == ["listen", "whisper", "barge"]
    assert record["supervisions"][0]["left_at"] < record["ended_at"]
    faults = [entry for entry in talk.house.entries() if entry["t"] == "state-repaired"]
    assert faults == []
