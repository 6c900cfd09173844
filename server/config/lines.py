"""Where in the text of a TOML file each key and table stands. Only the lines are looked for; `tomllib` reads values."""

import re

from server.config.findings import Path

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)\s*=(.*)$""")
_PART = re.compile(r"""[\w-]+|"[^"\n]*"|'[^'\n]*'""")
_TEXT = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*|[\[\]{}]')


def line_index(text: str) -> dict[Path, int]:
    """Line (from 1) of each table and key, by path. Keys inside of inline tables and arrays have the line of theirs."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    open_value = _OpenValue()
    for number, line in enumerate(text.splitlines(), 1):
        if open_value.is_open():
            open_value.read(line)
        elif header := _HEADER.match(line):
            table = _table_path(_parts(header[2]), repeated=header[1] == "[[", counts=counts)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            path = table + _parts(key[1])
            lines.setdefault(path, number)
            open_value.read(key[2])
    return lines


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _table_path(parts: Path, *, repeated: bool, counts: dict[Path, int]) -> Path:
    """The path of a table under the header `parts`, with the indices of the repeated tables it lies in."""
    path: Path = ()
    for place, part in enumerate(parts, 1):
        path += (part,)
        if repeated and place == len(parts):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


class _OpenValue:
    """Follows a value that goes on over several lines: arrays, inline tables, and texts in three quotes."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""

    def is_open(self) -> bool:
        return self._depth > 0 or bool(self._quote)

    def read(self, rest: str) -> None:
        place = 0
        while place < len(rest):
            if self._quote:
                end = rest.find(self._quote, place)
                if end < 0:
                    return
                place, self._quote = end + 3, ""
                continue
            token = _TEXT.search(rest, place)
            if token is None:
                return
            place = token.end()
            if token[0] in ('"""', "'''"):
                self._quote = token[0]
            elif token[0] in "[{":
                self._depth += 1
            elif token[0] in "]}":
                self._depth = max(0, self._depth - 1)
