"""A page that is handed in bit by bit comes to what it would come to as a whole, question by question from above.

So does the phone, where each question comes when those above are answered: an answer above that is changed, or comes
late, takes those below away that are not asked any more, and what an answer does is done for the last one only.
"""

from __future__ import annotations

from typing import Any

from scriptengine.interpreter.events import Answered
from scriptengine.interpreter.state import State
from scriptengine.interpreter.work import Work
from scriptengine.program import Program
from scriptengine.script import Group, Question


def began_at(state: State) -> int:
    """Where on the path the visit to the page at which the session stands begins; the path's length: with what comes
    next."""
    key = state.core.stop.key if state.core.stop is not None else ""
    place = len(state.path)
    while place > 0 and state.journal[state.path[place - 1]].stop == key:
        place -= 1
    return place


def whole_page(program: Program, state: State, event: Answered) -> Answered | None:
    """What was handed in of the page so far, with `event` over it; None: the event adds to it only below what is there,
    and can be taken by itself."""
    if state.core.stop is None or state.core.stop.kind != "page":
        return None
    before: dict[str, Any] = {}
    for number in state.path[began_at(state) :]:
        earlier = state.journal[number].event
        if isinstance(earlier, Answered):
            before |= earlier.values
    if not before:
        return None
    work = Work(program, state.core, state.done, state.journal[-1].at)
    group = work.level.program.node(state.core.stop.node)
    asked = [node for node in group.nodes if isinstance(node, Question)] if isinstance(group, Group) else []
    kept = [place for place, node in enumerate(asked) if node.id in before and work.key(node) in state.core.answers]
    news = [
        place
        for place, node in enumerate(asked)
        if node.id in event.values and not (place in kept and before[node.id] == event.values[node.id])
    ]
    if not kept or not news or min(news) > max(kept):
        return None
    return Answered({asked[place].id: before[asked[place].id] for place in kept} | event.values, event.is_complete)
