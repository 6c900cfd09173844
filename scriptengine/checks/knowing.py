"""What is surely known at each station, whatever path led there: the data flow of D07 and D13.

Two things are followed for every name: it *has been given* (asked, set, loaded: perhaps unanswered all the same), and
it *is answered* (it surely has a value). Both are kept as bits of one number, because a script can have thousands of
names and stations. At a station where paths meet only what holds on all of them holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from typing import NamedTuple

from scriptengine.checks.calculated import too_early
from scriptengine.checks.flow import OFF, Flow, Kind, Station, Way
from scriptengine.checks.formulas import Formulas
from scriptengine.checks.names import Names
from scriptengine.checks.sampling import implied, paths_in
from scriptengine.expressions import Expression, Record, Type
from scriptengine.expressions.nodes import Form, Node
from scriptengine.interfaces import Interfaces
from scriptengine.script import (
    Action,
    AnyNode,
    Block,
    Call,
    Clear,
    End,
    Group,
    Info,
    Load,
    On,
    Question,
    Script,
    Set,
    Subdialog,
    Use,
    Var,
)


class State(NamedTuple):
    """Bits of names that have been given, and of names and paths that are answered."""

    given: int
    answered: int

    def meet(self, other: State) -> State:
        """What holds in both."""
        return State(self.given & other.given, self.answered & other.answered)


class Knowledge:
    """The bits of a script's names, and what its expressions and actions do to them."""

    def __init__(self, script: Script, names: Names, formulas: Formulas, interfaces: Interfaces) -> None:
        self.names = names
        self._formulas = formulas
        self._interfaces = interfaces
        self._bits: dict[str, int] = {}
        self._below: dict[str, int] = {}
        self._implied: dict[tuple[Expression, bool], int] = {}
        self._required = _required_paths(names, interfaces)
        for name in names:
            self.bit(name)
        for expression in formulas.all.values():
            for path in paths_in(expression.tree):
                self.bit(path)
        early = {var.name for var, _ in too_early(script, formulas)}  # of these nothing is sure, and none reads itself
        calculated = [var for var in script.vars if var.calc is not None and var.name not in early]
        self._calculated = {var.name: formulas.of(var, "calc") for var in calculated}
        self._events = script.events

    def bit(self, path: str) -> int:
        """The bit of a name or path; that of its record, if every record has the attribute."""
        if path in self._required:
            path = path.rpartition(".")[0]
        if path not in self._bits:
            self._bits[path] = 1 << len(self._bits)
            root = path.partition(".")[0]
            self._below[root] = self._below.get(root, 0) | self._bits[path]
        return self._bits[path]

    def mask(self, paths: Iterable[str]) -> int:
        """The bits of several."""
        bits = 0
        for path in paths:
            bits |= self.bit(path)
        return bits

    def first(self, channel: str, written: frozenset[str]) -> State:
        """What is known before the first station. `written`: names that the script gives a value somewhere."""
        given = answered = 0
        for name, known in self.names.items():
            if known.is_given:
                answered |= self._below.get(name, 0) if known.type.__class__ is not Record else self.bit(name)
            is_late = known.kind == "question" or (known.kind == "var" and name in written)
            if known.is_given or not is_late:
                given |= self.bit(name)
        answered |= self.bit("caller")
        if channel == "desk":
            answered |= self._below["agent"] | self.bit("agent")
        return State(given | answered, answered)

    def after_condition(self, state: State, expression: Expression | None, holds: bool) -> State:
        """What is known besides, when a condition holds or does not."""
        if expression is None:
            return state
        key = (expression, holds)
        if key not in self._implied:
            self._implied[key] = self.mask(implied(expression.tree, holds))
        bits = self._implied[key]
        return State(state.given | bits, state.answered | bits)

    def with_name(self, state: State, name: str, answered: bool) -> State:
        """A name has got a new value."""
        bit = self.bit(name)
        rest = state.answered & ~self._below.get(name, bit)
        return State(state.given | bit, rest | bit if answered else rest)

    def after_action(self, state: State, action: Action) -> State:
        """What is known after an action."""
        match action:
            case Set() if "." not in action.name:
                value = self._formulas.of(action, "value")
                return self.with_name(
                    state, action.name, value is not None and not self.may_be_empty(value.tree, state)
                )
            case Clear():
                bits = self.mask(action.names)
                below = 0
                for name in action.names:
                    below |= self._below.get(name, 0)
                asked = self.mask(name for name in action.names if self._is_late(name))
                return State(state.given & ~asked, state.answered & ~(bits | below))
            case Load():
                return self.with_name(state, action.into, False)
            case Call() if action.when == "now":
                service = self._interfaces.services.get(action.service)
                operation = None if service is None else service.operations.get(action.operation)
                for result in action.results:
                    is_sure = operation is not None and result.name in operation.sure_results()
                    state = self.with_name(state, result.to, is_sure)
        return state

    def forgotten(self, state: State, group: AnyNode) -> State:
        """What is known when a group begins anew: its questions are unanswered again."""
        for node in group.nodes if isinstance(group, Group) else ():
            if isinstance(node, Question):
                below = self._below[node.name]
                state = State(state.given & ~below, state.answered & ~below)
        return state

    def _is_late(self, name: str) -> bool:
        known = self.names.get(name)
        return known is not None and known.kind in ("question", "var")

    def is_answered(self, path: str, state: State) -> bool:
        """Whether a name or path surely has a value."""
        if state.answered & self.bit(path):
            return True
        expression = self._calculated.get(path)
        return expression is not None and not self.may_be_empty(expression.tree, state)

    def is_given(self, path: str, state: State) -> bool:
        """Whether a name has been asked, set or loaded on every path."""
        return bool(state.given & self.bit(path.partition(".")[0]))

    def may_be_empty(self, node: Node, state: State) -> bool:
        """Whether a value can be unanswered."""
        match node.form:
            case Form.NAME:
                return not self.is_answered(node.shown, state)
            case Form.CHOICE:
                condition, value, other = node.parts
                held, not_held = self.facts(condition, True), self.facts(condition, False)
                return self.may_be_empty(value, _plus(state, held)) or self.may_be_empty(other, _plus(state, not_held))
            case Form.NULL:
                return True
            case _ if node.type is Type.BOOLEAN or node.form is Form.LITERAL:
                return False
        return node.word in ("/", "%") or any(self.may_be_empty(part, state) for part in node.parts)

    def facts(self, node: Node, holds: bool) -> int:
        """The bits of what is answered when a part of a condition holds, or does not."""
        return self.mask(implied(node, holds))

    def not_given(self, node: Node, state: State) -> list[Node]:
        """The names that a part of an expression reads although they may not have been given."""
        match node.form:
            case Form.IS_NULL if node.parts[0].form is Form.NAME:
                return []
            case Form.NAME:
                return [] if self.is_given(node.shown, state) or self.is_answered(node.shown, state) else [node]
            case Form.AND | Form.OR:
                found: list[Node] = []
                for part in node.parts:
                    found += self.not_given(part, state)
                    state = _plus(state, self.facts(part, node.form is Form.AND))
                return found
            case Form.CHOICE:
                condition, value, other = node.parts
                return [
                    *self.not_given(condition, state),
                    *self.not_given(value, _plus(state, self.facts(condition, True))),
                    *self.not_given(other, _plus(state, self.facts(condition, False))),
                ]
        return [found for part in node.parts for found in self.not_given(part, state)]


