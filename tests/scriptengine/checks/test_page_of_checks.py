"""The page of checks in docs is what the code and the pairs of scripts say."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"


def test_page_is_up_to_date() -> None:
    page = runpy.run_path(str(DOCS / "script_checks.py"))["page"]
    assert page() == (DOCS / "scripts-checks.md").read_text("utf-8"), "run: python docs/script_checks.py"
