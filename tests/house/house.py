"""Starts `caruso serve` in a folder of its own, speaks to it as an administrator would, and ends it.

Waiting is always for something (a line, a state, a process), with a limit; the limit is the only clock.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from server.supervisor.child import name_of
from server.wire import processes
from server.wire.processes import ProcessName
from tests.house.ports import free_block, free_ports

__all__ = ["House", "free_block", "free_ports", "until"]

TICKS = os.sysconf("SC_CLK_TCK")


PATIENCE_SECONDS = 60.0
"""How long is waited for what will come: a machine that is busy with other things takes some times as long as ours."""


def until(what: str, look: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """The first true value of `look`; fails after `seconds`, naming `what`."""
    end = time.monotonic() + seconds
    while True:
        if value := look():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


class House:
    """One `caruso serve`. Use as a context manager."""

    def __init__(self, folder: Path, site: str, *, ready: bool = True, standby: bool = False) -> None:
        """`site` is the text of the site file; `{sip}`, `{web}` and `{rtp}` in it are filled in.

        `standby`: a second core warms up beside the first one, as it does in a real house; on two processors that
        makes every start a second longer, so only tests of what the standby is for have one.
        """
        self.sip_port, self.web_port = free_ports(2)
        self.data = folder / "data"
        self.site = folder / "site.toml"
        self.log = folder / "server.log"
        self._site_text = site
        self._wait_ready = ready
        self._environment = os.environ if standby else {**os.environ, processes.NO_STANDBY_VARIABLE: "1"}
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> House:
        text = self._site_text.replace("{sip}", str(self.sip_port)).replace("{web}", str(self.web_port))
        self.site.write_text(text, encoding="utf-8")
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.start()
        return self

    def start(self) -> None:
        """Start the supervisor and wait until the core is ready."""
        caruso = Path(sys.executable).parent / "caruso"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(caruso), "serve", "--site", str(self.site), "--data", str(self.data)],
                stderr=log,
                stdout=log,
                env=self._environment,
            )
        if self._wait_ready:
            self.wait_ready()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> int:
        """End the house; the exit code. Nothing of it may be left over."""
        assert self.process is not None
        family = self._family()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(90)
        except subprocess.TimeoutExpired:
            for process in family.values():
                _kill(process)
            raise AssertionError(f"the house did not end; its log:\n{self.log_tail()}") from None
        left = [name for name, process in family.items() if _lives(process)]
        for name in left:
            _kill(family[name])
        assert not left, f"left over: {left}"
        return code

    def log_tail(self, lines: int = 40) -> str:
        """The last lines of the server's log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    # -- waiting

    def wait_ready(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Until `/readyz` answers 200."""

        def look() -> bool:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log_tail()}")
            return self.http_status("/readyz") == 200

        try:
            until("/readyz", look, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log_tail()}") from None

    def http_status(self, path: str) -> int:
        """Status of a GET; 0 if nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web_port}{path}", timeout=5) as reply:
                return int(reply.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, http.client.HTTPException):  # a port that nobody has yet may be connected with itself
            return 0

    def metric(self, name: str, **labels: str) -> float:
        """A figure of `/metrics` by its whole name; 0 if it was never counted."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.web_port}/metrics", timeout=PATIENCE_SECONDS) as reply:
            lines = reply.read().decode().splitlines()
        series = name + ("{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}" if labels else "")
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{series} ")), 0.0)

    # -- control socket

    def ask(self, **question: object) -> Any:
        """One question on the control socket; raises `RuntimeError` with the core's sentence."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(PATIENCE_SECONDS)
            sock.connect(str(self.data / "control.sock"))
            sock.sendall(json.dumps(question).encode() + b"\n")
            with sock.makefile("rb") as lines:
                reply = json.loads(lines.readline())
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["ok"]

    def agents(self) -> dict[str, dict[str, Any]]:
        return {agent["id"]: agent for agent in self.ask(ask="agents")}

    def agent(self, agent: str, action: str, reason: str = "") -> None:
        self.ask(ask="agent", id=agent, action=action, reason=reason)

    def records(self, *, live: bool = False) -> list[dict[str, Any]]:
        return list(self.ask(ask="calls", live=live))

    def entries(self) -> list[dict[str, Any]]:
        """The whole ledger."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(PATIENCE_SECONDS)
            sock.connect(str(self.data / "control.sock"))
            sock.sendall(b'{"ask":"events"}\n')
            found = []
            with sock.makefile("rb") as lines:
                for line in lines:
                    entry = json.loads(line)["ok"]
                    if entry is None:
                        break
                    found.append(entry)
        return found

    # -- processes

    def pid(self, name: str) -> int:
        """`core`, `bank`, `supervisor` or `standby`. One that is not there is waited for: another may be on its way."""
        return int(until(f"the process {name}", lambda: _noted(self.data / f"{name}.pid")))

    def pids(self) -> dict[str, int]:
        """Every process of the house. One that ends just now takes its file along: it is not among them."""
        paths = [self.data / f"{name}.pid" for name in ("supervisor", "core", "bank")]
        paths += (self.data / "cards").glob("*.pid")
        return {path.stem: pid for path in paths if (pid := _noted(path))}

    def kill(self, name: str, sig: int = signal.SIGKILL) -> int:
        """Send a signal to a process of the house, named as in `pids`. One that is not there yet is waited for."""
        card = self.data / "cards" / f"{name}.pid"
        pid = int(until(f"the process {name}", lambda: _noted(card) or _noted(self.data / f"{name}.pid")))
        os.kill(pid, sig)
        return pid

    def kill_core(self) -> None:
        """Kill the core and wait until the next one is ready."""
        killed = self.kill("core")
        until("another core", lambda: self.pids().get("core", killed) != killed)
        self.wait_ready()

    def _family(self) -> dict[str, ProcessName]:
        """The processes of the house that live, with what tells each from a later one with its number."""
        found = {}
        for name, pid in self.pids().items():
            with suppress(ProcessLookupError):  # it has just ended
                found[name] = name_of(pid)
        return found

    def cpu_seconds(self) -> dict[str, float]:
        """User and system time used so far by every process of the house and its ended children."""
        found: dict[str, float] = {}
        for name, pid in self.pids().items():
            try:
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
            except OSError:
                continue
            words = stat.rpartition(")")[2].split()
            found[name] = sum(int(word) for word in words[11:15]) / TICKS
        return found

    def memory_kib(self, pid: int) -> int:
        """Memory of a process that nobody shares (Private_Clean + Private_Dirty), in KiB."""
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_"))


def _noted(file: Path) -> int:
    """The number in a process's note; 0: there is none, or it is just being written."""
    try:
        words = file.read_text(encoding="ascii").split()
    except FileNotFoundError:
        return 0
    return int(words[0]) if words else 0


def _lives(process: ProcessName) -> bool:
    try:
        state = (
            Path(f"/proc/{process.pid}/stat")
            .read_text(encoding="ascii", errors="replace")
            .rpartition(")")[2]
            .split()[0]
        )
        return state != "Z" and name_of(process.pid) == process
    except OSError:
        return False


def _kill(process: ProcessName) -> None:
    if _lives(process):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