def _plus(state: State, bits: int) -> State:
    return State(state.given | bits, state.answered | bits)


def _required_paths(names: Names, interfaces: Interfaces) -> frozenset[str]:
    """The paths `record.attribute` that are there whenever the record is: the keys of the classes."""
    paths = set()
    for name, declared in names.items():
        for element in declared.elements[:1]:
            known = interfaces.classes.get(_class_of(element))
            if known is not None:
                paths.add(f"{name}.{known.key}")
    return frozenset(paths)


def _class_of(element: object) -> str:
    if isinstance(element, Use | Load):
        return element.class_name
    if isinstance(element, Question):
        return element.class_name or ""
    return element.type if isinstance(element, Var) else ""


def body(knowledge: Knowledge, formulas: Formulas, station: Station, state: State) -> State:
    """What is known at a station when its `if` holds and before it is left: what its actions and its answer give."""
    node = station.node
    if station.is_exit or isinstance(node, Group):
        return knowledge.after_condition(state, formulas.of(node), True) if not station.is_exit else state
    state = knowledge.after_condition(state, formulas.of(node), True)
    if isinstance(node, Question):
        state = knowledge.with_name(state, node.name, node.required == "yes")
        return after(knowledge, state, node.filled.actions if node.filled is not None else ())
    if isinstance(node, (Info, Block, End)):
        return after(knowledge, state, node.actions)
    if isinstance(node, Subdialog):
        for result in node.results:
            state = knowledge.with_name(state, result.to, False)
    return state


