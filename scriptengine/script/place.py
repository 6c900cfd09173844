"""Where in the file an element stands."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from scriptengine.findings import Finding, Severity


class Place(msgspec.Struct, frozen=True):
    """The place of an element. Lines and columns count characters from 1.

    `number`: of the element, in document order from 0: unique in the script, the same whatever ids are called.
    `attributes`: where the value of each written attribute begins (behind the quote); absent ones are not in it.
    """

    file: str
    line: int
    column: int
    number: int
    attributes: Mapping[str, tuple[int, int]] = {}

    def of(self, attribute: str, column: int = 1) -> tuple[int, int]:
        """Line and column of the `column`-th character of an attribute's value; of the element if it is not written.

        Right when the value stands on one line and is written without `&lt;` and the like before that character.
        """
        found = self.attributes.get(attribute)
        return (self.line, self.column) if found is None else (found[0], found[1] + column - 1)

    def finding(
        self,
        code: str,
        message: str,
        hint: str = "",
        *,
        attribute: str = "",
        column: int = 1,
        severity: Severity = "error",
    ) -> Finding:
        """A finding about the element, or about one of its attributes (there `column`, from 1, tells the character)."""
        line, place = self.of(attribute, column)
        return Finding(self.file, code, line, place, severity, message, hint)


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """What all elements have. Two elements are equal if they stand at the same place and say the same."""

    place: Place
