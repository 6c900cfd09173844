"""What happens to a session from outside its questions: events that `on` names, jumps, another language."""

from __future__ import annotations

from typing import Any

from scriptengine.interpreter import acting
from scriptengine.interpreter.giving import handled
from scriptengine.interpreter.resting import language_of, rest
from scriptengine.interpreter.walking import walk_from
from scriptengine.interpreter.work import Refused, Work

_HANG_UP = ("hangup", "hang-up")
_TIME_OUT = ("timeout", "time-out")
_JUMP = ("agent-jump", "jump")
_SPELLINGS = {word: words for words in (_HANG_UP, _TIME_OUT, _JUMP) for word in words}


def happened(work: Work, name: str) -> None:
    """An event that the script may name in `on`; after a hang-up or a time-out that leads nowhere it rests."""
    folded = name.lower()
    found = acting.handler(work, *_SPELLINGS.get(folded, (folded,)))
    if found is not None and work.status == "running":
        _run_handler(work, *found)
        if work.status != "running" or found[0].go is not None:
            return
    if _SPELLINGS.get(folded) in (_HANG_UP, _TIME_OUT):
        rest(work)


def _run_handler(work: Work, on: Any, depth: int) -> None:
    go = on.go if on.go is not None else None
    if go is None:
        _in_level(work, depth, lambda: handled(work, on.actions))
        return

    def leave() -> str:
        work.pop(depth)
        acting.run(work, on.actions)
        return acting.taken(work, go)

    work.said, work.heard = [], []
    walk_from(work, leave)


def _in_level(work: Work, depth: int, act: Any) -> None:
    """Act in an outer script without leaving the inner one."""
    inner = work.levels[depth + 1 :]
    work.pop(depth)
    act()
    for level in inner if work.stop is not None else ():
        work.push(level)


def jump(work: Work, node: str) -> None:
    """An agent goes to any node of the scripts that run."""
    if work.channel != "desk":
        raise Refused("only an agent can jump")
    depth = next(
        (depth for depth in range(len(work.levels) - 1, -1, -1) if node in work.levels[depth].program.links), None
    )
    if depth is None:
        raise Refused(f"there is no node {node}")
    work.said, work.heard = [], []
    found = acting.handler(work, *_JUMP)

    def leave() -> str:
        if found is not None:
            work.pop(max(found[1], depth))
            acting.run(work, found[0].actions)
            if found[0].go is not None:
                work.pop(found[1])
                return acting.taken(work, found[0].go)
        work.pop(depth)
        return node

    walk_from(work, leave)


def speak(work: Work, language: str) -> None:
    """Another language from now on."""
    found = language_of(work.root.script.languages, language)
    if found is None:
        raise Refused(f"the script does not speak {language}")
    work.language = found
    work.problems = {}
    work.names_changed()
    handler = acting.handler(work, "language")
    if handler is not None:
        _run_handler(work, *handler)
