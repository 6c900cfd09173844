"""`caruso script new`: a script to begin with, without findings and with tests of its own.

Exit status: 0 written, 1 the id or a language cannot be used, 2 the file is there already or cannot be written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scriptengine.tools.beginning import begun


def main(words: Sequence[str]) -> int:
    """Write a new script; returns the exit status."""
    parser = argparse.ArgumentParser(prog="caruso script new", description=__doc__)
    parser.add_argument("id", metavar="ID", help="of the script, such as power-outage")
    parser.add_argument("--title", help="what people call it; without: the id")
    parser.add_argument(
        "--languages", metavar="LANG", nargs="+", default=["en"], help="en, pt or both; the own one first"
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="without: ID.xml")
    asked = parser.parse_args(words)
    output = asked.output or Path(f"{asked.id}.xml")
    try:
        octets = begun(asked.id, asked.title or asked.id, tuple(asked.languages))
        with output.open("xb") as file:  # nothing that is there is ever overwritten
            file.write(octets)
    except ValueError as error:
        print(f"caruso script new: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{output}: {error.strerror}.", file=sys.stderr)
        return 2
    print(f"{output} is written; try: caruso script lint {output}")
    return 0
