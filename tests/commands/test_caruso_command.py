"""The `caruso` command from outside: exit status, output, time."""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from server.commands.app import COMMANDS

ROOT = Path(__file__).parents[2]
SITE = ROOT / "verticals" / "utility" / "site.toml"


def caruso(*words: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CARUSO_")}
    return subprocess.run(
        [sys.executable, "-m", "server", *words],
        input=stdin, capture_output=True, text=True, timeout=60, cwd=ROOT, env={**environment, **variables},
    )  # fmt: skip


@pytest.mark.parametrize("words", [("--help",), ("check", str(SITE)), ("ctl", "--help"), ("check", "--help")])
def test_small_commands_answer_at_once(words: tuple[str, ...]) -> None:
    """Measured in CPU, which a busy machine stretches less than the clock on the wall."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert caruso(*words).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 0.4


def test_help_names_every_command_and_the_version() -> None:
    shown = caruso("--help").stdout
    for name in COMMANDS.keys() - {"core"}:
        assert f"\n  {name} " in shown
    assert caruso("--version").stdout == "caruso 0.1.0\n"
    assert caruso().returncode == 2


def test_a_misspelt_command_is_corrected() -> None:
    ended = caruso("chek", "x")
    assert ended.returncode == 2
    assert 'did you mean "check"?' in ended.stderr


def test_check_passes_a_good_file() -> None:
    ended = caruso("check", str(SITE))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{SITE}: no errors, no warnings\n", "")


def test_check_shows_errors_and_ends_with_2(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[[queue]]\nid = "a"\nstrategy = "longest-idel"\n', encoding="utf-8")
    ended = caruso("check", str(file))
    assert ended.returncode == 2
    expected = f'{file}:3: error: queue[0].strategy: there is no strategy "longest-idel". Did you mean "longest-idle"?'
    assert expected in ended.stderr.splitlines()
    assert ended.stdout.startswith(f"{file}: 1 error, ")


def test_check_writes_json(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text("[site]\nnane = 1\n", encoding="utf-8")
    ended = caruso("check", str(file), "--json")
    report = json.loads(ended.stdout)
    assert ended.returncode == 2
    assert ended.stderr == ""
    assert (report["file"], report["usable"], report["errors"]) == (str(file), False, 1)
    error = next(finding for finding in report["findings"] if finding["severity"] == "error")
    assert error == {
        "severity": "error", "path": "site.nane", "line": 2, "message": 'unknown key "nane"',
        "cure": 'Did you mean "name"?',
    }  # fmt: skip


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"\0\1\2", b"[[[[", b"a = 1" * 9_999])
def test_check_never_shows_a_traceback(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "site.toml"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    ended = caruso("check", str(file))
    assert ended.returncode == (0 if content == b"" else 2)
    assert "Traceback" not in ended.stderr


def test_check_of_a_name_that_is_no_text_works() -> None:
    ended = subprocess.run([sys.executable, "-m", "server", "check", b"\xff.toml"], capture_output=True, cwd=ROOT)
    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr


def test_serve_refuses_a_wrong_site_and_a_wrong_folder(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text("[stie]\n", encoding="utf-8")
    ended = caruso("serve", "--site", str(site), "--data", str(tmp_path / "data"))
    assert ended.returncode == 2
    assert 'Did you mean "site"?' in ended.stderr
    assert not (tmp_path / "data").exists()
    ended = caruso("serve", CARUSO_SITE=str(SITE), CARUSO_DATA=f"{site}/data")
    assert ended.returncode == 1
    assert "cannot be used as data directory" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert caruso("serve", "--site", str(SITE)).returncode == 2
    assert caruso("serve", "--site", str(SITE), "--data", "x", "--log-format", "xml").returncode == 2


def test_a_reader_that_has_gone_is_no_fault(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "server", "--help"], stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, text=True
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, "")


def test_a_password_is_set_and_is_checked(tmp_path: Path) -> None:
    from server.config.site import SiteFile
    from server.storage.database import Database
    from server.storage.passwords import ha1_of, is_hash_of
    from server.storage.tables import credential, phone_credential

    words = ("user", "password", "ana", "--stdin", "--data", str(tmp_path))
    ended = caruso(*words, "--site", str(SITE), stdin="open sesame\n")
    assert (ended.returncode, ended.stdout) == (0, "The password of ana is set.\n")
    ended = caruso(*words, "--sip", "--site", str(SITE), stdin="phone word\n")
    assert (ended.returncode, ended.stdout) == (0, "The SIP password of ana is set.\n")
    database = Database(SiteFile().storage.url, tmp_path)
    with database.engine.connect() as connection:
        row = connection.execute(credential.select()).one()
        phone = connection.execute(phone_credential.select()).one()
    database.close()
    assert row.user == "ana"
    assert is_hash_of(row.password, "open sesame")
    assert (phone.user, phone.ha1_sha256) == ("ana", ha1_of("ana", "aurora.example", "phone word").sha256)

    (tmp_path / "site.path").write_text(f"{SITE}\n", encoding="utf-8")
    ended = caruso("user", "password", "anna", "--stdin", "--data", str(tmp_path), stdin="open sesame\n")
    assert ended.returncode == 2
    assert 'no agent "anna". Did you mean "ana"' in ended.stderr
    assert caruso(*words, stdin="\n").returncode == 2
    assert caruso(*words[:3], "--data", str(tmp_path)).returncode == 2


def test_no_password_is_set_for_a_site_or_a_folder_that_is_not_known(tmp_path: Path) -> None:
    words = ("user", "password", "nobody", "--stdin", "--data")
    ended = caruso(*words, str(tmp_path), stdin="open sesame\n")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "was not served yet, so its site file is not known; name it with --site." in ended.stderr
    assert list(tmp_path.iterdir()) == []
    missing = tmp_path / "not" / "there"
    for more in ((), ("--site", str(SITE))):
        ended = caruso(*words[:2], "ana", *words[3:], str(missing), *more, stdin="open sesame\n")
        assert (ended.returncode, ended.stdout) == (2, "")
        assert f"there is no data directory {missing}." in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_command_whose_extra_is_missing_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    from server.commands.app import COMMANDS, Command, main

    monkeypatch.setitem(COMMANDS, "desk", Command("", "not_installed_here", "desk"))
    assert main(["desk"]) == 1
    assert "not_installed_here is not installed; run pip install 'caruso[desk]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("script", "lint"), r"^  FILE +dialog scripts$"),
        (("script", "run"), r"^  FILE +dialog script$"),
        (("ctl", "agent"), r"^  ID +of the agent$"),
        (("ctl", "transfer"), r"^  CALL +id of the call, as ctl calls shows it$"),
    ],
)
def test_help_says_what_each_word_stands_for(words: tuple[str, ...], line: str) -> None:
    assert re.search(line, caruso(*words, "--help").stdout, re.MULTILINE)
