"""Every place where a value is read, with what is known there: D07 (not answered yet), D13 (empty in a text), D09."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence

import msgspec

from scriptengine.checks.flow import Flow, Station
from scriptengine.checks.formulas import Formulas
from scriptengine.checks.knowing import Knowledge, State, taken
from scriptengine.checks.walking import attempts_of, choices_of, exists_on, values_in
from scriptengine.expressions import Expression, Type
from scriptengine.findings import Finding
from scriptengine.program import Program
from scriptengine.script import (
    Action,
    Block,
    Call,
    Element,
    End,
    Group,
    Hint,
    Info,
    Label,
    Load,
    Log,
    Prompt,
    Question,
    Set,
    Subdialog,
    Text,
    Title,
    Value,
)

_CHANNELS = {"desk": "at the desk", "web": "on the web", "ivr": "on the phone"}
_SETTINGS = ("required", "min", "max", "default", "foreach", "repeat")


class Read(msgspec.Struct, frozen=True):
    """A place where an expression is evaluated. `is_condition`: something depends on whether it holds.

    `value`: of a text; None: it stands in no text. `own`: names that mean attributes of a class here.
    """

    element: Element
    attribute: str
    expression: Expression
    state: State
    is_condition: bool = False
    value: Value | None = None
    own: frozenset[str] = frozenset()


class Uses:
    """The places of a script where values are read."""

    def __init__(self, program: Program, formulas: Formulas, knowledge: Knowledge) -> None:
        self._script = program.script
        self._interfaces = program.interfaces
        self._formulas = formulas
        self._knowledge = knowledge

    def at(self, flow: Flow, station: Station, state: State, dead: frozenset[tuple[int, int]]) -> Iterator[Read]:
        """Everything that is read at a station on one channel. `state`: what is known when it is reached."""
        if not station.exists:
            return
        node = station.node
        if not station.is_exit:
            yield from self._read(node, "if", state, True)
            entered = self._knowledge.after_condition(state, self._formulas.of(node), True)
            for setting in _SETTINGS:
                if not self._is_asked_behind(node, setting):
                    yield from self._read(node, setting, entered)
            if isinstance(node, Question):
                for read in self._read(node, "query", entered):
                    yield msgspec.structs.replace(read, own=self._attributes(node.class_name or ""))
            yield from self._inside(flow.channel, station, entered)
        elif self._is_asked_behind(node, "repeat"):
            yield from self._read(node, "repeat", state)
        for one in taken(self._knowledge, self._formulas, station, state, dead):
            if one.way.go is not None:
                yield from self._read(one.way.go, "if", one.before, True)
            yield from self._actions(one.way.actions, one.held)

    def _is_asked_behind(self, node: Element, setting: str) -> bool:
        """Whether it is a condition on which a group is gone through again: it is asked after the first time."""
        expression = self._formulas.of(node, setting) if setting == "repeat" else None
        return expression is not None and expression.type is Type.BOOLEAN

    def _inside(self, channel: str, station: Station, entered: State) -> Iterator[Read]:
        node = station.node
        match node:
            case Question():
                yield from self._said(channel, node, entered)
                yield from self._answers(channel, node, entered)
            case Info() | End():
                done = yield from self._actions(node.actions, entered)
                yield from self._said(channel, node, done)
            case Block():
                yield from self._actions(node.actions, entered)
            case Subdialog():
                for arg in node.args:
                    yield from self._read(arg, "value", entered)
            case Group():
                yield from self._texts(node.titles if channel != "ivr" else (), entered)

    def _answers(self, channel: str, node: Question, entered: State) -> Iterator[Read]:
        for choice in choices_of(self._script, node):
            yield from self._read(choice, "if", entered, True)
            is_spoken = channel == "ivr" and bool(choice.prompts)
            yield from self._texts(choice.prompts if is_spoken else choice.labels, entered)
        if channel == "ivr":
            for attempt in attempts_of(node):
                yield from self._texts(attempt.prompts, entered)
        given = self._knowledge.with_name(entered, node.name, True)
        for constraint in node.constraints:
            yield from self._read(constraint, "test", given, True)
            yield from self._texts(constraint.labels, given)
        if node.filled is not None:
            answered = self._knowledge.with_name(entered, node.name, node.required == "yes")
            yield from self._actions(node.filled.actions, answered)

    def _said(self, channel: str, node: Info | Question | End, state: State) -> Iterator[Read]:
        yield from self._texts(said_on(channel, node), state)

    def _texts(self, texts: Iterable[Text | Hint | Prompt | Label | Title | Log], state: State) -> Iterator[Read]:
        for text in texts:
            for value in values_in(text):
                for read in self._read(value, "of", state):
                    yield msgspec.structs.replace(read, value=None if isinstance(text, Log) else value)

    def _actions(self, actions: Sequence[Action], state: State) -> Generator[Read, None, State]:
        """What actions read, one after the other; gives what is known behind them."""
        for action in actions:
            match action:
                case Set():
                    yield from self._read(action, "value", state)
                case Load():
                    for read in self._read(action, "where", state):
                        yield msgspec.structs.replace(read, own=self._attributes(action.class_name))
                case Call():
                    for arg in action.args:
                        yield from self._read(arg, "value", state)
                case Log():
                    yield from self._texts([action], state)
            state = self._knowledge.after_action(state, action)
        return state

    def _attributes(self, class_name: str) -> frozenset[str]:
        record = self._interfaces.record(class_name)
        return frozenset(() if record is None else record.attributes)

    def _read(self, element: Element, attribute: str, state: State, is_condition: bool = False) -> Iterator[Read]:
        expression = self._formulas.of(element, attribute)
        if expression is not None:
            yield Read(element, attribute, expression, state, is_condition)


def said_on(channel: str, node: Info | Question | End) -> list[Text | Hint | Prompt | Label]:
    """What of a node's texts is shown or spoken on a channel: on the phone prompts, or texts if there are none.

    Buttons are not on the phone.
    """
    texts = [text for text in node.texts if exists_on(text.channels, channel)]
    if channel == "ivr":
        return list(node.prompts) or list(texts)
    hints = [] if isinstance(node, End) else [h for h in node.hints if channel == "desk" or h.audience != "agent"]
    labels = [] if isinstance(node, End) else [label for go in node.goes for label in go.labels]
    return [*texts, *hints, *labels]


class Gaps:
    """Collects D07 and D13 over all channels, so that each is told once."""

    def __init__(self, knowledge: Knowledge, channels: Sequence[str]) -> None:
        self._knowledge = knowledge
        self._channels = channels
        self._found: dict[tuple[int, str, str], tuple[Read, int, list[str]]] = {}
        self._empty: dict[int, Read] = {}

    def look(self, read: Read, channel: str) -> None:
        """Notes what a place reads before it is there."""
        if read.value is not None:
            if read.value.otherwise is not None:
                return
            if self._knowledge.may_be_empty(read.expression.tree, read.state):
                self._empty[read.element.place.number] = read
        for node in self._knowledge.not_given(read.expression.tree, read.state):
            if node.shown.partition(".")[0] in read.own:
                continue
            key = (read.element.place.number, read.attribute, node.shown)
            channels = self._found.setdefault(key, (read, node.column, []))[2]
            if channel not in channels:
                channels.append(channel)

    def findings(self) -> Iterator[Finding]:
        """D07 and D13."""
        for (_, attribute, name), (read, column, channels) in self._found.items():
            where = ""
            if len(channels) < len(self._channels):
                where = f" {' and '.join(_CHANNELS.get(channel, channel) for channel in channels)}"
            message = f"{name} is used here, and on some path{where} it has not been answered before."
            hint = f"Ask it on every path, or write answered({name}) and ... before it."
            if not read.is_condition and read.expression.type is not Type.BOOLEAN:
                hint = f"Ask it on every path, or write answered({name}) ? {name} : null, to leave it out there."
            if read.value is not None:
                hint = 'Ask it on every path, or write else="..." for when it is not answered.'
            yield read.element.place.finding("D07", message, hint, attribute=attribute, column=column)
        for read in self._empty.values():
            message = f'"{read.expression.text.strip()}" may be empty here, and the sentence has a hole then.'
            hint = 'Write else="..." with what is said instead.'
            yield read.element.place.finding("D13", message, hint, attribute="of", severity="warning")
