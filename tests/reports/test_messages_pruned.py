"""What supervisors wrote to agents, and who listened, goes with the rest that is pruned."""

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "callflow"))
from filled import SITE_TOML, URL, fill
from transcript import SITES, Runner

from server import clock
from server.call.now import Now
from server.commands import prune
from server.storage.archive import Archive

SECRET = "Please take a break, you sound tired."


def left(folder: Path) -> str:
    archive = Archive(URL, folder)
    try:
        return repr(list(archive.entries()))
    finally:
        archive.close()


def test_texts_and_who_listened_are_pruned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    site = tmp_path / "site.toml"
    site.write_text(SITE_TOML.replace("{agents}", ""), encoding="utf-8")
    runner = Runner(SITES["watched"])
    for seconds, line in (
        (0, "desk ana on"), (0, "ready ana"), (1, "arrived c1 +491 800"), (1, "answered c1 customer"),
        (2, "answered c1 agent-1"), (3, "watch sam c1 whisper"), (4, "answered c1 supervisor-1"),
        (9, "released c1 customer"), (20, "finish ana"),
    ):  # fmt: skip
        runner.time = seconds
        runner.line(line.split())
    runner.line(["message", "sam", "ana", SECRET])
    runner.line(["saw", "ana", "m1"])
    for number in range(2, 6):  # days later: the core that runs knows nothing of it any more
        runner.time = number * 86_400
        runner.line(["arrived", f"c{number}", "+492", "999"])
    earlier = clock.now().wall - 10 * 86_400 - runner.ledger[0].at.wall
    fill(data, [replace(one, at=Now(one.at.wall + earlier, one.at.mono)) for one in runner.ledger])
    assert SECRET in left(data)
    assert "SupervisorJoined" in left(data)
    words = ["--data", str(data), "--site", str(site), "--older-than", "1d", "--yes"]
    assert prune.main(words) == 0, capsys.readouterr().err
    assert SECRET not in left(data)
    assert "Supervisor" not in left(data)
