"""What a conversation with RTP both ways costs, and how many this machine holds."""

import time
from pathlib import Path

from tests.bench.say import figure, percentile, progress
from tests.house.house import House, free_ports, until
from tests.house.rtp import End, Ends
from tests.house.sipp import phones, trunk
from tests.house.sites import site

SECONDS = 10


def cost_of_a_conversation(folder: Path) -> None:
    """CPU and memory of 20 conversations, over ten seconds of talk."""
    measured = _hold(folder, 20)
    figure("core_percent_per_conversation", value=measured["core_percent"], target=0.4, app_queue="0.24-0.5")
    figure("mb_per_conversation", value=measured["mb"], target=8)


def conversations_at_once(folder: Path) -> None:
    """As many of 180 conversations as hold with gaps below 100 ms at either end."""
    measured = _hold(folder, 180)
    figure("conversations_of_180_without_a_gap", value=measured["whole"], target=180, gap_limit_ms=100, **measured)


def _hold(folder: Path, count: int) -> dict[str, float]:
    phone_port, trunk_port, *ports = free_ports(2 + 2 * count)
    ends = [End(port, tone_hz=440) for port in ports]
    customers, agents = ends[:count], ends[count:]
    answering = phones(folder, port=phone_port, media_ports=[end.port for end in agents])
    text = site(agents=count, phone_port=phone_port, spare=min(count + 5, 60), maximum=count + 20)
    try:
        with Ends(ends), House(folder, text) as house:  # the ends first: their ports are asked for by nobody yet
            for number in range(count):
                house.agent(f"a{number}", "ready")
            calling = trunk(
                folder, server=house.sip_port, port=trunk_port, number="800", calls=count, rate=10,
                talk_ms=(count // 10 + SECONDS + 15) * 1000, media_ports=[end.port for end in customers],
            )  # fmt: skip
            talking = f"{count} talking"
            until(talking, lambda: sum(a["work_state"] == "talking" for a in house.agents().values()) == count, 90)
            until("RTP everywhere", lambda: all(len(end.packets) > 50 for end in ends), 30)
            progress(f"  {talking}")
            before, began = house.cpu_seconds(), time.time()
            until("the measured time", lambda: time.time() - began > SECONDS, SECONDS + 5)
            after, ended = house.cpu_seconds(), time.time()
            memory = [house.memory_kib(pid) / 1024 for name, pid in house.pids().items()
                      if name not in ("supervisor", "core", "bank")]  # fmt: skip
            calling.wait(120)
    finally:
        answering.end()
    gaps = [end.longest_gap(began, ended) * 1000 for end in ends]
    whole = sum(max(a, b) < 100 for a, b in zip(gaps[:count], gaps[count:], strict=True))
    used = sum(after[name] - before.get(name, 0.0) for name in after)
    return {
        "whole": whole,
        "core_percent": round(used / (ended - began) / count * 100, 3),
        "mb": round(percentile(memory, 50), 1),
        "gap_ms_p50": round(percentile(gaps, 50), 1),
        "gap_ms_max": round(max(gaps), 1),
    }
