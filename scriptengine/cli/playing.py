"""A session at the terminal: the ports, the answers so far, and what would have been with another answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from scriptengine.conducting import Session
from scriptengine.findings import Finding
from scriptengine.interpreter import (
    Answered,
    Ask,
    Begin,
    Confirmed,
    Continued,
    Effect,
    Ended,
    Event,
    Item,
    Notice,
    answers_of,
)
from scriptengine.program import Program
from scriptengine.script import Given as GivenElement, Place
from scriptengine.testing.givens import taken_apart
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock

_MOST_STEPS = 10_000


class Playing:
    """A session with ports in memory. `ask`: where it stands, None: it is over; `ended`: how.

    `zone`: of the company; None: moments of another zone are refused.
    """

    def __init__(self, program: Program, given: Mapping[str, str], now: datetime, zone: tzinfo | None = None) -> None:
        self.program = program
        place = program.script.place
        elements = [GivenElement(place=place, name=name, value=value) for name, value in given.items()]
        self.given, self.wrong = taken_apart(program, elements)
        self._texts, self._now, self._zone = dict(given), now, zone
        objects, self.services = MemoryObjects(program.interfaces), MemoryServices()
        for class_name, record in self.given.records:
            objects.add(class_name, record)
        self.services.results, self.services.failures = self.given.results, self.given.failures
        clock = SetClock((self.given.now or now).replace(tzinfo=zone))
        self.session = Session(program, objects, self.services, self.services, clock)
        self.objects = objects
        self.ask: Ask | None = None
        self.ended: Ended | None = None
        self.effects: list[Effect] = []

    def begin(self, channel: str, language: str) -> None:
        """Begin the session."""
        context = self.given.context
        self.send(
            Begin(
                "run",
                channel,
                language or self.given.language,
                self.given.values,
                caller=context.get("caller"),
                queue=context.get("queue"),
                agent=context.get("agent"),
            )
        )

    def send(self, event: Event) -> None:
        """An event, with everything that follows from it."""
        self.effects = self.session.send(event)
        asked = next((effect for effect in self.effects if isinstance(effect, Ask)), None)
        self.ended = next((effect for effect in self.effects if isinstance(effect, Ended)), self.ended)
        if asked is not None or self.session.state.core.stop is None or self.session.state.core.status != "running":
            self.ask = asked

    def notices(self) -> list[str]:
        """What went wrong in the last step, or was refused."""
        return [effect.text for effect in self.effects if isinstance(effect, Notice)]

    def problems(self) -> dict[str, str]:
        """Question to what is wrong with its answer."""
        return {item.question: item.problem for item in self.items() if item.problem}

    def items(self) -> tuple[Item, ...]:
        """The questions that are asked now."""
        return self.ask.items if self.ask is not None else ()

    def answered_from(self, answers: Any) -> Finding | None:
        """Answer from a file until it is over; what stops it, None: nothing. `answers`: with `take(id, name)`."""
        for _ in range(_MOST_STEPS):
            if self.ask is None:
                return None
            stopped = self._answer_one(self.ask, answers)
            if stopped is not None:
                return self._place(self.ask).finding("R01", *stopped)
        return self.program.script.place.finding("R01", "The script goes round.", "Give an answer that leads out.")

    def _place(self, ask: Ask | None) -> Place:
        """Of the question at which it stands; of the whole script, if that is inside a sub-dialog."""
        wrong = {item.question for item in ask.items if item.problem} if ask is not None else set()
        ids = [*sorted(wrong), ask.node] if ask is not None and "/" not in ask.stop else []
        return next((self.program.node(id).place for id in ids if id in self.program.links), self.program.script.place)

    def _answer_one(self, ask: Ask, answers: Any) -> tuple[str, str] | None:
        if ask.kind == "confirm":
            self.send(Confirmed())
            return None
        if ask.kind == "info":
            self.send(Continued())
            return None
        values: dict[str, Any] = {}
        for item in ask.items:
            is_there, value = answers.take(item.question, item.name)
            if is_there and (ask.kind == "question" or item.value is None):
                values[item.question] = _written(value)
        if not values and ask.kind == "question" and ask.items[0].is_required:
            return f"The question {ask.node} has no answer.", f'Give one: {{"{ask.node}": "..."}}.'
        before = ask.stop, tuple(item.question for item in ask.items)
        self.send(Answered(values or ({ask.node: None} if ask.kind == "question" else {}), ask.kind == "page"))
        if self.ask is not None and (self.ask.stop, tuple(item.question for item in self.ask.items)) == before:
            problems = self.problems()
            for question, problem in problems.items():
                return f"The answer to {question} is not accepted: {problem}", "Give another one."
            if not self.session.state.core.attempts[1] and ask.kind == "page":
                return f"The page {ask.node} has no answers.", "Give them."
            if self.session.state.core.attempts[1] > len(values):
                return f"The answer to {ask.node} is not accepted.", "Give another one."
        return None

    def what_if(self, question: str, value: str) -> Playing:
        """A second session in which one answer is another; it stops where an answer is missing."""
        core = self.session.state.core
        known = {answer.question: answer.value for answer in core.answers.values()}
        for answer in self.session.state.inactive.values():
            known.setdefault(answer.question, answer.value)
        other = Playing(self.program, self._texts, self._now, self._zone)
        other.begin(core.channel, core.language)
        other.answered_from(_Known({**known, question: value}))
        return other

    def told(self) -> dict[str, Any]:
        """What came of it, for JSON."""
        script = self.program.script
        core = self.session.state.core
        actions = [
            {"action": one.kind, "service": one.service, "operation": one.operation, "class": one.class_name,
             "when": one.when, "arguments": one.arguments or one.record}
            for one in self.session.performed
        ]  # fmt: skip
        return {
            "script": script.id,
            "version": script.version,
            "channel": core.channel,
            "language": core.language,
            "node": core.end or (core.stop.node if core.stop is not None else ""),
            "outcome": self.ended.outcome if self.ended is not None else None,
            "disposition": self.ended.disposition if self.ended is not None else None,
            "queue": self.ended.queue if self.ended is not None else None,
            "answers": answers_of(self.program, self.session.state),
            "results": self.ended.results if self.ended is not None else {},
            "actions": [{name: value for name, value in one.items() if value} for one in actions],
        }


class _Known:
    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def take(self, question: str, _name: str) -> tuple[bool, Any]:
        """The answer of a question, each time."""
        return question in self._values, self._values.get(question)


def _written(value: Any) -> Any:
    """A record is answered by its key, which only its own question knows: as it was shown."""
    return next(iter(value.values()), None) if isinstance(value, dict) else value
