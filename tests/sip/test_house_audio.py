"""What the two hear, measured by RTP ends outside the server: pitch, level, gaps, delay; through hold and back.

A gap is at most 60 ms, and what the machine itself was late at the time (`tests/house/metronome.py`).
"""

import json
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from server.phone import hearing
from tests.house.desk import DeskClient
from tests.house.house import House, free_ports, until
from tests.house.metronome import Metronome
from tests.house.rtp import ALAW, End, Ends
from tests.house.sipp import phones, trunk
from tests.house.sites import site

pytestmark = [pytest.mark.real, pytest.mark.alone]

RATE = 8000
CUSTOMER_HZ, AGENT_HZ = 440, 660
SENT_DBFS = 20 * np.log10(0.25 / np.sqrt(2))
PASSWORD = "a password for tests"


def heard(end: End, since: float, before: float, hertz: float) -> dict[str, float]:
    """Pitch and level of the tone that `end` heard, and the longest time without a packet or without the tone."""
    samples = end.audio(since, before).astype(np.float64) / 32768
    tone = hearing.tone(samples, RATE, hertz)
    assert tone is not None, f"no tone of {hertz} Hz at port {end.port}"
    return {
        "hertz": round(tone.hertz, 1),
        "level_dbfs": round(tone.level_dbfs, 1),
        "longest_gap_ms": round(max(tone.longest_gap_ms, end.longest_gap(since, before) * 1000), 1),
    }


def has_tone(end: End, hertz: float) -> bool:
    """Whether a tone was there in the last 0.3 s."""
    now = time.time()
    return hearing.tone(end.audio(now - 0.3, now).astype(np.float64) / 32768, RATE, hertz) is not None


def first_tone(end: End, since: float) -> float | None:
    """When the first packet with a tone in it came."""
    for packet in end.packets:
        loud = np.abs(ALAW[np.frombuffer(packet.payload, dtype=np.uint8)].astype(np.int32)).max(initial=0)
        if packet.at >= since and loud > 2000:
            return packet.at
    return None


def test_both_hear_one_another_through_hold_and_back(tmp_path: Path) -> None:
    phone_port, trunk_port, customer_port, agent_port = free_ports(4)
    customer, agent = End(customer_port, tone_hz=0), End(agent_port, tone_hz=AGENT_HZ)
    text = site(agents=1, phone_port=phone_port, spare=2).replace('id = "a0"', f'id = "a0"\npassword = "{PASSWORD}"')
    answering = phones(tmp_path, port=phone_port, media_ports=[agent_port])
    try:
        with (
            Ends([customer, agent]), House(tmp_path, text) as house, DeskClient(house, "a0", PASSWORD) as desk,
            Metronome(tmp_path) as metronome,
        ):  # fmt: skip
            desk.ask("set-presence", presence="ready")
            calling = trunk(
                tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=1, rate=1, told=True,
                media_ports=[customer_port],
            )  # fmt: skip
            desk.wait("the talk", lambda: desk.state["me"]["work_state"] == "talking")
            until("RTP at both ends", lambda: len(customer.packets) > 60 and len(agent.packets) > 60)
            spoke = time.time()
            customer.tone_hz = CUSTOMER_HZ
            came = until("the customer's tone", lambda: first_tone(agent, spoke))
            until("the beginning", lambda: time.time() > came + 0.5)
            talk = metronome.quiet_stretch(2)
            desk.ask("hold", on=True)
            until("the agent away", lambda: not has_tone(customer, AGENT_HZ) and not has_tone(agent, CUSTOMER_HZ))
            held = time.time()
            until("a second of hold", lambda: time.time() > held + 1.2)
            on_hold = customer.audio(held, held + 1).astype(np.float64) / 32768
            at_agent = agent.audio(held, held + 1).astype(np.float64) / 32768
            desk.ask("hold", on=False)
            until("the talk again", lambda: has_tone(customer, AGENT_HZ) and has_tone(agent, CUSTOMER_HZ))
            back = metronome.quiet_stretch(2)
            figures = {
                "agent": heard(agent, *talk, CUSTOMER_HZ), "customer": heard(customer, *talk, AGENT_HZ),
                "agent_after_hold": heard(agent, *back, CUSTOMER_HZ),
                "customer_after_hold": heard(customer, *back, AGENT_HZ),
            }  # fmt: skip
            late_ms = round(max(metronome.longest(*talk), metronome.longest(*back)) * 1000, 1)
            calling.hang_up()
            assert calling.wait(40) == 0, calling.report()
    finally:
        answering.end()
    print(json.dumps({"delay_ms": round((came - spoke) * 1000, 1), "machine_late_ms": late_ms, **figures}))
    for name, figure in figures.items():
        hertz = CUSTOMER_HZ if name.startswith("agent") else AGENT_HZ
        assert abs(figure["hertz"] - hertz) < 2, name
        assert abs(figure["level_dbfs"] - SENT_DBFS) < 2, name
        assert figure["longest_gap_ms"] <= 60 + late_ms, name
    assert hearing.tone(on_hold, RATE, AGENT_HZ) is None, "the customer on hold does not hear the agent"
    assert hearing.level_dbfs(on_hold) > -40, "but music"
    assert hearing.level_dbfs(at_agent) < -50, "the agent hears nothing meanwhile"


