"""The page for who writes scripts: what stands in it works."""

import re
from pathlib import Path

from scriptengine.interfaces import load_interfaces
from scriptengine.loading import load
from scriptengine.program import prepare_checked
from scriptengine.testing import run_cases

PAGE = (Path(__file__).parents[2] / "docs" / "scripts.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first block in a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_its_script_passes_its_own_test() -> None:
    results, _ = run_cases(prepare_checked(load(block("xml").encode(), "scripts.md")))
    assert [result.findings for result in results] == [()]


def test_its_interfaces_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "interfaces.toml"
    file.write_text(block("toml"), encoding="utf-8")
    known = load_interfaces([file])
    assert known.classes["Meter"].key == "serial"
    assert known.services["outages"].operations["report"].optional == ("note",)
