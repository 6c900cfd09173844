"""Ports in memory: for tests of scripts, for the terminal, for previews."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scriptengine.answering.coercing import coerced
from scriptengine.interfaces import Interfaces
from scriptengine.interpreter import Perform
from scriptengine.ports import PortError, Where


class MemoryObjects:
    """Records that are given; `saved`: what was saved, in order."""

    def __init__(self, interfaces: Interfaces) -> None:
        self._interfaces = interfaces
        self.records: dict[str, list[dict[str, Any]]] = {}
        self.saved: list[tuple[str, dict[str, Any]]] = []

    def add(self, class_name: str, record: Mapping[str, Any]) -> None:
        """One more record; values may be written as in answers."""
        typed = coerced(dict(record), self._interfaces.record(class_name))
        self.records.setdefault(class_name, []).append(typed if isinstance(typed, dict) else dict(record))

    def fetch(self, class_name: str, key: Any) -> Mapping[str, Any] | None:
        """The record with a key."""
        attribute = self._key(class_name)
        return next((one for one in self.records.get(class_name, []) if one.get(attribute) == key), None)

    def find(self, class_name: str, where: Where) -> list[Mapping[str, Any]]:
        """The records that are wanted."""
        return [one for one in self.records.get(class_name, []) if where.matches(one)]

    def save(self, class_name: str, record: Mapping[str, Any]) -> None:
        """Keep a record."""
        self.saved.append((class_name, dict(record)))
        attribute = self._key(class_name)
        kept = self.records.setdefault(class_name, [])
        for one in kept:
            if one.get(attribute) is not None and one.get(attribute) == record.get(attribute):
                one.update(record)
                return
        kept.append(dict(record))

    def _key(self, class_name: str) -> str:
        known = self._interfaces.classes.get(class_name)
        if known is None:
            raise PortError(f"the class {class_name} is not known")
        return known.key


class MemoryServices:
    """Services that answer what they were told to. `calls`: what was asked of them and of the outbox, in order.

    `results`: of `service.operation` by name; `failures`: of `service.operation` the reason.
    """

    def __init__(self) -> None:
        self.results: dict[str, dict[str, Any]] = {}
        self.failures: dict[str, str] = {}
        self.calls: list[Perform] = []

    def call(self, perform: Perform) -> Mapping[str, Any]:
        """What was told, or nothing."""
        self.calls.append(perform)
        name = f"{perform.service}.{perform.operation}"
        if name in self.failures:
            raise PortError(self.failures[name])
        return self.results.get(name, {})

    def add(self, perform: Perform) -> None:
        """The outbox: nobody waits for it."""
        if all(perform.id != known.id for known in self.calls):
            self.calls.append(perform)


class SetClock:
    """A clock that stands where it was set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Where it stands."""
        return self.at
