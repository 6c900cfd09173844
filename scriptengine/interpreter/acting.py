"""Actions: what is done at once, what waits for a port, what goes into the outbox."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from scriptengine.answering.coercing import coerced
from scriptengine.interpreter.effects import Logged, Notice, Perform
from scriptengine.interpreter.rendering import pieces, plain
from scriptengine.interpreter.state import Entry, Result
from scriptengine.interpreter.work import MAX_ACTIONS, Diverted, RunsAway, Waiting, Work
from scriptengine.script import Action, Call, Clear, Element, Go, Load, Log, On, Save, Set

TOLD = ":failed"
"""Behind an action's id: that it was told that it has failed."""


def run(work: Work, actions: Sequence[Action]) -> None:
    """Carry out actions in order. Raises Waiting while a port has to be asked, Diverted when an error leads away."""
    for action in actions:
        match action:
            case Set():
                work.assign(action.name, work.value(action, "value"))
            case Clear():
                for name in action.names:
                    work.assign(name, None)
            case Log():
                _log(work, action)
            case Load():
                _load(work, action)
            case Save():
                _save(work, action)
            case Call():
                _call(work, action)


def taken(work: Work, go: Go) -> str:
    """Go a way: its actions are carried out; where it leads."""
    run(work, go.actions)
    work.way = go.place.number
    return go.to


def first(work: Work, goes: Sequence[Go]) -> Go | None:
    """The first way without a label that holds."""
    for go in goes:
        if go.label is None and work.holds(go, go.condition):
            return go
    return None


def handler(work: Work, *names: str) -> tuple[On, int] | None:
    """The first `on` for one of these events that holds, and the depth of its script; inner scripts come first."""
    levels = work.levels
    try:
        for depth in range(len(levels) - 1, -1, -1):
            work.levels = levels[: depth + 1]
            work.names_changed()
            for on in work.level.program.script.events:
                if on.event.lower() in names and work.holds(on, on.condition):
                    return on, depth
        return None
    finally:
        work.levels = levels
        work.names_changed()


def performed(work: Work, perform: Perform) -> Result:
    """The result of an action, once it is there; raises Waiting until then."""
    work.used.add(perform.id)
    work.asked += 1
    if work.asked > MAX_ACTIONS:
        raise RunsAway(
            f"the script goes round at {work.level.node}: more than {MAX_ACTIONS} actions without a question"
        )
    result = work.done.get(perform.id) or work.marks.get(perform.id)
    if result is None:
        raise Waiting(perform)
    return result


def id_of(work: Work, element: Element, *content: Any) -> str:
    """The action's id: the same for the same element, time round, and content, however the session came here."""
    level = work.level
    place = f"{level.key}{element.place.number}"
    count = work.counts.get(place, 0)
    work.counts[place] = count + 1
    digest = hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()[:12]
    return f"{work.session}:{place}:{count}:{digest}"


def records_for(
    work: Work, element: Element, class_name: str, where: str | None, *, attribute: str, kind: Any, key: Any = None
) -> Perform:
    """Ask the objects for records. `where` None: all of the class, or the one with the `key`."""
    expression = work.level.program.read(element, attribute)
    own = work.level.program.interfaces.record(class_name)
    known = own.attributes if own is not None else {}
    names = work.names()
    read = sorted((getattr(expression, "names", frozenset()) - known.keys()) & names.keys())
    values = {name: names[name] for name in read}
    id = id_of(work, element, kind, class_name, where, values, key)
    return Perform(
        id=id,
        kind=kind,
        node=work.level.node,
        class_name=class_name,
        key=key,
        where=where or "",
        values=values,
        is_idempotent=True,
    )


def _log(work: Work, action: Log) -> None:
    text = plain(pieces(action.parts, work, is_masked=True))
    id = id_of(work, action, text)
    if id not in work.done:
        work.effects.append(Logged(id, text))
        work.marks[id] = Result()


