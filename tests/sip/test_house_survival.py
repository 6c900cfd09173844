"""What survives what: the core, a card, the bank are killed while people wait and talk."""

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.house.house import House, free_ports, until
from tests.house.metronome import QUIET_SECONDS, Metronome
from tests.house.rtp import PACKET_SECONDS, End, Ends
from tests.house.sipp import phones, trunk
from tests.house.sites import site

pytestmark = [pytest.mark.real, pytest.mark.alone]

UNHEARD_SECONDS = 0.1
TRIES = 3


def talking(house: House) -> int:
    return sum(1 for agent in house.agents().values() if agent["work_state"] == "talking")


def live(house: House) -> list[dict]:
    return house.records(live=True)


@dataclass(frozen=True)
class Death:
    """What was heard of one death of the core; all in seconds.

    `silent_s`: the longest gap of any end, without the time in which the machine left its sleepers alone during this
    very gap (0: none was longer than two packets); `longest_gap_s` is with it. `machine_late_s`: the longest
    that the machine left a sleeper alone at all.
    """

    ready_again_s: float
    silent_s: float
    longest_gap_s: float
    machine_late_s: float


def death(house: House, metronome: Metronome, ends: list[End]) -> Death:
    """Kill the core while 20 talk, 20 wait and 2 ring: all of them are still there, and `ends` are listened to."""
    waiting = [(r["call_id"], r["queued_at"]) for r in live(house) if r["answered_at"] is None]
    died = time.time()
    house.kill_core()
    again = time.time() - died
    after = [(r["call_id"], r["queued_at"]) for r in live(house) if r["answered_at"] is None]
    assert after == waiting
    assert talking(house) == 20
    until("the ringing offers made again", lambda: sum(
        a["work_state"] in ("reserved", "ringing") for a in house.agents().values()) == 2)  # fmt: skip
    over = time.time()
    until("the sleepers awake and their notes written", lambda: time.time() > over + 0.2)
    gaps = [gap for end in ends for gap in end.gaps(died - 0.5, over)]
    return Death(
        ready_again_s=round(again, 3),
        silent_s=round(
            max((b - a - metronome.total(a, b) for a, b in gaps if b - a > 2 * PACKET_SECONDS), default=0), 3
        ),
        longest_gap_s=round(max(b - a for a, b in gaps), 3),
        machine_late_s=round(metronome.longest(died - 0.5, over), 3),
    )


def test_the_cores_death_is_not_heard(tmp_path: Path) -> None:
    """20 talk, 20 wait, 2 ring; the core is killed. Nobody's audio stops, who waits keeps the place.

    A gap counts without what the machine was late during it. On a quiet machine the first death decides. On a late one
    a card may wait for longer than the sleepers saw: the core dies again, and another card may be unlucky, but one that
    stops because no core lives stops again.
    """
    phone_port, ringing_port, trunk_port, *rtp = free_ports(3 + 62)
    answering_phones = [f"sip:a{n}@127.0.0.1:{phone_port}" for n in range(20)]
    ringing_phones = [f"sip:r{n}@127.0.0.1:{ringing_port}" for n in range(2)]
    text = site(
        agents=22, phone_port=phone_port, ring_seconds=60, strategy="top-down", spare=44, maximum=60,
        agent_phones=answering_phones + ringing_phones, wrap_up_seconds=60,
    )  # fmt: skip
    customers = [End(port, tone_hz=440) for port in rtp[:42]]
    agents = [End(port, tone_hz=660) for port in rtp[42:62]]
    answering = phones(tmp_path, port=phone_port, media_ports=[end.port for end in agents])
    ringing = phones(tmp_path, port=ringing_port, answer=False, name="ringing")
    try:
        with (
            Ends(customers + agents),
            House(tmp_path, text, standby=True) as house,
            Metronome(tmp_path) as metronome,
        ):  # the ends first: nobody takes their ports
            for number in range(22):
                house.agent(f"a{number}", "ready")
            calling = trunk(
                tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=42, rate=15,
                told=True, media_ports=[end.port for end in customers],
            )  # fmt: skip
            until("20 talking, 2 ringing", lambda: talking(house) == 20 and len(live(house)) == 42)
            until("2 ringing", lambda: sum(a["work_state"] == "ringing" for a in house.agents().values()) == 2)
            until("RTP everywhere", lambda: all(len(end.packets) > 25 for end in customers + agents))
            for _ in range(TRIES):
                heard = death(house, metronome, agents + customers[:20])
                print(json.dumps(asdict(heard)))
                if heard.silent_s < UNHEARD_SECONDS or heard.machine_late_s < QUIET_SECONDS:
                    break
            calling.hang_up()
            assert calling.wait(60) == 0, calling.report()
            records = until("all ended", lambda: len(live(house)) == 0 and house.records())
    finally:
        answering.end()
        ringing.end()
    assert heard.silent_s < UNHEARD_SECONDS, heard
    assert len(records) == 42
    outcomes = [record["outcome"] for record in records]
    assert outcomes.count("answered") == 20
    assert outcomes.count("abandoned") + outcomes.count("short-abandoned") == 22
    assert all(record["released_by"] == "customer" for record in records)


def test_a_dead_card_costs_one_conversation_and_a_dead_bank_none(tmp_path: Path) -> None:
    phone_port, trunk_port, second_port = free_ports(3)
    text = site(agents=22, phone_port=phone_port, spare=24, maximum=40, wrap_up_seconds=60)
    answering = phones(tmp_path, port=phone_port)
    try:
        with House(tmp_path, text, standby=True) as house:
            for number in range(22):
                house.agent(f"a{number}", "ready")
            calling = trunk(
                tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=20, rate=10, told=True
            )
            until("20 talking", lambda: talking(house) == 20)
            cards = {entry["call"]: entry["card"] for entry in house.entries() if entry["t"] == "call-arrived"}
            victim = live(house)[7]["call_id"]
            os.kill(house.pids()[cards[victim]], signal.SIGKILL)
            record = until("the record says so", lambda: [
                r for r in house.records() if r["call_id"] == victim and r["ended_at"]])[0]  # fmt: skip
            assert record["released_by"] == "fault"
            assert record["cause"] == "card-lost"
            assert talking(house) == 19
            bank = house.kill("bank")
            until("a new bank", lambda: house.pids().get("bank", bank) != bank)
            assert talking(house) == 19
            second = trunk(
                tmp_path, server=house.sip_port, port=second_port, number="800", calls=2, rate=5, told=True,
                name="second",
            )  # fmt: skip
            until("21 talking", lambda: talking(house) == 21)
            second.hang_up()
            assert second.wait(60) == 0, second.report()
            calling.hang_up()
            calling.wait(60)
            until("all ended", lambda: len(live(house)) == 0)
            answered = [r for r in house.records() if r["outcome"] == "answered"]
            assert len(answered) == 22
            assert sum(1 for r in answered if r["released_by"] == "customer") == 21
    finally:
        answering.end()
