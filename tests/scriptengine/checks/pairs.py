"""The pairs of scripts in `scripts/`: NAME.wrong.xml with what is expected, NAME.right.xml that differs only in that.

A comment `<!-- expected: D06 error -->` stands in the line that the finding names.
"""

from __future__ import annotations

import re
from pathlib import Path

from scriptengine.checks import check
from scriptengine.findings import Finding
from scriptengine.loading import load_file
from scriptengine.program import Library, prepare
from scriptengine.script import Script

FOLDER = Path(__file__).parent / "scripts"
NAMES = sorted(path.name.removesuffix(".wrong.xml") for path in FOLDER.glob("*.wrong.xml"))
_EXPECTED = re.compile(r"expected: (D\d\d) (error|warning)")


def path_of(name: str, kind: str) -> Path:
    """The file of a pair's `wrong` or `right` script."""
    return FOLDER / f"{name}.{kind}.xml"


def expected_in(path: Path) -> list[tuple[str, str, int]]:
    """Code, severity and line of every comment that expects a finding."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(m[1], m[2], number) for number, line in enumerate(lines, 1) for m in _EXPECTED.finditer(line)]


def found_in(path: Path) -> list[Finding]:
    """What the checks find in a script; sub-dialogs are found in the same folder."""
    return check(prepare(load_file(path), library=Library(_beside)))


def _beside(source: str, _version: str | None) -> Script | None:
    path = FOLDER / (source if source.endswith(".xml") else f"{source}.xml")
    return load_file(path) if path.is_file() else None
