"""Where in a script expressions stand, what each may read and what it must give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from scriptengine.expressions import List, NameType, Record, Type
from scriptengine.interfaces import Interfaces
from scriptengine.program.scope import question_type, walk
from scriptengine.script import (
    Arg,
    Choice,
    Choices,
    Constraint,
    Element,
    Expect,
    Go,
    Group,
    Load,
    Node,
    On,
    Question,
    Script,
    Set,
    Use,
    Value,
    Var,
)

ONE_OF_TWO = (Type.BOOLEAN, Type.INTEGER)
"""What `repeat` may be: a condition or a number."""


class Site(msgspec.Struct, frozen=True):
    """An expression of a script.

    `attribute`: of `element`, as the DTD calls it. `types`: what its result may be; empty: anything, also a record or
    list. `extra`: names that it may read beside the script's own (the attributes of a class, for `where` and `query`).
    `literal`: the type of a value that may stand there without being an expression, such as a date; None: none may.
    """

    element: Element
    attribute: str
    text: str
    types: tuple[NameType, ...] = ()
    extra: Mapping[str, NameType] = {}
    literal: NameType | None = None

    @property
    def key(self) -> tuple[int, str]:
        """What identifies it in the script."""
        return (self.element.place.number, self.attribute)


def sites_of(script: Script, types: Mapping[str, NameType], interfaces: Interfaces) -> Iterator[Site]:
    """Every expression of a script, in the order of the document. `types`: of the script's names."""
    for element in walk(script):
        condition = getattr(element, "condition", None)
        if condition is not None and isinstance(element, Node | Go | On | Choice):
            yield Site(element, "if", condition, (Type.BOOLEAN,))
        match element:
            case Question():
                yield from _question(element, types, interfaces)
            case Group():
                if element.foreach is not None:
                    yield Site(element, "foreach", element.foreach, (List(None),))
                if element.repeat is not None:
                    yield Site(element, "repeat", element.repeat, ONE_OF_TWO)
            case Choices(source=str() as source):
                yield Site(element, "from", source, (List(None),))
            case Constraint() | Expect(test=str()):
                yield Site(element, "test", str(element.test), (Type.BOOLEAN,))
            case Value():
                yield Site(element, "of", element.of)
            case Arg():
                yield Site(element, "value", element.value)
            case Use(key=str() as key):
                known = interfaces.classes.get(element.class_name)
                wanted = None if known is None else interfaces.type_named(known.attributes[known.key])
                yield Site(element, "key", key, () if wanted is None else (wanted,))
            case Var():
                yield from _var(element, types)
            case Set():
                wanted = type_of_path(element.name, types)
                yield Site(element, "value", element.value, () if wanted is None else (wanted,))
            case Load():
                yield Site(
                    element, "where", element.where, (Type.BOOLEAN,), _attributes(element.class_name, interfaces)
                )


def type_of_path(path: str, types: Mapping[str, NameType]) -> NameType | None:
    """The type of a name, or of a record's attribute, as `customer.email`; None: it is not known."""
    if path in types:
        return types[path]
    name, _, attribute = path.rpartition(".")
    owner = types.get(name)
    return owner.attributes.get(attribute) if isinstance(owner, Record) else None


def _attributes(class_name: str, interfaces: Interfaces) -> Mapping[str, NameType]:
    record = interfaces.record(class_name)
    return {} if record is None else record.attributes


def _var(var: Var, types: Mapping[str, NameType]) -> Iterator[Site]:
    wanted = types.get(var.name)
    allowed = () if wanted is None else (wanted,)
    if var.calc is not None:
        yield Site(var, "calc", var.calc, allowed)
    if var.default is not None:
        literal = None if _reads_a_name(var.default, types) else wanted
        yield Site(var, "default", var.default, allowed, literal=literal)


def _reads_a_name(text: str, types: Mapping[str, NameType]) -> bool:
    """Whether a text is a name of the script, or an attribute of one, and so no fixed value."""
    return text.strip().partition(".")[0] in types


def _question(question: Question, types: Mapping[str, NameType], interfaces: Interfaces) -> Iterator[Site]:
    answer = question_type(question, interfaces)
    allowed = () if answer is None else (answer,)
    bound = Type.INTEGER if question.type in ("multi", "text", "memo") else answer
    if question.query is not None:
        yield Site(
            question, "query", question.query, (Type.BOOLEAN,), _attributes(question.class_name or "", interfaces)
        )
    if question.bind is not None:
        yield Site(question, "bind", question.bind, allowed)
    if question.required not in ("yes", "no"):
        yield Site(question, "required", question.required, (Type.BOOLEAN,))
    if question.default is not None:
        is_read = question.type in ("text", "memo", "object") or _reads_a_name(question.default, types)
        literal = None if is_read else answer
        yield Site(question, "default", question.default, allowed, literal=literal)
    for name, limit in (("min", question.min), ("max", question.max)):
        if limit is not None:
            yield Site(question, name, limit, () if bound is None else (bound,), literal=bound)
