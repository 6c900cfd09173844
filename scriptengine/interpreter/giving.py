"""What people give: answers, keys, confirmations, buttons; and what follows from nothing fitting, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scriptengine.answering.keys import NO, YES, written
from scriptengine.answering.problems import OWN, Problem
from scriptengine.interpreter import acting
from scriptengine.interpreter.asking import accepted, judged, judged_again, options, options_are_ready
from scriptengine.interpreter.effects import Speech, Spoken
from scriptengine.interpreter.events import Answered
from scriptengine.interpreter.presenting import questions
from scriptengine.interpreter.rendering import speech_of
from scriptengine.interpreter.state import Stop
from scriptengine.interpreter.walking import go_on, next_round, walk, walk_from
from scriptengine.interpreter.work import Diverted, Refused, Work
from scriptengine.script import Group, Info, NoInput as NoInputElement, NoMatch as NoMatchElement, Question


def answered(work: Work, stop: Stop, event: Answered) -> None:
    """Answers to the question or the page at which the session stands."""
    node = work.level.program.node(stop.node)
    if stop.kind == "page" and isinstance(node, Group):
        _page(work, node, event)
    elif stop.kind in ("question", "confirm") and isinstance(node, Question):
        if set(event.values) != {node.id}:
            raise Refused(f"the question here is {node.id}")
        _single(work, node, event.values[node.id])
    else:
        raise Refused("there is no question here")


def _single(work: Work, question: Question, answer: Any) -> None:
    value = judged(work, question, answer)
    if isinstance(value, Problem):
        if work.channel == "ivr":
            _refused_by_voice(work, question, value)
        else:
            work.problems = {question.id: value.said(work.language)}
            work.stop = Stop(work.key(question), question.id, "question")
        return
    asks = question.confirm == "always" or (question.confirm == "voice" and work.channel == "ivr")
    if asks and value is not None:
        work.stop = Stop(work.key(question), question.id, "confirm", value)
        work.problems = {}
        return
    _accept(work, question, value)


def _refused_by_voice(work: Work, question: Question, problem: Problem) -> None:
    """Ask again; a constraint's own sentence is said first, where no `nomatch` has a prompt of its own."""
    here = Stop(work.key(question), question.id, "question")
    missed(work, here, 1)
    if problem.code == OWN and not work.speech and work.stop == here:
        work.speech = (Speech((Spoken("text", problem.said(work.language)),)),)


def _accept(work: Work, question: Question, value: Any) -> None:
    work.said, work.heard = [], []
    try:
        after = accepted(work, question, value)
    except Diverted as diverted:
        _led_away(work, diverted)
        return
    go_on(work, question, after)


def _led_away(work: Work, diverted: Diverted) -> None:
    """An answer was accepted, and something that it does has failed."""
    work.said, work.heard = [], []
    work.pop(diverted.depth)
    walk(work, diverted.node)


def _page(work: Work, group: Group, event: Answered) -> None:
    strangers = set(event.values) - {node.id for node in group.nodes if isinstance(node, Question)}
    if strangers:
        raise Refused(f"the page has no question {min(strangers)}")
    try:
        problems = _taken_down(work, group, event)
    except Diverted as diverted:
        _led_away(work, diverted)
        return
    if problems or _open_ones(work, group):
        work.problems = problems
        return
    work.said, work.heard, work.problems = [], [], {}
    walk_from(work, lambda: next_round(work, group))


def _taken_down(work: Work, group: Group, event: Answered) -> dict[str, str]:
    """Accept from above to below what can be; what is wrong with the others, by question. Raises Diverted when
    something that an answer does has failed."""
    problems: dict[str, str] = {}
    for question in [node for node in group.nodes if isinstance(node, Question) and node.id in event.values]:
        if question not in questions(work, group):
            continue  # an answer before it on the page has hidden it
        options_are_ready(work, question)
        value = judged(work, question, event.values[question.id])
        if isinstance(value, Problem):
            problems[question.id] = value.said(work.language)
            if question.id not in event.before:
                continue
            value = judged_again(work, question, event.before[question.id])
        if not isinstance(value, Problem) and not _has_answer(work, question, value):
            accepted(work, question, value)
    for question in _open_ones(work, group):
        options_are_ready(work, question)
        if not event.is_complete:
            continue
        value = judged(work, question, None)
        if isinstance(value, Problem):
            problems.setdefault(question.id, value.said(work.language))
        elif question.id not in problems:
            accepted(work, question, None)
    return problems


