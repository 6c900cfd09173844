"""The pairs of scripts in `scripts/`: NAME.wrong.xml with what is expected, NAME.right.xml that differs only in that.

A comment `<!-- expected: D06 error -->` stands in the line that the finding names.
"""

from __future__ import annotations

import re
from pathlib import Path

from scriptengine.cli.lint import findings_of
from scriptengine.findings import Finding

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
    """What `lint` finds in a script; those of D20 are compared with a published one."""
    return findings_of(path, [], FOLDER / "D20.published.xml" if path.name.startswith("D20") else None)
