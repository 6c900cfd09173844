"""A script made ready to run: its names typed, its expressions compiled, its nodes linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from scriptengine.answering.coercing import coerced
from scriptengine.answering.patterns import Pattern, PatternError
from scriptengine.expressions import ExpressionError, List, NameType, Record, Type, compile, fits
from scriptengine.findings import Finding, LoadError, in_order
from scriptengine.interfaces import KNOWN, Interfaces
from scriptengine.program.scope import scope_of, types_of
from scriptengine.program.sites import Site, sites_of
from scriptengine.script import AnyNode, Choices, Element, Group, Question, Script

CODES = {"name": "D06", "attribute": "D11", "other": "D08"}


class Readable(Protocol):
    """What can be evaluated: an expression or a fixed value."""

    @property
    def evaluate(self) -> Callable[[Mapping[str, Any]], Any]:
        """The value for the values of the names."""
        ...


class Fixed:
    """A value that is written as such."""

    __slots__ = ("evaluate", "names")

    def __init__(self, value: Any) -> None:
        self.evaluate: Callable[[Mapping[str, Any]], Any] = lambda _values: value
        self.names: frozenset[str] = frozenset()


class Link:
    """Where a node stands: the group around it (None: none), the node behind it (None: it is the last)."""

    __slots__ = ("following", "group", "node")

    def __init__(self, node: AnyNode, group: str | None, following: str | None) -> None:
        self.node = node
        self.group = group
        self.following = following


class Program:
    """A script ready to run. It holds no state: one object serves all sessions.

    `types`: of every name. `scope`: what declares each. `findings`: expressions that cannot be used (D06 names, D11
    attributes, D08 anything else) and patterns (L14); they are unanswered when the program is run all the same.
    `library`: finds sub-dialogs.
    """

    def __init__(self, script: Script, interfaces: Interfaces, library: Library) -> None:
        self.script = script
        self.interfaces = interfaces
        self.library = library
        self.scope = scope_of(script, interfaces)
        self.types = types_of(self.scope)
        self.findings: list[Finding] = []
        self.links: dict[str, Link] = {}
        self.lists: dict[str, Choices] = {choices.id: choices for choices in script.choices}
        self.patterns: dict[int, Pattern] = {}
        self._expressions: dict[tuple[int, str], Readable] = {}
        self.sites: list[Site] = list(sites_of(script, self.types, interfaces))
        self._compile()
        self._link(script.nodes, None)
        self.calculated = tuple(var for var in script.vars if var.calc is not None)
        self.sensitive = frozenset(
            [var.name for var in script.vars if var.is_sensitive]
            + [node.name for node in script.all_nodes() if isinstance(node, Question) and node.is_sensitive]
        )

    def node(self, id: str) -> AnyNode:
        """The node with an id; raises KeyError."""
        return self.links[id].node

    def read(self, element: Element, attribute: str) -> Readable | None:
        """The expression of an element's attribute; None: there is none, or it cannot be used."""
        return self._expressions.get((element.place.number, attribute))

    def choices_of(self, question: Question) -> Choices | None:
        """The list of answers of a question, wherever it stands; None: it has none."""
        if question.choices_id is not None:
            return self.lists.get(question.choices_id)
        if question.own_choices is not None:
            return question.own_choices
        return Choices(place=question.place, id=question.id, choices=question.choices) if question.choices else None

    def _link(self, nodes: Sequence[AnyNode], group: str | None) -> None:
        for index, node in enumerate(nodes):
            following = nodes[index + 1].id if index + 1 < len(nodes) else None
            self.links[node.id] = Link(node, group, following)
            if isinstance(node, Question):
                self.lists |= {node.own_choices.id: node.own_choices} if node.own_choices else {}
                self._pattern(node)
            elif isinstance(node, Group):
                self._link(node.nodes, node.id)

    def _pattern(self, question: Question) -> None:
        if question.pattern is None:
            return
        try:
            self.patterns[question.place.number] = Pattern(question.pattern)
        except PatternError as error:
            message = f'The pattern "{question.pattern[:60]}" cannot be used: {error}.'
            hint = "Write letters, [0-9], ( | ), and behind them ? * + {2} {2,4}."
            self.findings.append(question.place.finding("L14", message, hint, attribute="pattern"))

    def _compile(self) -> None:
        known: dict[tuple[str, tuple[NameType, ...]], Readable] = {}
        for site in self.sites:
            is_plain = not site.extra and site.literal is None and all(isinstance(type, Type) for type in site.types)
            plain = (site.text, site.types) if is_plain else None  # the same text means the same everywhere
            found = known.get(plain) if plain is not None else None
            if found is None:
                try:
                    found = compiled(site, self.types)
                except ExpressionError as error:
                    self.findings.append(finding_of(site, error))
                    continue
                if plain is not None:
                    known[plain] = found
            self._expressions[site.key] = found


