"""Parts of the supervisor without processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.config.load import parse_site
from server.handover import HandoverFailed
from server.linecard.options import parse
from server.supervisor.adoption import sockets_of_running_core
from server.supervisor.backoff import Backoff
from server.supervisor.bank_options import bank_options
from server.supervisor.child import name_of, note, noted, open_process, strike_out
from server.supervisor.folder import FolderInUse, FolderUnusable, lock, prepare, write_whole
from server.supervisor.loop import Loop
from server.supervisor.run import Programs

ROOT = Path(__file__).parents[2]


def test_pauses_grow_while_a_process_dies_young() -> None:
    backoff = Backoff()
    assert [backoff.after(1) for _ in range(8)] == pytest.approx([0, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5])
    assert backoff.after(11) == 0
    assert backoff.after(1) == pytest.approx(0.2)


def test_a_process_is_known_by_more_than_its_pid(tmp_path: Path) -> None:
    me = name_of(os.getpid())
    note(tmp_path, "core", me)
    assert noted(tmp_path, "core") == me
    assert (tmp_path / "core.pid").read_text() == f"{os.getpid()}\n"
    descriptor = open_process(me)
    assert descriptor is not None
    os.close(descriptor)
    another = type(me)(me.pid, me.started + 1, me.boot)
    assert open_process(another) is None
    assert open_process(type(me)(me.pid, me.started, "another boot")) is None
    strike_out(tmp_path, "core")
    assert noted(tmp_path, "core") is None


def test_a_broken_note_is_no_process(tmp_path: Path) -> None:
    (tmp_path / "core.process").write_text("{")
    assert noted(tmp_path, "core") is None


def test_keys_are_made_once(tmp_path: Path) -> None:
    data = tmp_path / "a" / "b"
    prepare(data)
    key = (data / "edge.key").read_text()
    prepare(data)
    assert (data / "edge.key").read_text() == key


def test_a_data_directory_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderUnusable, match=r"file/data cannot be used as data directory: Not a directory"):
        prepare(tmp_path / "file" / "data")


def test_the_lock_ends_with_its_file(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(FolderInUse):
        lock(tmp_path)
    lock(tmp_path).close()


def test_files_are_written_whole_and_private(tmp_path: Path) -> None:
    write_whole(tmp_path / "x", "one")
    write_whole(tmp_path / "x", "two")
    assert [file.name for file in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_text() == "two"
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600


def test_the_bank_can_read_its_options(tmp_path: Path) -> None:
    prepare(tmp_path)
    site = parse_site(
        '[media]\naddress = "::1"\nrtp_ports = "30000 - 30999"\nlost_seconds = 0\n[sip]\ndomain = "a.example"'
    )
    options = parse(bank_options(site, tmp_path, "127.0.0.1:5070"))
    assert (options.edge_host, options.edge_port) == ("127.0.0.1", 5070)
    assert (options.media_address, options.media_ipv6) == ("127.0.0.1", "::1")
    assert (options.rtp_first, options.rtp_last, options.lost_seconds) == (30000, 30999, 0)
    assert (options.domain, options.clock_hz, options.legs_per_card) == ("a.example", 8000, 4)
    assert options.secret == (tmp_path / "cards.key").read_text().strip()
    assert Path(options.music).is_file()


@pytest.mark.parametrize("program", ["core", "bank"])
def test_a_file_that_lies_where_the_house_is_started_is_not_taken_for_a_library(program: str, tmp_path: Path) -> None:
    for library in ("msgspec", "structlog"):
        (tmp_path / f"{library}.py").write_text("raise SystemExit('taken from here')", encoding="ascii")
    command = [*getattr(Programs(), program), "--help"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (shown.returncode, "taken" in shown.stderr, "--data" in shown.stdout) == (0, False, True)


def test_what_was_planned_anew_is_not_done_as_it_was_planned_before() -> None:
    loop = Loop()
    done = []
    loop.later("first", 0, lambda: loop.later("second", 3600, lambda: done.append("new")))
    loop.later("second", 0, lambda: done.append("old"))
    loop.later("third", 0, lambda: done.append("third"))
    while "third" not in done:
        loop.turn()
    loop.close()
    assert done == ["third"]


def test_a_half_written_file_is_not_left(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "x", "one")
    assert [file.name for file in tmp_path.iterdir()] == ["x"]


LOGS = """
from server import logs
import structlog

logs.configure("core", "json")
for number in range(2000):
    structlog.get_logger().info("word", number=number)
print("went on")
"""


def test_a_log_that_nobody_takes_ends_no_process() -> None:
    """Its disk is full; its reader is gone; it was closed from the beginning."""
    hears, says = os.pipe()
    os.close(hears)
    with open("/dev/full", "w", encoding="ascii") as full, os.fdopen(says, "w", encoding="ascii") as unheard:
        for stream in (full, unheard):
            command = [sys.executable, "-c", LOGS]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=stream, timeout=60, check=False, cwd=ROOT)
            assert (done.returncode, done.stdout) == (0, b"went on\n")
    command = ["sh", "-c", 'exec "$0" -c "$1" 2>&-', sys.executable, LOGS]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, b"went on\n")


def test_a_core_that_ends_while_it_is_adopted_is_not_asked_any_longer(tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(HandoverFailed, match="does not give its sockets"):
        sockets_of_running_core(tmp_path, 3600, lambda: next(asked))
