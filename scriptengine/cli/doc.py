"""`caruso script doc`: a script as a table for sign-off, in each of its languages, as HTML that can be printed.

Exit status: 0 written, 1 the script has errors or not that language, 2 a file cannot be read or written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scriptengine.cli.reading import UNREADABLE
from scriptengine.findings import LoadError
from scriptengine.loading import load_file
from scriptengine.suggesting import did_you_mean


def main(words: Sequence[str]) -> int:
    """Write the table; returns the exit status."""
    parser = argparse.ArgumentParser(prog="caruso script doc", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path, help="dialog script")
    parser.add_argument("--language", metavar="LANG", action="append", help="only this one; may be given several times")
    parser.add_argument("-o", "--output", metavar="OUT.html", type=Path, help="without: here")
    asked = parser.parse_args(words)
    try:
        script = load_file(asked.file)
    except LoadError as error:
        print("\n".join(map(str, error.findings)), file=sys.stderr)
        return 2 if error.findings[0].code in UNREADABLE else 1
    for language in asked.language or ():
        if language not in script.languages:
            hint = did_you_mean(language, script.languages)
            print(f"{asked.file}: the script has no language {language}. {hint}", file=sys.stderr)
            return 1
    from scriptengine.tools.documenting import documented

    made = documented(script, asked.language or script.languages)
    try:
        if asked.output is None:
            sys.stdout.write(made)
        else:
            asked.output.write_text(made, encoding="utf-8")
    except OSError as error:
        print(f"{asked.output}: {error.strerror}.", file=sys.stderr)
        return 2
    return 0
