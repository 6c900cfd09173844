"""The project's own DTD: as a validator, and as tables from which errors are explained."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from lxml import etree

_HERE = Path(__file__).parents[1]

Model = tuple[str, str, str | None, Any, Any]
"""A content model: type (`element seq or pcdata`), occurrence (`once opt mult plus`), name, left, right."""
State = tuple[Model, Any] | None
"""What is still to come: a model and the rest. None: nothing."""


class Attribute(msgspec.Struct, frozen=True):
    """A declared attribute. `type`: `cdata id idref nmtoken nmtokens enumeration`."""

    name: str
    type: str
    is_required: bool
    values: tuple[str, ...]


class Declared(msgspec.Struct, frozen=True):
    """A declared element. `model` None: `EMPTY`. `has_text`: text may stand in it."""

    name: str
    model: Model | None
    has_text: bool
    attributes: dict[str, Attribute]


def folder() -> Path:
    """Where `dialog.dtd` and `catalog.xml` are: in the installed package, or at the top of the sources."""
    inside = _HERE / "dtd"
    return inside if inside.is_dir() else _HERE.parent / "dtd"


@cache
def validator() -> etree.DTD:
    """The DTD. It is read once, from this installation, and needs no network."""
    with (folder() / "dialog.dtd").open("rb") as file:
        return etree.DTD(file)


@cache
def elements() -> dict[str, Declared]:
    """Every element of the language."""
    dtd: Any = validator()  # its stubs do not know that declarations can be read
    return {declared.name: declared for declared in map(_declared, dtd.iterelements())}


def _declared(element: Any) -> Declared:
    attributes = {}
    for attribute in element.iterattributes():
        name = f"{attribute.prefix}:{attribute.name}" if attribute.prefix else attribute.name
        required = attribute.default == "required"
        attributes[name] = Attribute(name, attribute.type, required, tuple(attribute.values()))
    model = None if element.type == "empty" else _model(element.content)
    return Declared(element.name, model, element.type == "mixed", attributes)


def _model(content: Any) -> Model | None:
    if content is None:
        return None
    return (content.type, content.occur, content.name, _model(content.left), _model(content.right))


@cache
def moves(state: State) -> frozenset[tuple[str, State]]:
    """What may come next in a content model, and what is then still to come; the name "" stands for the end."""
    return frozenset(_moves(state))


def _moves(state: State) -> Iterator[tuple[str, State]]:
    if state is None:
        yield "", None
        return
    (kind, occur, name, left, right), rest = state
    once: Model = (kind, "once", name, left, right)
    if occur == "mult" or occur == "plus":
        if occur == "mult":
            yield from moves(rest)
        for first, after in moves((once, None)):
            if first:
                yield first, _then(after, ((kind, "mult", name, left, right), rest))
    elif occur == "opt":
        yield from moves(rest)
        yield from moves((once, rest))
    elif kind == "element":
        yield name or "", rest
    elif kind == "pcdata":
        yield from moves(rest)
    elif kind == "seq":
        yield from moves((left, (right, rest)) if right is not None else (left, rest))
    else:
        yield from moves((left, rest))
        if right is not None:
            yield from moves((right, rest))


def _then(first: State, rest: State) -> State:
    """Two things to come, one behind the other."""
    return rest if first is None else (first[0], _then(first[1], rest))