def _open_ones(work: Work, group: Group) -> list[Question]:
    """The questions of a page that are to be seen and have no answer."""
    return [question for question in questions(work, group) if work.key(question) not in work.answers]


def _has_answer(work: Work, question: Question, value: Any) -> bool:
    """Whether it was answered so already: a page that comes again because of another answer brings all it has, and
    nothing is done twice for that."""
    before = work.answers.get(work.key(question))
    return before is not None and before.value == value


def keyed(work: Work, stop: Stop, digits: str) -> None:
    """Keys; they become an answer, or fit nothing."""
    if stop.kind == "confirm":
        if digits in (YES, NO):
            confirmed(work, stop, digits == YES)
        else:
            missed(work, stop, 1)
        return
    question = work.level.program.node(stop.node)
    if stop.kind != "question" or not isinstance(question, Question):
        raise Refused("there is no question for keys here")
    keys = {option.key: option.value for option in options(work, question) if option.key}
    answer = written(question.type, digits, keys, work.language)
    if answer is None:
        missed(work, stop, 1)
    else:
        _single(work, question, answer)


def confirmed(work: Work, stop: Stop, is_right: bool) -> None:
    """Whether what was asked back is right."""
    question = work.level.program.node(stop.node)
    if stop.kind != "confirm" or not isinstance(question, Question):
        raise Refused("there is nothing to confirm")
    if is_right:
        _accept(work, question, stop.value)
    else:
        work.stop = Stop(stop.key, stop.node, "question")


def chosen(work: Work, stop: Stop, button: int) -> None:
    """A button."""
    node = work.level.program.node(stop.node)
    goes = node.goes if isinstance(node, Question | Info) and work.channel != "ivr" else ()
    if not 0 <= button < len(goes) or goes[button].label is None:
        raise Refused(f"there is no button {button}")
    if not work.holds(goes[button], goes[button].condition):
        raise Refused(f"the button {button} is not offered now")
    work.said, work.heard = [], []
    walk_from(work, lambda: acting.taken(work, goes[button]))


def continued(work: Work, stop: Stop) -> None:
    """Go on without an answer, where none is needed."""
    node = work.level.program.node(stop.node)
    if stop.kind == "page":
        answered(work, stop, Answered({}, True))
    elif isinstance(node, Info):
        work.said, work.heard = [], []
        go_on(work, node)
    elif isinstance(node, Question) and stop.kind == "question":
        _single(work, node, None)
    else:
        raise Refused("it has to be confirmed or refused")


def missed(work: Work, stop: Stop, which: int) -> None:
    """Nothing, or nothing fitting, for the n-th time: the handler with the highest count not above n."""
    counts = list(work.attempts)
    counts[which] += 1
    work.attempts = (counts[0], counts[1])
    work.stop = stop
    node = work.level.program.node(stop.node)
    if not isinstance(node, Question):
        return
    handlers: Sequence[NoInputElement | NoMatchElement] = node.nomatches if which else node.noinputs
    fitting = [one for one in handlers if one.count <= counts[which]]
    if not fitting:
        return
    found = max(fitting, key=lambda one: one.count)
    work.speech = speech_of(found.prompts, work, counts[which])
    if found.go is None or not work.holds(found.go, found.go.condition):
        handled(work, found.actions)
        return
    go = found.go

    def leave() -> str:
        acting.run(work, found.actions)
        return acting.taken(work, go)

    work.said, work.heard = [], []
    walk_from(work, leave)


def handled(work: Work, actions: Any) -> None:
    """Actions that leave the session where it is, unless one of them fails."""
    try:
        acting.run(work, actions)
    except Diverted as diverted:
        work.pop(diverted.depth)
        walk(work, diverted.node)
