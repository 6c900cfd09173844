"""Translations out of a script and into it again, as XLIFF 1.2 (OASIS, 2008), which translators' programs read.

A unit is one text in the script's own language; what stands inside it (values, bold, pauses) is a numbered `x` or `g`
that the translator moves but cannot change. Its id tells where the text stands, so that it is found again. What is said
instead of a value that is not there (`else`) is a unit of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from scriptengine.script import Script
from scriptengine.tools.editing import Tree
from scriptengine.tools.marking import (
    LANG,
    NAMESPACE,
    OWN,
    TranslationError,
    X,
    counterpart,
    inner,
    marked,
    numbers_of,
    unmarked,
    with_else,
)

_TEXTS = ("title", "doc", "label", "hint", "text", "prompt")
MAX_OCTETS = 4 * 1024 * 1024


def exported(root: Tree, script: Script, language: str) -> bytes:
    """XLIFF with every text of a script, and its translation into `language` where there is one."""
    namespaces: Any = {None: NAMESPACE}  # the stubs want a prefix
    whole: Tree = etree.Element(f"{X}xliff", {"version": "1.2"}, nsmap=namespaces)
    names = {"original": script.id, "source-language": script.language, "target-language": language, "datatype": "xml"}
    file = etree.SubElement(whole, f"{X}file", names)
    body = etree.SubElement(file, f"{X}body")
    _spell_out(root, script.language)
    for place, element in _sources(root, script.language):
        unit = etree.SubElement(body, f"{X}trans-unit", {"id": place})
        unit.append(marked(element, "source", range(1, len(inner(element)) + 1)))
        translated = _translation(element, language, script.language)
        if translated is not None:
            unit.append(marked(translated, "target", numbers_of(translated, element)))
        etree.SubElement(unit, f"{X}note").text = f"{element.tag} of {place.partition('/')[0]}"
        for number, value in with_else(element):
            other = counterpart(value, element, translated) if translated is not None else None
            body.append(_else_unit(f"{place}/else.{number}", value, other))
    _indent(whole, 0)
    return etree.tostring(whole, xml_declaration=True, encoding="UTF-8")


def _else_unit(place: str, value: Tree, translated: Tree | None) -> Tree:
    unit: Tree = etree.Element(f"{X}trans-unit", {"id": place})
    etree.SubElement(unit, f"{X}source").text = value.get("else")
    if translated is not None and translated.get("else"):
        etree.SubElement(unit, f"{X}target").text = translated.get("else")
    etree.SubElement(unit, f"{X}note").text = f"said when there is no {value.get('of')}"
    return unit


def _indent(element: Tree, level: int) -> None:
    """Line ends between units and their parts; none inside a text, where a blank means something."""
    if element.tag in (f"{X}source", f"{X}target", f"{X}note"):
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
    elses = {f"{place}/else.{n}": (text, value) for place, text in sources.items() for n, value in with_else(text)}
    done, later = 0, []
    for unit in file.iter(f"{X}trans-unit"):
        target = unit.find(f"{X}target")
        if target is None or not ("".join(target.itertext()).strip() or len(target)):
            continue
        if unit.get("id") in elses:
            later.append((*elses[str(unit.get("id"))], "".join(target.itertext())))
            continue
        source = sources.get(unit.get("id") or "")
        if source is None:
            raise TranslationError(
                f'The script has no text "{unit.get("id")}" (line {unit.sourceline}); export it again.'
            )
        _put(source, unmarked(target, source), language, script.language)
        done += 1
    for source, value, words in later:
        there = _translation(source, language, script.language)
        translated = counterpart(value, source, there) if there is not None else None
        if translated is not None:
            translated.set("else", words)
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
    file = root.find(f"{X}file")
    if root.tag != f"{X}xliff" or file is None:
        raise TranslationError(f"The file is no XLIFF 1.2: it begins with <{etree.QName(root).localname}>.")
    return file


def _spell_out(root: Tree, own: str) -> list[Tree]:
    """Makes a `label` element of each button that is named by its attribute, to be translated like the others."""
    made = []
    for go in root.iter("go"):
        words = (go.get("label") or "").strip()
        if words and all((other.get(LANG) or own) != own for other in go.findall("label")):
            label: Tree = etree.Element("label")
            label.text = words
            go.insert(0, label)
            made.append(label)
    return made


def _sources(root: Tree, language: str) -> Iterator[tuple[str, Tree]]:
    """Every text in the script's own language, with where it stands."""
    for element in root.iter(*_TEXTS):
        if (element.get(LANG) or language) == language:
            yield _place(element, language), element


def _place(element: Tree, language: str) -> str:
    """`cause/choice.street/label.1`: from the nearest id down, each by its value or by its number among its like."""
    steps = []
    while element.get("id") is None or element.tag in _TEXTS:
        parent = element.getparent()
        if parent is None:
            break
        alike = [one for one in parent.iterchildren(element.tag) if (one.get(LANG) or language) == language]
        steps.append(f"{element.tag}.{element.get('value') or alike.index(element) + 1}")
        element = parent
    return "/".join([element.get("id") or "", *reversed(steps)])


def _alike(one: Tree, other: Tree) -> bool:
    def key(element: Tree) -> dict[str, str]:
        return {str(name): str(value) for name, value in element.attrib.items() if name not in OWN}

    return one.tag == other.tag and key(one) == key(other)


def _translation(source: Tree, language: str, own: str) -> Tree | None:
    """The text beside a source that says the same in another language: of several the one at the same place."""
    parent = source.getparent()
    if parent is None:
        return None
    alike = [one for one in parent.iterchildren(source.tag) if _alike(one, source)]
    place = [one for one in alike if (one.get(LANG) or own) == own].index(source)
    others = [one for one in alike if one.get(LANG) == language]
    return others[place] if place < len(others) else None


def _put(source: Tree, made: Tree, language: str, own: str) -> None:
    there = _translation(source, language, own)
    attributes = dict(made.attrib)
    made.attrib.clear()
    made.set(LANG, language)
    made.attrib.update(attributes)
    if there is not None:
        if there.get("audio"):
            made.set("audio", str(there.get("audio")))
        for _, value in with_else(source):
            old, new = counterpart(value, source, there), counterpart(value, source, made)
            if old is not None and new is not None and old.get("else"):
                new.set("else", str(old.get("else")))
        made.tail = there.tail
        parent = there.getparent()
        if parent is not None:
            parent.replace(there, made)
        return
    made.tail, source.tail = source.tail, None
    source.addnext(made)
