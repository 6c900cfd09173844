"""`caruso script lint`: what is wrong with scripts, as text, JSON or SARIF. It needs no site and no server.

Exit status: 0 without errors (there may be warnings), 1 with errors, 2 when a file cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from scriptengine.cli.reading import UNREADABLE, program_of, with_interfaces
from scriptengine.findings import Finding, LoadError, as_json, in_order
from scriptengine.loading import load_file
from scriptengine.script import Script


def main(words: Sequence[str]) -> int:
    """Check the files; returns the exit status."""
    parser = argparse.ArgumentParser(prog="caruso script lint", description=__doc__)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one array of findings")
    form.add_argument("--sarif", action="store_true", help="SARIF 2.1.0, for editors and code reviews")
    with_interfaces(parser)
    help = "what is published, for D20: a script, or the folder in which publish keeps all of them"
    parser.add_argument("--published", metavar="OLD.xml|DIR", type=Path, help=help)
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="dialog scripts")
    asked = parser.parse_args(words)
    if asked.published is not None:
        _say_what_is_missing(asked.published)
    findings = [one for path in asked.files for one in findings_of(path, asked.interfaces, asked.published)]
    if asked.json:
        sys.stdout.write(as_json(findings).decode() + "\n")
    elif asked.sarif:
        from scriptengine.cli.sarif import as_sarif

        sys.stdout.write(as_sarif(findings) + "\n")
    else:
        _print(findings, asked.files)
    return status_of(findings)


def _say_what_is_missing(place: Path) -> None:
    """A folder without publications is no error, the first check of a project is one; but it may be the wrong one."""
    from scriptengine.publishing import Shelf

    if place.is_dir() and not Shelf(place).names():
        print(
            f"{place}: nothing is published here, so D20 compares with nothing (is it DIR/dialogs?).", file=sys.stderr
        )


def findings_of(path: Path, interfaces: Sequence[Path], published: Path | None = None) -> list[Finding]:
    """Everything that is wrong with one file, in the order of the text. Tests are only run if there is no error."""
    try:
        program = program_of(path, interfaces)
        before = _published(published, program.script.id) if published is not None else None
    except LoadError as error:
        return in_order(error.findings)
    from scriptengine.checks import Checking  # not needed for a file that cannot be loaded

    checking = Checking(program)
    findings = in_order(checking.findings())
    if all(finding.severity == "warning" for finding in findings):
        from scriptengine.tools.covering import covered

        findings += covered(checking).findings
    if before is not None:
        from scriptengine.tools.comparing import statistics_findings

        findings += statistics_findings(before, program.script)
    return in_order(findings)


def _published(place: Path, name: str) -> Script | None:
    """The published version of a script, from its file or the folder of all; None: it was never published."""
    if not place.is_dir():
        return load_file(place)
    from scriptengine.publishing import Shelf, Unpublished

    try:
        return Shelf(place).program(name).script
    except Unpublished as error:
        if error.findings:
            raise LoadError(error.findings) from None
        return None


def status_of(findings: Iterable[Finding]) -> int:
    """The exit status that findings amount to."""
    errors = [finding.code for finding in findings if finding.severity == "error"]
    return 2 if any(code in UNREADABLE for code in errors) else 1 if errors else 0


def _print(findings: Sequence[Finding], files: Sequence[Path]) -> None:
    for finding in findings:
        print(finding)
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    where = str(files[0]) if len(files) == 1 else f"{len(files)} files"
    if findings:
        print(f"{where}: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}.")
    else:
        print(f"{where}: nothing to object to.")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
