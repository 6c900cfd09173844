"""A session while one event is worked on: the core made mutable, with what the script's names mean at this moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from scriptengine.answering.coercing import coerced
from scriptengine.expressions import Record
from scriptengine.interpreter.effects import Effect, Perform, Said, Speech, Trodden
from scriptengine.interpreter.state import Answer, Core, Entry, Frame, Loop, Result, StateError, Stop
from scriptengine.program import Program, type_of_path
from scriptengine.script import AnyNode, Element

MAX_MOVES = 5_000
"""Nodes entered in one step: a script with more goes round without asking."""
MAX_ACTIONS = 40
"""Actions that are waited for in one step."""
MAX_DEPTH = 10
"""Sub-dialogs inside each other."""


class Waiting(Exception):
    """An action has to be performed before the step can go on."""

    def __init__(self, perform: Perform) -> None:
        super().__init__(perform.id)
        self.perform = perform


class RunsAway(Exception):
    """One event needs more actions than any script should: it goes round. The text says where."""


class Refused(Exception):
    """An event does not fit; the text says why, for people."""


class Diverted(Exception):
    """The way leads to another node than the next: an error was handled. `depth`: of the level that has the node."""

    def __init__(self, node: str, depth: int) -> None:
        super().__init__(node)
        self.node = node
        self.depth = depth


class Level:
    """A frame, mutable."""

    __slots__ = ("caller", "key", "loops", "node", "program", "source", "values", "version")

    def __init__(self, program: Program, frame: Frame) -> None:
        self.program = program
        self.values = dict(frame.values)
        self.loops = dict(frame.loops)
        self.source, self.version = frame.source, frame.version
        self.caller, self.key, self.node = frame.caller, frame.key, frame.node

    def frame(self) -> Frame:
        """The frame as it is now."""
        return Frame(
            identity(self.program), self.values, self.source, self.version, self.caller, self.key, self.node, self.loops
        )


def identity(program: Program) -> tuple[str, str, str]:
    """What a session is bound to: id, version and hash of the script."""
    script = program.script
    return (script.id, script.version, script.hash)


class Work:
    """The mutable session. `effects`: told so far. `marks`: ids of what was told and must not be told again.
    `used`: ids of the actions whose results were read. `trail`: nodes entered so far; `way`: the last way taken.
    `speech`: what is said first because nothing, or nothing fitting, was keyed. `here`: now, with the company's zone
    where that is known.
    """

    def __init__(
        self,
        program: Program,
        core: Core,
        done: Mapping[str, Result],
        now: datetime,
        used: set[str] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self.root = program
        self.done = done
        self.now = now.replace(tzinfo=None)
        self.here = self.now.replace(tzinfo=zone if zone is not None else now.tzinfo)
        self.session = core.session
        self.status = core.status
        self.channel, self.language = core.channel, core.language
        self.context, self.known = core.context, core.known
        self.levels = [Level(_program(program, frame), frame) for frame in core.frames]
        self.stop: Stop | None = core.stop
        self.said: list[tuple[int, str]] = list(core.said)
        self.heard: list[Said] = list(core.heard)
        self.answers: dict[str, Answer] = dict(core.answers)
        self.attempts = core.attempts
        self.problems: dict[str, str] = dict(core.problems)
        self.counts: dict[str, int] = dict(core.counts)
        self.outbox: list[Entry] = list(core.outbox)
        self.end = core.end
        self.effects: list[Effect] = []
        self.marks: dict[str, Result] = {}
        self.used: set[str] = set() if used is None else used
        self.trail: list[Trodden] = []
        self.way = -1
        self.asked = 0
        self.is_in_error = False
        self.speech: tuple[Speech, ...] = ()
        self._view: dict[str, Any] | None = None

    def core(self) -> Core:
        """The core as it is now."""
        return Core(
            session=self.session,
            status=self.status,
            channel=self.channel,
            language=self.language,
            context=self.context,
            known=self.known,
            frames=tuple(level.frame() for level in self.levels),
            stop=self.stop,
            said=tuple(self.said),
            heard=tuple(self.heard),
            answers=self.answers,
            attempts=self.attempts,
            problems=self.problems,
            counts=self.counts,
            outbox=tuple(self.outbox),
            end=self.end,
        )

    @property
    def level(self) -> Level:
        """The script that is running."""
        return self.levels[-1]

    def push(self, level: Level) -> None:
        """A sub-dialog begins."""
        self.levels.append(level)
        self._view = None

    def pop(self, depth: int) -> None:
        """Everything deeper than a level is over."""
        del self.levels[depth + 1 :]
        self._view = None

    def names(self) -> Mapping[str, Any]:
        """Every name of the running script with its value."""
        if self._view is None:
            level = self.level
            view = {**self.context, "channel": self.channel, "language": self.language, "now": self.now, **level.values}
            for var in level.program.calculated:
                expression = level.program.read(var, "calc")
                view[var.name] = None if expression is None else expression.evaluate(view)
            self._view = view
        return self._view

    def names_changed(self) -> None:
        """Channel, language or context are others than before."""
        self._view = None

    def value(self, element: Element, attribute: str) -> Any:
        """The value of an expression; None: unanswered, or the expression cannot be used."""
        expression = self.level.program.read(element, attribute)
        return None if expression is None else expression.evaluate(self.names())

    def holds(self, element: Element, condition: str | None) -> bool:
        """Whether the attribute `if` of an element holds; `condition` is what is written there."""
        return condition is None or bool(self.value(element, "if"))

    def assign(self, path: str, value: Any, level: Level | None = None) -> None:
        """Give a name, or a record's attribute, a value; it is made one of the declared type, or unanswered."""
        level = level or self.level
        types = level.program.types
        typed = coerced(value, type_of_path(path, types), self.here)
        self._view = None
        if path in types:
            level.values[path] = typed
            return
        name, _, attribute = path.rpartition(".")
        if isinstance(types.get(name), Record):
            level.values[name] = {**(level.values.get(name) or {}), attribute: typed}

    def key(self, node: AnyNode, level: Level | None = None) -> str:
        """What tells a node from the same node in another sub-dialog or another time round."""
        level = level or self.level
        if not level.loops:
            return level.key + node.id
        rounds: list[str] = []
        group: str | None = node.id
        while group is not None:
            if group in level.loops:
                rounds.append(f"[{level.loops[group].index + 1}]")
            group = level.program.links[group].group
        return level.key + node.id + "".join(reversed(rounds))

    def set_loop(self, group: str, loop: Loop | None, member: str | None) -> None:
        """A group is in this round; None: it is over."""
        level = self.level
        if loop is None:
            level.loops.pop(group, None)
            return
        level.loops[group] = loop
        if member is not None and loop.members is not None:
            value = loop.members[loop.index] if loop.index < len(loop.members) else None
            level.values[member] = coerced(value, level.program.types.get(member), self.here)
            self._view = None


def _program(root: Program, frame: Frame) -> Program:
    """The program of a frame; raises StateError when it is not the one that the session began with."""
    program = root.library.program(frame.source, frame.version) if frame.source else root
    if program is None or identity(program) != frame.script:
        name, version, _ = frame.script
        raise StateError(f"the session runs version {version} of {name}, which is not the one that was handed over")
    return program
