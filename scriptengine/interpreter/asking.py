"""One question: what may be answered, whether an answer is accepted, and what follows from it."""

from __future__ import annotations

from typing import Any

from scriptengine.answering.coercing import coerced
from scriptengine.answering.kinds import parsed
from scriptengine.answering.limits import beyond
from scriptengine.answering.problems import OWN, Problem
from scriptengine.expressions import Record
from scriptengine.interpreter import acting
from scriptengine.interpreter.effects import Notice, Option, Piece
from scriptengine.interpreter.formatting import shown
from scriptengine.interpreter.rendering import label, plain, speech_of
from scriptengine.interpreter.state import Answer
from scriptengine.interpreter.work import Work
from scriptengine.program import question_type
from scriptengine.script import Choice, Question

MAX_OPTIONS = 500
_LISTED = "?"
"""What the name of a list of records begins with, among the values; no name of a script does."""


def options_are_ready(work: Work, question: Question) -> None:
    """Ask for the records of a question of the type `object`; raises Waiting until they are there."""
    if question.type != "object" or question.class_name is None:
        return
    if question.query is not None and work.level.program.read(question, "query") is None:
        work.level.values[_LISTED + question.id] = []  # it cannot be used, which a finding of the program tells
        return
    perform = acting.records_for(work, question, question.class_name, question.query, attribute="query", kind="list")
    result = acting.performed(work, perform)
    record = question_type(question, work.level.program.interfaces)
    found = result.value if isinstance(result.value, list | tuple) else []
    records = [coerced(one, record, work.here) for one in found[:MAX_OPTIONS]]
    work.level.values[_LISTED + question.id] = [one for one in records if one is not None]
    if result.failure:
        acting.told(work, perform.id, f"{question.class_name} cannot be listed: {result.failure}")


def offered(work: Work, question: Question) -> dict[str, Any]:
    """Value to what it is: a Choice, a record, or the value itself; in order."""
    interfaces = work.level.program.interfaces
    if question.type == "object":
        known = interfaces.classes.get(question.class_name or "")
        records = work.level.values.get(_LISTED + question.id) or []
        return {} if known is None else {str(one.get(known.key)): one for one in records}
    choices = work.level.program.choices_of(question)
    if choices is None:
        return {}
    found: dict[str, Any] = {}
    for member in (work.value(choices, "from") or ()) if choices.source is not None else ():
        found[_member_key(member, question)] = member
    found |= {choice.value: choice for choice in choices.choices if work.holds(choice, choice.condition)}
    return dict(list(found.items())[:MAX_OPTIONS])


def _member_key(member: Any, question: Question) -> str:
    if isinstance(member, dict):
        return str(next((value for value in member.values() if value is not None), question.id))
    return str(member)


def options(work: Work, question: Question) -> tuple[Option, ...]:
    """The answers as they are presented, with their keys on the phone."""
    made: list[Option] = []
    written = {one.dtmf for one in offered(work, question).values() if isinstance(one, Choice) and one.dtmf}
    free = [str(number) for number in range(1, 10) if str(number) not in written]
    for value, one in offered(work, question).items():
        if isinstance(one, Choice):
            key = one.dtmf or (free.pop(0) if free else "")
            text = label(one.labels, work, lambda label: label.parts) or (Piece(value),)
            made.append(Option(value, text, key, speech_of(one.prompts, work), one.is_exclusive))
        else:
            type = question_type(question, work.level.program.interfaces)
            words = shown(one, work.language, None, type if isinstance(type, Record) else None) or value
            made.append(Option(value, (Piece(words),), free.pop(0) if free else ""))
    return tuple(made)


def is_required(work: Work, question: Question) -> bool:
    """Whether an answer must be given."""
    if question.required in ("yes", "no"):
        return question.required == "yes"
    return bool(work.value(question, "required"))


