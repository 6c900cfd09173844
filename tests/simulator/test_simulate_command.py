"""`caruso simulate`, as a supervisor types it."""

import json
import os
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


def test_the_table_says_where_the_others_went(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = tmp_path / "site.toml"
    site.write_text('[sip]\ndomain = "a.test"\n[[queue]]\nid = "a"\n[[agent]]\nid = "b"\nqueues = ["a"]\n')
    words = ["simulate", "--site", str(site), "--calls-per-hour", "30", "--hours", "1", "--talk-seconds", "60"]
    assert main([*words, "--agents", "0"]) == 0
    shown = capsys.readouterr().out.splitlines()
    offered = next(line.split()[1] for line in shown if line.startswith("total"))
    assert shown[-2] == f"of those offered: {offered} wait still, a day later"
    assert main([*words, "--agents", "3"]) == 0
    assert "of those offered" not in capsys.readouterr().out


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
            'the site file has no queue "biling"; it has billing, outages,',
        ),
        ([], "say either --calls-per-hour or --profile"),
        (["--profile", "/no/such/file"], "No such file"),
        (["--profile", "/dev/zero"], "/dev/zero has more than 1048576 octets"),
    ],
)
def test_what_cannot_be_is_said(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RUN, *words]) == 2
    assert message in capsys.readouterr().err


def test_a_profile_that_is_no_list_of_hours_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main([*RUN, "--profile", str(tmp_path / "pipe")]) == 2
    assert f"{tmp_path / 'pipe'}: it is a pipe, not a file" in capsys.readouterr().err
    (tmp_path / "long").write_text("1\n" * 524_289)
    assert main([*RUN, "--profile", str(tmp_path / "long")]) == 2
    assert "has more than 1048576 octets" in capsys.readouterr().err


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


def total_of(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, float]:
    capsys.readouterr()
    assert main(["simulate", "--json", *words]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    return dict(last["total"])


@pytest.fixture
def planned(tmp_path: Path) -> list[str]:
    """A site of its own, and every word of the contract."""
    site = tmp_path / "site.toml"
    site.write_text(
        '[[queue]]\nid = "first"\n[[queue]]\nid = "q"\nwrap_up_seconds = 20\nmax_wait_seconds = 0\n'
        'service_level_seconds = 15\n[[agent]]\nid = "ana"\nphone = "sip:ana@192.0.2.1"\nqueues = ["q", "first"]\n',
        encoding="utf-8",
    )
    return [
        "--site", str(site), "--queue", "q", "--calls-per-hour", "60", "--agents", "5", "--hours", "6",
        "--talk-seconds", "200", "--talk-distribution", "exponential", "--patience-seconds", "inf",
        "--ring-seconds", "0", "--seed", "11",
    ]  # fmt: skip


def changed(words: list[str], **others: str) -> list[str]:
    for name, value in others.items():
        words = [*words]
        words[words.index(f"--{name.replace('_', '-')}") + 1] = value
    return words


def test_every_option_does_what_it_says(planned: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    base = total_of(capsys, *planned)
    assert base["offered"] == base["answered"] == pytest.approx(360, abs=60)
    assert base["abandoned"] == 0, "endless patience, and no limit of the wait"
    assert base["aht_seconds"] == pytest.approx(220, rel=0.15), "the queue's wrap-up is in it"
    assert base["longest_wait_seconds"] > base["asa_seconds"] > 0
    assert 0 < base["service_level"] < 1
    assert 0 < base["occupancy"] < 1
    assert total_of(capsys, *planned) == base, "the same seed, the same day"
    assert total_of(capsys, *changed(planned, seed="12")) != base
    assert total_of(capsys, *changed(planned, queue="first"))["aht_seconds"] != base["aht_seconds"]
    assert total_of(capsys, *changed(planned, calls_per_hour="30"))["offered"] < 0.7 * base["offered"]
    assert total_of(capsys, *changed(planned, agents="9"))["asa_seconds"] < base["asa_seconds"]
    assert total_of(capsys, *changed(planned, hours="3"))["offered"] < base["offered"]
    assert total_of(capsys, *changed(planned, talk_seconds="100"))["aht_seconds"] < 0.7 * base["aht_seconds"]
    lognormal = total_of(capsys, *changed(planned, talk_distribution="lognormal"))
    assert lognormal["offered"] == base["offered"]
    assert lognormal["aht_seconds"] != base["aht_seconds"]
    impatient = total_of(capsys, *changed(planned, patience_seconds="20"))
    assert impatient["offered"] == impatient["answered"] + impatient["abandoned"] == base["offered"]
    assert impatient["abandoned"] > 0
    ringing = total_of(capsys, *changed(planned, ring_seconds="8", agents="40"))
    assert ringing["asa_seconds"] == pytest.approx(8, abs=0.001), "nobody waits, but for the ringing"


def test_asa_is_over_all_answered_calls(planned: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With an agent for everybody none waits: the mean is of noughts, not of nothing."""
    total = total_of(capsys, *changed(planned, agents="40"))
    assert (total["asa_seconds"], total["service_level"], total["answered"]) == (0, 1, total["offered"])


def test_a_profile_replaces_the_calls_per_hour(
    planned: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "day.txt"
    profile.write_text("60\n60\n60\n60\n60\n60\n", encoding="utf-8")
    place = planned.index("--calls-per-hour")
    words = [*planned[:place], "--profile", str(profile), *planned[place + 2 :]]
    assert total_of(capsys, *words) == total_of(capsys, *planned), "the same rate in every hour, the same callers"
    profile.write_text("0\n0\n120\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["simulate", "--json", "--interval", "60", *words]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    busy = {line["from"][11:13] for line in lines[:-1] if line["offered"]}
    assert busy == {"02", "05"}, "the profile begins again when it ends"


def test_a_profile_that_is_no_text_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = tmp_path / "p.ods"
    profile.write_bytes(b"PK\xff\xfe")
    assert main([*RUN, "--profile", str(profile)]) == 2
    assert f"{profile} is no text in UTF-8" in capsys.readouterr().err
