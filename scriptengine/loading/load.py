"""Octets to a script, or to everything that is wrong with them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from lxml import etree

from scriptengine.files import limited_octets
from scriptengine.findings import Finding, LoadError, in_order
from scriptengine.loading.decoding import decoded
from scriptengine.loading.grammar import validator
from scriptengine.loading.invalid import explained
from scriptengine.loading.limits import MAX_FINDINGS, MAX_OCTETS
from scriptengine.loading.tags import Tag, read_tags
from scriptengine.loading.whole import script_of
from scriptengine.script import Script


def load(octets: bytes, file: str) -> Script:
    """The script in `octets`; `file` is what findings call it. Nothing is read but these octets and the own DTD.

    Raises LoadError with everything that is wrong (at most 100 findings).
    """
    text = decoded(octets, file).encode()
    root = read_tags(text, file)
    findings = _validated(text, root, file)
    if not findings:
        script, findings = script_of(root, hashlib.sha256(octets).hexdigest())
    if findings:
        raise LoadError(in_order(findings)[:MAX_FINDINGS])
    return script


def octets_of(path: Path, most: int = MAX_OCTETS) -> bytes:
    """A file's octets, and one more than `most` of a file that is longer. OSError: also for a pipe."""
    return limited_octets(path, most)


def load_file(path: Path) -> Script:
    """The script in a file; raises LoadError (L01 if it cannot be read)."""
    try:
        octets = octets_of(path)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        raise LoadError([Finding(str(path), "L01", 1, 1, "error", message, "Check its name and rights.")]) from None
    return load(octets, str(path))


def _validated(text: bytes, root: Tag, file: str) -> list[Finding]:
    """What the DTD says against a text that expat has accepted."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        tree = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        message = f"This is not XML: {(error.msg or 'unknown').partition(', line')[0]}."
        return [Finding(file, "L03", line, max(1, column), "error", message, "Check the characters < > & and quotes.")]
    if next(tree.iter(etree.Entity), None) is not None:
        message = "An entity is not part of the language."
        return [Finding(file, "L04", 1, 1, "error", message, "Write the character itself.")]
    dtd = validator()
    if dtd.validate(tree) and root.name == "dialog":
        return []
    log: Any = dtd.error_log  # its stubs do not know that it can be walked
    return explained(root) or [_unexplained(file, entry) for entry in log]


def _unexplained(file: str, entry: Any) -> Finding:
    """An error of the DTD in its own words."""
    hint = "See docs/scripts.md for what may stand there."
    return Finding(file, "L19", max(1, entry.line), 1, "error", f"{entry.message.strip()}.", hint)
