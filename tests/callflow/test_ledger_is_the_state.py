"""What the ledger says is the state: a core that reads it anywhere in a call knows what the one before it knew."""

import contextlib
import shlex
import sys
from pathlib import Path

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from transcript import SITES, Runner

from server.call import events
from server.callflow import CallFlow
from server.callflow.state import decode

FOLDER = Path(__file__).parents[1] / "transcripts"


def known(flow: CallFlow) -> dict[str, object]:
    """All that a checkpoint keeps."""
    state = decode(flow.checkpoint())
    assert state is not None
    return {name: msgspec.to_builtins(getattr(state, name)) for name in state.__struct_fields__}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_after_each_step_the_ledger_gives_the_state(path: Path) -> None:
    runner = Runner()
    reader, read = runner.new_flow(), 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@site "):
            runner = Runner(SITES[line.split()[1]])
            reader, read = runner.new_flow(), 0
        if not line.strip() or line.startswith((" ", "#", "@")):
            continue
        seconds, *words = shlex.split(line)
        runner.time = float(seconds)
        with contextlib.suppress(events.RequestRefused):  # the transcript shows it; it must have changed nothing
            runner.line(words)
        reader.recover(None, runner.ledger[read:])
        read = len(runner.ledger)
        assert known(reader) == known(runner.flow), line
