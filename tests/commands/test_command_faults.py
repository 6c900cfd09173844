"""What commands say when the system refuses: one sentence with place and cure, and no traceback."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server.commands.faults import sentence
from server.control.client import ControlClient, CoreNotRunning

ROOT = Path(__file__).parents[2]
SITE = ROOT / "verticals" / "utility" / "site.toml"
SIMULATE = ("simulate", "--site", str(SITE), "--agents", "3", "--calls-per-hour", "30", "--hours", "1")


def caruso(*words: str, **streams: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CARUSO_")}
    said: dict[str, object] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **streams}
    return subprocess.run(
        [sys.executable, "-m", "server", *words],
        stderr=subprocess.PIPE, text=True, timeout=60, cwd=ROOT, env=environment, **said,
    )  # fmt: skip


@pytest.mark.parametrize("words", [("--help",), ("check", str(SITE)), ("ctl", "--help"), SIMULATE])
def test_an_output_that_is_full_is_told_in_a_sentence(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        ended = caruso(*words, stdout=full)
    name = f"caruso {words[0]}"
    assert (ended.returncode, ended.stderr) == (
        1,
        f"{name}: No space left on device; make room on the disk, then try again.\n",
    )


def test_closed_streams_are_no_fault(tmp_path: Path) -> None:
    command = f'exec {sys.executable} -m server "$@"'
    for closed, words, status in (
        (">&-", ("check", str(SITE)), 0),
        ("<&- >&-", ("ctl", "--data", str(tmp_path), "status"), 3),
        ("<&-", ("user", "password", "ana", "--stdin", "--data", str(tmp_path), "--site", str(SITE)), 2),
        ("<&- >&- 2>&-", ("check", str(tmp_path)), 2),
    ):
        ended = subprocess.run(
            ["sh", "-c", f"{command} {closed}", "sh", *words], capture_output=True, text=True, cwd=ROOT, timeout=60
        )
        assert ended.returncode == status, ended.stderr
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("report", "calls"),
        ("export", "cdr"),
        ("prune", "--older-than", "9d"),
        ("script-heat", "x"),
        ("user", "password", "ana", "--stdin"),
        ("check", str(SITE)),
    ],
    ids=lambda words: words[0],
)
def test_what_the_system_refuses_is_named_with_the_cure(words: tuple[str, ...], tmp_path: Path) -> None:
    """A name that is too long stands for a folder of somebody else: root may enter those."""
    folder = tmp_path / ("x" * 300)
    ended = caruso(*words, "--data", str(folder))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"caruso {words[0]}: {folder}")
    assert ended.stderr.endswith(": File name too long; choose a shorter name.\n")
    assert ended.stderr.count("\n") == 1


def test_a_note_that_cannot_be_read_is_not_taken_for_one_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "site.path").symlink_to(tmp_path / "site.path")
    for words in (("user", "password", "ana", "--stdin"), ("report", "calls")):
        ended = caruso(*words, "--data", str(tmp_path))
        assert ended.returncode == 1
        assert "site.path: Too many levels of symbolic links; correct the links in it." in ended.stderr


def test_a_profile_or_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    missing = tmp_path / "hours"
    ended = caruso(*SIMULATE[:-4], "--profile", str(missing))
    assert (ended.returncode, ended.stderr) == (
        2,
        f"caruso simulate: {missing}: No such file or directory; correct the name.\n",
    )
    ended = caruso("demo", "--once", "--record", f"{SITE}/x")
    assert ended.returncode == 2
    assert f"--record: {SITE}/x: Not a directory; " in ended.stderr
    ended = caruso("demo", "--once", "--vertical", str(missing))
    assert ended.returncode == 1
    assert f"demo's site {missing}/site.toml: No such file or directory; correct --vertical" in ended.stdout
    ended = caruso("demo", "--seconds", "x")
    assert ended.returncode == 2
    assert '--seconds: "x" is no number of seconds; write 60' in ended.stderr


def test_a_core_that_cannot_be_asked_is_told_with_the_cure(tmp_path: Path) -> None:
    def told(data: Path) -> str:
        with pytest.raises(CoreNotRunning) as found, ControlClient(data):
            pass
        return str(found.value)

    start = "Start it with caruso serve, or name its data directory with --data."
    assert told(tmp_path) == f"No core is running: there is no {tmp_path}/control.sock. {start}"
    assert told(tmp_path / "x") == f"No core is running: there is no folder {tmp_path}/x. {start}"
    file = tmp_path / "file"
    shutil.copy(SITE, file)
    assert told(file) == f"No core is running: {file} is no folder. {start}"
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    assert told(deep) == (
        f"The path {deep}/control.sock is too long for a socket (107 octets at most). "
        "Name the data directory in a shorter way, or move it."
    )


def test_only_what_the_system_refused_becomes_a_sentence() -> None:
    assert sentence(OSError(errno.EINVAL, "Invalid argument")) is None
    assert sentence(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")) is None
    odd = sentence(PermissionError(errno.EACCES, "Permission denied", "a\nb\udcff"))
    assert odd == (
        "a\\nb\\udcff: Permission denied; run this as the user who runs the server, or give this user the right to it."
    )
