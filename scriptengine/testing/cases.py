"""Runs the tests inside a script: what is given, what is answered, what is expected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from scriptengine.conducting import Session
from scriptengine.expressions import Expression
from scriptengine.findings import Finding
from scriptengine.interpreter import (
    Answered,
    Ask,
    Begin,
    Confirmed,
    Continued,
    Effect,
    Event,
    Notice,
)
from scriptengine.interpreter.work import Work
from scriptengine.program import Program
from scriptengine.script import Answer, Case, Expect
from scriptengine.suggesting import did_you_mean
from scriptengine.testing.coverage import Coverage
from scriptengine.testing.givens import Given, taken_apart
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock

TODAY = datetime.fromisoformat("2026-01-31T10:00:00")
"""What time it is in a test that says nothing about it: the same every day."""
_MOST_STEPS = 200


class CaseResult(msgspec.Struct, frozen=True):
    """What came of one test. `findings` empty: it passed."""

    name: str
    line: int
    findings: tuple[Finding, ...]


def run_cases(program: Program) -> tuple[list[CaseResult], Coverage]:
    """Every test of a script, and what all of them together have passed."""
    coverage = Coverage(program.script.id)
    return [run_case(program, case, coverage) for case in program.script.cases], coverage


def run_case(program: Program, case: Case, coverage: Coverage) -> CaseResult:
    """One test, to its end or to the first thing that is not as expected."""
    run = _Run(program, case, coverage)
    return CaseResult(case.name, case.place.line, tuple(run.findings()))


class _Run:
    def __init__(self, program: Program, case: Case, coverage: Coverage) -> None:
        self._program = program
        self._case = case
        self._coverage = coverage
        self._objects = MemoryObjects(program.interfaces)
        self._services = MemoryServices()
        self._given, self._wrong = taken_apart(program, case.givens)
        for class_name, record in self._given.records:
            self._objects.add(class_name, record)
        self._services.results = self._given.results
        self._services.failures = self._given.failures
        clock = SetClock(self._given.now or TODAY)
        self._session = Session(program, self._objects, self._services, self._services, clock)
        self._ask: Ask | None = None
        self._notices: list[str] = []
        self._wait = 0

    def findings(self) -> list[Finding]:
        """What is not as expected; at most one, for what follows would be misleading."""
        if self._wrong:
            return self._wrong
        self._send(_begin(self._case, self._given))
        for step in self._case.steps:
            found = self._answer(step) if isinstance(step, Answer) else self._expect(step)
            if found is not None:
                return [found]
        return list(self._last_refused())

    def _send(self, event: Event) -> None:
        effects: list[Effect] = self._session.send(event)
        self._coverage.add(effects)
        self._ask = next((effect for effect in effects if isinstance(effect, Ask)), None)
        self._notices = [effect.text for effect in effects if isinstance(effect, Notice)]
        self._wait += 1
        if self._ask is not None and self._wait < _MOST_STEPS:
            if self._ask.kind == "confirm":
                self._send(Confirmed())
            elif self._ask.stop in self._given.inner:
                item = self._ask.items[0].question if self._ask.items else ""
                self._send(Answered({item: self._given.inner.pop(self._ask.stop)}))

    def _answer(self, step: Answer) -> Finding | None:
        self._wait = 0
        self._pass_by(step.question)
        if self._ask is None or step.question not in self._here():
            message = f'Test "{self._case.name}": {step.question} is not asked; the session {self._where()}.'
            return step.place.finding("T01", message, self._hint(), attribute="question")
        self._send(Answered({step.question: step.value or None}))
        return None

    def _last_refused(self) -> Iterator[Finding]:
        """A test that ends with an answer which was not accepted expects nothing, and would pass with any answer."""
        last = self._case.steps[-1] if self._case.steps else None
        items = self._ask.items if self._ask is not None else ()
        for item in items if isinstance(last, Answer) else ():
            if isinstance(last, Answer) and item.question == last.question and item.problem:
                message = f'Test "{self._case.name}": the answer to {last.question} is not accepted.'
                yield last.place.finding("T01", message, item.problem, attribute="value")

    def _expect(self, step: Expect) -> Finding | None:
        self._wait = 0
        if step.node is None and step.test is None and step.call is None:
            message = f'Test "{self._case.name}": this expects nothing, and would always hold.'
            return step.place.finding("T02", message, 'Write node="...", test="..." or call="...".')
        if step.node is not None:
            self._pass_by(step.node)
            if step.node not in self._here():
                message = f'Test "{self._case.name}" expects {step.node}; the session {self._where()}.'
                return step.place.finding("T01", message, self._hint(), attribute="node")
        if step.test is not None:
            sentence = self._explained(step)
            if sentence is not None:
                message = f'Test "{self._case.name}": {step.test} does not hold.'
                return step.place.finding("T01", message, sentence, attribute="test")
        if step.call is not None and step.call not in self._calls():
            message = f'Test "{self._case.name}" expects the call {step.call}, which was not made.'
            services = self._program.interfaces.services.items()
            there = [f"{name}.{operation}" for name, service in services for operation in service.operations]
            hint = did_you_mean(step.call, self._calls() or ([] if step.call in there else there))
            return step.place.finding("T01", message, hint, attribute="call")
        return None

    def _pass_by(self, wanted: str) -> None:
        """Go on from what needs no answer, until the wanted node is there."""
        for _ in range(_MOST_STEPS):
            if self._ask is None or wanted in self._here():
                return
            before = self._ask
            if before.kind == "question" and before.items[0].is_required:
                return
            self._send(Continued())
            if self._ask is not None and self._ask.stop == before.stop:
                return

    def _here(self) -> set[str]:
        """The nodes at which the session stands."""
        core = self._session.state.core
        if self._ask is None:
            return {core.end} - {""}
        return {self._ask.node, *(item.question for item in self._ask.items)}

    def _where(self) -> str:
        core = self._session.state.core
        if self._ask is not None:
            return f"stands at {self._ask.node}"
        return f"has ended at {core.end}" if core.end else "has ended without an end"

    def _hint(self) -> str:
        problems = [item.problem for item in self._ask.items if item.problem] if self._ask is not None else []
        return " ".join([*problems, *(f"{notice[:1].upper()}{notice[1:]}." for notice in self._notices)])

    def _explained(self, step: Expect) -> str | None:
        """Why an expectation does not hold; None: it holds."""
        expression = self._program.read(step, "test")
        state = self._session.state
        names = Work(self._program, state.core, state.done, self._given.now or TODAY)
        if not names.levels:
            return "The session ended before it had begun."
        names.pop(0)
        values = names.names()
        if expression is None:
            return "The expression cannot be used."
        if expression.evaluate(values):
            return None
        return expression.explain(values) if isinstance(expression, Expression) else ""

    def _calls(self) -> list[str]:
        """What was called, and what waits in the outbox for the end."""
        waiting = [entry.perform for entry in self._session.state.core.outbox]
        return [f"{one.service}.{one.operation}" for one in (*self._session.performed, *waiting) if one.kind == "call"]


def _begin(case: Case, given: Given) -> Begin:
    context: dict[str, Any] = given.context
    return Begin(
        f"test:{case.name}",
        case.channel,
        given.language,
        given.values,
        caller=context.get("caller"),
        queue=context.get("queue"),
        agent=context.get("agent"),
    )
