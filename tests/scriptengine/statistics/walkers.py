"""Sessions of real scripts: somebody answers what a test of the script answers, goes back now and then, or leaves."""

from random import Random

from scriptengine.conducting import Session
from scriptengine.interpreter import Answered, Ask, Back, Begin, Closed, Confirmed, Continued, Ended, Passed
from scriptengine.program import Program
from scriptengine.statistics import SessionTrace
from scriptengine.testing.cases import TODAY
from scriptengine.testing.givens import taken_apart
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock


def played(program: Program, random: Random, name: str, began: float) -> SessionTrace:
    """A session in which somebody answers what fits, goes back now and then, and sometimes leaves."""
    case = random.choice(program.script.cases)
    given, _ = taken_apart(program, case.givens)
    objects, services = MemoryObjects(program.interfaces), MemoryServices()
    for class_name, record in given.records:
        objects.add(class_name, record)
    services.results, services.failures = given.results, given.failures
    session = Session(program, objects, services, services, SetClock(given.now or TODAY))
    answers = {step.question: step.value for step in case.steps if hasattr(step, "question")}
    steps, at, event = [], began, Begin(name, case.channel, given=given.values)
    end, over = None, None
    for _ in range(60):
        effects = session.send(event)
        steps += [(at, effect.nodes) for effect in effects if isinstance(effect, Passed)]
        end = next((effect for effect in effects if isinstance(effect, Ended)), None)
        if end is not None:
            over = at
            break
        at += random.randrange(1, 30)
        ask = next(effect for effect in effects if isinstance(effect, Ask))
        event = _event(ask, answers, random)
    return SessionTrace(
        session=name, script=program.script.id, version=program.script.version, channel=case.channel, began=began,
        steps=tuple(steps), ended_at=over, end=end.node if end else "", outcome=(end.outcome or "") if end else "",
        disposition=(end.disposition or "") if end else "",
    )  # fmt: skip


def _event(ask: Ask, answers: dict[str, str], random: Random) -> object:
    if random.random() < 0.05:
        return Closed()
    if ask.can_go_back and random.random() < 0.2:
        return Back()
    if ask.kind == "confirm":
        return Confirmed()
    if ask.kind == "info":
        return Continued()
    values = {item.question: answers.get(item.question) for item in ask.items}
    options = {item.question: [option.value for option in item.options] or ["yes", "no"] for item in ask.items}
    return Answered({q: v or random.choice(options[q]) for q, v in values.items()}, True)
