"""`caruso script test`: runs the tests inside scripts. It needs no site and no server.

Exit status: 0 all tests passed, 1 one did not or a script has errors, 2 a file cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scriptengine.cli.reading import UNREADABLE, program_of, with_interfaces
from scriptengine.findings import Finding, LoadError, as_json, in_order


def main(words: Sequence[str]) -> int:
    """Run the tests of the files; returns the exit status."""
    parser = argparse.ArgumentParser(prog="caruso script test", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one array of findings: what is not as expected")
    with_interfaces(parser)
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="dialog scripts")
    asked = parser.parse_args(words)
    findings: list[Finding] = []
    for path in asked.files:
        findings += _tested(path, asked.interfaces, is_quiet=asked.json)
    if asked.json:
        sys.stdout.write(as_json(findings).decode() + "\n")
    return 2 if any(found.code in UNREADABLE for found in findings) else 1 if findings else 0


def _tested(path: Path, interfaces: Sequence[Path], *, is_quiet: bool) -> list[Finding]:
    """What is wrong with one file and its tests."""
    from scriptengine.testing import run_cases

    try:
        program = program_of(path, interfaces)
        if program.findings:
            raise LoadError(in_order(program.findings))
    except LoadError as error:
        if not is_quiet:
            for finding in error.findings:
                print(finding)
        return list(error.findings)
    results, coverage = run_cases(program)
    findings = [finding for result in results for finding in result.findings]
    if not is_quiet:
        for result in results:
            print(f"{path}:{result.line}: {result.name}: {'failed' if result.findings else 'passed'}")
            for finding in result.findings:
                print(f"  {finding}")
        from scriptengine.checks import Checking
        from scriptengine.tools.covering import counted

        visited, nodes = counted(Checking(program), coverage).nodes
        passed = sum(1 for result in results if not result.findings)
        print(f"{path}: {passed} of {len(results)} tests passed, {visited} of {nodes} nodes visited.")
    return findings
