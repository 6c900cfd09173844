"""The world as a script sees it: objects and services, as Protocols. Who runs scripts brings them.

The ports here are synchronous: terminal, tests and preview use them through `conducting`. A server whose services
answer later reads `Perform` itself, and hands `Done` or `Failed` to `step` when the answer is there. Each `Perform.id`
is to be performed once: whoever restarts looks first whether it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Protocol

from scriptengine.expressions import Expression, ExpressionError, List, NameType, Record, Type, compile
from scriptengine.interfaces import Interfaces
from scriptengine.interpreter import Perform


class PortError(Exception):
    """What was asked for could not be done; the text says why, for people."""


class Where:
    """Which records are wanted. Raises PortError for a condition that cannot be used."""

    def __init__(self, perform: Perform, interfaces: Interfaces) -> None:
        record = interfaces.record(perform.class_name)
        self._own = dict(record.attributes) if record is not None else {}
        self._values = perform.values
        self._condition: Expression | None = self._compiled(perform) if perform.where else None

    def _compiled(self, perform: Perform) -> Expression:
        """The condition. An unanswered name has no type of its own: it gets the one that fits."""
        told: ExpressionError | None = None
        for unanswered in Type:
            names = {name: unanswered if value is None else _type(value) for name, value in perform.values.items()}
            try:
                return compile(perform.where, {**names, **self._own}, result=Type.BOOLEAN)
            except ExpressionError as error:
                told = told or error
        raise PortError(f"the condition {perform.where} cannot be used: {told}")

    def matches(self, record: Mapping[str, Any]) -> bool:
        """Whether a record is wanted. Attributes go before names of the script that are spelt the same."""
        if self._condition is None:
            return True
        own = {name: record.get(name) for name in self._own}
        return bool(self._condition.evaluate({**self._values, **own}))

    def equal(self) -> dict[str, Any]:
        """Attributes that must have a value, as far as the condition says so: for a look-up before `matches`."""
        if self._condition is None:
            return {}
        return self._condition.equalities(self._own.keys(), self._values)


def _type(value: Any) -> NameType:
    """The type of a value that the interpreter has handed out."""
    if isinstance(value, Mapping):
        return Record({str(name): _type(inner) for name, inner in value.items()})
    if isinstance(value, list | tuple):
        return List(_type(value[0]) if value else None)
    kinds: list[tuple[type, Type]] = [
        (bool, Type.BOOLEAN), (int, Type.INTEGER), (Decimal, Type.NUMBER), (datetime, Type.DATETIME),
        (date, Type.DATE), (time, Type.TIME),
    ]  # fmt: skip
    return next((type for kind, type in kinds if isinstance(value, kind)), Type.TEXT)


class Objects(Protocol):
    """Records of the classes. Raises PortError."""

    def fetch(self, class_name: str, key: Any) -> Mapping[str, Any] | None:
        """The record with a key; None: there is none."""

    def find(self, class_name: str, where: Where) -> list[Mapping[str, Any]]:
        """The records that are wanted, at most 500."""

    def save(self, class_name: str, record: Mapping[str, Any]) -> None:
        """Keep a record's attributes; those that it does not have stay as they are."""


class Services(Protocol):
    """Operations of services. Raises PortError."""

    def call(self, perform: Perform) -> Mapping[str, Any]:
        """The results by name. It is called once for each `perform.id`; for `commit` and `end` nobody may wait."""


class Clock(Protocol):
    """What time it is at the company."""

    def now(self) -> datetime:
        """The wall clock, with the company's zone where that is known."""


class Outbox(Protocol):
    """Where actions go that nobody waits for: kept until they are done, retried, never done twice."""

    def add(self, perform: Perform) -> None:
        """Keep an action; one whose id is known is ignored."""
