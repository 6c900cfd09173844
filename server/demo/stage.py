"""The stage: a data directory, a site file for free ports, sample customers, and the server."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

import msgspec

from server import clock
from server.demo import server_log
from server.demo.company import TOKEN_FILE, CompanyService, has_program, with_service
from server.demo.plan import Customer
from server.demo.processes import end_with_parent
from server.demo.site import HOST, RTP_PORTS, Places, adapted, as_toml

VERTICAL = Path(__file__).resolve().parents[2] / "verticals" / "utility"
READY_SECONDS = 60.0
MOST_DEATHS = 3
"""Of the core while it starts: one that died so often will not do better the next time."""
END_SECONDS = 8.0
_LOG_LINES = 12
LETTERS = "letters"
"""Folder with the mails that scripts send, beside a site file."""


class StageFailed(Exception):
    """The demo's server did not start, or did not do what it was asked; the text says so in a sentence."""


class Stage:
    """A running server on sample data.

    `data`: its data directory, empty; `folder`: the vertical whose `site.toml` and `customers.json` it takes. Raises
    StageFailed when they cannot be read.
    """

    def __init__(self, data: Path, folder: Path = VERTICAL) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        self.data = data
        self.position = 0
        """Last entry of the ledger before the server started: the samples' past."""
        self.log = data / "server.log"
        self.desk_log = data / "desk.log"
        original = _read_site(folder)
        self.places = free_places()
        self.passwords = {agent["id"]: secrets.token_urlsafe(6) for agent in original.get("agent", [])}
        self.site = _with_service(adapted(original, folder, self.places, self.passwords), folder)
        zone = str(self.site.get("site", {}).get("time_zone", "UTC"))
        self.company = CompanyService(folder, data, self.url, zone) if has_program(folder) else None
        self.customers = read_customers(folder / "customers.json")

    @property
    def sip(self) -> str:
        """`HOST:PORT` of the edge."""
        return f"{HOST}:{self.places.sip_port}"

    @property
    def url(self) -> str:
        """Address of the web pages and of the desk."""
        return f"http://{HOST}:{self.places.web_port}"

    @property
    def domain(self) -> str:
        """Host part of the agents' addresses."""
        return str(self.site["sip"]["domain"])

    def open(self) -> None:
        """Write the site, fill in the samples and start the server; `wait_until_ready` must follow."""
        site_file = self.data / "site.toml"
        site_file.touch(mode=0o600)
        site_file.write_text(as_toml(self.site), encoding="utf-8")
        if (self._folder / LETTERS).is_dir():
            shutil.copytree(self._folder / LETTERS, self.data / LETTERS, dirs_exist_ok=True)
        token_file = self.data / TOKEN_FILE
        token_file.touch(mode=0o600)
        token_file.write_text(secrets.token_urlsafe(32), encoding="ascii")
        where = ["--site", str(site_file), "--data", str(self.data)]
        self.position = self._fill(where)
        serve = [sys.executable, "-P", "-m", "server", "serve", *where]
        with self.log.open("wb") as log:
            self._server = subprocess.Popen(
                serve, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=end_with_parent,
            )  # fmt: skip
        if self.company is not None:
            self.company.start()

    def wait_until_ready(self) -> None:
        """Wait until the server takes calls.

        Raises StageFailed with its last words when it does not, and as soon as its core has died `MOST_DEATHS` times.
        """
        until = clock.now().mono + READY_SECONDS
        while clock.now().mono < until:
            self.check()
            if self._is_ready():
                return
            self._give_up_on_a_dying_core()
            self._wait(0.05)
        raise StageFailed(f"the server was not ready within {READY_SECONDS:.0f} s:\n{self.last_words()}")

    def check(self) -> None:
        """Raises StageFailed when the server has ended."""
        if self._server is not None and self._server.poll() is not None:
            raise StageFailed(f"the server ended with {self._server.returncode}:\n{self.last_words()}")

    def last_words(self) -> str:
        """The last lines of the server's log."""
        return _end_of(self.log, _LOG_LINES)

    def desk_words(self) -> str:
        """The last line of the desk's log."""
        return _end_of(self.desk_log, 1)

    def close(self) -> None:
        """End the company's service and the server politely (2 s of grace are in its site file)."""
        if self.company is not None:
            self.company.close()
        if self._server is not None and self._server.poll() is None:
            self._server.terminate()
            try:
                self._server.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _fill(self, where: list[str]) -> int:
        """Customers and past conversations; gives the ledger's last position. Raises StageFailed."""
        fill = [sys.executable, "-P", "-m", "server.demo.fill", *where, "--vertical", str(self._folder)]
        done = subprocess.run(fill, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StageFailed(f"the data directory cannot be prepared:\n{done.stderr.strip()}")
        return int(json.loads(done.stdout)["position"])

    def _give_up_on_a_dying_core(self) -> None:
        text = _read(self.log)
        deaths = server_log.deaths(text)
        if deaths >= MOST_DEATHS:
            raise StageFailed(f"the server cannot start, its core died {deaths} times: {server_log.fault(text)}")

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):  # 503, or nobody listens yet
            return False

    def _wait(self, seconds: float) -> None:
        """Let time pass, but not longer than the server lives."""
        if self._server is not None:
            try:
                self._server.wait(seconds)
            except subprocess.TimeoutExpired:
                return


def free_places() -> Places:
    """Ports that nobody uses now: one for SIP over UDP and TCP, one for the web, and a block for RTP."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as web,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rtp,
    ):
        web.bind((HOST, 0))
        sip_port = _free_for_udp_and_tcp()
        while True:
            first = 20_000 + 2 * secrets.randbelow((29_000 - 20_000 - RTP_PORTS) // 2)
            try:
                rtp.bind((HOST, first))
            except OSError:
                continue
            return Places(sip_port=sip_port, web_port=web.getsockname()[1], rtp_first=first)


def read_customers(file: Path) -> list[Customer]:
    """Names and first telephone numbers (E.164) of a vertical's sample customers; none if there is no such file."""
    if not file.exists():
        return []
    cards = msgspec.json.decode(file.read_bytes(), type=list[_Card])
    return [Customer(card.name, card.numbers[0]) for card in cards if card.numbers and card.numbers[0].startswith("+")]


class _Card(msgspec.Struct):
    name: str = ""
    numbers: list[str] = []


def _end_of(log: Path, count: int) -> str:
    return "\n".join(_read(log).splitlines()[-count:])


def _read(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def _read_site(folder: Path) -> dict[str, Any]:
    file = folder / "site.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise StageFailed(f"cannot read the demo's site {file}: {error.strerror}; correct --vertical") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StageFailed(f"cannot read the demo's site {file}: {error}") from error


def _with_service(site: dict[str, Any], folder: Path) -> dict[str, Any]:
    try:
        return with_service(site, folder)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise StageFailed(f"cannot read what the scripts of {folder} call: {error}") from error


def _free_for_udp_and_tcp() -> int:
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
        ):
            udp.bind((HOST, 0))
            port = int(udp.getsockname()[1])
            try:
                tcp.bind((HOST, port))
            except OSError:
                continue
            return port
