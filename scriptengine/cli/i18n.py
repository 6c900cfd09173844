"""`caruso script i18n`: translations as XLIFF 1.2, out of a script and into it again.

    caruso script i18n export outage.xml pt -o outage.pt.xlf
    caruso script i18n import outage.xml outage.pt.xlf

Exit status: 0 done, 1 the script has errors or the translations do not fit, 2 a file cannot be read or written.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from scriptengine.cli.fmt import replace
from scriptengine.cli.reading import UNREADABLE
from scriptengine.findings import LoadError
from scriptengine.loading import load, octets_of
from scriptengine.tools.editing import tree_of, written
from scriptengine.tools.marking import TranslationError
from scriptengine.tools.translating import MAX_OCTETS, exported, imported

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
"""Language, and script, region or variant (BCP 47)."""


def main(words: Sequence[str]) -> int:
    """Export or import; returns the exit status."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="caruso script i18n", description=__doc__, formatter_class=formatter)
    ways = parser.add_subparsers(dest="way", required=True)
    out = ways.add_parser("export", help="write what is to be translated")
    out.add_argument("file", metavar="FILE", type=Path, help="dialog script")
    out.add_argument("language", metavar="LANG", help="into which, like pt or pt-BR")
    out.add_argument("-o", "--output", metavar="OUT.xlf", type=Path, help="without: here")
    into = ways.add_parser("import", help="put translations into the script")
    into.add_argument("file", metavar="FILE", type=Path, help="dialog script")
    into.add_argument("translations", metavar="IN.xlf", type=Path, help="what came back from the translator")
    asked = parser.parse_args(words)
    try:
        return _export(asked) if asked.way == "export" else _import(asked)
    except LoadError as error:
        print("\n".join(map(str, error.findings)), file=sys.stderr)
        return 2 if error.findings[0].code in UNREADABLE else 1
    except TranslationError as error:
        print(f"{asked.translations}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return 2


def _export(asked: argparse.Namespace) -> int:
    octets = octets_of(asked.file)
    script = load(octets, str(asked.file))
    if not _LANGUAGE.fullmatch(asked.language):
        print(f"{asked.language!r} is no code of a language. Write it like pt, or pt-BR.", file=sys.stderr)
        return 1
    if asked.language == script.language:
        print(f"{asked.file}: the script itself is written in {asked.language}.", file=sys.stderr)
        return 1
    made = exported(tree_of(octets, str(asked.file)), script, asked.language)
    if asked.output is None:
        sys.stdout.write(made.decode())
    else:
        asked.output.write_bytes(made)
    return 0


def _import(asked: argparse.Namespace) -> int:
    octets = octets_of(asked.file)
    script = load(octets, str(asked.file))
    root = tree_of(octets, str(asked.file))
    language, count = imported(root, script, octets_of(asked.translations, MAX_OCTETS))
    made = written(root)
    load(made, str(asked.file))  # what would not be valid is told, and the file stays as it is
    replace(asked.file, made)
    print(f"{asked.file}: {count} texts in {language}.")
    return 0
