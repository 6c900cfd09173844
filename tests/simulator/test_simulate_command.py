"""`caruso simulate`, as a supervisor types it."""

import json
from pathlib import Path

import pytest

from server.commands.app import main

SITE = str(Path(__file__).parents[2] / "verticals" / "utility" / "site.toml")
RUN = ["simulate", "--site", SITE, "--agents", "5", "--hours", "2", "--talk-seconds", "120", "--patience-seconds", "90"]


def test_json_lines_end_with_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RUN, "--calls-per-hour", "120", "--seed", "3", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    total = lines[-1]["total"]
    for name in ("offered", "answered", "abandoned", "service_level", "asa_seconds", "aht_seconds", "occupancy"):
        assert isinstance(total[name], int | float), name
    assert 0 <= total["service_level"] <= 1
    assert 0 < total["occupancy"] <= 1
    assert total["offered"] == sum(line["offered"] for line in lines[:-1])
    assert set(lines[-1]) >= {"erlang_c", "erlang_a", "times_faster"}
    assert lines[-1]["times_faster"] > 1000


def test_the_table_has_erlang_below_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RUN, "--calls-per-hour", "120", "--queue", "outages"]) == 0
    rows = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert rows[-4:-1] == ["total", "Erlang", "Erlang"]


def test_a_profile_stands_for_the_hours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = tmp_path / "monday.txt"
    profile.write_text("# from 8:00\n300\n\n0  # lunch\n")
    assert main([*RUN, "--profile", str(profile), "--json", "--interval", "60"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["offered"] > 0 for line in lines[:-1]] == [True, False] or len(lines) == 2
    assert lines[0]["offered"] > 200


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--calls-per-hour", "9", "--queue", "biling"],
            'the site file has no queue "biling"; it has billing, outages',
        ),
        ([], "say either --calls-per-hour or --profile"),
        (["--profile", "/no/such/file"], "No such file"),
    ],
)
def test_what_cannot_be_is_said(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RUN, *words]) == 2
    assert message in capsys.readouterr().err


def test_a_wrong_profile_names_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = tmp_path / "p.txt"
    profile.write_text("10\nmany\n")
    assert main([*RUN, "--profile", str(profile)]) == 2
    assert "line 2: write one number" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--agents", "-1"], ["--hours", "0"], ["--talk-seconds", "x"], ["--interval", "7"]])
def test_numbers_out_of_range_are_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main([*RUN, "--calls-per-hour", "9", *words])
    assert refused.value.code == 2
