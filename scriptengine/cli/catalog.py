"""`caruso script catalog`: where the catalog is that tells an editor about dialog scripts (OASIS XML Catalogs 1.1).

Exit status: 0 its path is written, 2 it is not there: the installation is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from scriptengine.loading.grammar import folder


def main(words: Sequence[str]) -> int:
    """Write the path of the catalog; returns the exit status."""
    parser = argparse.ArgumentParser(prog="caruso script catalog", description=__doc__)
    parser.add_argument("--json", action="store_true", help="an object with the paths of catalog and DTD")
    asked = parser.parse_args(words)
    catalog, dtd = folder() / "catalog.xml", folder() / "dialog.dtd"
    missing = [file for file in (catalog, dtd) if not file.is_file()]
    if missing:
        print(f"{missing[0]} is not there; install Caruso anew.", file=sys.stderr)
        return 2
    print(json.dumps({"catalog": str(catalog), "dtd": str(dtd)}) if asked.json else catalog)
    return 0
