"""The expressions of a script by the place where they stand, and what is wrong with those that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scriptengine.expressions import Expression, ExpressionError, compile
from scriptengine.findings import Finding
from scriptengine.program import Program, Site, compiled, finding_of
from scriptengine.script import Element, Load, Question

_WORD = re.compile(r"[^\W\d][\w-]*")


class Formulas:
    """The expressions of a program. `all`: by the number of the element and the attribute."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._chosen: dict[tuple[str, str], Expression | None] = {}
        self.all: dict[tuple[int, str], Expression] = {}
        for site in program.sites:
            found = program.read(site.element, site.attribute)
            if isinstance(found, Expression):
                self.all[site.key] = found

    def of(self, element: Element, attribute: str = "if") -> Expression | None:
        """The expression of an element's attribute; None: there is none, it is a fixed value, or it is wrong."""
        return self.all.get((element.place.number, attribute))

    def chosen(self, name: str, value: str) -> Expression | None:
        """The condition that a question's answer is one of its choices; None: the name is not that of a text."""
        key = (name, value)
        if key not in self._chosen:
            try:
                self._chosen[key] = compile(f"{name} == '{value}'", {name: self._program.types[name]})
            except ExpressionError:
                self._chosen[key] = None
        return self._chosen[key]

    def broken(self) -> set[str]:
        """The words in expressions that cannot be used; they may be names that are meant."""
        return {
            word
            for site in self._program.sites
            if self._program.read(site.element, site.attribute) is None
            for word in _WORD.findall(site.text)
        }

    def _is_of_no_class(self, site: Site) -> bool:
        """Whether it reads the attributes of a class that is not known."""
        element = site.element
        name = element.class_name if isinstance(element, (Load, Question)) else None
        return site.attribute in ("where", "query") and self._program.interfaces.record(name or "") is None

    def findings(self) -> Iterator[Finding]:
        """D06, D08 and D11 of expressions. Of a name whose class is not known only its declaration is told."""
        yield from (finding for finding in self._program.findings if not finding.code.startswith("D"))
        if len(self.all) == len(self._program.sites):
            return
        unsure = {name for name, known in self._program.scope.items() if known.type is None}
        for site in self._program.sites:
            if self._program.read(site.element, site.attribute) is not None or self._is_of_no_class(site):
                continue
            try:
                compiled(site, self._program.types)
            except ExpressionError as error:
                if error.kind == "name" or not unsure.intersection(_WORD.findall(site.text)):
                    yield finding_of(site, error)
