"""A script's XML as a tree that can be changed and written again: comments and the writer's order stay as they are.

Only octets that `loading.load` has accepted are read here: they are small, valid and name nothing outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from scriptengine.loading.decoding import decoded

Tree = Any
"""An element of lxml; its stubs know neither that comments are nodes nor what a document type is."""
_WORDS = ("title", "doc", "label", "hint", "text", "prompt", "say", "b", "log")
"""Elements in which words stand; nothing is broken into lines there."""
_SPACES = re.compile(r"\s+")
_STEP = "  "
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">\n'
)


def tree_of(octets: bytes, file: str) -> Tree:
    """The root element of octets that were loaded without error."""
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=True
    )
    return etree.fromstring(decoded(octets, file).encode(), parser)


def written(root: Tree) -> bytes:
    """The whole script, laid out in the one way that there is: UTF-8, two blanks for each level, words on one line.

    Comments stay where they are, and one empty line stays where some were.
    """
    before = [_comment(one) for one in root.itersiblings(preceding=True)][::-1]
    behind = [_comment(one) for one in root.itersiblings()]
    lines = [*before, *_lines(root, 0), *behind]
    return (_HEAD + "\n".join(lines) + "\n").encode()


def _lines(element: Tree, level: int) -> Iterator[str]:
    indent = _STEP * level
    if element.tag in _WORDS:
        yield f"{indent}<{element.tag}{_attributes(element)}>{_inside(element).strip()}</{element.tag}>"
        return
    parts = list(element)
    if not parts:
        yield f"{indent}<{element.tag}{_attributes(element)}/>"
        return
    yield f"{indent}<{element.tag}{_attributes(element)}>"
    gap = element.text
    for number, part in enumerate(parts):
        if number and (gap or "").count("\n") > 1:
            yield ""
        if isinstance(part.tag, str):
            yield from _lines(part, level + 1)
        else:
            yield f"{indent}{_STEP}{_comment(part)}"
        gap = part.tail
    yield f"{indent}</{element.tag}>"


def _inside(element: Tree) -> str:
    """Words and what stands between them, runs of blanks as one."""
    pieces = [_escaped(_SPACES.sub(" ", element.text or ""))]
    for part in element:
        if isinstance(part.tag, str):
            inner = _inside(part)
            end = f">{inner}</{part.tag}>" if inner or part.tag in _WORDS else "/>"
            pieces.append(f"<{part.tag}{_attributes(part)}{end}")
        else:
            pieces.append(_comment(part))
        pieces.append(_escaped(_SPACES.sub(" ", part.tail or "")))
    return "".join(pieces)


def _comment(node: Tree) -> str:
    return f"<!--{node.text or ''}-->"


def _attributes(element: Tree) -> str:
    return "".join(
        f' {str(name).replace("{http://www.w3.org/XML/1998/namespace}", "xml:")}="{_quoted(str(value))}"'
        for name, value in element.attrib.items()
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    """An attribute's value. Only `<`, `&` and `"` must be written otherwise; line ends would become blanks."""
    found = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return found.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")
