"""The utility company's service as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOKEN = "a token of a test, long enough"
INTERFACES = ["outages", "meters", "contracts", "complaints", "consents", "cards"]


def service_table(token: str = TOKEN, **more: object) -> str:
    """`[[service]]` for the site file."""
    extra = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'[[service]]\nname = "utility"\ntoken = "{token}"\ninterfaces = {INTERFACES}\n{extra}'.replace("'", '"')


class UtilityProcess:
    """`python -m verticals.utility.service`; what it says is in `log`. Use as a context manager."""

    def __init__(self, folder: Path, address: str, token: str = TOKEN, *more: str) -> None:
        """`address`: HOST:PORT of the web."""
        self.log = folder / "service.log"
        self.db = folder / "service.db"
        token_file = folder / "service.token"
        token_file.write_text(token + "\n")
        url = f"ws://{address}/services/v1"
        self._words = ["--url", url, "--token-file", str(token_file), "--db", str(self.db), *more]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "verticals.utility.service", *self._words], cwd=ROOT, stdout=log, stderr=log
            )

    def kill(self, number: int = signal.SIGKILL) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)

    def said(self) -> str:
        return self.log.read_text()

    def __enter__(self) -> UtilityProcess:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(60)
