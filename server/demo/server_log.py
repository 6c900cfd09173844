"""The log of the demo's server: how often its core has died, and what it died of. Pure: from text to facts."""

from typing import Any

import msgspec


def deaths(text: str) -> int:
    """How often the core ended, as the supervisor says."""
    return sum(line.get("event") == "ended" and line.get("who") == "core" for line in _lines(text))


def fault(text: str) -> str:
    """The last error in one line: of a line that says so, else the last words that are no line of the log; or empty."""
    for line in reversed(_lines(text)):
        if line.get("level") in ("error", "critical"):
            parts = (line.get("event"), line.get("component"), line.get("error"))
            return ": ".join(str(part) for part in parts if part)
    plain = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("{")]
    return plain[-1] if plain else ""


def _lines(text: str) -> list[dict[str, Any]]:
    """Its JSON lines; the last one may be half written."""
    found = []
    for line in text.splitlines():
        if line.startswith("{"):
            try:
                found.append(msgspec.json.decode(line, type=dict[str, Any]))
            except msgspec.DecodeError:
                continue
    return found
