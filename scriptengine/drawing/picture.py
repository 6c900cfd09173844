"""A script as boxes and arrows: every node that a session can reach, every way that can be taken, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from scriptengine.checks import Checking
from scriptengine.checks.flow import OFF, Kind, Station, Way
from scriptengine.checks.walking import channels_of, choices_of, condition_of
from scriptengine.drawing.words import Words, words_in
from scriptengine.program import Program
from scriptengine.script import (
    AnyNode,
    Bold,
    Call,
    Choice,
    Decision,
    End,
    Go,
    Group,
    Info,
    Label,
    LineBreak,
    Load,
    Log,
    Part,
    Question,
    Save,
    Set,
    Subdialog,
    Text,
    Title,
    Value,
)

_SIGNS = {
    "ge": "≥", "le": "≤", "gt": ">", "lt": "<", "ne": "≠", "eq": "=", "==": "=", ">=": "≥", "<=": "≤", "!=": "≠",
}  # fmt: skip
ENGLISH = words_in("en")
Style = Literal["solid", "otherwise", "exception"]


class Box(msgspec.Struct, frozen=True):
    """A node. `kind`: its element, for an end with its outcome. `caption`: a small line above. `words`: what it says.

    `inside`: the id of the group around it, None: none. `is_reached` false: no session comes here.
    """

    id: str
    kind: str
    caption: str
    words: str
    inside: str | None = None
    is_group: bool = False
    is_reached: bool = True
    is_start: bool = False


class Arrow(msgspec.Struct, frozen=True):
    """A way between two boxes. `words`: when it is taken; empty: always."""

    source: str
    target: str
    words: str
    style: Style = "solid"


class Picture(msgspec.Struct, frozen=True):
    """All of a script. `title`, `description`: for people who cannot see it."""

    title: str
    description: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def picture_of(program: Program, language: str | None = None, around: Words = ENGLISH) -> Picture:
    """The picture of a script, its texts in one of its languages (None: its own).

    `around`: what it says beside them.
    """
    script = program.script
    chosen = language or script.language
    checking = Checking(program)
    reached: set[str] = set()
    ways: dict[tuple[str, str, Style], list[str]] = {}
    for one in checking.channels:
        reached |= {node.id for node in one.nodes()}
        for number in one.states:
            station = one.flow.stations[number]
            live = [way for index, way in enumerate(station.ways) if (number, index) not in one.dead]
            for way in live:
                if station.exists and way.target != OFF and _is_drawn(station, way):
                    target = one.flow.stations[way.target]
                    style, words = _way(station, way, live, program, chosen, around)
                    told = ways.setdefault((station.node.id, _entered(target), style), [])
                    if words not in told and not _returns(target):
                        told.append(words)
    boxes = tuple(
        _box(node, inside, reached, script.start, chosen, around) for node, inside in _all(script.nodes, None)
    )
    arrows = _arrows(ways, {box.id: box for box in boxes})
    title = words_of(_in(script.titles, chosen)) or script.id
    ends = ", ".join(f"{node.id} ({node.outcome})" for node in script.all_nodes() if isinstance(node, End))
    described = around.described.format(
        id=script.id,
        version=script.version,
        nodes=len(boxes),
        questions=sum(isinstance(node, Question) for node in script.all_nodes()),
        ends=ends or around.none,
    )
    return Picture(f"{title} ({script.id} {script.version})", described, boxes, arrows)


def _entered(target: Station) -> str:
    """Where an arrow to a station points: into a group to its first node."""
    node = target.node
    while isinstance(node, Group) and not target.is_exit:
        node = node.nodes[0]
    return node.id


def _returns(target: Station) -> bool:
    return target.is_exit


def _is_drawn(station: Station, way: Way) -> bool:
    """Groups are frames: the ways into and out of a frame's content need no arrow of their own."""
    return not (isinstance(station.node, Group) and way.kind in (Kind.INTO, Kind.AGAIN))


def _arrows(ways: Mapping[tuple[str, str, Style], list[str]], boxes: Mapping[str, Box]) -> tuple[Arrow, ...]:
    arrows = []
    for (source, target, style), told in ways.items():
        if not told or (source == target and boxes[source].is_group):
            continue
        words = "" if "" in told else " / ".join(told)
        arrows.append(Arrow(source, target, words, style))
    return tuple(arrows)


def _all(nodes: Sequence[AnyNode], inside: str | None) -> Iterable[tuple[AnyNode, str | None]]:
    for node in nodes:
        yield node, inside
        if isinstance(node, Group):
            yield from _all(node.nodes, node.id)


