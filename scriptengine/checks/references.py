"""Names written outside expressions, and what is used of classes and services: D06, D08, D10, D11."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scriptengine.checks.formulas import Formulas
from scriptengine.checks.names import Names, number_of
from scriptengine.checks.walking import all_actions, results_of
from scriptengine.expressions import List, NameType, Record, Type, fits
from scriptengine.findings import Finding
from scriptengine.interfaces import BUILT_IN, Interfaces, Operation
from scriptengine.program import question_type
from scriptengine.script import (
    Call,
    Clear,
    Element,
    Load,
    Param,
    Question,
    Result,
    Save,
    Script,
    Set,
    Subdialog,
    Var,
)
from scriptengine.suggesting import did_you_mean


def reference_findings(script: Script, names: Names, formulas: Formulas, interfaces: Interfaces) -> Iterator[Finding]:
    """D06, D08 and D11 of what is written outside expressions."""
    yield from _declarations(script, interfaces)
    yield from _dotted(names)
    for _, action in all_actions(script):
        match action:
            case Set():
                yield from _target(action, "name", action.name, names)
            case Clear():
                for name in action.names:
                    if name not in names:
                        yield _unknown(action, "names", name, names)
            case Load():
                yield from _class(action, "class", action.class_name, interfaces)
                yield from _target(action, "into", action.into, names)
            case Save():
                yield from _target(action, "object", action.record, names)
            case Call():
                yield from _call(action, formulas, interfaces)
    for _, holder, result in results_of(script):
        yield from _target(result, "to", result.to, names)
        if isinstance(holder, Call):
            yield from _result_type(holder, result, names, interfaces)
    for node in script.all_nodes():
        if isinstance(node, Question):
            yield from _question(node, names, interfaces)
    yield from _givens(script, names, interfaces)


def _givens(script: Script, names: Names, interfaces: Interfaces) -> Iterator[Finding]:
    """What tests give: names, records of a class, what a service answers, answers inside a sub-dialog."""
    outside = {*interfaces.classes, *interfaces.services}
    inside = {node.id for node in script.all_nodes() if isinstance(node, Subdialog)}
    for case in script.cases:
        for given in case.givens:
            node, slash, _ = given.name.partition("/")
            root = given.name.partition(".")[0]
            if node not in inside if slash else root not in names and root not in outside:
                yield _unknown(given, "name", given.name, names)


def _declarations(script: Script, interfaces: Interfaces) -> Iterator[Finding]:
    for use in script.uses:
        yield from _class(use, "class", use.class_name, interfaces)
    declared: list[Param | Var] = [*script.params, *script.vars]
    for one in declared:
        if one.name in BUILT_IN:
            yield _taken(one, one.name)
        if interfaces.type_named(one.type) is None:
            hint = did_you_mean(one.type, interfaces.type_words())
            yield one.place.finding("D11", f"There is no type or class {one.type}.", hint, attribute="type")


def _dotted(names: Names) -> Iterator[Finding]:
    """Names that no expression can read, because a dot leads to a record's attribute."""
    for name, known in names.items():
        if "." in name and known.elements:
            message = f"No expression can read {name}: a dot leads to an attribute of a record."
            yield known.elements[0].place.finding("D06", message, "Take a name without a dot.")


def _question(node: Question, names: Names, interfaces: Interfaces) -> Iterator[Finding]:
    if node.type == "object":
        yield from _class(node, "class", node.class_name or "", interfaces)
    if node.type in ("choice", "multi") and not (node.choices or node.own_choices or node.choices_id):
        message = f'No answer can be given: "{node.id}" has nothing to choose from.'
        yield node.place.finding("D09", message, 'Write <choice value="..."> in it, or choices="..." with an id.')
    yield from _limits(node)
    type, declared = question_type(node, interfaces), names[node.name]
    if declared.kind == "everywhere":
        yield _taken(node, node.name)
    elif type is not None and not fits(type, declared.type) and declared.type != List(None):
        line = declared.elements[0].place.line
        message = f"The answer is {called_type(type)}, and {node.name} is {called_type(declared.type)} in line {line}."
        yield node.place.finding("D08", message, "Give one of them another name.", attribute="name")


def _limits(node: Question) -> Iterator[Finding]:
    """D09 of limits that leave out every number."""
    least, most = number_of(node.min or ""), number_of(node.max or "")
    if least is not None and most is not None and least > most:
        message = f"No answer can be given: it must be at least {node.min} and at most {node.max}."
        yield node.place.finding("D09", message, "Write the smaller number in min.", attribute="max")


def _taken(element: Element, name: str) -> Finding:
    message = f"{name} is known everywhere and means something else."
    return element.place.finding("D06", message, "Take another name.", attribute="name")


def _class(element: Element, attribute: str, name: str, interfaces: Interfaces) -> Iterator[Finding]:
    if name not in interfaces.classes:
        message = f"There is no class {name}." if name else "An object is asked for, and its class is not named."
        yield element.place.finding("D11", message, did_you_mean(name, interfaces.classes), attribute=attribute)


