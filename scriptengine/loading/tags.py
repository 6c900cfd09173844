"""Text to tags with their places, by expat; what no script may hold is refused here, before anything is built of it."""

from __future__ import annotations

import re
from typing import NoReturn
from xml.parsers import expat

from scriptengine.findings import Finding, LoadError
from scriptengine.loading.limits import MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS
from scriptengine.loading.malformed import malformed
from scriptengine.script import Place

PUBLIC_ID = "-//CARUSO//DTD Dialog Script 1.0//EN"
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NAME = re.compile(rb"<[^\s/>]+")


class Tag:
    """An element as it is written. `content`: tags and pieces of text, in order."""

    __slots__ = ("attributes", "content", "name", "place")

    def __init__(self, name: str, attributes: dict[str, str], place: Place) -> None:
        self.name = name
        self.attributes = attributes
        self.place = place
        self.content: list[Tag | str] = []

    def tags(self) -> list[Tag]:
        """The elements inside, in order."""
        return [part for part in self.content if isinstance(part, Tag)]


def read_tags(octets: bytes, file: str) -> Tag:
    """The tree of a script in UTF-8. Raises LoadError: not well-formed (L03), entities or a document type with
    declarations (L04), processing instructions (L05), too deep or too many (L06), another language version (L15).
    """
    return _Reading(octets, file).root()


class _Reading:
    def __init__(self, octets: bytes, file: str) -> None:
        self._octets = octets
        self._file = file
        self._open: list[Tag] = []
        self._root: Tag | None = None
        self._count = 0
        parser = self._parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._doctype
        parser.SkippedEntityHandler = self._entity
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def root(self) -> Tag:
        try:
            self._parser.Parse(self._octets, True)
        except expat.ExpatError as error:
            opened = [(tag.name, tag.place.line) for tag in self._open]
            raise LoadError([malformed(self._file, self._octets, self._parser, error, opened)]) from None
        if self._root is None:
            raise TypeError("expat accepts no document without an element")
        return self._root

    def _refuse(self, code: str, message: str, hint: str) -> NoReturn:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        raise LoadError([Finding(self._file, code, line, column, "error", message, hint)])

    def _doctype(self, name: str, _system: str | None, public: str | None, has_internal_subset: int) -> None:
        written = f'<!DOCTYPE dialog PUBLIC "{PUBLIC_ID}" "dialog.dtd">'
        if has_internal_subset:
            self._refuse("L04", "The document type holds declarations in [ ].", f"Write only {written}")
        if name != "dialog":
            self._refuse("L04", f"The document type is {name}, not dialog.", f"Write {written}")
        if public is not None and public.startswith("-//CARUSO//DTD Dialog Script ") and public != PUBLIC_ID:
            self._refuse("L15", f'The script is written for "{public}".', f'This version reads "{PUBLIC_ID}".')

    def _entity(self, name: str, _is_parameter: bool) -> None:
        hint = f"Write the character itself; only &amp; &lt; &gt; &quot; and &apos; are known, &{name}; is not."
        self._refuse("L04", f"The entity &{name}; is not part of the language.", hint)

    def _instruction(self, target: str, _data: str) -> None:
        self._refuse("L05", f"The processing instruction <?{target} ...?> is not part of the language.", "Remove it.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH:
            self._refuse("L06", f"More than {MAX_DEPTH} elements stand inside each other.", "Nest groups less deeply.")
        if self._count > MAX_ELEMENTS:
            self._refuse("L06", f"More than {MAX_ELEMENTS} elements.", "Split the script into sub-dialogs.")
        if len(attributes) > MAX_ATTRIBUTES:
            self._refuse("L06", f"<{name}> has more than {MAX_ATTRIBUTES} attributes.", "Remove what is not known.")
        tag = Tag(name, attributes, self._place(bool(attributes)))
        if self._open:
            self._open[-1].content.append(tag)
        else:
            self._root = tag
        self._open.append(tag)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].content.append(text)

    def _place(self, has_attributes: bool) -> Place:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        places = self._attribute_places(line, column) if has_attributes else {}
        return Place(self._file, line, column, self._count - 1, places)

    def _attribute_places(self, line: int, column: int) -> dict[str, tuple[int, int]]:
        places: dict[str, tuple[int, int]] = {}
        start = position = self._parser.CurrentByteIndex
        named = _NAME.match(self._octets, position)
        position = named.end() if named else position
        while (match := _ATTRIBUTE.match(self._octets, position)) is not None:
            value = match.start(2) if match.group(2) is not None else match.start(3)
            before = self._octets[start:value].decode()
            lines = before.count("\n")
            place = len(before) - before.rfind("\n") if lines else column + len(before)
            places[match.group(1).decode()] = (line + lines, place)
            position = match.end()
        return places
