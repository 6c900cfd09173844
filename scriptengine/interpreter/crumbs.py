"""The way that a session has come, and where it may jump to, in words: questions in the session's language."""

from __future__ import annotations

import msgspec

from scriptengine.interpreter.rendering import applies, in_language, pieces, plain, text_of
from scriptengine.interpreter.state import State
from scriptengine.interpreter.step import stops_of
from scriptengine.interpreter.work import Level, Work
from scriptengine.program import Program
from scriptengine.script import AnyNode, End, Group, Info, Question, Subdialog

_MOST_CHARACTERS = 120


class Trace(msgspec.Struct, frozen=True):
    """An earlier stop. `key`: for `Back`; `label`: its question or title on one line, sensitive values masked."""

    key: str
    node: str
    label: str


def traces_of(program: Program, state: State) -> tuple[Trace, ...]:
    """The stops before the present one, oldest first."""
    current = state.core.stop.key if state.core.stop is not None else ""
    work = Work(program, state.core, state.done, state.journal[-1].at) if state.journal else None
    stops = [stop for stop in stops_of(state) if stop[0] != current]
    return tuple(Trace(key, node, _label(work, key) if work is not None else "") for key, node in stops)


def places_of(program: Program, state: State) -> tuple[Trace, ...]:
    """Where an agent may jump to just now: what is asked, said and ended in the scripts that run, the innermost first,
    in their order. `key` is empty. Nodes whose condition does not hold are passed by a jump, and left out."""
    if not state.journal or state.core.status == "ended":
        return ()
    work = Work(program, state.core, state.done, state.journal[-1].at)
    found: dict[str, Trace] = {}
    levels = work.levels
    for depth in range(len(levels), 0, -1):
        work.levels = levels[:depth]
        work.names_changed()
        for node in work.level.program.script.nodes:
            is_shown = isinstance(node, End) or (isinstance(node, Question | Info | Group) and applies(node, work))
            if is_shown and node.id not in found:
                found[node.id] = Trace("", node.id, _words(work, node) or node.id)
    return tuple(found.values())


def _label(work: Work, key: str) -> str:
    """The words of the node that a key names: inside its script if that still runs, else without values."""
    *outer, last = [part.partition("[")[0] for part in key.split("/")]
    levels = work.levels
    program, depth = work.root, 0
    for number, part in enumerate(outer, 1):
        inner = _inner(work, program, part)
        if inner is None:
            return last
        program = inner
        prefix = "/".join(key.split("/")[:number]) + "/"
        is_running = number < len(levels) and levels[number].key == prefix
        depth = number if is_running and depth == number - 1 else depth
    link = program.links.get(last)
    if link is None:
        return last
    try:
        if depth == len(outer) and depth < len(levels):
            work.levels = [*levels[:depth], _in_round(levels[depth], key.rpartition("/")[2])]
        else:
            work.levels = [_bare(program, levels[0])]
        work.names_changed()
        return _words(work, link.node) or last
    finally:
        work.levels = levels
        work.names_changed()


def _inner(work: Work, program: Program, node: str) -> Program | None:
    link = program.links.get(node)
    if link is None or not isinstance(link.node, Subdialog):
        return None
    return work.root.library.program(link.node.source, link.node.version)


def _bare(program: Program, like: Level) -> Level:
    """A level without values: a sub-dialog that is over."""
    level = Level(program, like.frame())
    level.values, level.loops = {}, {}
    return level


def _in_round(level: Level, last: str) -> Level:
    """The level as it was in the round that the last part of a key tells (`meter[2]`), with the member of that time:
    of a group that is over it is not known any more."""
    node, _, told = last.partition("[")
    numbers = [int(number) for number in told.rstrip("]").split("][") if number.isdigit()]
    if not numbers:
        return level
    made = Level(level.program, level.frame())
    group = level.program.links[node].group if node in level.program.links else None
    while group is not None:
        found = level.program.node(group)
        loop = level.loops.get(group)
        number = numbers.pop() if numbers and _is_round(found) else 0
        if isinstance(found, Group) and found.member:
            members = loop.members if loop is not None and loop.members is not None else ()
            made.values[found.member] = members[number - 1] if 0 < number <= len(members) else None
        group = level.program.links[group].group
    return made


def _is_round(node: AnyNode) -> bool:
    return isinstance(node, Group) and (node.foreach is not None or node.repeat is not None)


def _words(work: Work, node: AnyNode) -> str:
    if isinstance(node, Group):
        titles = in_language(node.titles, work)
        first = next((one for one in node.nodes if isinstance(one, Question | Info)), None)
        found = pieces(titles[0].parts, work, is_masked=True) if titles else ()
        words = plain(found) or (plain(text_of(first.texts, work, is_masked=True)) if first is not None else "")
    elif isinstance(node, Question | Info | End):
        words = plain(text_of(node.texts, work, is_masked=True))
    else:
        words = ""
    line = " ".join(words.split())
    return line if len(line) <= _MOST_CHARACTERS else line[: _MOST_CHARACTERS - 1].rstrip() + "…"
