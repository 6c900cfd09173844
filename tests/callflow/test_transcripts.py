"""Whole calls: each file in `tests/transcripts` comes out as it stands.

After a change that is meant: `python -m tests.callflow.rewrite`, and read the difference.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from transcript import rebuild

FOLDER = Path(__file__).parents[1] / "transcripts"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    assert rebuild(path) == path.read_text(encoding="utf-8")
