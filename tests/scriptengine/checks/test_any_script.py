"""What holds of the checks for any script."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings

sys.path.insert(0, str(Path(__file__).parent))
from making import scripts

from scriptengine.checks import check
from scriptengine.checks.rules import RULES
from scriptengine.findings import Finding
from scriptengine.loading import load
from scriptengine.program import prepare

_SLOW_IS_FINE = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])


def _found(text: bytes) -> list[Finding]:
    return check(prepare(load(text, "x.xml")))


@given(scripts())
@_SLOW_IS_FINE
def test_checks_never_fail_and_say_where(script) -> None:
    text = script(lambda name: name)
    lines = text.decode().splitlines()
    for finding in _found(text):
        assert finding.code in RULES
        assert 1 <= finding.line <= len(lines)
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
        assert finding.message.endswith(".")


@given(scripts())
@_SLOW_IS_FINE
def test_renaming_every_id_and_name_changes_no_finding(script) -> None:
    def essence(text: bytes) -> list[tuple[str, str, int]]:
        return sorted((finding.code, finding.severity, finding.line) for finding in _found(text))

    assert essence(script(lambda name: name)) == essence(script(lambda name: f"zz_{name[::-1]}_{name}"))
