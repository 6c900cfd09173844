"""`caruso script coverage`: how much of a script its tests pass, and what they leave out.

Exit status: 0 all is covered, 1 something is not or a script has errors, 2 a file cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scriptengine.cli.reading import UNREADABLE, program_of, with_interfaces
from scriptengine.findings import Finding, LoadError, as_json


def main(words: Sequence[str]) -> int:
    """Run the tests of the files; returns the exit status."""
    parser = argparse.ArgumentParser(prog="caruso script coverage", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one array of findings: what no test passes")
    with_interfaces(parser)
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="dialog scripts")
    asked = parser.parse_args(words)
    findings = [one for path in asked.files for one in _covered(path, asked.interfaces, is_quiet=asked.json)]
    if asked.json:
        sys.stdout.write(as_json(findings).decode() + "\n")
    return 2 if any(found.code in UNREADABLE for found in findings) else 1 if findings else 0


def _covered(path: Path, interfaces: Sequence[Path], *, is_quiet: bool) -> list[Finding]:
    from scriptengine.checks import Checking
    from scriptengine.tools.covering import covered

    try:
        found = covered(Checking(program_of(path, interfaces)))
    except LoadError as error:
        if not is_quiet:
            print("\n".join(map(str, error.findings)))
        return list(error.findings)
    if not is_quiet:
        for finding in found.findings:
            print(finding)
        nodes, ways = (f"{passed} of {of}" for passed, of in (found.nodes, found.ways))
        print(f"{path}: tests pass {nodes} nodes and {ways} ways.")
    return list(found.findings)
