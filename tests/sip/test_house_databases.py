"""The same house on each database that this machine has: SQLite, and PostgreSQL where it is installed (as in CI).

Calls, a killed core, and the records afterwards.
"""

import os
import pwd
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.house.desk import DeskClient
from tests.house.house import House, free_ports, until
from tests.house.sipp import phones, trunk
from tests.house.sites import site

pytestmark = pytest.mark.real

PASSWORD = "a password for tests"

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
DATABASES = ["sqlite"] + (["postgresql"] if BINARIES else [])


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A server of our own on loopback; its URL. Not as root, because PostgreSQL refuses that."""
    folder.mkdir()
    become: dict[str, object] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        become = {"user": "postgres", "group": "postgres", "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        command = [str(BINARIES[-1] / program), *arguments]
        subprocess.run(command, check=True, cwd="/", timeout=120, stdout=subprocess.DEVNULL, **become)  # type: ignore[call-overload]

    data = folder / "db"
    run("initdb", "-D", str(data), "-A", "trust", "-U", "caruso")

    def start(port: int) -> None:
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        run("pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")

    port = _started(start)
    try:
        yield f"postgresql+psycopg://caruso@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")


def _started(start: Callable[[int], None], attempts: int = 5) -> int:
    """The port at which it listens. One that was free may be somebody else's before the server has it: then another."""
    (port,) = free_ports(1)
    try:
        start(port)
    except subprocess.CalledProcessError:
        if attempts == 1:
            raise
        return _started(start, attempts - 1)
    return port


@contextmanager
def url_of(database: str) -> Iterator[str]:
    if database == "sqlite":
        yield "sqlite:///caruso.db"
        return
    # not below the test's own folder: the database's user cannot reach what is pytest's
    with TemporaryDirectory(prefix="caruso-postgresql-") as outside:
        Path(outside).chmod(0o711)
        with postgresql(Path(outside) / "server") as url:
            yield url


@pytest.mark.parametrize("database", DATABASES)
def test_calls_a_killed_core_and_the_records(database: str, tmp_path: Path) -> None:
    phone_port, trunk_port = free_ports(2)
    answering = phones(tmp_path, port=phone_port, talk_ms=300)
    try:
        with url_of(database) as url:
            text = site(agents=2, phone_port=phone_port, spare=3, wrap_up_seconds=0.2)
            text = text.replace('id = "a0"', f'id = "a0"\npassword = "{PASSWORD}"')
            with House(tmp_path, text.replace("[web]", f'[storage]\nurl = "{url}"\n[web]')) as house:
                house.agent("a0", "ready")
                house.agent("a1", "ready")
                calling = trunk(tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=8, rate=4)
                assert calling.wait(60) == 0, calling.report()
                until("all wrapped up", lambda: all(a["work_state"] == "idle" for a in house.agents().values()))
                before = house.records()
                house.kill_core()
                assert house.records() == before
                with DeskClient(house, "a0", PASSWORD) as desk:  # PostgreSQL knows no NUL
                    assert desk.ask("find-customers", text="no\0body")["customers"] == []
    finally:
        answering.end()
    assert len(before) == 8
    assert {record["outcome"] for record in before} == {"answered"}