def judged(work: Work, question: Question, answer: Any) -> Any:
    """The value of an answer, or a Problem; a text as problem is the script's own sentence."""
    found = offered(work, question)
    value = parsed(question.type, answer, found.keys(), work.here)
    if value is None:
        return Problem("required") if is_required(work, question) else None
    if isinstance(value, Problem):
        return value
    if question.type == "multi":
        alone = next((v for v in value if isinstance(found[v], Choice) and found[v].is_exclusive), None)
        if alone is not None and len(value) > 1:
            return Problem(
                "exclusive", {"value": plain(label(found[alone].labels, work, lambda one: one.parts)) or alone}
            )
    if question.type == "object":
        value = found[value]
    least, most = work.value(question, "min"), work.value(question, "max")
    problem = beyond(question, value, least, most, work.level.program.patterns.get(question.place.number))
    return problem or _constrained(work, question, value)


def _constrained(work: Work, question: Question, value: Any) -> Any:
    """The value if all constraints hold; otherwise the sentence of the first that does not. Warnings are told."""
    if not question.constraints or _holds_plainly(work, question, value):
        return value
    before = work.level.values.get(question.name)
    work.assign(question.name, value)
    try:
        for constraint in question.constraints:
            if work.value(constraint, "test"):
                continue
            sentence = plain(label(constraint.labels, work, lambda one: one.parts))
            if constraint.severity == "error":
                return Problem(OWN, {"sentence": sentence}) if sentence else Problem("constraint")
            work.effects.append(Notice("warning", sentence or Problem("constraint").said(work.language)))
        return value
    finally:
        work.assign(question.name, before)


def _holds_plainly(work: Work, question: Question, value: Any) -> bool:
    """Whether all constraints hold, found out the quick way; False: it has to be looked at closely."""
    program = work.level.program
    if program.calculated:
        return False
    typed = coerced(
        value, program.types.get(question.name), work.here
    )  # another question of this name may have another type
    names = {**work.names(), question.name: typed}
    tests = [program.read(constraint, "test") for constraint in question.constraints]
    return all(test is not None and test.evaluate(names) for test in tests)


def known_value(work: Work, question: Question) -> Any:
    """A value that makes asking needless: reusable and known, or `skip` and there. None: it has to be asked."""
    if question.is_reusable and question.name in work.known:
        value = _written(work, question, work.known[question.name])
        if value is not None:
            return value
    if not question.can_skip:
        return None
    return _written(work, question, first_value(work, question))


def first_value(work: Work, question: Question) -> Any:
    """What the answer begins with: what is bound, what the name already has, or the default; None: nothing."""
    bound = work.value(question, "bind") if question.bind is not None else None
    if bound is not None:
        return bound
    held = work.level.values.get(question.name)
    if held is not None:
        return held
    return work.value(question, "default") if question.default is not None else None


def _written(work: Work, question: Question, value: Any) -> Any:
    """A value that was not answered now, judged like an answer; None: it would not be accepted."""
    if value is None:
        return None
    judgement = judged_again(work, question, as_answered(work, question, value))
    return None if isinstance(judgement, Problem) else judgement


def judged_again(work: Work, question: Question, answer: Any) -> Any:
    """As `judged`; warnings are not told, for nobody has just answered."""
    told = len(work.effects)
    try:
        return judged(work, question, answer)
    finally:
        del work.effects[told:]


def as_answered(work: Work, question: Question, value: Any) -> Any:
    """A value as it is handed in: of a record its key, anything else as it is."""
    if question.type != "object" or not isinstance(value, dict):
        return value
    known = work.level.program.interfaces.classes.get(question.class_name or "")
    return str(value.get(known.key)) if known is not None else None


def accepted(work: Work, question: Question, value: Any) -> str | None:
    """Keep an answer and do what is done when there is one; where the chosen answer itself leads, None: nowhere."""
    work.assign(question.name, value)
    if question.bind is not None and value is not None:
        work.assign(question.bind, value)
    depth = len(work.levels) - 1
    key = work.key(question)
    work.answers.pop(key, None)  # the order is that of answering
    work.answers[key] = Answer(question.id, question.name, value, work.now, work.channel, depth)
    work.attempts, work.problems = (0, 0), {}
    if value is not None and question.filled is not None:
        acting.run(work, question.filled.actions)
    if question.type not in ("choice", "multi") or value is None:
        return None
    found = offered(work, question)
    for one in value if isinstance(value, list) else [value]:
        choice = found.get(one)
        if isinstance(choice, Choice) and choice.go is not None and work.holds(choice.go, choice.go.condition):
            return acting.taken(work, choice.go)
    return None