def _way(
    station: Station, way: Way, live: Sequence[Way], program: Program, language: str, around: Words
) -> tuple[Style, str]:
    match way.kind:
        case Kind.CHOICE:
            return "solid", _choice(station.node, way, program, language)
        case Kind.GO | Kind.BUTTON:
            label = f"[{pressed(way.go, language)}] " if way.go is not None and way.go.labels else ""
            condition = way.go.condition if way.go is not None else None
            words = f"{label}{_condition(condition)}".strip()
            others = [other for other in live if other is not way and other.kind in (Kind.GO, Kind.CHOICE)]
            is_last = not words and bool(others)
            return ("otherwise" if is_last else "solid"), words or (around.otherwise if is_last else "")
        case Kind.NO_ANSWER:
            return "exception", around.no_answer
        case Kind.ERROR:
            return "exception", around.fails.format(service=way.call.service) if way.call else around.error
        case Kind.PASSED:
            condition = _condition(condition_of(station.node))
            return "otherwise", around.unless.format(condition=condition) if station.exists else ""
    is_other = any(other.kind in (Kind.GO, Kind.CHOICE) for other in live)
    return ("otherwise", around.otherwise) if is_other else ("solid", "")


def _condition(text: str | None) -> str:
    """A condition as it is written, on one line, with signs instead of words."""
    words = " ".join((text or "").split())
    for word, sign in _SIGNS.items():
        words = words.replace(f" {word} ", f" {sign} ")
    return words


def _choice(node: AnyNode, way: Way, program: Program, language: str) -> str:
    for choice in choices_of(program.script, node) if isinstance(node, Question) else ():
        if choice.go is way.go:
            return called(choice, language)
    return ""


def called(choice: Choice, language: str) -> str:
    """A choice by its label, or its value."""
    return words_of(_in(choice.labels, language)) or choice.value


def pressed(go: Go, language: str) -> str:
    """A button by its label."""
    return words_of(_in(go.labels, language))


def _box(node: AnyNode, inside: str | None, reached: set[str], start: str, language: str, around: Words) -> Box:
    kind = f"end {node.outcome}" if isinstance(node, End) else type(node).__name__.lower()
    where = channels_of(node)
    caption = f"{node.id} · {_caption(node, around)}" + (f" · {' '.join(where)}" if where else "")
    words = _said(node, language)
    is_group = isinstance(node, Group)
    return Box(node.id, kind, caption, words, inside, is_group, node.id in reached, node.id == start)


def _caption(node: AnyNode, around: Words) -> str:
    match node:
        case Question():
            required = "" if node.required == "yes" else f", {around.optional}"
            return f"{node.type}{required}"
        case End():
            return f"{node.outcome}{f' → {node.queue}' if node.queue else ''}"
        case Group():
            many = node.foreach or node.repeat
            return f"group {around.for_each.format(many=_condition(many))}" if many else "group"
    return type(node).__name__.lower()


def _said(node: AnyNode, language: str) -> str:
    match node:
        case Info() | Question():
            return words_of(_in(node.texts, language))
        case End():
            return words_of(_in(node.texts, language)) or node.disposition or ""
        case Group():
            return words_of(_in(node.titles, language))
        case Decision():
            return "?"
        case Subdialog():
            return node.source
    return "; ".join(_action(action) for action in node.actions)


def _action(action: object) -> str:
    match action:
        case Set():
            return f"{action.name} := {_condition(action.value)}"
        case Load():
            return f"load {action.class_name} into {action.into}"
        case Save():
            return f"save {action.record}"
        case Call():
            return f"{action.service}.{action.operation} ({action.when})"
        case Log():
            return "log"
    return "clear"


def _in(texts: Sequence[Text] | Sequence[Title] | Sequence[Label], language: str) -> tuple[Part, ...]:
    """The parts of the text in a language, or of the first."""
    found = next((text for text in texts if text.language == language), texts[0] if texts else None)
    return () if found is None else found.parts


def words_of(parts: Sequence[object]) -> str:
    """A text in one line, its values in brackets."""
    words = []
    for part in parts:
        if isinstance(part, Value):
            words.append(f"‹{part.of.strip()}›")
        elif isinstance(part, Bold):
            words.append(words_of(part.parts))
        elif isinstance(part, LineBreak):
            words.append(" ")
        else:
            words.append(str(part))
    return " ".join("".join(words).split())
