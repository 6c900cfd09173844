"""`caruso script fmt`: lays out scripts in the one way that there is; what they mean and their comments stay.

Exit status: 0 done (with --check: nothing to do), 1 a script has errors (with --check: something to do), 2 unreadable.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scriptengine.cli.reading import UNREADABLE
from scriptengine.findings import LoadError
from scriptengine.loading import load, octets_of


def main(words: Sequence[str]) -> int:
    """Lay out the files; returns the exit status."""
    parser = argparse.ArgumentParser(prog="caruso script fmt", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; tell which files are laid out otherwise")
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="dialog scripts")
    asked = parser.parse_args(words)
    return max(_file(path, asked.check) for path in asked.files)


def _file(path: Path, is_check: bool) -> int:
    from scriptengine.tools.editing import tree_of, written

    try:
        octets = octets_of(path)
        load(octets, str(path))
    except OSError as error:
        print(f"{path}: {error.strerror}.", file=sys.stderr)
        return 2
    except LoadError as error:
        print("\n".join(map(str, error.findings)), file=sys.stderr)
        return 2 if error.findings[0].code in UNREADABLE else 1
    laid_out = written(tree_of(octets, str(path)))
    if laid_out == octets:
        return 0
    print(path)
    if is_check:
        return 1
    replace(path, laid_out)
    return 0


def replace(path: Path, octets: bytes) -> None:
    """A file's new content, as a whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(octets)
        beside.chmod(path.stat().st_mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
