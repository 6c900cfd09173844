"""Translations out of a script and into it again, as XLIFF 1.2 (OASIS, 2008), which translators' programs read.

A unit is one text in the script's own language; what stands inside it (values, bold, pauses) is a numbered `x` or `g`
that the translator moves but cannot change. Its id tells where the text stands, so that it is found again.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from lxml import etree

from scriptengine.script import Script
from scriptengine.tools.editing import Tree

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_X = f"{{{NAMESPACE}}}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TEXTS = ("title", "doc", "label", "hint", "text", "prompt")
_OWN = (_LANG, "audio")
"""Attributes in which translations of one text may differ."""
MAX_OCTETS = 4 * 1024 * 1024


class TranslationError(Exception):
    """A file of translations cannot be used; the text says why and where."""


def exported(root: Tree, script: Script, language: str) -> bytes:
    """XLIFF with every text of a script, and its translation into `language` where there is one."""
    namespaces: Any = {None: NAMESPACE}  # the stubs want a prefix
    whole: Tree = etree.Element(f"{_X}xliff", {"version": "1.2"}, nsmap=namespaces)
    names = {"original": script.id, "source-language": script.language, "target-language": language, "datatype": "xml"}
    file = etree.SubElement(whole, f"{_X}file", names)
    body = etree.SubElement(file, f"{_X}body")
    _spell_out(root, script.language)
    for place, element in _sources(root, script.language):
        unit = etree.SubElement(body, f"{_X}trans-unit", {"id": place})
        unit.append(_marked(element, "source"))
        translated = _translation(element, language, script.language)
        if translated is not None:
            unit.append(_marked(translated, "target"))
        etree.SubElement(unit, f"{_X}note").text = f"{element.tag} of {place.partition('/')[0]}"
    _indent(whole, 0)
    return etree.tostring(whole, xml_declaration=True, encoding="UTF-8")


def _indent(element: Tree, level: int) -> None:
    """Line ends between units and their parts; none inside a text, where a blank means something."""
    if element.tag in (f"{_X}source", f"{_X}target", f"{_X}note"):
        return
    for number, part in enumerate(element):
        if not number:
            element.text = "\n" + " " * (level + 1)
        part.tail = "\n" + " " * (level + (number + 1 < len(element)))
        _indent(part, level + 1)


def imported(root: Tree, script: Script, octets: bytes) -> tuple[str, int]:
    """Puts the translations of a file into a script's tree; gives the language and how many there were.

    A translation that is there already is replaced. Raises TranslationError; the tree is then to be thrown away.
    """
    file = _read(octets)
    language = (file.get("target-language") or "").strip()
    if not language or language == script.language:
        raise TranslationError("The file names no target-language other than that of the script.")
    spelt = _spell_out(root, script.language)
    sources = dict(_sources(root, script.language))
    done = 0
    for unit in file.iter(f"{_X}trans-unit"):
        target = unit.find(f"{_X}target")
        if target is None or not ("".join(target.itertext()).strip() or len(target)):
            continue
        source = sources.get(unit.get("id") or "")
        if source is None:
            raise TranslationError(
                f'The script has no text "{unit.get("id")}" (line {unit.sourceline}); export it again.'
            )
        _put(source, _unmarked(target, source), language, script.language)
        done += 1
    for label in spelt:
        label.getparent().remove(label)
    known = (root.get("languages") or script.language).split()
    if done and language not in known:
        root.set("languages", " ".join([*known, language]))
    return language, done


def _read(octets: bytes) -> Tree:
    if len(octets) > MAX_OCTETS:
        raise TranslationError(f"The file has more than {MAX_OCTETS} octets.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: Tree = etree.fromstring(octets, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TranslationError(f"The file is no XML: {error}.") from None
    if root.getroottree().docinfo.doctype:
        raise TranslationError("The file declares a document type; XLIFF needs none.")
    file = root.find(f"{_X}file")
    if root.tag != f"{_X}xliff" or file is None:
        raise TranslationError(f"The file is no XLIFF 1.2: it begins with <{etree.QName(root).localname}>.")
    return file


def _spell_out(root: Tree, own: str) -> list[Tree]:
    """Makes a `label` element of each button that is named by its attribute, to be translated like the others."""
    made = []
    for go in root.iter("go"):
        words = (go.get("label") or "").strip()
        if words and all((other.get(_LANG) or own) != own for other in go.findall("label")):
            label: Tree = etree.Element("label")
            label.text = words
            go.insert(0, label)
            made.append(label)
    return made


def _sources(root: Tree, language: str) -> Iterator[tuple[str, Tree]]:
    """Every text in the script's own language, with where it stands."""
    for element in root.iter(*_TEXTS):
        if (element.get(_LANG) or language) == language:
            yield _place(element, language), element


