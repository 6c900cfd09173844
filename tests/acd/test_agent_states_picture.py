"""The picture in the documents is drawn from the table in the code."""

import runpy
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_picture_is_the_one_of_the_table() -> None:
    written = runpy.run_path(str(DOCS / "agent_states.py"))["written"]
    assert written() == (DOCS / "agent-states.md").read_text("utf-8"), "run: python docs/agent_states.py"
