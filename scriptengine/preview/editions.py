"""The script as it was saved last: what can be shown of it, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from scriptengine.drawing import as_svg, laid_out, picture_of
from scriptengine.findings import Finding, LoadError
from scriptengine.program import Program
from scriptengine.script import Answer

Look = Callable[[], tuple[Program | None, Sequence[Finding]]]
"""Reads the file anew: the program (None: it cannot be run) and all findings. Raises LoadError."""
MOST_SOURCE = 1024 * 1024


class Shown(msgspec.Struct, frozen=True):
    """What runs and is drawn: of the last time when the file could be run. `at`: when that was saved."""

    program: Program
    svg: str
    at: datetime


class Edition(msgspec.Struct, frozen=True):
    """One save. `number`: from 1. `shown` None: the file could never be run. `is_stale`: it is of an earlier save."""

    number: int
    saved: datetime
    findings: tuple[Finding, ...]
    source: str
    shown: Shown | None
    is_stale: bool


def edition(number: int, saved: datetime, source: str, look: Look, before: Shown | None) -> Edition:
    """The edition of a save. `before`: what was shown until now; it stays if the file cannot be run."""
    try:
        program, findings = look()
    except LoadError as error:
        program, findings = None, error.findings
    if program is None or program.findings:
        return Edition(number, saved, tuple(findings), source, before, before is not None)
    shown = Shown(program, as_svg(laid_out(picture_of(program))), saved)
    return Edition(number, saved, tuple(findings), source, shown, False)


def told(edition: Edition) -> dict[str, Any]:
    """An edition for the page."""
    script = edition.shown.program.script if edition.shown is not None else None
    return {
        "number": edition.number,
        "saved": f"{edition.saved:%H:%M:%S}",
        "shown_at": f"{edition.shown.at:%H:%M:%S}" if edition.shown is not None else "",
        "is_stale": edition.is_stale,
        "findings": [
            {"line": one.line, "column": one.column, "severity": one.severity, "code": one.code,
             "message": one.message, "hint": one.hint, "file": one.file}
            for one in edition.findings
        ],
        "source": edition.source,
        "svg": edition.shown.svg.partition("?>\n")[2] if edition.shown is not None else "",
        "id": script.id if script is not None else "",
        "version": script.version if script is not None else "",
        "languages": list(script.languages) if script is not None else [],
        "language": script.language if script is not None else "",
        "channels": list(script.channels) if script is not None else [],
        "tests": [
            {
                "name": case.name,
                "given": [[one.name, one.value] for one in case.givens],
                "answers": [[step.question, step.value] for step in case.steps if isinstance(step, Answer)],
            }
            for case in script.cases
        ] if script is not None else [],
    }  # fmt: skip
