"""What is saved of records: lines of a customer's history above all, which agents read (D15, D16)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scriptengine.checks.flow import Flow
from scriptengine.checks.names import Name, Names
from scriptengine.checks.paths import Graph, circles
from scriptengine.checks.secrets import Secret
from scriptengine.checks.walking import actions_in, all_actions
from scriptengine.findings import Finding
from scriptengine.interfaces import ClassInterface, Interfaces
from scriptengine.script import Action, Load, Param, Question, Save, Script, Set, Use, Var

HISTORY = "Contact"
"""Each record that is saved without an id is a new line of the customer's history."""


def class_of(known: Name | None, interfaces: Interfaces) -> str:
    """The class of the records that a name stands for; empty: it stands for none."""
    for element in known.elements if known is not None else ():
        if isinstance(element, Use | Load | Question):
            return element.class_name or ""
        if isinstance(element, Param | Var) and element.type in interfaces.classes:
            return element.type
    return ""


def saving_findings(
    script: Script, names: Names, interfaces: Interfaces, secrets: Mapping[str, Secret]
) -> Iterator[Finding]:
    """D15: something sensitive in a line of the history. D16: a line that is not kept on some channel, without a word
    on how to go on; attributes that are set and not kept."""
    actions = [action for _, action in all_actions(script)]
    saved = {action.record: action for action in reversed(actions) if isinstance(action, Save)}
    is_caught = any(event.event == "error" for event in script.events)
    for record, save in saved.items():
        class_name = class_of(names.get(record), interfaces)
        yield from _in_vain(record, actions, interfaces.classes.get(class_name))
        if class_name != HISTORY:
            continue
        for path in _sensitive(script, secrets):
            if path.startswith(f"{record}."):
                message = f"{path} holds something sensitive, and all agents read what stands in the history."
                yield save.place.finding("D15", message, "Leave it out of what is saved.", attribute="object")
        if not is_caught and {"web", "ivr"} & set(script.channels):
            message = (
                f"On the web and the phone {record} is kept only if it is known who is there, "
                "and the script does not say how it goes on otherwise."
            )
            hint = 'Write <on event="error"> for the whole script.'
            yield save.place.finding("D16", message, hint, attribute="object", severity="warning")


def _in_vain(record: str, actions: Sequence[Action], known: ClassInterface | None) -> Iterator[Finding]:
    for action in actions:
        if not isinstance(action, Set) or known is None:
            continue
        root, _, attribute = action.name.partition(".")
        if root == record and attribute in known.kept_by_server:
            message = f"{action.name} is set in vain: the server fills it when {record} is saved."
            yield action.place.finding("D16", message, "Leave it out.", attribute="name", severity="warning")


def _sensitive(script: Script, secrets: Mapping[str, Secret]) -> list[str]:
    """Paths that are sensitive, and those that take a sensitive answer."""
    bound = [node.bind for node in script.all_nodes() if isinstance(node, Question) and node.bind and node.is_sensitive]
    return sorted({*bound, *(path for path, why in secrets.items() if why == "sensitive")})


def repeated_saves(flow: Flow, graph: Graph, script: Script, names: Names, interfaces: Interfaces) -> Iterator[Finding]:
    """D16: lines of the history that are written anew each time round."""
    named = {action.name for _, action in all_actions(script) if isinstance(action, Set)}
    for number in sorted(set().union(*circles({one: [to for to in tos if to >= 0] for one, tos in graph.items()}))):
        station = flow.stations[number]
        for action in actions_in(station.node, script) if station.exists and not station.is_exit else ():
            if not isinstance(action, Save) or f"{action.record}.id" in named:
                continue
            if class_of(names.get(action.record), interfaces) == HISTORY:
                message = f"{action.record} is saved in a loop: each time round is another line of the history."
                hint = f"Move it behind the loop, or set {action.record}.id, so that it is the same line."
                yield action.place.finding("D16", message, hint, attribute="object", severity="warning")
