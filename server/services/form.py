"""Whether what a company's program answered has the form of results. Its types are checked by who reads them. [pure]"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from server.wire.services import MAX_DEPTH, MAX_TEXT_CHARACTERS, MAX_VALUES

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def fault_of(results: Mapping[str, Any]) -> str:
    """What is wrong with results, as half a sentence; empty: nothing."""
    wrong = next((name for name in results if not _NAME.fullmatch(name)), None)
    if wrong is not None:
        return f"{wrong[:40]!r} cannot name a result"
    return _fault("the answer", results, 0)


def _fault(where: str, value: Any, depth: int) -> str:
    if isinstance(value, str):
        return f"{where} is a text of more than {MAX_TEXT_CHARACTERS} characters" if _is_long(value) else ""
    if not isinstance(value, dict | list):
        return ""
    if depth > MAX_DEPTH:
        return f"{where} is nested too deeply"
    if len(value) > MAX_VALUES:
        return f"{where} has more than {MAX_VALUES} values"
    return next((fault for name, inner in _inside(where, value) if (fault := _fault(name, inner, depth + 1))), "")


def _inside(where: str, value: dict[str, Any] | list[Any]) -> Iterable[tuple[str, Any]]:
    if isinstance(value, list):
        return ((where, inner) for inner in value)
    return ((name[:64], inner) for name, inner in value.items())


def _is_long(text: str) -> bool:
    return len(text) > MAX_TEXT_CHARACTERS
