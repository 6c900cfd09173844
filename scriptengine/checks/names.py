"""The names of a script: what each stands for, and what it can be."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from scriptengine.checks.walking import all_actions, choices_of, has_computed_choices, results_of
from scriptengine.expressions import List, NameType, Type
from scriptengine.interfaces import BUILT_IN
from scriptengine.program import Program
from scriptengine.script import Element, Group, Load, Param, Question, Script, Set, Use, Var

Kind = Literal["everywhere", "use", "param", "var", "question", "member", "load"]

_ALWAYS_THERE = ("channel", "language", "now")
_SCALE = (Decimal(1), Decimal(5))


class Name(msgspec.Struct, frozen=True):
    """A name and what is known of its values.

    `elements`: what declares it, none for a name known everywhere; several questions may share a name. `values`: all
    that it can be beside unanswered, None: open. `least`, `most`: limits of a number, None: open.
    `is_given`: it has a value from the beginning.
    """

    name: str
    type: NameType
    kind: Kind
    elements: tuple[Element, ...] = ()
    values: tuple[str, ...] | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    is_sensitive: bool = False
    is_given: bool = False


Names = Mapping[str, Name]


def names_of(program: Program) -> Names:
    """Every name that the script can use."""
    script = program.script
    found: dict[str, Name] = {}
    for name, known in program.scope.items():
        type = List(None) if known.type is None else known.type
        if known.element is None:
            values = {"channel": script.channels, "language": script.languages}.get(name)
            found[name] = Name(name, type, "everywhere", values=values, is_given=name in _ALWAYS_THERE)
        else:
            found[name] = _declared(name, type, known.element)
    for node in script.all_nodes():
        if isinstance(node, Question):
            asked = _asked(script, node, found[node.name].type)
            before = found[node.name]
            found[node.name] = asked if before.elements in ((), (node,)) else _both(before, asked)
    for name in _written(script) & found.keys():  # it may also be something else than an answer
        found[name] = msgspec.structs.replace(found[name], values=None, least=None, most=None)
    return found


def _written(script: Script) -> set[str]:
    """The names that get a value otherwise than by an answer."""
    written = {result.to for _, _, result in results_of(script)}
    for _, action in all_actions(script):
        if isinstance(action, Set):
            written.add(action.name)
        elif isinstance(action, Load):
            written.add(action.into)
    return written - BUILT_IN.keys()


def _declared(name: str, type: NameType, element: Element) -> Name:
    match element:
        case Use():
            return Name(name, type, "use", (element,))
        case Param():
            return Name(name, type, "param", (element,), is_given=element.is_required and element.direction != "out")
        case Var():
            is_given = element.default is not None
            return Name(name, type, "var", (element,), is_sensitive=element.is_sensitive, is_given=is_given)
        case Group():
            return Name(name, type, "member", (element,), is_given=True)
        case Question():
            return Name(name, type, "question", (element,))
    return Name(name, type, "load", (element,))


def _asked(script: Script, question: Question, type: NameType) -> Name:
    values = None
    if question.type == "choice" and not has_computed_choices(script, question):
        values = tuple(dict.fromkeys(choice.value for choice in choices_of(script, question))) or None
    least = most = None
    if type in (Type.INTEGER, Type.NUMBER):
        scale = _SCALE if question.type == "scale" else (None, None)
        least = number_of(question.min) if question.min is not None else scale[0]
        most = number_of(question.max) if question.max is not None else scale[1]
    return Name(question.name, type, "question", (question,), values, least, most, question.is_sensitive)


def _both(first: Name, second: Name) -> Name:
    """One name that is declared or asked twice."""
    values = None
    if first.values is not None and second.values is not None:
        values = tuple(dict.fromkeys((*first.values, *second.values)))
    least = min(first.least, second.least) if first.least is not None and second.least is not None else None
    most = max(first.most, second.most) if first.most is not None and second.most is not None else None
    return Name(
        first.name,
        first.type,
        first.kind,
        (*first.elements, *second.elements),
        values,
        least,
        most,
        first.is_sensitive or second.is_sensitive,
        first.is_given,
    )


def number_of(text: str) -> Decimal | None:
    """A number that is written out; None: something else, such as an expression."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
