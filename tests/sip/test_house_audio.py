"""What the two hear, measured by RTP ends outside the server: pitch, level, gaps, delay; through hold and back."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from server.phone import hearing
from tests.house.desk import DeskClient
from tests.house.house import House, free_ports, until
from tests.house.rtp import ALAW, End, Ends
from tests.house.sipp import phones, trunk
from tests.house.sites import site

pytestmark = [pytest.mark.real, pytest.mark.alone]

RATE = 8000
CUSTOMER_HZ, AGENT_HZ = 440, 660
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
        with Ends([customer, agent]), House(tmp_path, text) as house, DeskClient(house, "a0", PASSWORD) as desk:
            desk.ask("set-presence", presence="ready")
            calling = trunk(
                tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=1, rate=1, talk_ms=12_000,
                media_ports=[customer_port],
            )  # fmt: skip
            desk.wait("the talk", lambda: desk.state["me"]["work_state"] == "talking")
            until("RTP at both ends", lambda: len(customer.packets) > 60 and len(agent.packets) > 60)
            spoke = time.time()
            customer.tone_hz = CUSTOMER_HZ
            came = until("the customer's tone", lambda: first_tone(agent, spoke))
            talk = (came + 0.5, came + 2.5)
            until("two seconds of talk", lambda: time.time() > talk[1])
            desk.ask("hold", on=True)
            held = time.time()
            until("a second of hold", lambda: time.time() > held + 1.5)
            on_hold = customer.audio(held + 0.3, held + 1.3).astype(np.float64) / 32768
            at_agent = agent.audio(held + 0.3, held + 1.3).astype(np.float64) / 32768
            desk.ask("hold", on=False)
            back = (time.time() + 0.5, time.time() + 2.5)
            until("two seconds more", lambda: time.time() > back[1])
            figures = {
                "agent": heard(agent, *talk, CUSTOMER_HZ), "customer": heard(customer, *talk, AGENT_HZ),
                "agent_after_hold": heard(agent, *back, CUSTOMER_HZ),
                "customer_after_hold": heard(customer, *back, AGENT_HZ),
            }  # fmt: skip
            assert calling.wait(40) == 0, calling.report()
    finally:
        answering.end()
    print(json.dumps({"delay_ms": round((came - spoke) * 1000, 1), **figures}))
    sent = 20 * np.log10(0.25 / np.sqrt(2))
    for name, figure in figures.items():
        hertz = CUSTOMER_HZ if name.startswith("agent") else AGENT_HZ
        assert abs(figure["hertz"] - hertz) < 2, name
        assert abs(figure["level_dbfs"] - sent) < 2, name
        assert figure["longest_gap_ms"] <= 60, name
    assert hearing.tone(on_hold, RATE, AGENT_HZ) is None, "the customer on hold does not hear the agent"
    assert hearing.level_dbfs(on_hold) > -40, "but music"
    assert hearing.level_dbfs(at_agent) < -50, "the agent hears nothing meanwhile"
