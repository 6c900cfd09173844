"""`caruso script diff`: what has changed between two versions of a script, in words.

Exit status: 0 nothing, 1 something has changed, 2 a file cannot be read or has errors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scriptengine.findings import LoadError
from scriptengine.loading import load_file
from scriptengine.tools.comparing import changes


def main(words: Sequence[str]) -> int:
    """Compare two files; returns the exit status."""
    parser = argparse.ArgumentParser(prog="caruso script diff", description=__doc__)
    parser.add_argument("old", metavar="OLD.xml", type=Path, help="the version before")
    parser.add_argument("new", metavar="NEW.xml", type=Path, help="the version after")
    asked = parser.parse_args(words)
    try:
        old, new = load_file(asked.old), load_file(asked.new)
    except LoadError as error:
        print("\n".join(map(str, error.findings)), file=sys.stderr)
        return 2
    found = changes(old, new)
    for change in found:
        breaks = " Figures of before and after cannot be compared there." if change.breaks else ""
        print(f"{new.place.file}:{change.place.line}: {change.sentence}{breaks}")
    if not found:
        print("The two versions ask, say and do the same.")
    return 1 if found else 0
