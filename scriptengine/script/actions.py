"""Actions: what a script does beside asking."""

from __future__ import annotations

from typing import Literal

from scriptengine.script.place import Element
from scriptengine.script.texts import Part

When = Literal["now", "commit", "end"]


class Arg(Element, frozen=True, kw_only=True):
    """`arg`: an expression handed to a service or a sub-dialog under a name."""

    name: str
    value: str


class Result(Element, frozen=True, kw_only=True):
    """`result`: what a service or sub-dialog gives back, and the variable that takes it."""

    name: str
    to: str


class Set(Element, frozen=True, kw_only=True):
    """`set`: gives a variable, or an attribute of a record, the value of an expression."""

    name: str
    value: str


class Clear(Element, frozen=True, kw_only=True):
    """`clear`: makes names unanswered."""

    names: tuple[str, ...]


class Load(Element, frozen=True, kw_only=True):
    """`load`: the first record of a class for which `where` holds; unanswered if there is none."""

    class_name: str
    where: str
    into: str


class Save(Element, frozen=True, kw_only=True):
    """`save`: keeps the changes of a record."""

    record: str


class Call(Element, frozen=True, kw_only=True):
    """`call`: an operation of a service.

    `when`: now (its result is waited for), commit (when an end is reached) or end (however the session ends).
    `version`: of the interface, None: any. `timeout_seconds` None: the service's own. `on_error`: the node to go to.
    """

    service: str
    operation: str
    args: tuple[Arg, ...] = ()
    results: tuple[Result, ...] = ()
    version: str | None = None
    when: When = "now"
    is_idempotent: bool = False
    timeout_seconds: float | None = None
    on_error: str | None = None


class Log(Element, frozen=True, kw_only=True):
    """`log`: a line in the session's record."""

    parts: tuple[Part, ...]


Action = Set | Clear | Load | Save | Call | Log
