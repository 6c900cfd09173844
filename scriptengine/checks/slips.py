"""What is written and does not do what is meant: values that cannot be kept (D08), formats that change nothing (D08),
texts in a language that the script does not speak and texts without a word (D12).
"""

from __future__ import annotations

from collections.abc import Iterator

from scriptengine.checks.formulas import Formulas
from scriptengine.checks.names import Names
from scriptengine.checks.references import called_type
from scriptengine.checks.walking import all_actions, results_of
from scriptengine.expressions import List, NameType, Record, Type, fits
from scriptengine.findings import Finding
from scriptengine.interfaces import Interfaces
from scriptengine.program import walk
from scriptengine.script import Clear, Element, Label, Load, Prompt, Question, Script, Set, Text, Title, Value
from scriptengine.suggesting import did_you_mean

_NUMBERS = (Type.INTEGER, Type.NUMBER)
_FORMATS: dict[str, tuple[Type, ...]] = {
    "upper": (Type.TEXT,), "lower": (Type.TEXT,), "digits": (Type.TEXT, *_NUMBERS), "integer": _NUMBERS,
    "decimal": _NUMBERS, "money": _NUMBERS, "date": (Type.DATE, Type.DATETIME), "time": (Type.TIME, Type.DATETIME),
    "iso": (Type.DATE, Type.TIME, Type.DATETIME),
}  # fmt: skip


def slip_findings(script: Script, names: Names, formulas: Formulas, interfaces: Interfaces) -> Iterator[Finding]:
    """D08 and D12 of the whole script."""
    yield from _loaded(script, names, interfaces)
    yield from _worked_out(script)
    for element in walk(script):
        if isinstance(element, Value) and element.format is not None:
            yield from _format(element, formulas)
        elif isinstance(element, Text | Label | Title):
            yield from _worded(element, script)
        elif isinstance(element, Prompt):
            yield from _language(element, script)


def _loaded(script: Script, names: Names, interfaces: Interfaces) -> Iterator[Finding]:
    """Records that are loaded into a variable that cannot hold them."""
    for _, action in all_actions(script):
        record = interfaces.record(action.class_name) if isinstance(action, Load) else None
        if not isinstance(action, Load) or record is None or action.into not in names:
            continue
        held = names[action.into].type
        if held != List(None) and held != record:
            line = names[action.into].elements[0].place.line
            kind = "a record of another class" if isinstance(held, Record) else called_type(held)
            message = f"{action.class_name} is loaded, and {action.into} is {kind} in line {line}."
            hint = f'Write <var name="{action.into}" type="{action.class_name}"/>, or take another name.'
            yield action.place.finding("D08", message, hint, attribute="into")


def _worked_out(script: Script) -> Iterator[Finding]:
    """Variables with `calc` that are given a value: they always have that of their expression."""
    calculated = {var.name: var for var in script.vars if var.calc is not None}
    if not calculated:
        return
    given: list[tuple[Element, str, str]] = []
    for _, action in all_actions(script):
        if isinstance(action, Set):
            given.append((action, "name", action.name))
        elif isinstance(action, Load):
            given.append((action, "into", action.into))
        elif isinstance(action, Clear):
            given += [(action, "names", name) for name in action.names]
    given += [(result, "to", result.to) for _, _, result in results_of(script)]
    given += [(node, "name", node.name) for node in script.all_nodes() if isinstance(node, Question)]
    for element, attribute, name in given:
        if name in calculated:
            message = f"{name} is worked out (calc in line {calculated[name].place.line}): no other value stays."
            hint = "Take another name, or write default instead of calc."
            yield element.place.finding("D08", message, hint, attribute=attribute)


def _format(value: Value, formulas: Formulas) -> Iterator[Finding]:
    """Warnings: formats that there are not, or not for such a value. It is shown as if none were written."""
    written = str(value.format)
    word = written.partition(":")[0]
    if word not in _FORMATS:
        message = f'There is no format "{written[:40]}": the value is shown as it is.'
        yield value.place.finding("D08", message, did_you_mean(word, _FORMATS), attribute="format", severity="warning")
        return
    expression = formulas.of(value, "of")
    type = expression.type if expression is not None else None
    if not _is_shown(type, _FORMATS[word]):
        fitting = [name for name, types in _FORMATS.items() if type in types] if isinstance(type, Type) else []
        message = f'The format "{written[:40]}" is not for {_called(type)}: it changes nothing.'
        hint = f"Write {' or '.join(fitting)}." if fitting else "Leave it out."
        yield value.place.finding("D08", message, hint, attribute="format", severity="warning")


def _is_shown(type: NameType | None, wanted: tuple[Type, ...]) -> bool:
    """Lists of unknown members, and what cannot be read, are told elsewhere."""
    return type is None or type == List(None) or any(fits(type, one) for one in wanted)


def _called(type: NameType | None) -> str:
    return "this" if type is None else called_type(type)


def _worded(text: Text | Label | Title, script: Script) -> Iterator[Finding]:
    yield from _language(text, script)
    if not any(not isinstance(part, str) or part.strip() for part in text.parts):
        what = text.__class__.__name__.lower()
        message = f"This {what} says nothing."
        yield text.place.finding("D12", message, f"Write it, or remove the <{what}>.", severity="warning")


def _language(text: Text | Label | Title | Prompt, script: Script) -> Iterator[Finding]:
    """A warning: nobody is ever shown it."""
    if text.language not in script.languages:
        message = f'The script is not in "{text.language}": nobody sees or hears this.'
        hint = f'Add it: languages="{" ".join([*script.languages, text.language])}". '
        hint += did_you_mean(text.language, script.languages)
        yield text.place.finding("D12", message, hint, attribute="xml:lang", severity="warning")
