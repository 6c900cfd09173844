"""CPU per answered queue call."""

from pathlib import Path

from tests.bench.say import figure
from tests.house.house import House, free_ports, until
from tests.house.sipp import phones, trunk
from tests.house.sites import site

AGENTS, CALLS, RATE = 20, 200, 10


def cpu_per_call(folder: Path) -> None:
    """Trunk, queue, agent, one second of talk without RTP from the ends, wrap-up; all processes together."""
    phone_port, trunk_port = free_ports(2)
    answering = phones(folder, port=phone_port)
    try:
        with House(folder, site(agents=AGENTS, phone_port=phone_port, wrap_up_seconds=0.3, spare=12)) as house:
            for number in range(AGENTS):
                house.agent(f"a{number}", "ready")
            before = house.cpu_seconds()
            calling = trunk(
                folder, server=house.sip_port, port=trunk_port, number="800", calls=CALLS, rate=RATE, talk_ms=1000
            )
            code = calling.wait(300)
            until("the last wrap-up", lambda: all(a["work_state"] == "idle" for a in house.agents().values()))
            after = house.cpu_seconds()
            records = house.records()
    finally:
        answering.end()
    parts = {"core": 0.0, "bank_and_ended_cards": 0.0, "cards": 0.0, "supervisor": 0.0}
    for name, seconds in after.items():
        part = {"core": "core", "bank": "bank_and_ended_cards", "supervisor": "supervisor"}.get(name, "cards")
        parts[part] += seconds - before.get(name, 0.0)
    figure(
        "cpu_ms_per_answered_queue_call",
        value=round(sum(parts.values()) / CALLS * 1000, 2),
        target=5,
        app_queue="6-12",
        answered=sum(record["outcome"] == "answered" for record in records),
        calls=CALLS,
        rate_per_second=RATE,
        talk_seconds=1,
        sipp_exit=code,
        by_process={name: round(seconds / CALLS * 1000, 2) for name, seconds in parts.items()},
    )
