"""Editors find the language of a script through the catalog, wherever the script lies and without a network."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from scriptengine.cli.main import main

VALIDATE = """
import sys
from lxml import etree
parser = etree.XMLParser(dtd_validation=True, load_dtd=True, no_network=True, resolve_entities=True)
try:
    etree.parse(sys.argv[1], parser)
except etree.XMLSyntaxError as error:
    sys.exit(str(error))
"""


def _validated(script: Path, catalog: str) -> str:
    """What a program on libxml2 says of a script when it is told a catalog; empty: it is valid."""
    done = subprocess.run(
        [sys.executable, "-c", VALIDATE, str(script)],
        env={**os.environ, "XML_CATALOG_FILES": catalog}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stderr.strip()


def test_a_script_far_from_the_sources_is_validated_through_the_catalog(tmp_path, capsys):
    assert main(["new", "far", "-o", str(tmp_path / "far.xml")]) == 0
    capsys.readouterr()
    assert main(["catalog"]) == 0
    catalog = capsys.readouterr().out.strip()
    assert _validated(tmp_path / "far.xml", catalog) == ""
    assert "dialog.dtd" in _validated(
        tmp_path / "far.xml", str(tmp_path / "none.xml")
    )  # it is the catalog that finds it


def test_what_the_language_does_not_know_is_told(tmp_path, capsys):
    assert main(["new", "wrong", "-o", str(tmp_path / "wrong.xml")]) == 0
    capsys.readouterr()
    script = (tmp_path / "wrong.xml").read_text().replace("<question ", "<quest/><question ", 1)
    (tmp_path / "wrong.xml").write_text(script)
    assert main(["catalog", "--json"]) == 0
    paths = json.loads(capsys.readouterr().out)
    assert Path(paths["dtd"]).is_file()
    assert "quest" in _validated(tmp_path / "wrong.xml", paths["catalog"])


def test_the_pattern_in_the_docs_reads_what_lint_writes(tmp_path, capsys):
    page = (Path(__file__).parents[3] / "docs" / "script-editors.md").read_text()
    pattern = json.loads(re.search(r'"regexp": ("(?:[^"\\]|\\.)*")', page).group(1))
    assert main(["new", "wrong", "-o", str(tmp_path / "wrong.xml")]) == 0
    capsys.readouterr()
    script = (tmp_path / "wrong.xml").read_text()
    (tmp_path / "wrong.xml").write_text(re.sub(r'go to="[^"]*"', 'go to="nowhere"', script, count=1))
    main(["lint", str(tmp_path / "wrong.xml")])
    told = capsys.readouterr()
    assert any(re.match(pattern, line) for line in told.out.splitlines()), told
