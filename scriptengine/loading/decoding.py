"""Octets to text. Both XML parsers are then handed the same UTF-8, so that no encoding is read in two ways."""

from __future__ import annotations

import codecs
import re

from scriptengine.findings import Finding, LoadError
from scriptengine.loading.limits import MAX_OCTETS
from scriptengine.suggesting import did_you_mean

_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "iso-8859-1": "latin-1",
    "iso-8859-15": "iso-8859-15", "windows-1252": "cp1252", "utf-16": "utf-16",
}  # fmt: skip
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(octets: bytes, file: str) -> str:
    """The text of a script, lines ended by `\\n`; raises LoadError (L01 size, L02 encoding)."""
    if len(octets) > MAX_OCTETS:
        message = f"The file has {len(octets)} octets, more than {MAX_OCTETS} (1 MiB)."
        raise LoadError([Finding(file, "L01", 1, 1, "error", message, "Split the script into sub-dialogs.")])
    if not octets.strip():
        raise LoadError([Finding(file, "L01", 1, 1, "error", "The file is empty.", "Begin with <dialog ...>.")])
    encoding = _encoding(octets, file)
    try:
        text = octets.decode(encoding)
    except UnicodeDecodeError as error:
        before = octets[: error.start].decode(encoding, "replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        shown = {"utf-8-sig": "UTF-8"}.get(encoding, encoding.upper())
        message = f"This character is not {shown}."
        hint = 'Save the file as UTF-8, or name its encoding in the first line: <?xml version="1.0" encoding="..."?>.'
        raise LoadError([Finding(file, "L02", line, column, "error", message, hint)]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(octets: bytes, file: str) -> str:
    declared = _DECLARED.match(octets)
    for mark, encoding in _MARKS:
        if octets.startswith(mark):
            inside = _DECLARED.match(octets.removeprefix(mark)) if mark == codecs.BOM_UTF8 else None
            if inside is not None and inside.group(1).lower() not in (b"utf-8", b"utf8"):
                raise _refused(file, inside.group(1).decode(), "The file begins with the mark of UTF-8.")
            return encoding
    if octets[:2] in (b"<\0", b"\0<"):
        return "utf-16-le" if octets[0] else "utf-16-be"
    if declared is None:
        return "utf-8"
    name = declared.group(1).decode().lower()
    if name not in _ENCODINGS:
        raise _refused(file, name, did_you_mean(name, _ENCODINGS))
    if name == "utf-16":
        raise _refused(file, name, 'The file is not written in UTF-16; write encoding="UTF-8".')
    return _ENCODINGS[name]


def _refused(file: str, name: str, hint: str) -> LoadError:
    message = f"A script cannot be read with the encoding {name}."
    return LoadError([Finding(file, "L02", 1, 1, "error", message, hint)])