def after(knowledge: Knowledge, state: State, actions: Iterable[Action]) -> State:
    """What is known after actions."""
    for action in actions:
        state = knowledge.after_action(state, action)
    return state


class Taken(NamedTuple):
    """A way with what is known when its conditions are asked, and when they hold, before its actions."""

    way: Way
    before: State
    held: State
    is_dead: bool = False
    """It is never taken; its conditions stand there all the same."""


def taken(
    knowledge: Knowledge, formulas: Formulas, station: Station, state: State, dead: frozenset[tuple[int, int]]
) -> Iterator[Taken]:
    """The ways out of a station, in their order. `dead`: those that are never taken."""
    condition = None if station.is_exit else formulas.of(station.node)
    entered = knowledge.after_condition(state, condition, True)
    done = body(knowledge, formulas, station, state) if station.exists else state
    for index, way in enumerate(station.ways):
        if (station.number, index) in dead:
            yield Taken(way, done, _all_hold(knowledge, way, done), True)
            done = _not_taken(knowledge, way, done)
        elif way.kind is Kind.PASSED:
            yield Taken(way, state, knowledge.after_condition(state, condition, False) if station.exists else state)
        elif way.kind is Kind.AGAIN:
            asked = knowledge.forgotten(done, station.node)
            yield Taken(way, asked, asked)
        elif way.kind in (Kind.NO_ANSWER, Kind.BUTTON, Kind.ERROR):
            yield Taken(way, entered, _all_hold(knowledge, way, entered))
        else:
            yield Taken(way, done, _all_hold(knowledge, way, done))
            done = _not_taken(knowledge, way, done)


def _all_hold(knowledge: Knowledge, way: Way, state: State) -> State:
    for condition in way.conditions:
        state = knowledge.after_condition(state, condition, True)
    return state


def _not_taken(knowledge: Knowledge, way: Way, state: State) -> State:
    """What is known behind a way that was not taken: of one condition the contrary, of several nothing."""
    if way.kind is Kind.GO and len(way.conditions) == 1 and not way.is_open:
        return knowledge.after_condition(state, way.conditions[0], False)
    return state


def states_of(
    knowledge: Knowledge,
    formulas: Formulas,
    flow: Flow,
    events: Iterable[On],
    first: State,
    dead: frozenset[tuple[int, int]] = frozenset(),
) -> Mapping[int, State]:
    """What is known at each station that can be reached. An event can come before anything was asked."""
    states: dict[int, State] = {flow.start: first}
    waiting = [flow.start]  # a heap: in the order of the document most stations are looked at once
    for event in events:
        if event.go is not None:
            target = flow.entries[event.go.to]
            held = knowledge.after_condition(first, formulas.of(event), True)
            held = knowledge.after_condition(held, formulas.of(event.go), True)
            reached = after(knowledge, held, (*event.actions, *event.go.actions))
            states[target] = reached.meet(states[target]) if target in states else reached
            heappush(waiting, target)
    while waiting:
        number = heappop(waiting)
        while waiting and waiting[0] == number:
            heappop(waiting)
        for one in taken(knowledge, formulas, flow.stations[number], states[number], dead):
            target = one.way.target
            if target == OFF or one.is_dead:
                continue
            state = after(knowledge, one.held, one.way.actions)
            before = states.get(target)
            now = state if before is None else before.meet(state)
            if now != before:
                states[target] = now
                heappush(waiting, target)
    return states
