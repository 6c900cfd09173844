"""Walks over the parts of a script that several checks look at: actions, ways, texts and the values in them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scriptengine.script import (
    Action,
    AnyNode,
    Block,
    Bold,
    Call,
    Choice,
    Constraint,
    Decision,
    End,
    Go,
    Group,
    Hint,
    Info,
    Label,
    Log,
    NoInput,
    NoMatch,
    Prompt,
    Question,
    Result,
    Say,
    Script,
    Subdialog,
    Text,
    Title,
    Value,
)

Written = Text | Hint | Prompt | Label | Title | Log
"""What people read or hear: something with parts."""


class Spot(msgspec.Struct, frozen=True):
    """A text and what it stands in: a node, and there itself, a choice, a constraint or a way."""

    written: Written
    node: AnyNode | None
    owner: AnyNode | Choice | Constraint | Script | Go


def choices_of(script: Script, question: Question) -> tuple[Choice, ...]:
    """The answers that a question offers, in their order; without those of a list that is computed."""
    if question.own_choices is not None:
        return question.own_choices.choices
    if question.choices_id is not None:
        return next((listed.choices for listed in script.choices if listed.id == question.choices_id), ())
    return question.choices


def has_computed_choices(script: Script, question: Question) -> bool:
    """Whether a part of the answers is only known when the script runs."""
    if question.own_choices is not None:
        return question.own_choices.source is not None
    return any(listed.id == question.choices_id and listed.source is not None for listed in script.choices)


def goes_of(node: AnyNode) -> tuple[Go, ...]:
    """The ways written directly in a node, buttons too."""
    return () if isinstance(node, End) else node.goes


def condition_of(node: AnyNode) -> str | None:
    """The node's own `if`."""
    return None if isinstance(node, (Decision, End)) else node.condition


def attempts_of(question: Question) -> list[NoInput | NoMatch]:
    """What is said and done after no input and after no match."""
    return [*question.noinputs, *question.nomatches]


def said_in(choice: Choice) -> list[Label | Prompt]:
    """What a choice is called, written and spoken."""
    return [*choice.labels, *choice.prompts]


def channels_of(node: AnyNode) -> tuple[str, ...]:
    """The node's own `channel`; empty: all."""
    return node.channels if isinstance(node, (Info, Question, Group)) else ()


def actions_in(node: AnyNode, script: Script) -> Iterator[Action]:
    """Every action that stands somewhere in a node, not in the nodes of a group."""
    if isinstance(node, (Info, Block, End)):
        yield from node.actions
    if isinstance(node, Question):
        for attempt in attempts_of(node):
            yield from attempt.actions
        if node.filled is not None:
            yield from node.filled.actions
    for go in all_goes(node, script):
        yield from go.actions


def all_goes(node: AnyNode, script: Script) -> Iterator[Go]:
    """Every way out of a node: its own, those of its choices, after no input and after no match."""
    yield from goes_of(node)
    if isinstance(node, Question):
        holders: list[Choice | NoInput | NoMatch] = [*choices_of(script, node), *attempts_of(node)]
        yield from (holder.go for holder in holders if holder.go is not None)


def all_actions(script: Script) -> Iterator[tuple[AnyNode | None, Action]]:
    """Every action of a script, with its node; None for those of `on`."""
    for event in script.events:
        for action in (*event.actions, *(event.go.actions if event.go is not None else ())):
            yield None, action
    for node in script.all_nodes():
        for action in actions_in(node, script):
            yield node, action


def results_of(script: Script) -> Iterator[tuple[AnyNode | None, Call | Subdialog, Result]]:
    """Every `result`, with what gives it."""
    for node, action in all_actions(script):
        if isinstance(action, Call):
            for result in action.results:
                yield node, action, result
    for node in script.all_nodes():
        if isinstance(node, Subdialog):
            for result in node.results:
                yield node, node, result


def spots(script: Script) -> Iterator[Spot]:
    """Every text of a script, in no order."""
    for title in script.titles:
        yield Spot(title, None, script)
    for node, action in all_actions(script):
        if isinstance(action, Log):
            yield Spot(action, node, node or script)
    for listed in script.choices:
        for choice in listed.choices:
            yield from (Spot(written, None, choice) for written in said_in(choice))
    for node in script.all_nodes():
        yield from spots_of(node)


def spots_of(node: AnyNode) -> Iterator[Spot]:
    """Every text that stands in one node, not in the nodes of a group nor in a list at the top of the script."""
    if isinstance(node, Group):
        for title in node.titles:
            yield Spot(title, node, node)
    if isinstance(node, (Info, Question, End)):
        yield from (Spot(text, node, node) for text in node.texts)
        yield from (Spot(prompt, node, node) for prompt in node.prompts)
    if isinstance(node, (Info, Question)):
        for hint in node.hints:
            yield Spot(hint, node, node)
        for go in node.goes:
            yield from (Spot(label, node, go) for label in go.labels)
    if isinstance(node, Question):
        for choice in (*node.choices, *(node.own_choices.choices if node.own_choices is not None else ())):
            yield from (Spot(written, node, choice) for written in said_in(choice))
        for constraint in node.constraints:
            for label in constraint.labels:
                yield Spot(label, node, constraint)
        for attempt in attempts_of(node):
            for prompt in attempt.prompts:
                yield Spot(prompt, node, node)


def values_in(written: Written) -> Iterator[Value]:
    """The values inside a text, also those in bold or spoken in a special way."""
    for part in written.parts:
        if isinstance(part, Value):
            yield part
        elif isinstance(part, (Bold, Say)):
            for inner in part.parts:
                if isinstance(inner, Value):
                    yield inner


def exists_on(channels: tuple[str, ...], channel: str) -> bool:
    """Whether something with this `channel` attribute is there on a channel."""
    return not channels or channel in channels