def test_both_hear_one_another_over_ipv6_and_across_versions(tmp_path: Path) -> None:
    """Two customers over IPv6; the one agent has a phone of IPv6, the other of IPv4."""
    phone_port, other_phone_port, trunk_port, *media_ports = free_ports(7)
    customers = [End(port, tone_hz=0) for port in media_ports[:2]]
    agents = [End(port, tone_hz=AGENT_HZ) for port in media_ports[2:]]
    text = site(
        agents=2, phone_port=phone_port, spare=3,
        agent_phones=[f"sip:a0@[::1]:{phone_port}", f"sip:a1@127.0.0.1:{other_phone_port}"],
    ).replace('listen = ["udp', 'listen = ["udp:[::1]:{sip}", "udp').replace('"127.0.0.1/32"', '"::1"').replace(
        'address = "127.0.0.1"', 'address = ["127.0.0.1", "::1"]'
    )  # fmt: skip
    answering = [
        phones(tmp_path, port=phone_port, media_ports=media_ports[2:3], host="::1", name="new"),
        phones(tmp_path, port=other_phone_port, media_ports=media_ports[3:], name="old"),
    ]
    try:
        with (
            Ends([*customers, agents[0]], "::1"), Ends([agents[1]]), House(tmp_path, text) as house,
            Metronome(tmp_path) as metronome,
        ):  # fmt: skip
            for agent in ("a0", "a1"):
                house.agent(agent, "ready")
            calling = trunk(
                tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=2, rate=4, told=True,
                media_ports=media_ports[:2], host="::1",
            )  # fmt: skip
            everybody = [*customers, *agents]
            until("RTP at all ends", lambda: all(len(end.packets) > 60 for end in everybody))
            spoke = time.time()
            for customer in customers:
                customer.tone_hz = CUSTOMER_HZ
            came = max(until("a customer's tone", lambda end=agent: first_tone(end, spoke)) for agent in agents)
            until("the beginning", lambda: time.time() > came + 0.5)
            talk = metronome.quiet_stretch(2)
            house.kill("core", signal.SIGSTOP)
            alone = metronome.quiet_stretch(1, tries=2)
            house.kill("core", signal.SIGCONT)
            figures = {
                f"{name}_{when}": heard(end, *span, hertz)
                for when, span in (("talk", talk), ("alone", alone))
                for name, end, hertz in (
                    ("customer_0", customers[0], AGENT_HZ), ("customer_1", customers[1], AGENT_HZ),
                    ("agent_ipv6", agents[0], CUSTOMER_HZ), ("agent_ipv4", agents[1], CUSTOMER_HZ),
                )
            }  # fmt: skip
            late_ms = round(max(metronome.longest(*talk), metronome.longest(*alone)) * 1000, 1)
            calling.hang_up()
            assert calling.wait(40) == 0, calling.report()
            rests = until("both relays at rest", lambda: relay_rests(house))
    finally:
        for one in answering:
            one.end()
    told = {"delay_ms": round((came - spoke) * 1000, 1), "machine_late_ms": late_ms, "relays": rests}
    print(json.dumps({**told, **figures}))
    for name, figure in figures.items():
        hertz = CUSTOMER_HZ if name.startswith("agent") else AGENT_HZ
        assert abs(figure["hertz"] - hertz) < 2, name
        assert abs(figure["level_dbfs"] - SENT_DBFS) < 2, name
        assert figure["longest_gap_ms"] <= 60 + late_ms, name


def relay_rests(house: House) -> list[dict[str, float]]:
    """What the relays of two cards tell of their CPU time when they have nothing to carry any more."""
    lines = [json.loads(line) for line in house.log.read_text(encoding="utf-8").splitlines() if "relay rests" in line]
    return [{key: line[key] for key in ("cpu_ms", "ms")} for line in lines] if len(lines) >= 2 else []