def _load(work: Work, action: Load) -> None:
    if work.level.program.read(action, "where") is None:
        work.assign(action.into, None)  # the condition cannot be used, which a finding of the program tells
        return
    perform = records_for(work, action, action.class_name, action.where, attribute="where", kind="find")
    result = performed(work, perform)
    work.assign(action.into, result.value)
    if result.failure:
        failed(work, perform.id, f"{action.class_name} cannot be loaded: {result.failure}")


def _save(work: Work, action: Save) -> None:
    record = work.names().get(action.record)
    if not isinstance(record, dict):
        return  # there is nothing to save: nobody was found
    class_name = _class_of(work, action.record)
    id = id_of(work, action, record)
    perform = Perform(
        id=id, kind="save", node=work.level.node, class_name=class_name, record=record, is_idempotent=True
    )
    result = performed(work, perform)
    if result.failure:
        failed(work, perform.id, f"{action.record} cannot be saved: {result.failure}")


def _class_of(work: Work, name: str) -> str:
    """The class of a record that has a name in the script; empty: it has none."""
    program = work.level.program
    known = program.types.get(name)
    declared = program.scope.get(name)
    for attribute in ("class_name", "type"):
        word = getattr(declared.element if declared else None, attribute, "") or ""
        if program.interfaces.record(word) is not None:
            return str(word)
    return next((word for word in program.interfaces.classes if program.interfaces.record(word) == known), "")


def _call(work: Work, action: Call) -> None:
    arguments = {arg.name: work.value(arg, "value") for arg in action.args}
    declared = work.level.program.interfaces.services.get(action.service)
    operation = declared.operations.get(action.operation) if declared is not None else None
    for name, value in arguments.items():
        wanted = operation.arguments.get(name) if operation is not None else None
        type = work.level.program.interfaces.type_named(wanted) if wanted is not None else None
        arguments[name] = value if type is None else coerced(value, type, work.here)
    perform = Perform(
        id=id_of(work, action, action.service, action.operation, arguments),
        kind="call",
        when=action.when,
        is_awaited=action.when == "now" or (action.when == "commit" and bool(action.results)),
        node=work.level.node,
        service=action.service,
        operation=action.operation,
        version=action.version,
        arguments=arguments,
        is_idempotent=action.is_idempotent or (operation is not None and operation.idempotent),
        timeout_seconds=action.timeout_seconds,
    )
    targets = tuple((result.name, result.to) for result in action.results)
    if action.when != "now":
        work.outbox.append(Entry(perform, targets, len(work.levels) - 1))
        return
    result = performed(work, perform)
    take_results(work, result, targets)
    if result.failure:
        failed(work, perform.id, f"{action.service}.{action.operation} failed: {result.failure}", action.on_error)


def take_results(work: Work, result: Result, targets: Sequence[tuple[str, str]]) -> None:
    """Put what a service gave into the variables that take it."""
    found = result.value if isinstance(result.value, dict) else {}
    for name, to in targets:
        work.assign(to, None if result.failure else found.get(name))


def told(work: Work, id: str, reason: str) -> None:
    """Tell once that an action failed."""
    mark = f"{id}{TOLD}"
    if mark not in work.done:
        work.effects.append(Notice("failed", reason))
        work.marks[mark] = Result()


def failed(work: Work, id: str, reason: str, on_error: str | None = None) -> None:
    """An action failed: its `onerror`, or the script's `on event="error"`, say where to go; otherwise it is told."""
    told(work, id, reason)
    if on_error is not None:
        raise Diverted(on_error, len(work.levels) - 1)
    found = None if work.is_in_error else handler(work, "error")
    if found is None:
        return
    on, depth = found
    work.is_in_error = True
    try:
        work.pop(depth)
        run(work, on.actions)
        if on.go is not None:
            raise Diverted(taken(work, on.go), depth)
    finally:
        work.is_in_error = False
