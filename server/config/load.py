"""A site file read and checked: TOML to `SiteFile`, with every error found in one go."""

import stat
import tomllib
from pathlib import Path

import msgspec

from server.config.findings import Finding, Notebook, SiteError
from server.config.lines import line_index
from server.config.published import check_published
from server.config.rules import check_rules
from server.config.secret import SecretMissing, resolve_secret
from server.config.shape import shaped
from server.config.site import SiteFile
from server.config.surroundings import check_surroundings

__all__ = ["MAX_OCTETS", "SecretMissing", "SiteError", "check_site", "load_site", "parse_site", "resolve_secret"]

MAX_OCTETS = 4 * 1024 * 1024
"""A longer file is refused unread; ten thousand agents fit."""


class _Unreadable(Exception):
    """The file cannot be read as TOML at all: `line` (None: unknown) and the cure."""

    def __init__(self, message: str, cure: str, line: int | None = None) -> None:
        self.cure, self.line = cure, line
        super().__init__(message)


def check_site(path: str | Path, data: Path | None = None) -> tuple[SiteFile | None, list[Finding]]:
    """Read a site file. The site is None when there is an error; warnings come along in any case.

    `data`: the data directory, whose published scripts are compared with those that the site names; None: not known.
    """
    file = Path(path)
    try:
        text = _read(file)
        content = _parse(text)
    except _Unreadable as no:
        return None, [Finding(severity="error", path="", line=no.line, message=str(no), cure=no.cure)]
    notes = Notebook()
    site = msgspec.structs.replace(shaped(content, notes), folder=str(file.absolute().parent))
    check_rules(site, notes)
    check_surroundings(site, file, notes)
    if data is not None:
        check_published(site, data, notes)
    return None if notes.has_errors() else site, notes.findings(line_index(text))


def load_site(path: str | Path) -> SiteFile:
    """Read a site file; raises `SiteError` with all findings if it has an error."""
    site, findings = check_site(path)
    if site is None:
        raise SiteError(str(path), findings)
    return site


def parse_site(text: str, folder: str = "") -> SiteFile:
    """A site from TOML text alone: shape and rules, without a look at the machine. Raises `SiteError`."""
    notes = Notebook()
    try:
        site = msgspec.structs.replace(shaped(_parse(text), notes), folder=folder)
    except _Unreadable as no:
        found = Finding(severity="error", path="", line=no.line, message=str(no), cure=no.cure)
        raise SiteError("<text>", [found]) from no
    check_rules(site, notes)
    if notes.has_errors():
        raise SiteError("<text>", notes.findings(line_index(text)))
    return site


def _read(file: Path) -> str:
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            kind = "a folder" if file.is_dir() else "not an ordinary file"
            raise _Unreadable(f"this is {kind}", "Name the site file itself, such as site.toml")
        with file.open("rb") as stream:
            data = stream.read(MAX_OCTETS + 1)
    except FileNotFoundError:
        raise _Unreadable("there is no such file", "Correct the path") from None
    except (OSError, ValueError) as error:  # ValueError: a zero octet in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise _Unreadable(f"the file cannot be read ({reason})", "Make it readable for this user") from None
    if len(data) > MAX_OCTETS:
        message = f"the file is longer than {MAX_OCTETS // 1024 // 1024} MiB"
        raise _Unreadable(message, "Is this the site file?")
    return _decode(data)


def _decode(data: bytes) -> str:
    if b"\0" in data:
        raise _Unreadable("the file holds zero octets; it is not a text", "Name a TOML file in UTF-8")
    if data.startswith(b"\xef\xbb\xbf"):
        raise _Unreadable("the file begins with a byte order mark", "Save it as UTF-8 without BOM", 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unreadable(f"octet 0x{data[error.start]:02x} is not UTF-8", "Save the file in UTF-8", line) from None


def _parse(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _Unreadable("the file is nested too deeply", "Write plain tables and keys") from None
    except ValueError as error:  # TOMLDecodeError, and numbers with thousands of digits
        message, _, place = str(error).removesuffix(")").partition(" (at ")
        digits = place.removeprefix("line ").split(",")[0]
        line = int(digits) if digits.isdigit() else text.count("\n") + 1 if place else None
        raise _Unreadable(f"this is not TOML: {message.partition(':')[0]}", _cure(message), line) from None


def _cure(message: str) -> str:
    if message.startswith("Exceeds"):
        return "Write a smaller number"
    if "overwrite" in message or "twice" in message or "redefine" in message:
        return "A key or a table may be there only once; write [[queue]], [[agent]] ... for tables that repeat"
    if "value" in message:
        return 'Write texts in quotes, lists as ["a", "b"], numbers and true or false without quotes'
    return 'Write one [table], [[table]] or key = value on a line; texts stand in quotes, as in name = "Ana"'