def _place(element: Tree, language: str) -> str:
    """`cause/choice.street/label.1`: from the nearest id down, each by its value or by its number among its like."""
    steps = []
    while element.get("id") is None or element.tag in _TEXTS:
        parent = element.getparent()
        if parent is None:
            break
        alike = [one for one in parent.iterchildren(element.tag) if (one.get(_LANG) or language) == language]
        steps.append(f"{element.tag}.{element.get('value') or alike.index(element) + 1}")
        element = parent
    return "/".join([element.get("id") or "", *reversed(steps)])


def _alike(one: Tree, other: Tree) -> bool:
    def key(element: Tree) -> dict[str, str]:
        return {str(name): str(value) for name, value in element.attrib.items() if name not in _OWN}

    return one.tag == other.tag and key(one) == key(other)


def _translation(source: Tree, language: str, own: str) -> Tree | None:
    """The text beside a source that says the same in another language: of several the one at the same place."""
    parent = source.getparent()
    if parent is None:
        return None
    alike = [one for one in parent.iterchildren(source.tag) if _alike(one, source)]
    place = [one for one in alike if (one.get(_LANG) or own) == own].index(source)
    others = [one for one in alike if one.get(_LANG) == language]
    return others[place] if place < len(others) else None


def _marked(element: Tree, name: str) -> Tree:
    """A text as `source` or `target`, what stands inside numbered."""
    marked: Tree = etree.Element(f"{_X}{name}")
    marked.text = element.text
    numbers = count(1)  # in the order of the document, like those of `_inner`
    for part in element:
        _mark(part, marked, numbers)
    return marked


def _inner(element: Tree) -> list[Tree]:
    return [part for part in element.iterdescendants() if isinstance(part.tag, str)]


def _mark(part: Tree, into: Tree, numbers: Iterator[int]) -> None:
    if not isinstance(part.tag, str):  # a comment: what stands behind it stays
        _append(into, part.tail)
        return
    empty = part.tag in ("value", "br", "break")
    name = "x" if empty else "g"
    attributes = {"id": str(next(numbers)), "ctype": f"x-{part.tag}"}
    if empty:
        attributes["equiv-text"] = part.get("of") or part.tag
    made: Tree = etree.SubElement(into, f"{_X}{name}", attributes)
    made.text = part.text
    made.tail = part.tail
    for inner in part:
        _mark(inner, made, numbers)


def _append(into: Tree, text: str | None) -> None:
    if len(into):
        into[-1].tail = (into[-1].tail or "") + (text or "")
    else:
        into.text = (into.text or "") + (text or "")


def _unmarked(target: Tree, source: Tree) -> Tree:
    """A translation as an element of the script: what stands inside is taken from the source by its number."""
    parts = {str(number): part for number, part in enumerate(_inner(source), 1)}
    made: Tree = etree.Element(source.tag, {str(n): str(v) for n, v in source.attrib.items() if n not in _OWN})
    used: list[str] = []
    _fill(target, made, parts, used)
    if sorted(used) != sorted(parts):
        missing = ", ".join(sorted(set(parts) - set(used))) or "none"
        line = target.sourceline
        raise TranslationError(f"A translation (line {line}) does not have each part just once; missing: {missing}.")
    return made


def _fill(marked: Tree, into: Tree, parts: dict[str, Tree], used: list[str]) -> None:
    into.text = marked.text
    for inner in marked:
        name = etree.QName(inner).localname if isinstance(inner.tag, str) else ""
        number = inner.get("id") or ""
        if name not in ("x", "g") or number not in parts:
            raise TranslationError(f'<{name} id="{number}"> (line {inner.sourceline}) is not in the source.')
        used.append(number)
        part = etree.SubElement(into, parts[number].tag, {str(n): str(v) for n, v in parts[number].attrib.items()})
        _fill(inner, part, parts, used)
        part.tail = inner.tail


def _put(source: Tree, made: Tree, language: str, own: str) -> None:
    there = _translation(source, language, own)
    attributes = dict(made.attrib)
    made.attrib.clear()
    made.set(_LANG, language)
    made.attrib.update(attributes)
    if there is not None:
        if there.get("audio"):
            made.set("audio", str(there.get("audio")))
        made.tail = there.tail
        parent = there.getparent()
        if parent is not None:
            parent.replace(there, made)
        return
    made.tail, source.tail = source.tail, None
    source.addnext(made)