def _target(element: Element, attribute: str, written: str, names: Names) -> Iterator[Finding]:
    """Something that gets a value: a variable, an answer, a record or one of its attributes."""
    root, _, path = written.partition(".")
    declared = names.get(root)
    if declared is None or declared.kind == "everywhere":
        yield _unknown(element, attribute, written, names)
    elif path and declared.type != List(None):
        attributes = declared.type.attributes if isinstance(declared.type, Record) else {}
        if path not in attributes:
            message = f"{root} has no attribute {path}."
            hint = did_you_mean(path, attributes, nothing=f"{root} is no record.")
            yield element.place.finding("D11", message, hint, attribute=attribute)


def _unknown(element: Element, attribute: str, written: str, names: Names) -> Finding:
    if written in names:
        message = f"{written} is known everywhere and cannot be changed."
        return element.place.finding("D06", message, "Declare a <var> and use that.", attribute=attribute)
    known = [name for name, about in names.items() if about.kind != "everywhere"]
    hint = did_you_mean(written, known, nothing=f'Declare it: <var name="{written}" type="string"/>.')
    return element.place.finding("D06", f"The name {written} is not known.", hint, attribute=attribute)


def _call(call: Call, formulas: Formulas, interfaces: Interfaces) -> Iterator[Finding]:
    operations = _operations(call, interfaces)
    if operations is None:
        hint = did_you_mean(call.service, interfaces.services)
        yield call.place.finding("D11", f"There is no service {call.service}.", hint, attribute="service")
        return
    operation = operations.get(call.operation)
    if operation is None:
        message = f"The service {call.service} has no operation {call.operation}."
        yield call.place.finding("D11", message, did_you_mean(call.operation, operations), attribute="op")
        return
    yield from _arguments(call, operation, formulas, interfaces)


def _arguments(call: Call, operation: Operation, formulas: Formulas, interfaces: Interfaces) -> Iterator[Finding]:
    called = f"{call.service}.{call.operation}"
    for arg in call.args:
        if arg.name not in operation.arguments:
            message = f"{called} has no argument {arg.name}."
            yield arg.place.finding("D11", message, did_you_mean(arg.name, operation.arguments), attribute="name")
            continue
        wanted = interfaces.type_named(operation.arguments[arg.name])
        value = formulas.of(arg, "value")
        if wanted is not None and value is not None and not fits(value.type, wanted):
            message = f"{called} wants {called_type(wanted)} as {arg.name}, and this is {called_type(value.type)}."
            yield arg.place.finding("D08", message, "Hand in a value of that type.", attribute="value")
    given = {arg.name for arg in call.args}
    for name in sorted(set(operation.arguments) - set(operation.optional) - given):
        message = f"{called} needs the argument {name}."
        yield call.place.finding("D11", message, f'Add <arg name="{name}" value="..."/>.')
    for result in call.results:
        if result.name not in operation.results:
            message = f"{called} gives no result {result.name}."
            hint = did_you_mean(result.name, operation.results, nothing="It gives none.")
            yield result.place.finding("D11", message, hint, attribute="name")


def _operations(call: Call, interfaces: Interfaces) -> Mapping[str, Operation] | None:
    service = interfaces.services.get(call.service)
    return None if service is None else service.operations


def _result_type(call: Call, result: Result, names: Names, interfaces: Interfaces) -> Iterator[Finding]:
    operation = (_operations(call, interfaces) or {}).get(call.operation)
    word = operation.results.get(result.name) if operation is not None else None
    given = interfaces.type_named(word) if word is not None else None
    target = names.get(result.to)
    if given is not None and target is not None and not fits(given, target.type) and target.type != List(None):
        message = f"The result {result.name} is {called_type(given)}, and {result.to} is {called_type(target.type)}."
        yield result.place.finding("D08", message, "Use a variable of the same type.", attribute="to")


def called_type(type: NameType) -> str:
    """A type, as people call it."""
    return type.value if isinstance(type, Type) else "a record" if isinstance(type, Record) else "a list"


def unused(script: Script, formulas: Formulas) -> Iterator[Finding]:
    """D10: variables that nothing reads."""
    read: set[str] = set()
    own = {(action.place.number, "value"): action.name for _, action in all_actions(script) if isinstance(action, Set)}
    for place, expression in formulas.all.items():
        read |= expression.names - {own.get(place)}  # `n + 1` for n alone is no use of it
    read |= set(_words_read(script))
    read |= formulas.broken()
    for var in script.vars:
        if var.name not in read:
            message = f"The variable {var.name} is never read."
            yield var.place.finding("D10", message, "Remove it, or use it.", attribute="name", severity="warning")


def _words_read(script: Script) -> Iterable[str]:
    """Names that are read without an expression: records that are saved, lists."""
    for _, action in all_actions(script):
        if isinstance(action, Save):
            yield action.record.partition(".")[0]
    for node in script.all_nodes():
        if isinstance(node, Question) and node.bind is not None:
            yield node.bind.partition(".")[0]
