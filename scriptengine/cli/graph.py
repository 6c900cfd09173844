"""`caruso script graph`: a picture of a script as SVG.

Exit status: 0 drawn, 1 the script has errors or not that language, 2 a file cannot be read or written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scriptengine.cli.reading import UNREADABLE, program_of, with_interfaces, with_language
from scriptengine.findings import LoadError
from scriptengine.loading import octets_of


def main(words: Sequence[str]) -> int:
    """Draw a script; returns the exit status."""
    parser = argparse.ArgumentParser(prog="caruso script graph", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path, help="dialog script")
    parser.add_argument("-o", "--output", metavar="OUT.svg", type=Path, help="where to write it; without: here")
    parser.add_argument("--language", metavar="LANG", help="of the texts; without: the script's own")
    parser.add_argument("--heat", metavar="FILE.json", type=Path, help="visits of nodes and ways, to be shown")
    with_interfaces(parser)
    asked = parser.parse_args(words)
    try:
        program = program_of(asked.file, asked.interfaces)
        language = with_language(program.script, asked.language)
    except LoadError as error:
        for finding in error.findings:
            print(finding, file=sys.stderr)
        return 2 if error.findings[0].code in UNREADABLE else 1
    from scriptengine.drawing import HeatError, as_svg, laid_out, picture_of, read_heat, words_in
    from scriptengine.drawing.heat import MAX_OCTETS

    try:
        heat = read_heat(octets_of(asked.heat, MAX_OCTETS)) if asked.heat is not None else None
        around = words_in(language)
        drawn = as_svg(laid_out(picture_of(program, language, around)), heat, around)
        if asked.output is None:
            sys.stdout.write(drawn)
        else:
            asked.output.write_text(drawn, encoding="utf-8")
    except HeatError as error:
        print(f"{asked.heat}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return 2
    return 0
