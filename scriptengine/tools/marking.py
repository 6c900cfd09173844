"""What stands inside a text, as the numbered `x` and `g` of XLIFF, and back: values, bold, pauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from lxml import etree

from scriptengine.tools.editing import Tree

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
X = f"{{{NAMESPACE}}}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
OWN = (LANG, "audio")
"""Attributes in which translations of one text may differ."""


class TranslationError(Exception):
    """A file of translations cannot be used; the text says why and where."""


def inner(element: Tree) -> list[Tree]:
    """What stands inside a text, in the order of the document; comments are left out."""
    return [part for part in element.iterdescendants() if isinstance(part.tag, str)]


def marked(element: Tree, name: str, numbers: Iterable[int]) -> Tree:
    """A text as `source` or `target`, what stands inside numbered; `numbers`: of the parts, as `inner` has them."""
    made: Tree = etree.Element(f"{X}{name}")
    made.text = element.text
    left = iter(numbers)
    for part in element:
        _mark(part, made, left)
    return made


def numbers_of(translation: Tree, source: Tree) -> list[int]:
    """The number that each part of a translation has in the source: there it may stand elsewhere. What is not there has
    a number that is not, and is refused when it is imported."""
    left = list(enumerate(inner(source), 1))
    found: dict[int, int] = {}
    parts = inner(translation)
    for same in (_says_the_same, lambda one, other: one.tag == other.tag):
        for place, part in enumerate(parts):
            known = next((one for one in left if place not in found and same(one[1], part)), None)
            if known is not None:
                found[place] = known[0]
                left.remove(known)
    spare = count(len(inner(source)) + 1)
    return [found[place] if place in found else next(spare) for place in range(len(parts))]


def _says_the_same(one: Tree, other: Tree) -> bool:
    def key(element: Tree) -> dict[str, str]:
        return {str(name): str(value) for name, value in element.attrib.items() if name != "else"}

    return one.tag == other.tag and key(one) == key(other)


def _mark(part: Tree, into: Tree, numbers: Iterator[int]) -> None:
    if not isinstance(part.tag, str):  # a comment: what stands behind it stays
        _append(into, part.tail)
        return
    empty = part.tag in ("value", "br", "break")
    name = "x" if empty else "g"
    attributes = {"id": str(next(numbers)), "ctype": f"x-{part.tag}"}
    if empty:
        attributes["equiv-text"] = part.get("of") or part.tag
    made: Tree = etree.SubElement(into, f"{X}{name}", attributes)
    made.text = part.text
    made.tail = part.tail
    for deeper in part:
        _mark(deeper, made, numbers)


def _append(into: Tree, text: str | None) -> None:
    if len(into):
        into[-1].tail = (into[-1].tail or "") + (text or "")
    else:
        into.text = (into.text or "") + (text or "")


def with_else(element: Tree) -> Iterator[tuple[int, Tree]]:
    """The values in a text that say what stands there without them, by their numbers."""
    for number, part in enumerate(inner(element), 1):
        if part.tag == "value" and (part.get("else") or "").strip():
            yield number, part


def counterpart(value: Tree, source: Tree, translation: Tree) -> Tree | None:
    """The same value in a translation, which may have moved it."""

    def alike(element: Tree) -> list[Tree]:
        return [part for part in inner(element) if part.tag == "value" and part.get("of") == value.get("of")]

    place = alike(source).index(value)
    others = alike(translation)
    return others[place] if place < len(others) else None


def unmarked(target: Tree, source: Tree) -> Tree:
    """A translation as an element of the script: what stands inside is taken from the source by its number."""
    parts = {str(number): part for number, part in enumerate(inner(source), 1)}
    made: Tree = etree.Element(source.tag, {str(n): str(v) for n, v in source.attrib.items() if n not in OWN})
    used: list[str] = []
    _fill(target, made, parts, used)
    if sorted(used) != sorted(parts):
        missing = ", ".join(sorted(set(parts) - set(used))) or "none"
        line = target.sourceline
        raise TranslationError(f"A translation (line {line}) does not have each part just once; missing: {missing}.")
    return made


def _fill(written: Tree, into: Tree, parts: dict[str, Tree], used: list[str]) -> None:
    into.text = written.text
    for one in written:
        name = etree.QName(one).localname if isinstance(one.tag, str) else ""
        number = one.get("id") or ""
        if name not in ("x", "g") or number not in parts:
            raise TranslationError(f'<{name} id="{number}"> (line {one.sourceline}) is not in the source.')
        used.append(number)
        part = etree.SubElement(into, parts[number].tag, {str(n): str(v) for n, v in parts[number].attrib.items()})
        _fill(one, part, parts, used)
        part.tail = one.tail
