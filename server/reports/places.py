"""Where in a report's file something is wrong, and how it is told: `FILE:LINE: KEY: what. Cure`."""

import re

import msgspec

from server.config.findings import Path, did_you_mean, shown_path
from server.config.lines import line_index
from server.reports.errors import ReportError

_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_SHAPE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$")
_FIELD = re.compile(r"(?P<kind>unknown|missing required) field `(?P<field>[^`]*)`")


_LIKE = {
    "title": 'title = "Calls by queue"',
    "source": 'source = "queues"; there are {sources}',
    "columns": 'columns = ["offered", "answered"]',
    "group": 'group = ["queue", "interval"]',
    "filters": 'filters = { queue = ["billing"] }',
    "chart": 'chart = { kind = "line", x = "interval", y = ["offered"] }; kind is line or bar',
}
"""How each key is written."""


class Places:
    """The lines of a file. `file` is named as it is given."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text

    def error(self, path: Path, message: str) -> ReportError:
        """Something at a key; a key without a line of its own has that of what holds it."""
        lines, nearest = line_index(self._text), path
        while nearest and nearest not in lines:
            nearest = nearest[:-1]
        return self._told(lines.get(nearest), f"{shown_path(path)}: {message}" if path else message)

    def no_toml(self, fault: Exception) -> ReportError:
        """The text is no TOML."""
        at = _AT_LINE.search(str(fault))
        line = int(at[1]) if at else self._text.count("\n") + 1
        what = _AT_LINE.sub("", str(fault)).removesuffix(" (at end of document)")
        return self._told(line, f'this is not TOML: {what}. Write texts in quotes and lists as ["a", "b"]')

    def wrong_shape(
        self, fault: msgspec.ValidationError, whole: type, chart: type, sources: tuple[str, ...]
    ) -> ReportError:
        """A key is unknown, missing, or of the wrong kind. `whole` and `chart` are the structs of the file."""
        shape = _SHAPE.match(str(fault))
        what, within = (shape["what"], shape["path"] or "") if shape else (str(fault), "")
        parts = [part for part in re.split(r"[.\[\]]+", within) if part]
        path: Path = tuple(int(part) if part.isdigit() else part for part in parts)
        field = _FIELD.search(what)
        if field is None:
            return self.error(path, f"{what}. {_like(path, sources)}")
        if field["kind"] != "unknown":
            return self.error(path, f'"{field["field"]}" is missing. {_like((*path, field["field"]), sources)}')
        known = [name for name in (chart if path else whole).__struct_fields__ if name != "name"]  # type: ignore[attr-defined]
        cure = did_you_mean(field["field"], known, "")
        return self.error((*path, field["field"]), f'there is no key "{field["field"]}". {cure}')

    def _told(self, line: int | None, message: str) -> ReportError:
        place = self._file if line is None else f"{self._file}:{line}"
        text = f"{place}: {message}"
        return ReportError("".join(c if c.isprintable() else ascii(c)[1:-1] for c in text))


def _like(path: Path, sources: tuple[str, ...]) -> str:
    """What to write for a key."""
    example = _LIKE.get(str(path[0])) if path else None
    return (
        "A report is a few lines of KEY = VALUE"
        if example is None
        else "Write " + example.replace("{sources}", ", ".join(sources))
    )
