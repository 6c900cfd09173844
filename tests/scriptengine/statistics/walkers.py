"""Sessions of real scripts: somebody answers what a test of the script answers, goes back now and then, or leaves."""

from collections.abc import Iterator
from random import Random

from scriptengine.conducting import Session
from scriptengine.interpreter import (
    Answered,
    Ask,
    Back,
    Begin,
    Closed,
    Confirmed,
    Continued,
    Effect,
    Ended,
    Event,
    Left,
    Resumed,
    State,
    Trodden,
)
from scriptengine.program import Program
from scriptengine.statistics import SessionTrace
from scriptengine.statistics.words import trail_of
from scriptengine.testing.cases import TODAY
from scriptengine.testing.givens import taken_apart
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock


def played(program: Program, random: Random, name: str, began: float) -> SessionTrace:
    """A session in which somebody answers what fits, goes back now and then, rests, and sometimes leaves."""
    steps, at, last, channel = [], began, (), ""
    for at, trail, effects, state in walked(program, random, name, began):
        steps += [(at, trail)] if trail else []
        last, channel = effects, channel or state.core.channel
    end = next((effect for effect in last if isinstance(effect, Ended)), None)
    return SessionTrace(
        session=name, script=program.script.id, version=program.script.version, channel=channel, began=began,
        steps=tuple(steps), ended_at=None if end is None else at, end=end.node if end else "",
        outcome=(end.outcome or "") if end else "", disposition=(end.disposition or "") if end else "",
    )  # fmt: skip


def walked(
    program: Program, random: Random, name: str, began: float
) -> Iterator[tuple[float, tuple[Trodden, ...], list[Effect], State]]:
    """Step by step: its moment, what it adds to the trail, its effects, and the session after it."""
    case = random.choice(program.script.cases)
    given, _ = taken_apart(program, case.givens)
    objects, services = MemoryObjects(program.interfaces), MemoryServices()
    for class_name, record in given.records:
        objects.add(class_name, record)
    services.results, services.failures = given.results, given.failures
    session = Session(program, objects, services, services, SetClock(given.now or TODAY))
    answers = {step.question: step.value for step in case.steps if hasattr(step, "question")}
    at, event = began, Begin(name, case.channel, given=given.values)
    for _ in range(60):
        before = session.state
        effects = session.send(event)
        yield at, trail_of(before, session.state, event, effects), effects, session.state
        if session.state.core.status == "ended":
            return
        at += random.randrange(1, 30)
        ask = next((effect for effect in effects if isinstance(effect, Ask)), None)
        event = Resumed() if ask is None else _event(ask, answers, random)


def _event(ask: Ask, answers: dict[str, str], random: Random) -> Event:
    if random.random() < 0.05:
        return Closed()
    if random.random() < 0.05:
        return Left()
    if ask.can_go_back and random.random() < 0.2:
        return Back()
    if ask.kind == "confirm":
        return Confirmed()
    if ask.kind == "info":
        return Continued()
    values = {item.question: answers.get(item.question) for item in ask.items}
    options = {item.question: [option.value for option in item.options] or ["yes", "no"] for item in ask.items}
    return Answered({q: v or random.choice(options[q]) for q, v in values.items()}, True)
