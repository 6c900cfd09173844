"""`caruso check FILE`: shows what is wrong with a site file."""

import argparse
import sys
from pathlib import Path

import msgspec

from server.commands.options import add_data
from server.config.load import check_site


def main(words: list[str]) -> int:
    """Check the file; returns 0 if it can be used, else 2.

    Findings go to standard error and a summary to standard output; with `--json` all goes to standard output as
    `{"file", "usable", "errors", "warnings", "findings": [...]}`.
    """
    parser = argparse.ArgumentParser("caruso check", description="Check a site file; exit status 2 if it has errors.")
    parser.add_argument("file", metavar="FILE", type=Path, help="site file (TOML)")
    parser.add_argument("--json", action="store_true", help="write the findings as one JSON object")
    add_data(parser, required=False, purpose="data directory: are the scripts published there that the site names?")
    options = parser.parse_args(words)
    site, findings = check_site(options.file, options.data)
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    file = ascii(str(options.file))[1:-1]
    if options.json:
        report = {"file": file, "usable": site is not None, "errors": errors, "warnings": warnings}
        print(msgspec.json.encode({**report, "findings": findings}).decode())
    else:
        for finding in findings:
            print(finding.shown(str(options.file)), file=sys.stderr)
        print(f"{file}: {_count(errors, 'error')}, {_count(warnings, 'warning')}")
    return 2 if site is None else 0


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
