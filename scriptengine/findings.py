"""What is wrong with a script: one finding for each thing, wherever it was found (loading, checks, tests)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong, for people and for programs.

    `file`: as it was given. `code`: stable, such as `L07` or `D06`. `line`, `column`: in characters, from 1.
    `message`: one sentence. `hint`: what to write instead, one sentence; may be empty.
    """

    file: str
    code: str
    line: int
    column: int
    severity: Severity
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """One line. What a script could tell a terminal to do is shown, not done."""
        hint = f" {self.hint}" if self.hint else ""
        text = f"{self.file}:{self.line}:{self.column}: {self.severity} {self.code}: {self.message}{hint}"
        return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


class LoadError(Exception):
    """A script cannot be used. `findings`: why, at least one, in the order of the text."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, place and code, each once."""
    return sorted(set(findings), key=lambda found: (found.file, found.line, found.column, found.code, found.message))


def as_json(findings: Iterable[Finding]) -> bytes:
    """One array of objects with `file code line column severity message hint`."""
    return msgspec.json.format(msgspec.json.encode(list(findings)), indent=1)
