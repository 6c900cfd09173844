"""The samples in `dialogs/`: without findings, tested whole, and the same on every channel."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scriptengine.checks.phone import LONGEST_SECONDS, spoken_seconds
from scriptengine.checks.walking import choices_of
from scriptengine.cli.lint import findings_of
from scriptengine.cli.reading import program_of
from scriptengine.conducting import Session
from scriptengine.interpreter import (
    Answered,
    Ask,
    Begin,
    Confirmed,
    Continued,
    Effect,
    Ended,
    Event,
    Happened,
    Item,
    Keyed,
    NoInput,
    NoMatch,
    answers_of,
)
from scriptengine.program import Program
from scriptengine.script import Answer, Case, Expect, Question
from scriptengine.testing import run_cases
from scriptengine.testing.givens import taken_apart
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock

FOLDER = Path(__file__).parents[2] / "dialogs"
PROGRAMS = {path.stem: program_of(path) for path in sorted(FOLDER.glob("*.xml"))}
CASES = [(name, case.name) for name, program in PROGRAMS.items() for case in program.script.cases]
CHANNELS = ("desk", "web", "ivr")
NOON = datetime.fromisoformat("2026-01-31T12:00:00")
_MOST_CHOICES = 5
_MOST_STEPS = 50
_AFTER_SILENCE = {"satisfaction-survey": "partial"}  # nobody is handed a silent caller for the sake of a survey


class Result(msgspec.Struct, frozen=True):
    """What is kept of a session."""

    answers: dict[str, Any]
    actions: list[tuple[str, ...]]
    end: str
    outcome: str | None
    disposition: str | None
    queue: str | None


class Customer:
    """Somebody who answers as a test inside a script says: with keys on the phone, elsewhere in writing."""

    def __init__(self, program: Program, case: Case, channel: str, language: str = "en") -> None:
        self._program, self._channel = program, channel
        given, wrong = taken_apart(program, case.givens)
        assert not wrong
        objects = MemoryObjects(program.interfaces)
        for class_name, record in given.records:
            objects.add(class_name, record)
        services = MemoryServices()
        services.results, services.failures = given.results, given.failures
        self._ports = objects, services, services, SetClock(given.now or NOON)
        self.session = Session(program, *self._ports)
        self.ask: Ask | None = None
        self.ended: Ended | None = None
        self.asked: list[Ask] = []
        caller = given.context.get("caller")
        self.send(Begin("one", channel, given.language or language, given.values, caller=caller))

    def send(self, event: Event) -> None:
        """An event, and what it leads to; what is read back is right."""
        effects: list[Effect] = self.session.send(event)
        self.ask = next((effect for effect in effects if isinstance(effect, Ask)), None)
        self.ended = next((effect for effect in effects if isinstance(effect, Ended)), self.ended)
        if self.ask is not None:
            self.asked.append(self.ask)
        if self.ask is not None and self.ask.kind == "confirm":
            self.send(Keyed("1") if self._channel == "ivr" else Confirmed())

    def answer(self, step: Answer) -> None:
        """Answer a question; what needs no answer is passed on the way to it."""
        for _ in range(_MOST_STEPS):
            assert self.ask is not None, f"{step.question} is not asked on {self._channel}"
            item = next((item for item in self.ask.items if item.question == step.question), None)
            if item is not None:
                is_keyed = self._channel == "ivr" and step.value
                self.send(Keyed(_keys(item, step.value)) if is_keyed else Answered({step.question: step.value or None}))
                return
            self.send(Continued())
        raise AssertionError(f"{step.question} is never asked on {self._channel}")

    def asks_for_a_person(self) -> Ended | None:
        """What comes of it when a person is asked for here; the session itself stays where it is."""
        aside = Session(self._program, *self._ports, self.session.state)
        return next((one for one in aside.send(Happened("person")) if isinstance(one, Ended)), None)

    def misses(self, event: NoInput | NoMatch) -> Ended | None:
        """What comes of it when nothing, or nothing fitting, is keyed here three times."""
        aside = Session(self._program, *self._ports, self.session.state)
        effects = [effect for _ in range(3) for effect in aside.send(event)]
        return next((one for one in effects if isinstance(one, Ended)), None)

    def result(self) -> Result:
        """What is kept."""
        assert self.ended is not None, f"the session stands at {self.ask.node if self.ask else 'nothing'}"
        actions = [
            (one.kind, one.when, one.service, one.operation, one.class_name, repr(one.arguments), repr(one.record))
            for one in self.session.performed
        ]
        told = answers_of(self._program, self.session.state)
        answers = {name: value for name, value in told.items() if value is not None}  # not asked or left empty
        end = self.ended
        return Result(answers, actions, end.node, end.outcome, end.disposition, end.queue)


def _keys(item: Item, value: str) -> str:
    """What somebody keys to give an answer."""
    if item.options:
        return next(option.key for option in item.options if option.value == value)
    if item.type in ("yesno", "consent"):
        return {"yes": "1", "no": "2"}[value]
    if item.type == "date":
        year, month, day = value.split("-")
        return day + month + year
    return value.replace(".", "*")


def _case(name: str, case: str) -> tuple[Program, Case]:
    program = PROGRAMS[name]
    return program, next(one for one in program.script.cases if one.name == case)


def _played(program: Program, case: Case, channel: str) -> Customer:
    customer = Customer(program, case, channel)
    for step in case.steps:
        if isinstance(step, Answer):
            customer.answer(step)
    while customer.ask is not None and customer.ask.kind == "info":
        customer.send(Continued())
    return customer


def test_there_are_samples() -> None:
    assert {
        "power-outage",
        "meter-reading",
        "moving-house",
        "complaint",
        "satisfaction-survey",
        "sales-campaign",
        "card-lost",
    } <= set(PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_lint_finds_nothing(name: str) -> None:
    assert findings_of(FOLDER / f"{name}.xml", [], None) == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_own_tests_pass_and_reach_every_node(name: str) -> None:
    program = PROGRAMS[name]
    results, coverage = run_cases(program)
    assert {result.name: result.findings for result in results if result.findings} == {}
    only_on_events = {"person", "silent"}  # tests inside scripts cannot wish for a person, nor be silent
    assert {node.id for node in program.script.all_nodes()} <= coverage.nodes | only_on_events


@pytest.mark.parametrize(("name", "case"), CASES)
def test_same_answers_mean_the_same_on_every_channel(name: str, case: str) -> None:
    program, played = _case(name, case)
    desk, web, phone = (_played(program, played, channel).result() for channel in CHANNELS)
    assert desk == web == phone
    wanted = [step.node for step in played.steps if isinstance(step, Expect) and step.node is not None]
    assert wanted[-1] == desk.end


@pytest.mark.parametrize(("name", "case"), CASES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_person_is_in_reach_everywhere(name: str, case: str, channel: str) -> None:
    program, played = _case(name, case)
    customer = Customer(program, played, channel)
    for step in played.steps:
        if not isinstance(step, Answer):
            continue
        reached = customer.asks_for_a_person()
        assert reached is not None
        assert (reached.outcome, bool(reached.queue)) == ("transfer", True)
        customer.answer(step)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_who_keys_nothing_fitting_comes_to_a_person(name: str, case: str) -> None:
    program, played = _case(name, case)
    customer = Customer(program, played, "ivr")
    for step in played.steps:
        if isinstance(step, Answer):
            silent, wrong = customer.misses(NoInput()), customer.misses(NoMatch())
            assert silent is not None
            assert wrong is not None
            assert silent.outcome == wrong.outcome == _AFTER_SILENCE.get(name, "transfer")
            customer.answer(step)


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_the_phone_says_is_short(name: str) -> None:
    """A question with all its choices is one prompt for who listens: twice the longest single one is the limit."""
    script = PROGRAMS[name].script
    asked = [node for node in script.all_nodes() if isinstance(node, Question) and "ivr" in (node.channels or ["ivr"])]
    for node in asked:
        choices = choices_of(script, node)
        assert len(choices) <= _MOST_CHOICES, node.id
        for language in script.languages:
            own = [one for one in node.prompts if one.language == language]
            assert own, f"{node.id} has no prompt in {language}"
            spoken = own + [one for choice in choices for one in choice.prompts if one.language == language]
            assert sum(spoken_seconds(one) for one in spoken) <= 2 * LONGEST_SECONDS, node.id


@pytest.mark.parametrize(("name", "case"), CASES)
def test_hints_are_for_agents_alone(name: str, case: str) -> None:
    program, played = _case(name, case)
    for channel in ("web", "ivr"):
        asked = _played(program, played, channel).asked
        assert [item.question for ask in asked for item in ask.items if item.hints] == []
