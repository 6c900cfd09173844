"""A supervisor over the fake core and the fake bank, as a process, and what its tests ask of it."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from server.supervisor.child import open_process
from server.wire.processes import ProcessName

HERE = Path(__file__).parent
PATIENCE_SECONDS = 60
SITE = """
[sip]
listen = ["udp:127.0.0.1:0", "tcp:127.0.0.1:0"]
[web]
listen = "127.0.0.1:0"
[stopping]
grace_seconds = 1
"""


class Run:
    """One supervisor process and the lines that it and its children write."""

    def __init__(self, site: Path, data: Path) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "fake_house.py"), str(site), str(data)],
            stderr=subprocess.PIPE,
            cwd=HERE.parent.parent,
            env={**os.environ, "PYTHONPATH": str(HERE.parent.parent)},
        )
        self.seen: list[dict[str, Any]] = []
        self._text = b""

    def expect(self, event: str, **fields: object) -> dict[str, Any]:
        """Wait for the next line of that event with those fields."""
        assert self.process.stderr is not None
        while True:
            while b"\n" not in self._text:
                readable, _, _ = select.select([self.process.stderr], [], [], PATIENCE_SECONDS)
                part = os.read(self.process.stderr.fileno(), 65536) if readable else b""
                assert part, f"no {event} {fields} in {self.seen} {self._text!r}"
                self._text += part
            line, _, self._text = self._text.partition(b"\n")
            seen = json.loads(line) if line.startswith(b"{") else {"event": "text", "line": line.decode()}
            self.seen.append(seen)
            if seen["event"] == event and fields.items() <= seen.items():
                return seen

    def first(self, event: str, **fields: object) -> dict[str, Any]:
        """The line of that event, which may have been seen while another was waited for. Each is given once."""
        for line in self.seen:
            if line["event"] == event and fields.items() <= line.items() and not line.get("given"):
                break
        else:
            line = self.expect(event, **fields)
        line["given"] = True
        return line

    def up(self) -> "Run":
        self.expect("bank-up")
        if not any(line["event"] == "ready" for line in self.seen):
            self.expect("ready")
        return self

    def pid(self, who: str) -> int:
        return int((self.data / f"{who}.pid").read_text())

    def address(self, name: str) -> tuple[str, int]:
        host, _, port = json.loads((self.data / "listening.json").read_text())[name].rpartition(":")
        return host, int(port)

    def close(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


def ask(address: tuple[str, int], question: str = "pid") -> int:
    """The pid of the core that answers a datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(PATIENCE_SECONDS)
        phone.sendto(question.encode(), address)
        return int(phone.recv(100))


def is_alive(name: ProcessName) -> bool:
    descriptor = open_process(name)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is not None
