"""Which names a script has, and of what type each is. A script has one scope; a sub-dialog has its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from scriptengine.expressions import List, NameType, Type, compile
from scriptengine.expressions.words import ExpressionError
from scriptengine.interfaces import BUILT_IN, Interfaces
from scriptengine.script import Element, Group, Load, Param, Question, Script, Use, Var


class Name(msgspec.Struct, frozen=True):
    """A name. `type` None: its type is not known (a finding tells it). `element`: what declares it first."""

    name: str
    type: NameType | None
    element: Element | None


def scope_of(script: Script, interfaces: Interfaces) -> dict[str, Name]:
    """Every name of a script; the first declaration counts. What `result` and `set` name must be declared."""
    names = {name: Name(name, type, None) for name, type in BUILT_IN.items()}
    for name, type, element in _declarations(script, interfaces, names):
        names.setdefault(name, Name(name, type, element))
    return names


def types_of(scope: dict[str, Name]) -> dict[str, NameType]:
    """Name to type, for expressions; a name of unknown type is a list of unknown members: nothing fits it."""
    return {name: List(None) if known.type is None else known.type for name, known in scope.items()}


def _declarations(
    script: Script, interfaces: Interfaces, names: dict[str, Name]
) -> Iterator[tuple[str, NameType | None, Element]]:
    declared: list[Use | Param | Var] = [*script.uses, *script.params, *script.vars]
    for one in declared:
        known = interfaces.record(one.class_name) if isinstance(one, Use) else interfaces.type_named(one.type)
        yield one.name, known, one
    groups: list[Group] = []
    for node in script.all_nodes():
        if isinstance(node, Question):
            yield node.name, question_type(node, interfaces), node
        elif isinstance(node, Group) and node.foreach is not None and node.member is not None:
            groups.append(node)
    for element in walk(script):
        if isinstance(element, Load):
            yield element.into, interfaces.record(element.class_name), element
    for group in groups:
        yield str(group.member), _member_type(group, names), group


def question_type(question: Question, interfaces: Interfaces) -> NameType | None:
    """The type of a question's answer; None: its class is not known."""
    if question.type == "object":
        return interfaces.record(question.class_name or "")
    return interfaces.type_named(question.type)


def _member_type(group: Group, names: dict[str, Name]) -> NameType | None:
    try:
        several = compile(str(group.foreach), types_of(names), is_whole=True).type
    except ExpressionError:
        return Type.TEXT
    return several.of if isinstance(several, List) else Type.TEXT


def walk(script: Script) -> Iterator[Element]:
    """Every element of a script, in document order, the script itself first."""
    yield from _walk(script)


def _walk(element: Element) -> Iterator[Element]:
    yield element
    inside: list[Element] = []
    for field in element.__struct_fields__:
        value: Any = getattr(element, field)
        if isinstance(value, Element):
            inside.append(value)
        elif value.__class__ is tuple:
            inside += [one for one in value if isinstance(one, Element)]
    for one in sorted(inside, key=lambda element: element.place.number):
        yield from _walk(one)
