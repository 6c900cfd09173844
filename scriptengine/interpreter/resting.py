"""Where a session begins, rests and goes on, perhaps on another channel."""

from __future__ import annotations

from collections.abc import Sequence

from scriptengine.answering.coercing import coerced
from scriptengine.interfaces import BUILT_IN
from scriptengine.interpreter.effects import Rested
from scriptengine.interpreter.events import Begin, Resumed
from scriptengine.interpreter.presenting import questions
from scriptengine.interpreter.state import Frame, Stop
from scriptengine.interpreter.walking import begin_level, follow, go_on, next_round, page, walk, walk_from
from scriptengine.interpreter.work import Level, Refused, Work, identity
from scriptengine.script import Group, Info, Question


def begin(work: Work, event: Begin) -> None:
    """The first event: names get what is given, and the way begins."""
    if work.status != "new":
        raise Refused("the session has begun already")
    script = work.root.script
    work.status, work.session, work.channel = "running", event.session, event.channel
    work.language = language_of(script.languages, event.language) or script.language
    work.known = event.known
    work.context = {name: coerced(getattr(event, name), BUILT_IN[name]) for name in ("caller", "queue", "agent")}
    work.push(Level(work.root, Frame(identity(work.root), {})))
    begin_level(work, event.given)
    walk(work, script.start)


def rest(work: Work) -> None:
    """Nobody is there; nothing is lost."""
    work.status = "resting"
    work.effects.append(Rested(work.stop.node if work.stop is not None else ""))


def resume(work: Work, event: Resumed) -> None:
    """Somebody goes on, perhaps another person on another channel."""
    work.status = "running"
    if event.language is not None:
        work.language = language_of(work.root.script.languages, event.language) or work.language
    if event.agent is not None:
        work.context = {**work.context, "agent": coerced(event.agent, BUILT_IN["agent"])}
    changed = event.channel is not None and event.channel != work.channel
    work.channel = event.channel or work.channel
    work.names_changed()
    if changed and work.stop is not None:
        _again(work, work.stop)


def _again(work: Work, stop: Stop) -> None:
    """Stand at the same place on another channel; what is not for this channel is passed."""
    node = work.level.program.node(stop.node)
    if isinstance(node, Group):
        if work.channel == "ivr":
            open_ones = [one for one in questions(work, node) if work.key(one) not in work.answers]
            first = open_ones[0].id if open_ones else None
            walk_from(work, lambda: first if first is not None else next_round(work, node))
        else:
            walk_from(work, lambda: page(work, node))
    elif isinstance(node, Info) and work.channel == "ivr":
        go_on(work, node)
    elif isinstance(node, Question):
        if node.channels and work.channel not in node.channels:
            walk_from(work, lambda: follow(work, node.id))
        else:
            work.stop, work.attempts = Stop(stop.key, stop.node, "question"), (0, 0)
            work.problems = {}


def language_of(languages: Sequence[str], wanted: str) -> str | None:
    """The script's language that fits a wish: the same, the same main form, or None."""
    folded = wanted.lower()
    for language in languages:
        if language.lower() == folded:
            return language
    main = folded.partition("-")[0]
    return next((language for language in languages if main and language.lower().partition("-")[0] == main), None)
