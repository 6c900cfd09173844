"""A result that a service does not always give may be asked for with `answered`; one that is promised may not (D09)."""

from pathlib import Path

from tests.scriptengine.checks.pairs import found_in

SCRIPT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="readings" version="1" xml:lang="en" channels="desk" start="meter">
 <title>Readings</title>
 <var name="last" type="integer"/>
 <question id="meter" name="meter" type="integer"><text>Which meter?</text></question>
 <block id="look-up">
  <call service="meters" op="find" timeout="5" onerror="none"><arg name="meter" value="meter"/>
   <result name="last" to="last"/></call>
  <go to="known" if="answered(last)"/>
  <go to="none"/>
 </block>
 <end id="known" outcome="success" disposition="known"><text>It was <value of="last"/>.</text></end>
 <end id="none" outcome="failure" disposition="none"/>
</dialog>
"""
INTERFACES = """
[services.meters.operations.find]
arguments = { meter = "integer" }
results = { last = "integer" }
idempotent = true
"""


def _errors(folder: Path, interfaces: str) -> list[tuple[str, int]]:
    (folder / "readings.xml").write_text(SCRIPT)
    (folder / "interfaces.toml").write_text(interfaces)
    return [(found.code, found.line) for found in found_in(folder / "readings.xml") if found.severity == "error"]


def test_a_promised_result_is_always_there(tmp_path: Path) -> None:
    assert _errors(tmp_path, INTERFACES) == [("D09", 10)]


def test_a_result_that_may_be_empty_may_be_asked_for(tmp_path: Path) -> None:
    assert _errors(tmp_path, INTERFACES + 'may_be_empty = ["last"]\n') == []
