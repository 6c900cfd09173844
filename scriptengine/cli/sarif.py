"""Findings as SARIF 2.1.0 (OASIS, 2020), which editors and code reviews show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from scriptengine.checks.rules import RULES
from scriptengine.findings import Finding

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(findings: Sequence[Finding]) -> str:
    """One run with all findings; rules that no finding has are left out."""
    used = sorted({finding.code for finding in findings})
    rules = [{"id": code, "shortDescription": {"text": RULES[code].title if code in RULES else code}} for code in used]
    driver = {"name": "caruso script lint", "rules": rules}
    results = [_result(finding, used.index(finding.code)) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    whole = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode()


def _result(finding: Finding, rule: int) -> dict[str, object]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    place = {"artifactLocation": {"uri": _uri(finding.file)}, "region": region}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": f"{finding.message} {finding.hint}".strip()},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    """A relative file stays relative (SARIF 3.4.3); others become `file:` addresses."""
    path = Path(file)
    if path.is_absolute():
        return path.as_uri()
    from urllib.parse import quote

    return quote(path.as_posix())