def compiled(site: Site, types: Mapping[str, NameType]) -> Readable:
    """The expression at a site; raises ExpressionError."""
    if site.literal is not None:
        value = _literal(site, site.literal)
        if value is not None:
            return Fixed(value)
    names = {**types, **site.extra} if site.extra else types
    wanted = site.types[0] if len(site.types) == 1 else None
    if site.attribute == "default" and site.text.strip() == "null":
        return Fixed(None)
    expression = compile(site.text, names, result=wanted, is_whole=not site.types)
    if wanted is None and site.types and not any(fits(expression.type, type) for type in site.types):
        raise ExpressionError(site.text, 1, "wanted is a yes or no, or a whole number", "Compare it")
    return expression


def _literal(site: Site, wanted: NameType) -> Any:
    """A value that is written without being an expression; None: it is an expression.

    Texts are values as they stand unless they begin with a quote: `default="open"`. A choice's too, so that a name has
    to be compared to be read.
    """
    text = site.text.strip()
    if wanted in (Type.TEXT, List(Type.TEXT)) and text[:1] in ("'", '"', "["):
        return None
    return None if isinstance(wanted, Record) else coerced(text, wanted)


def finding_of(site: Site, error: ExpressionError) -> Finding:
    """An error of an expression, at its place in the file."""
    shown = {"of": "value"}.get(site.attribute, site.attribute)
    message = f"{error.message[:1].upper()}{error.message[1:]} ({shown}: {site.text[:80]})."
    hint = error.hint if error.hint.endswith(("?", ".")) else f"{error.hint}."
    code = CODES[error.kind]
    return site.element.place.finding(code, message, hint, attribute=site.attribute, column=error.column)


class Library:
    """Finds sub-dialogs and makes each ready once. `find(source, version)` gives a script, or None."""

    def __init__(
        self, find: Callable[[str, str | None], Script | None] | None = None, interfaces: Interfaces = KNOWN
    ) -> None:
        self._find = find
        self._interfaces = interfaces
        self._programs: dict[tuple[str, str | None], Program | None] = {}

    def program(self, source: str, version: str | None = None) -> Program | None:
        """The sub-dialog; None: there is none of this name and version."""
        key = (source, version)
        if key not in self._programs:
            script = self._find(source, version) if self._find is not None else None
            self._programs[key] = None if script is None else Program(script, self._interfaces, self)
        return self._programs[key]

    def loaded(self) -> list[Program]:
        """The sub-dialogs that have been asked for and found."""
        return [program for program in self._programs.values() if program is not None]


def prepare(script: Script, interfaces: Interfaces = KNOWN, library: Library | None = None) -> Program:
    """A script made ready to run, whatever is wrong with its expressions: see `Program.findings`."""
    return Program(script, interfaces, library or Library(None, interfaces))


def prepare_checked(script: Script, interfaces: Interfaces = KNOWN, library: Library | None = None) -> Program:
    """The same; raises LoadError when an expression cannot be used."""
    program = prepare(script, interfaces, library)
    if program.findings:
        raise LoadError(in_order(program.findings))
    return program
