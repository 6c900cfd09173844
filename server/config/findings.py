"""What is wrong with a site file: findings, each with its place and its cure."""

import difflib
from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

import msgspec

_T = TypeVar("_T")
Path = tuple[str | int, ...]
"""Place in the file: keys, and indices (from 0) of repeated tables."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong (`error`: the site cannot run) or doubtful (`warning`).

    `path` is written as `queue[1].strategy`, counting from 0, and empty for the file as a whole. `line` counts from 1;
    None: no line is to blame. `message` says what is wrong and names the value, `cure` what to write instead.
    """

    severity: Literal["error", "warning"]
    path: str
    line: int | None
    message: str
    cure: str

    def shown(self, file: str) -> str:
        """The finding as one line for people: `FILE:LINE: error: PATH: MESSAGE. CURE`"""
        place = file if self.line is None else f"{file}:{self.line}"
        subject = f"{self.path}: " if self.path else ""
        stop = "" if self.cure.endswith("?") else "."
        line = f"{place}: {self.severity}: {subject}{self.message}. {self.cure}{stop}"
        return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)  # no control codes reach a terminal


class SiteError(Exception):
    """The site file cannot be used. `findings` holds every error and warning; the text shows the errors."""

    def __init__(self, file: str, findings: list[Finding]) -> None:
        self.file = file
        self.findings = findings
        super().__init__("\n".join(f.shown(file) for f in findings if f.severity == "error"))


class Notebook:
    """Collects findings while a file is checked; finds the lines at the end."""

    def __init__(self) -> None:
        self._notes: list[tuple[Literal["error", "warning"], Path, str, str]] = []

    def error(self, path: Path, message: str, cure: str) -> None:
        """Note something that keeps the site from running."""
        self._notes.append(("error", path, message, cure))

    def warn(self, path: Path, message: str, cure: str) -> None:
        """Note something doubtful."""
        self._notes.append(("warning", path, message, cure))

    def read(
        self, path: Path, text: str, read: Callable[[str], _T], cure: str, *, may_be_empty: bool = False
    ) -> _T | None:
        """What `read` makes of a text. None: the text is empty, or `read` raised a `ValueError`, which is noted.

        `may_be_empty`: the text may be left out; otherwise an empty one is noted as well.
        """
        if not text and not may_be_empty:
            self.empty(path, cure)
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            self.error(path, str(error), cure)
            return None

    def empty(self, path: Path, cure: str) -> None:
        """Note that a text is empty, unless it stands for one that was wrong in another way, which was noted."""
        if not self.has_error_at(path):
            self.error(path, "the text is empty", cure)

    def has_errors(self) -> bool:
        """Whether an error was noted."""
        return any(severity == "error" for severity, *_ in self._notes)

    def has_error_at(self, path: Path) -> bool:
        """Whether an error was noted for this path, or for the table it lies in."""
        return any(severity == "error" and noted in (path, path[:-1]) for severity, noted, *_ in self._notes)

    def findings(self, lines: dict[Path, int]) -> list[Finding]:
        """All findings, in the order of the file. A path without a line of its own gets that of what holds it."""
        found = [
            Finding(severity=severity, path=shown_path(path), line=_line_of(path, lines), message=message, cure=cure)
            for severity, path, message, cure in self._notes
        ]
        return sorted(found, key=lambda finding: finding.line or 0)


def shown_path(path: Path) -> str:
    """`("queue", 1, "strategy")` as `queue[1].strategy`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown_value(value: object) -> str:
    """A value as a message shows it: quoted if it is text, never longer than 60 characters."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else f"{text[:56]}..."


def did_you_mean(wrong: str, known: Iterable[str], otherwise: str) -> str:
    """The cure for a misspelt word: the nearest known one, or all of them, or `otherwise` when there are none."""
    words = list(known)
    near = difflib.get_close_matches(wrong.lower(), words, n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"?'
    if not words:
        return otherwise
    return "Use one of: " + ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")


def _line_of(path: Path, lines: dict[Path, int]) -> int | None:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)
