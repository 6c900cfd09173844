"""How many calls a second the house takes before 1 % of the set-ups need more than 300 ms."""

from datetime import datetime
from pathlib import Path

from tests.bench.say import figure, percentile, progress
from tests.house.house import House, free_ports, until
from tests.house.sipp import phones, trunk
from tests.house.sites import site

AGENTS, SECONDS, LIMIT_MS = 150, 8, 300
RATES = (20, 40, 60, 80, 100, 140, 180, 220, 280)


def calls_per_second(folder: Path) -> None:
    """Short calls at growing rates; set-up is from the arrival at the edge to customer and agent being connected."""
    best, series = 0, []
    for rate in RATES:
        setups, failed = _at(folder / str(rate), rate)
        over = sum(1 for setup in setups if setup > LIMIT_MS) + failed
        share = over / max(1, len(setups) + failed)
        p99 = round(percentile(setups, 99), 1) if setups else None
        series.append({"rate": rate, "p99_ms": p99, "over_300_ms": round(share, 4), "failed": failed})
        progress(f"  {rate} a second: p99 {p99} ms, {share:.1%} over {LIMIT_MS} ms, {failed} failed")
        if share > 0.01:
            break
        best = rate
    figure("calls_per_second_with_1_percent_over_300_ms", value=best, target=280, app_queue=140, series=series)


def _at(folder: Path, rate: int) -> tuple[list[float], int]:
    folder.mkdir()
    phone_port, trunk_port = free_ports(2)
    answering = phones(folder, port=phone_port)
    text = site(agents=AGENTS, phone_port=phone_port, wrap_up_seconds=0, spare=120, maximum=200)
    calls = rate * SECONDS
    try:
        with House(folder, text) as house:
            for number in range(AGENTS):
                house.agent(f"a{number}", "ready")
            until("spare cards", lambda: house.ask(ask="status")["cards"]["idle"] >= 100, 60)
            calling = trunk(
                folder, server=house.sip_port, port=trunk_port, number="800", calls=calls, rate=rate, talk_ms=100
            )
            calling.wait(SECONDS + 60)
            records = house.records()
    finally:
        answering.end()
    connected = [record for record in records if record["answered_at"]]
    setups = [(_moment(r["answered_at"]) - _moment(r["arrived_at"])) * 1000 for r in connected]
    return setups, calls - len(connected)


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
