"""What conditions can be: each name they read is tried with values that stand for all that it can be.

A name that is only compared with literals needs few values: the literals, one below, one between and one above each.
With one value from each part the conditions are exactly known, and so "always true" or "never taken" is no guess. A
name that is compared with another name or computed with is *open*: then nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from scriptengine.checks.names import Name
from scriptengine.expressions import Expression, Record, Type
from scriptengine.expressions.nodes import Form, Node

MOST = 2048
"""Combinations tried at once; what needs more is not judged."""


class Literals:
    """What the names of some conditions are compared with. `paths`: `customer.segment`, with the type and literals."""

    def __init__(self, expressions: Iterable[Expression]) -> None:
        self.paths: dict[str, tuple[Any, set[Any]]] = {}
        self.open: set[str] = set()
        self._prefixes: set[str] = set()
        self._suffixes: set[str] = set()
        for expression in expressions:
            self._node(expression.tree)
        self.open |= self._prefixes & self._suffixes

    def _node(self, node: Node) -> None:
        match node.form:
            case Form.AND | Form.OR | Form.NOT:
                for part in node.parts:
                    self._node(part)
            case Form.CHOICE if node.type is Type.BOOLEAN:
                for part in node.parts:
                    self._node(part)
            case Form.NAME:
                self._found(node, ())
            case Form.IS_NULL:
                self._asked(node.parts[0])
            case Form.COMPARISON:
                self._comparison(node)
            case Form.LITERAL:
                pass
            case _:
                self._closed_to_us(node)

    def _asked(self, node: Node) -> None:
        if node.form is Form.NAME:
            self._found(node, ())
        elif node.form is not Form.LITERAL:
            self._closed_to_us(node)

    def _comparison(self, node: Node) -> None:
        left, right = node.parts
        forms = (left.form, right.form)
        if forms == (Form.LITERAL, Form.LITERAL) or forms == (Form.LITERAL, Form.LIST):
            return
        if forms == (Form.LITERAL, Form.NAME) and node.word not in ("in", "not in", "starts_with", "ends_with"):
            left, right = right, left
        if left.form is not Form.NAME or right.form not in (Form.LITERAL, Form.LIST):
            self._closed_to_us(node)
            return
        value = right.read({})
        self._found(left, tuple(value) if right.form is Form.LIST else (value,))
        if node.word == "starts_with":
            self._prefixes.add(left.shown)
        elif node.word == "ends_with":
            self._suffixes.add(left.shown)

    def _found(self, node: Node, literals: Iterable[Any]) -> None:
        self.paths.setdefault(node.shown, (node.type, set()))[1].update(literals)

    def _closed_to_us(self, node: Node) -> None:
        if node.form is Form.NAME:
            self.open.add(node.shown)
        for part in node.parts:
            self._closed_to_us(part)


def paths_in(node: Node) -> Iterator[str]:
    """Every name and path (`customer.name`) that a part of an expression reads."""
    if node.form is Form.NAME:
        yield node.shown
    for part in node.parts:
        yield from paths_in(part)


def samples(
    expressions: Sequence[Expression], names: Mapping[str, Name], answered: frozenset[str]
) -> list[dict[str, Any]] | None:
    """Values of the names that stand for all values; None: the conditions are open, or there are too many.

    `answered`: the names and paths that are not unanswered here.
    """
    literals = Literals(expressions)
    if literals.open:
        return None
    roots: dict[str, list[str]] = {}
    for path in literals.paths:
        root, _, attribute = path.partition(".")
        if "." in attribute or root not in names:
            return None
        roots.setdefault(root, [])
        if attribute:
            roots[root].append(path)
    domains: list[list[Any]] = []
    for root, paths in roots.items():
        domain = _of_name(names[root], root, paths, literals, answered)
        if domain is None:
            return None
        domains.append(domain)
    size = 1
    for domain in domains:
        size *= len(domain)
    if size > MOST:
        return None
    return [dict(zip(roots, combination, strict=True)) for combination in product(*domains)]


def _of_name(name: Name, root: str, paths: list[str], literals: Literals, answered: frozenset[str]) -> list[Any] | None:
    type = name.type
    empty = [] if root in answered or any(path in answered for path in paths) else [None]
    if isinstance(type, Record):
        if root in literals.paths and not isinstance(literals.paths[root][0], Record):
            return None  # it stands for one of its texts
        members: list[list[Any]] = []
        for path in paths:
            attribute_type, compared = literals.paths[path]
            values = _values(attribute_type, compared, None, None, None)
            if values is None:
                return None
            members.append([*values, *([] if path in answered else [None])])
        attributes = [path.partition(".")[2] for path in paths]
        combinations = list(product(*members)) if len(members) < 6 else []
        if len(members) >= 6 or len(combinations) > MOST:
            return None
        return [*(dict(zip(attributes, values, strict=True)) for values in combinations), *empty]
    if literals.paths[root][0] != type:
        return None
    values = _values(type, literals.paths[root][1], name.values, name.least, name.most)
    return None if values is None else [*values, *empty]


def _values(
    type: Any, compared: set[Any], values: Sequence[str] | None, least: Decimal | None, most: Decimal | None
) -> list[Any] | None:
    if type is Type.BOOLEAN:
        return [True, False]
    if type is Type.TEXT:
        return list(values) if values is not None else _texts(compared)
    if type is Type.INTEGER:
        return _integers(compared, least, most)
    if type is Type.NUMBER:
        return _numbers(compared, least, most)
    if type is Type.DATE:
        return _dates(compared)
    return [{}] if isinstance(type, Record) else None


def _dates(compared: set[Any]) -> list[date] | None:
    """Each date with the days around it; None: one is at the end of the calendar."""
    days = timedelta(days=1), timedelta(days=2)
    try:
        around = {day + step for day in compared for step in (-days[0], days[0] * 0, *days)}
    except OverflowError:
        return None
    return sorted(around or {date(2000, 1, 1)})


def _texts(compared: set[Any]) -> list[str]:
    """Each text, what comes right behind it, and what comes before all."""
    texts = sorted({"", *compared})
    return [*texts, *(f"{text}\0" for text in texts)]


def _integers(compared: set[Any], least: Decimal | None, most: Decimal | None) -> list[int]:
    numbers = {int(value.to_integral_value("ROUND_FLOOR")) for value in map(Decimal, compared)}
    near = {number + step for number in numbers for step in (-1, 0, 1, 2)} or {0}
    low = None if least is None else int(least.to_integral_value("ROUND_CEILING"))
    high = None if most is None else int(most.to_integral_value("ROUND_FLOOR"))
    near |= {bound for bound in (low, high) if bound is not None}
    return sorted(number for number in near if (low is None or number >= low) and (high is None or number <= high))


def _numbers(compared: set[Any], least: Decimal | None, most: Decimal | None) -> list[Decimal]:
    marks = sorted({Decimal(value) for value in compared} | {bound for bound in (least, most) if bound is not None})
    if not marks:
        return [Decimal(0)]
    between = [(first + second) / 2 for first, second in pairwise(marks)]
    candidates = {*marks, *between, marks[0] - 1, marks[-1] + 1}
    return sorted(
        value for value in candidates if (least is None or value >= least) and (most is None or value <= most)
    )


def implied(node: Node, holds: bool) -> frozenset[str]:
    """The names and paths that are surely answered when a condition holds, or when it does not."""
    match node.form:
        case Form.NOT:
            return implied(node.parts[0], not holds)
        case Form.AND | Form.OR:
            sides = [implied(part, holds) for part in node.parts]
            all_of_them = holds == (node.form is Form.AND)
            return frozenset().union(*sides) if all_of_them else sides[0].intersection(*sides[1:])
        case Form.IS_NULL:
            return _with_owner(paths_in(node.parts[0])) if holds == (node.word == "!=") else frozenset()
        case Form.COMPARISON | Form.NAME if holds:
            return frozenset().union(*(_surely(part) for part in node.parts)) if node.parts else _surely(node)
        case Form.CHOICE if node.type is Type.BOOLEAN:
            condition, value, other = node.parts
            return (implied(condition, True) | implied(value, holds)) & (
                implied(condition, False) | implied(other, holds)
            )
    return frozenset()


def _surely(node: Node) -> frozenset[str]:
    """What must be answered for a value to be answered."""
    if node.form is Form.CHOICE:
        return frozenset()
    return _with_owner([node.shown]) if node.form is Form.NAME else frozenset().union(*map(_surely, node.parts))


def _with_owner(paths: Iterable[str]) -> frozenset[str]:
    found = set()
    for path in paths:
        while path:
            found.add(path)
            path = path.rpartition(".")[0]
    return frozenset(found)
