"""The script as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from scriptengine.script.answers import Choices
from scriptengine.script.cases import Case
from scriptengine.script.nodes import AnyNode, Group
from scriptengine.script.place import Element
from scriptengine.script.texts import Doc, Title
from scriptengine.script.ways import On


class Use(Element, frozen=True, kw_only=True):
    """`use`: a record of a class, under a name, from the beginning. `key`: an expression; None: it is loaded later."""

    class_name: str
    name: str
    key: str | None = None


class Param(Element, frozen=True, kw_only=True):
    """`param`: what whoever starts the script hands in (`in`), takes back (`out`), or both."""

    name: str
    type: str
    is_required: bool = False
    direction: Literal["in", "out", "inout"] = "in"


class Var(Element, frozen=True, kw_only=True):
    """`var`: a variable. `default`: its first value, as it would be answered. `calc`: an expression it always has."""

    name: str
    type: str
    default: str | None = None
    calc: str | None = None
    is_sensitive: bool = False


class Script(Element, frozen=True, kw_only=True):
    """`dialog`: a script as it was loaded.

    `hash`: SHA-256 of its octets in hexadecimal; with `version` it is what a session is bound to. `language`: of texts
    without one. `languages`: all, `language` first. `timeout_seconds`: of silence on the phone until the event
    `timeout` ends the session, None: the surface's own.
    """

    id: str
    version: str
    hash: str
    language: str
    languages: tuple[str, ...]
    start: str
    nodes: tuple[AnyNode, ...]
    channels: tuple[str, ...] = ("desk", "web", "ivr")
    status: Literal["draft", "published", "retired"] = "draft"
    owner: str | None = None
    timeout_seconds: float | None = None
    titles: tuple[Title, ...] = ()
    docs: tuple[Doc, ...] = ()
    uses: tuple[Use, ...] = ()
    params: tuple[Param, ...] = ()
    vars: tuple[Var, ...] = ()
    choices: tuple[Choices, ...] = ()
    events: tuple[On, ...] = ()
    cases: tuple[Case, ...] = ()

    def all_nodes(self) -> Iterator[AnyNode]:
        """Every node, in document order, groups before what they hold."""
        return _walk(self.nodes)


def _walk(nodes: Sequence[AnyNode]) -> Iterator[AnyNode]:
    for node in nodes:
        yield node
        if isinstance(node, Group):
            yield from _walk(node.nodes)
