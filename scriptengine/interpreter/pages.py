"""A page that is handed in bit by bit comes to what it would come to as a whole, question by question from above.

So does the phone, where each question comes when those above are answered: an answer above that is changed, or comes
late, takes those below away that are not asked any more, and what an answer does is done for the last one only.

What is kept of a page are the answers that were accepted, as the session has them; what was refused is not among them.
So what stood where an answer is refused goes on counting, until a good one comes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scriptengine.interpreter.asking import as_answered
from scriptengine.interpreter.events import Answered, Continued
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


def whole_page(program: Program, state: State, event: Answered | Continued) -> Answered | None:
    """What was accepted of the page so far, with `event` over it; None: all that was handed in of it came from above
    to below, and the event can be taken by itself."""
    stop = state.core.stop
    if stop is None or stop.kind != "page":
        return None
    events = (state.journal[number].event for number in state.path[began_at(state) :])
    before = [earlier.values for earlier in events if isinstance(earlier, Answered)]
    work = Work(program, state.core, state.done, state.journal[-1].at)
    group = work.level.program.node(stop.node)
    asked = [node for node in group.nodes if isinstance(node, Question)] if isinstance(group, Group) else []
    handed_in = set[str]().union(*before)
    kept = {
        node.id: as_answered(work, node, work.answers[key].value)
        for node in asked
        if node.id in handed_in and (key := work.key(node)) in work.answers
    }
    now, is_complete = (event.values, event.is_complete) if isinstance(event, Answered) else ({}, True)
    if _only_adds_below([node.id for node in asked], [*before, now], kept):
        return None
    return Answered(kept | now, is_complete, {id: value for id, value in kept.items() if now.get(id, value) != value})


def _only_adds_below(asked: Sequence[str], bits: Sequence[Mapping[str, Any]], answered: Collection[str]) -> bool:
    """Whether each of the bits of a page brings news only below what was answered in those before it.

    What comes again as it was is no news. A slip is news, for something else may have been changed together with it.
    """
    lowest, handed_in = -1, dict[str, Any]()
    for bit in bits:
        news = [
            place
            for place, id in enumerate(asked)
            if id in bit and not (id in answered and id in handed_in and handed_in[id] == bit[id])
        ]
        if news and news[0] <= lowest:
            return False
        lowest = max([lowest, *(place for place in news if asked[place] in answered)])
        handed_in |= bit
    return True
