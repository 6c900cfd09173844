"""The flow of a script on one channel: stations and the ways between them, as the interpreter takes them.

A node is one station, a group two: where it is entered, and where it is left. A node that does not exist on the
channel, or whose `if` does not hold, is passed by. Behind a node come its ways in their order: those of its choices,
its own, and last what follows in the document. A `go` with a label is a button: pressed instead of answering.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto

import msgspec

from scriptengine.checks.formulas import Formulas
from scriptengine.checks.walking import (
    actions_in,
    attempts_of,
    channels_of,
    choices_of,
    condition_of,
    exists_on,
    goes_of,
)
from scriptengine.expressions import Expression, Type
from scriptengine.expressions.nodes import Form
from scriptengine.script import Action, AnyNode, Call, Decision, End, Go, Group, Question, Script

OFF = -1
"""Behind the last node: where nothing is."""


class Kind(Enum):
    """How a way is taken."""

    PASSED = auto()
    """The node is not there on the channel, or its `if` does not hold."""
    CHOICE = auto()
    """The `go` of a choice."""
    GO = auto()
    NEXT = auto()
    """What follows in the document."""
    INTO = auto()
    """From a group to its first node."""
    AGAIN = auto()
    """From a group's end to its first node."""
    BUTTON = auto()
    NO_ANSWER = auto()
    """After no input or no match on the phone."""
    ERROR = auto()
    """The `onerror` of a call."""


class Way(msgspec.Struct, frozen=True):
    """One way out of a station.

    `conditions`: what must all hold, beside what came before not holding; empty: always. `go` None: there is none.
    `call`: of `ERROR`. `actions`: done on the way.
    """

    kind: Kind
    target: int
    go: Go | None = None
    conditions: tuple[Expression, ...] = ()
    is_open: bool = False
    """A condition is there but cannot be used; nothing is concluded from it."""
    actions: tuple[Action, ...] = ()
    call: Call | None = None


class Station(msgspec.Struct, frozen=True):
    """A node, or with `is_exit` the end of a group. `exists`: on this channel. `ways`: in their order."""

    number: int
    node: AnyNode
    is_exit: bool
    exists: bool
    ways: tuple[Way, ...]


class Flow(msgspec.Struct, frozen=True):
    """All stations of a channel. `entries`: of each node id. `start`: where a session begins."""

    channel: str
    stations: tuple[Station, ...]
    entries: dict[str, int]
    start: int


def flow_of(script: Script, formulas: Formulas, channel: str) -> Flow:
    """The flow on one of the script's channels."""
    building = _Building(script, formulas, channel)
    building.number(script.nodes)
    building.build(script.nodes, OFF, True)
    stations = tuple(building.stations[number] for number in range(len(building.stations)))
    return Flow(channel, stations, building.entries, building.entries[script.start])


class _Building:
    def __init__(self, script: Script, formulas: Formulas, channel: str) -> None:
        self.script = script
        self.formulas = formulas
        self.channel = channel
        self.entries: dict[str, int] = {}
        self.exits: dict[str, int] = {}
        self.stations: dict[int, Station] = {}
        self._count = 0

    def number(self, nodes: Sequence[AnyNode]) -> None:
        """Numbers in document order."""
        for node in nodes:
            self.entries[node.id] = self._count
            self._count += 1
            if isinstance(node, Group):
                self.number(node.nodes)
                self.exits[node.id] = self._count
                self._count += 1

    def build(self, nodes: Sequence[AnyNode], behind: int, exists: bool) -> None:
        """The stations of siblings; `behind`: what follows the last of them."""
        for place, node in enumerate(nodes):
            following = self.entries[nodes[place + 1].id] if place + 1 < len(nodes) else behind
            there = exists and exists_on(channels_of(node), self.channel)
            if isinstance(node, Group):
                self._add(node, there, tuple(self._into(node, following)))
                self.build(node.nodes, self.exits[node.id], there)
                again = Way(Kind.AGAIN, self.entries[node.nodes[0].id])
                repeated = (again,) if node.foreach is not None or node.repeat is not None else ()
                ways = (*repeated, *self._goes(node), Way(Kind.NEXT, following))
                self._add(node, there, ways, is_exit=True)
            else:
                self._add(node, there, tuple(self._ways(node, following)) if there else self._passed(node, following))

    def _add(self, node: AnyNode, exists: bool, ways: tuple[Way, ...], *, is_exit: bool = False) -> None:
        number = self.exits[node.id] if is_exit else self.entries[node.id]
        self.stations[number] = Station(number, node, is_exit, exists, ways)

    def _passed(self, node: AnyNode, following: int) -> tuple[Way, ...]:
        return () if isinstance(node, End) else (Way(Kind.PASSED, following),)

    def _into(self, node: Group, following: int) -> Iterator[Way]:
        """Into a group, and past it. Of an empty list nothing is done, and the group is left at once."""
        exists = exists_on(node.channels, self.channel)
        if node.condition is not None or not exists:
            yield Way(Kind.PASSED, following)
        if exists:
            yield Way(Kind.INTO, self.entries[node.nodes[0].id])
        if exists and (node.foreach is not None or self._may_be_zero(node)):
            yield Way(Kind.NEXT, self.exits[node.id])

    def _may_be_zero(self, node: Group) -> bool:
        """Whether a number of times can be none. A condition is asked after the first time."""
        expression = self.formulas.of(node, "repeat")
        if expression is None or expression.type is not Type.INTEGER:
            return False
        return expression.tree.form is not Form.LITERAL or expression.evaluate({}) == 0

    def _ways(self, node: AnyNode, following: int) -> Iterator[Way]:
        if isinstance(node, End):
            return
        if not isinstance(node, Decision) and condition_of(node) is not None:
            yield Way(Kind.PASSED, following)
        if isinstance(node, Question):
            yield from self._without_answer(node)
            yield from self._chosen(node)
        yield from self._goes(node)
        yield Way(Kind.NEXT, following)
        for action in actions_in(node, self.script):
            if isinstance(action, Call) and action.on_error is not None and action.when == "now":
                yield Way(Kind.ERROR, self.entries[action.on_error], call=action)

    def _goes(self, node: AnyNode) -> Iterator[Way]:
        for go in goes_of(node):
            if go.label is None or isinstance(node, Decision):  # nobody presses a decision's labels
                yield self._way(Kind.GO, go)
            elif self.channel != "ivr":
                yield self._way(Kind.BUTTON, go)

    def _way(self, kind: Kind, go: Go, *before: Expression) -> Way:
        condition = self.formulas.of(go)
        is_open = go.condition is not None and condition is None
        conditions = (*before, condition) if condition is not None else before
        return Way(kind, self.entries[go.to], go, conditions, is_open, go.actions)

    def _chosen(self, question: Question) -> Iterator[Way]:
        for choice in choices_of(self.script, question):
            if choice.go is None:
                continue
            chosen = self.formulas.chosen(question.name, choice.value) if question.type == "choice" else None
            if chosen is not None:
                yield self._way(Kind.CHOICE, choice.go, chosen)
            else:
                way = self._way(Kind.CHOICE, choice.go)
                yield Way(way.kind, way.target, way.go, way.conditions, True, way.actions)

    def _without_answer(self, question: Question) -> Iterator[Way]:
        if self.channel != "ivr":
            return
        for attempt in attempts_of(question):
            if attempt.go is not None:
                way = self._way(Kind.NO_ANSWER, attempt.go)
                actions = (*attempt.actions, *way.actions)
                yield Way(way.kind, way.target, way.go, way.conditions, way.is_open, actions)
