"""What `given` may say in a test, taken apart.

- `NAME` or `RECORD.ATTRIBUTE`: a name of the script has this value from the beginning;
- `caller.number`, `queue.id`, `agent.name`, `language`, `now` (ISO 8601): what is known everywhere;
- `Customer.number`, `Customer.2.number`: records that can be found (the first, the second, ...);
- `mail.send.id`: what a service gives back; `mail.send` with `error` or `error: REASON`: it fails;
- `NODE/QUESTION`: the answer to a question of a sub-dialog.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from scriptengine.answering.coercing import coerced
from scriptengine.expressions import NameType, Type
from scriptengine.findings import Finding
from scriptengine.interfaces import BUILT_IN
from scriptengine.program import Program, type_of_path
from scriptengine.script import Given as GivenElement
from scriptengine.suggesting import did_you_mean

_CONTEXT = ("caller", "queue", "agent")
_ERROR = "error"


class Given(msgspec.Struct):
    """What is given. `records`: class and record. `inner`: key of a stop in a sub-dialog to its answer."""

    values: dict[str, Any] = msgspec.field(default_factory=dict)
    context: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    records: list[tuple[str, dict[str, Any]]] = msgspec.field(default_factory=list)
    results: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    failures: dict[str, str] = msgspec.field(default_factory=dict)
    inner: dict[str, str] = msgspec.field(default_factory=dict)
    language: str = ""
    now: datetime | None = None


def taken_apart(program: Program, givens: Sequence[GivenElement]) -> tuple[Given, list[Finding]]:
    """What is given, and a finding (T02) for each that names nothing or whose value does not fit."""
    found = Given()
    wrong: list[Finding] = []
    records: dict[tuple[str, int], dict[str, Any]] = {}
    for given in givens:
        message = _take(program, found, records, given.name, given.value)
        if message is not None:
            hint = _hint(program, given.name)
            wrong.append(given.place.finding("T02", f"given {given.name}: {message}.", hint, attribute="name"))
    found.records = [(class_name, records[class_name, number]) for class_name, number in sorted(records)]
    return found, wrong


def _hint(program: Program, name: str) -> str:
    """What to write instead: of a service or a class what it has, else a name that there is."""
    interfaces = program.interfaces
    first = name.partition(".")[0]
    known = _known(program)
    if first in interfaces.services:
        operations = interfaces.services[first].operations
        known = [f"{first}.{one}" for one in operations]
        known += [f"{first}.{one}.{result}" for one, operation in operations.items() for result in operation.results]
    elif first in interfaces.classes:
        known = [f"{first}.{attribute}" for attribute in interfaces.classes[first].attributes]
    return "Write another value." if name in known or name == "now" else did_you_mean(name, known)


def _known(program: Program) -> list[str]:
    return [*program.types, *program.interfaces.classes, *program.interfaces.services]


def _take(
    program: Program, found: Given, records: dict[tuple[str, int], dict[str, Any]], name: str, value: str
) -> str | None:
    """Take one in; what is wrong with it, None: nothing."""
    first, _, rest = name.partition(".")
    if "/" in name:
        found.inner[name] = value
        return None
    if name == "language":
        found.language = value
        return None
    if name == "now":
        found.now = coerced(value, Type.DATETIME)
        return None if found.now is not None else "this is no local date with time, as 2026-01-31T16:30"
    if first in _CONTEXT and first not in found.values:
        return _of_context(found, first, rest, value)
    type = type_of_path(name, program.types)
    if type is not None:
        typed = coerced(value, type)
        found.values[name] = typed
        return None if typed is not None or not value else _misfit(type)
    if first in program.interfaces.classes:
        return _of_record(program, records, first, rest, value)
    if first in program.interfaces.services:
        return _of_service(program, found, first, rest, value)
    return "there is nothing of this name"


def _misfit(type: NameType) -> str:
    wanted = f": {type.value} is wanted" if isinstance(type, Type) else ""
    return f"this value does not fit its type{wanted}"


def _of_context(found: Given, name: str, attribute: str, value: str) -> str | None:
    record = BUILT_IN[name]
    attribute = attribute or getattr(record, "shown_as", "")
    if attribute not in getattr(record, "attributes", {}):
        return f"{name} has no {attribute}"
    found.context.setdefault(name, {})[attribute] = value
    return None


def _of_record(
    program: Program, records: dict[tuple[str, int], dict[str, Any]], class_name: str, rest: str, value: str
) -> str | None:
    number, _, attribute = rest.partition(".") if rest.partition(".")[0].isdigit() else ("1", "", rest)
    if attribute not in program.interfaces.classes[class_name].attributes:
        return f"{class_name} has no attribute {attribute}"
    record = program.interfaces.record(class_name)
    if value and record is not None and coerced(value, record.attributes[attribute]) is None:
        return _misfit(record.attributes[attribute])
    records.setdefault((class_name, int(number)), {})[attribute] = value
    return None


def _of_service(program: Program, found: Given, service: str, rest: str, value: str) -> str | None:
    operation, _, result = rest.partition(".")
    name = f"{service}.{operation}"
    known = program.interfaces.services[service].operations.get(operation)
    if known is None:
        return f"{service} has no operation {operation}" if operation else f"write {service}.OPERATION"
    if result:
        if result not in known.results:
            return f"{name} gives no {result}"
        type = program.interfaces.type_named(known.results[result])
        if value and type is not None and coerced(value, type) is None:
            return _misfit(type)
        found.results.setdefault(name, {})[result] = value
        return None
    word, _, reason = value.partition(":")
    if word.strip() != _ERROR:
        return f"write error, or {name}.RESULT"
    found.failures[name] = reason.strip() or "it failed"
    return None
