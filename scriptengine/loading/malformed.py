"""What is wrong with a text that is no XML, in words for people who write it by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.parsers import expat

from scriptengine.findings import Finding

_CLOSING = re.compile(r"(?:</)?\s*([^\s<>]+)")
_SENTENCES = {
    expat.errors.XML_ERROR_NO_ELEMENTS: ("The file ends before everything is closed.", "Close what is open."),
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: ("Something that begins here has no end.", "Close it, for example with >."),
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: ("An attribute stands twice in this element.", "Remove one of them."),
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: ("Something stands behind </dialog>.", "Remove it."),
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: (
        "This entity is not known.",
        "Write the character itself; for &, < and > write &amp; &lt; &gt;.",
    ),
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION: ("The section <![CDATA[ has no end.", "End it with ]]>."),
    expat.errors.XML_ERROR_BAD_CHAR_REF: ("This number names no character.", "Write the character itself."),
    expat.errors.XML_ERROR_MISPLACED_XML_PI: (
        "Something stands before <?xml ...?>.",
        "<?xml ...?> is the very first thing in the file, without a blank line above it.",
    ),
    expat.errors.XML_ERROR_RECURSIVE_ENTITY_REF: ("An entity names itself.", "Remove it."),
}


def malformed(
    file: str, octets: bytes, parser: expat.XMLParserType, error: expat.ExpatError, opened: Sequence[tuple[str, int]]
) -> Finding:
    """The finding (L03) for an error of expat. `opened`: name and line of the elements that are open there."""
    rest = octets[max(0, parser.ErrorByteIndex) :][:80].decode("utf-8", "replace")
    line, column = error.lineno, error.offset + 1
    before = octets[max(0, parser.ErrorByteIndex - 1) :][:1].decode("ascii", "replace")
    if before in ("&", "<") and not rest.startswith(("#", "/", before)):  # expat tells the character behind it
        rest, column = f"{before}{rest}", max(1, column - 1)
    reason = expat.errors.messages[error.code]
    message, hint = _SENTENCES.get(reason, (f"This is not XML: {reason}.", "Check the characters < > & and quotes."))
    if reason == expat.errors.XML_ERROR_TAG_MISMATCH and opened:
        name, since = opened[-1]
        closing = _CLOSING.match(rest)
        wrong = f"</{closing.group(1)}>" if closing else "another element's end"
        message = f"{wrong} stands where <{name}> of line {since} is still open."
        hint = f"Write </{name}> before it."
    elif reason == expat.errors.XML_ERROR_NO_ELEMENTS and opened:
        name, since = opened[-1]
        message, hint = f"The file ends, and <{name}> of line {since} is still open.", f"Write </{name}>."
    elif reason == expat.errors.XML_ERROR_INVALID_TOKEN:
        message, hint = _invalid(rest)
    return Finding(file, "L03", line, column, "error", message, hint)


def _invalid(rest: str) -> tuple[str, str]:
    """What a character means that cannot stand where it stands."""
    if rest.startswith("<"):
        return (
            "< cannot stand here.",
            "In a text write &lt;; in an expression write lt or le; check the quote before it.",
        )
    if rest.startswith("&"):
        return "& cannot stand here alone.", "Write &amp;; in an expression write and."
    if rest and not rest[0].isprintable():
        return f"The character {rest[0]!a} cannot stand in a script.", "Remove it."
    shown = rest[:1] or "the end"
    return f"{shown} cannot stand here.", 'Attributes are written name="value", each with a blank before it.'
