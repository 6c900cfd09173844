"""D18: sub-dialogs that call themselves, are not there, or take and give something else than is written."""

from __future__ import annotations

from collections.abc import Iterator

from scriptengine.checks.references import called_type
from scriptengine.expressions import Expression, fits
from scriptengine.findings import Finding
from scriptengine.program import Library, Program
from scriptengine.script import Param, Script, Subdialog
from scriptengine.suggesting import did_you_mean

_OUTCOME = ("outcome", "disposition")
"""What every script gives back beside its parameters: from the end that it reached."""


def subdialog_findings(program: Program) -> Iterator[Finding]:
    """D18 for every sub-dialog that a script calls."""
    script = program.script
    for node in script.all_nodes():
        if not isinstance(node, Subdialog):
            continue
        called = program.library.program(node.source, node.version)
        if called is None:
            version = f" in version {node.version}" if node.version is not None else ""
            message = f'There is no script "{node.source}"{version}.'
            hint = "Write the id of a script, or its file beside this one."
            yield node.place.finding("D18", message, hint, attribute="src")
            continue
        circle = _circle(script, called.script, program.library)
        if circle:
            message = f"The script calls itself: {' calls '.join(circle)}."
            yield node.place.finding("D18", message, "Use a <go> to repeat a part of a script.", attribute="src")
            continue
        yield from _signature(program, node, called)


def _circle(script: Script, called: Script, library: Library) -> list[str]:
    """The ids on the way from a script through its sub-dialog back to it; empty if it does not come back."""
    waiting = [(called, [script.id, called.id])]
    seen: set[str] = set()
    while waiting:
        one, way = waiting.pop()
        if one.id == script.id:
            return way
        if one.id in seen:
            continue
        seen.add(one.id)
        for node in one.all_nodes():
            if isinstance(node, Subdialog):
                further = library.program(node.source, node.version)
                if further is not None:
                    waiting.append((further.script, [*way, further.script.id]))
    return []


def _signature(program: Program, node: Subdialog, called: Program) -> Iterator[Finding]:
    taken = {param.name: param for param in called.script.params if param.direction != "out"}
    given = {param.name: param for param in called.script.params if param.direction != "in"}
    for arg in node.args:
        param = taken.get(arg.name)
        value = program.read(arg, "value")
        if param is None:
            message = f'"{node.source}" takes no {arg.name}.'
            hint = did_you_mean(arg.name, taken, nothing="It takes nothing.")
            yield arg.place.finding("D18", message, hint, attribute="name")
        elif isinstance(value, Expression) and not _goes_into(value, param, called):
            wanted = called_type(called.types[param.name])
            message = f'"{node.source}" wants {wanted} as {arg.name}, and this is {called_type(value.type)}.'
            yield arg.place.finding("D18", message, "Hand in a value of that type.", attribute="value")
    for name in sorted(name for name, param in taken.items() if param.is_required):
        if name not in {arg.name for arg in node.args}:
            message = f'"{node.source}" needs {name}.'
            yield node.place.finding("D18", message, f'Add <arg name="{name}" value="..."/>.')
    for result in node.results:
        if result.name in _OUTCOME:
            continue
        if result.name not in given:
            message = f'"{node.source}" gives back no {result.name}.'
            hint = did_you_mean(result.name, [*given, *_OUTCOME])
            yield result.place.finding("D18", message, hint, attribute="name")
        elif result.to in program.types and not fits(called.types[result.name], program.types[result.to]):
            types = called_type(called.types[result.name]), called_type(program.types[result.to])
            message = f'"{node.source}" gives {types[0]} as {result.name}, and {result.to} is {types[1]}.'
            yield result.place.finding("D18", message, "Use a variable of the same type.", attribute="to")


def _goes_into(value: Expression, param: Param, called: Program) -> bool:
    return fits(value.type, called.types[param.name])
