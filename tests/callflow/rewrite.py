"""Writes the transcripts anew from their event lines. Read the difference before you commit it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from transcript import rebuild

if __name__ == "__main__":
    for path in sorted((Path(__file__).parents[1] / "transcripts").glob("*.txt")):
        path.write_text(rebuild(path), encoding="utf-8")
