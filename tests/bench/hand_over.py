"""From an agent becoming free to the INVITE for the next caller, with 100 callers waiting and 50 agents."""

import re
import socket
import threading
import time
from datetime import datetime
from pathlib import Path

from tests.bench.say import figure, percentile
from tests.house.house import House, free_ports, until
from tests.house.sipp import phones, trunk
from tests.house.sites import site

AGENTS, WAITING = 50, 100
MESSAGE = re.compile(rb"INVITE sip:(a\d+)@")


class Relay:
    """Stands before SIPp's phones and notes when each agent's INVITE came."""

    def __init__(self, port: int, phones_port: int) -> None:
        self.invited: dict[str, list[float]] = {}
        self._outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._outside.bind(("127.0.0.1", port))
        self._phones = ("127.0.0.1", phones_port)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        server = None
        while True:
            data, peer = self._outside.recvfrom(65535)
            if not data:
                return
            if peer == self._phones and server is not None:
                self._outside.sendto(data, server)
                continue
            if found := MESSAGE.match(data):
                self.invited.setdefault(found[1].decode(), []).append(time.time())
            server = peer
            self._outside.sendto(data, self._phones)

    def end(self) -> None:
        self._outside.sendto(b"", self._outside.getsockname())
        self._thread.join(2)
        self._outside.close()


def agent_free_to_invite(folder: Path) -> None:
    """Agents talk for a second and wrap up; each time one is free, someone waits already."""
    phone_port, hidden_port, trunk_port = free_ports(3)
    answering = phones(folder, port=hidden_port)
    relay = Relay(phone_port, hidden_port)
    text = site(agents=AGENTS, phone_port=phone_port, wrap_up_seconds=2, spare=30, maximum=WAITING + AGENTS + 20)
    try:
        with House(folder, text) as house:
            calling = trunk(
                folder, server=house.sip_port, port=trunk_port, number="800", calls=AGENTS + WAITING, rate=20,
                talk_ms=40_000,
            )  # fmt: skip
            until("all waiting", lambda: len(house.records(live=True)) == AGENTS + WAITING, 60)
            for number in range(AGENTS):
                house.agent(f"a{number}", "ready")
            calling.wait(200)
            entries = house.entries()
    finally:
        answering.end()
        relay.end()
    free = [(entry["agent"], datetime.fromisoformat(entry["at"]).timestamp()) for entry in entries
            if entry["t"] == "wrap-up-ended" or entry.get("presence") == "ready"]  # fmt: skip
    delays = []
    for agent, moment in free:
        later = [at - moment for at in relay.invited.get(agent, []) if -0.001 <= at - moment < 5]
        if later:
            delays.append(min(later) * 1000)
    figure(
        "ms_from_agent_free_to_invite",
        p50=round(percentile(delays, 50), 2),
        p99=round(percentile(delays, 99), 2),
        target={"p50": 5, "p99": 20},
        app_queue={"p50": 470, "p99": 1500},
        agents=AGENTS,
        waiting=WAITING,
        samples=len(delays),
    )
