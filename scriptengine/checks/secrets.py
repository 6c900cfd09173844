"""What must not be shown or spoken: sensitive answers, and what is made of them; what only agents note (D14, D15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from scriptengine.checks.formulas import Formulas
from scriptengine.checks.names import Names
from scriptengine.checks.sampling import paths_in
from scriptengine.checks.uses import said_on
from scriptengine.checks.walking import all_actions, attempts_of, choices_of, exists_on, said_in, values_in
from scriptengine.expressions import Expression, Record, Type
from scriptengine.findings import Finding
from scriptengine.interfaces import BUILT_IN
from scriptengine.script import AnyNode, End, Group, Hint, Info, Label, Prompt, Question, Script, Set, Text, Title

Secret = Literal["sensitive", "agent"]
_Said = Text | Hint | Prompt | Label | Title


def secrets_of(script: Script, names: Names, formulas: Formulas) -> Mapping[str, Secret]:
    """Names and paths that customers must not see, and why: what is sensitive, what only an agent is asked.

    A text or number that is computed of one is one as well; a yes or no, or the length of a text, tells too little.
    """
    found: dict[str, Secret] = {}
    agent = BUILT_IN["agent"]
    for attribute in agent.attributes if isinstance(agent, Record) else ():
        found[f"agent.{attribute}"] = "agent"
    asked: dict[str, set[str]] = {}
    for node, channels in _questions(script.nodes, script.channels):
        asked.setdefault(node.name, set()).update(channels)
    found.update((name, "agent") for name, where in asked.items() if where == {"desk"})
    for name, declared in names.items():
        if declared.is_sensitive:
            found[name] = "sensitive"
    return _with_computed(script, formulas, found)


def _questions(nodes: Sequence[AnyNode], channels: tuple[str, ...]) -> Iterator[tuple[Question, tuple[str, ...]]]:
    for node in nodes:
        if isinstance(node, (Group, Question)):
            here = tuple(channel for channel in channels if exists_on(node.channels, channel))
            if isinstance(node, Group):
                yield from _questions(node.nodes, here)
            else:
                yield node, here


def _with_computed(script: Script, formulas: Formulas, found: dict[str, Secret]) -> dict[str, Secret]:
    written: list[tuple[str, Expression | None]] = [(var.name, formulas.of(var, "calc")) for var in script.vars]
    written += [(a.name, formulas.of(a, "value")) for _, a in all_actions(script) if isinstance(a, Set)]
    grows = True
    while grows:
        grows = False
        for name, expression in written:
            if name not in found and expression is not None and (why := secret_in(expression, found)) is not None:
                found[name] = why
                grows = True
    return found


def secret_in(expression: Expression, secrets: Mapping[str, Secret]) -> Secret | None:
    """Why the value of an expression must not be shown; None: it may be."""
    if expression.type is Type.BOOLEAN and expression.tree.form.name != "NAME":
        return None
    if expression.tree.word == "length":
        return None
    reasons = [secrets[path] for path in paths_in(expression.tree) if path in secrets]
    return ("sensitive" if "sensitive" in reasons else "agent") if reasons else None


def secret_findings(
    script: Script, formulas: Formulas, secrets: Mapping[str, Secret], nodes: Mapping[str, Sequence[AnyNode]]
) -> Iterator[Finding]:
    """D15 on the web and, for what is sensitive, D14 on the phone. `nodes`: those that each channel reaches."""
    for node in nodes.get("web", ()):
        for said in _shown_on(script, node, "web"):
            yield from _told(said, formulas, secrets, "web")
    for node in nodes.get("ivr", ()):
        for said in _shown_on(script, node, "ivr"):
            yield from _told(said, formulas, secrets, "ivr")
        if isinstance(node, Question) and node.is_sensitive and node.confirm != "never":
            message = f'"{node.id}" is sensitive, and confirm="{node.confirm}" speaks the answer back.'
            yield node.place.finding("D14", message, 'Write confirm="never".', attribute="confirm")


def _shown_on(script: Script, node: AnyNode, channel: str) -> Iterator[_Said]:
    if isinstance(node, (Info, Question, End)):
        yield from said_on(channel, node)
    if isinstance(node, Group) and channel == "web":
        yield from node.titles
    if isinstance(node, Question):
        for choice in choices_of(script, node):
            yield from (
                said for said in said_in(choice) if isinstance(said, Prompt) == _spoken(choice.prompts, channel)
            )
        if channel == "ivr":
            for attempt in attempts_of(node):
                yield from attempt.prompts
        for constraint in node.constraints:
            yield from constraint.labels


def _spoken(prompts: Sequence[Prompt], channel: str) -> bool:
    return channel == "ivr" and bool(prompts)


def _told(
    said: _Said, formulas: Formulas, secrets: Mapping[str, Secret], channel: Literal["web", "ivr"]
) -> Iterator[Finding]:
    for value in values_in(said):
        expression = formulas.of(value, "of")
        why = secret_in(expression, secrets) if expression is not None else None
        shown = value.of.strip()
        if channel == "web" and why is not None:
            reason = "is sensitive" if why == "sensitive" else "is for agents only"
            message = f'"{shown}" {reason}, and this text is shown to the customer on the web.'
            yield value.place.finding("D15", message, 'Leave it out, or write channel="desk".', attribute="of")
        elif channel == "ivr" and why == "sensitive":
            message = f'"{shown}" is sensitive, and is spoken on the phone.'
            yield value.place.finding("D14", message, "Leave it out, or write a <prompt> without it.", attribute="of")
