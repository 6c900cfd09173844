"""One list of answers, played on desk, web and phone: the same script, seen three ways.

Surfaces differ: the desk shows five questions on one page, the phone asks them one by one and wants to know whether
each is right; a question may not exist on the web. So an answer belongs to a question, not to a moment: each surface
takes it when it asks that question, and waits where it asks one that has no answer yet. What a surface alone wants
(going on from a page, "that is right") it takes by itself when later answers are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from scriptengine.conducting import Session
from scriptengine.findings import Finding
from scriptengine.interpreter import (
    Answered,
    Ask,
    Begin,
    Chosen,
    Confirmed,
    Continued,
    Effect,
    Ended,
    Event,
    Happened,
    Keyed,
    NoInput,
    NoMatch,
    Notice,
    Rested,
)
from scriptengine.program import Program
from scriptengine.script import Given as GivenElement
from scriptengine.testing.givens import Given, taken_apart
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock

CHANNELS = ("desk", "web", "ivr")
MOST_STEPS = 500
_PHONE_ALONE = ("keys", "silence", "nonsense")


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person did. `turn`: rises by one with each time something was sent; Back takes the last turn away.

    `kind`: `answer` (`node`: the question, `value` None: left open), `press` (a button, `value` its number), `on` (go
    on from a page or info `node`), `right` (`value`: is it right?), `happened` (`value`: `person` or `hangup`); and on
    the phone alone `keys` (that gave no answer), `silence` and `nonsense`.
    """

    turn: int
    kind: Literal["answer", "press", "on", "right", "happened", "keys", "silence", "nonsense"]
    node: str
    value: Any = None


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """Where one surface stands. `is_here` false: the script is not for this channel. `actions`: what was done."""

    channel: str
    is_here: bool = True
    ask: Ask | None = None
    ended: Ended | None = None
    notices: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    is_resting: bool = False

    @property
    def node(self) -> str:
        """The node at which it stands; empty: at none."""
        return self.ask.node if self.ask is not None else self.ended.node if self.ended is not None else ""


def given_of(program: Program, lines: Sequence[tuple[str, str]]) -> tuple[Given, list[Finding]]:
    """What is given, by name and value as in a test, and what of it does not fit."""
    place = program.script.place
    return taken_apart(program, [GivenElement(place=place, name=name, value=value) for name, value in lines])


def rehearsed(
    program: Program, given: Given, steps: Sequence[Step], now: datetime, language: str = ""
) -> tuple[Stand, ...]:
    """Where each surface stands after these steps."""
    return tuple(_Surface(program, given, channel, now).stand(steps, language) for channel in CHANNELS)


def answers_in(
    program: Program, given: Given, steps: Sequence[Step], now: datetime, language: str, turn: int, digits: str
) -> list[Step]:
    """What keys on the phone mean, so that the other surfaces understand it: an answer, or keys that fit nothing."""
    surface = _Surface(program, given, "ivr", now)
    before = surface.stand(steps, language).ask
    if before is None or not before.items:
        return []
    item = before.items[0]
    if before.kind == "confirm":
        return (
            [Step(turn, "right", before.node, digits == "1")] if digits in ("1", "2") else _keyed(before, turn, digits)
        )
    surface.send(Keyed(digits))
    core, after = surface.session.state.core, surface.ask
    if after is not None and after.stop == before.stop and after.kind != "confirm" and after.attempt > before.attempt:
        return _keyed(before, turn, digits)
    if core.stop is not None and core.stop.kind == "confirm" and core.stop.key == before.stop:
        return [Step(turn, "answer", item.question, msgspec.to_builtins(core.stop.value))]
    answer = core.answers.get(before.stop)
    if answer is None:
        return _keyed(before, turn, digits)
    return [Step(turn, "answer", item.question, msgspec.to_builtins(answer.value))]


def _keyed(ask: Ask, turn: int, digits: str) -> list[Step]:
    return [Step(turn, "keys", ask.node, digits)]


class _Surface:
    """One session on one channel, with ports in memory."""

    def __init__(self, program: Program, given: Given, channel: str, now: datetime) -> None:
        self._program, self._given, self._channel = program, given, channel
        objects, services = MemoryObjects(program.interfaces), MemoryServices()
        for class_name, record in given.records:
            objects.add(class_name, record)
        services.results, services.failures = given.results, given.failures
        self.session = Session(program, objects, services, services, SetClock(given.now or now))
        self.ask: Ask | None = None
        self._ended: Ended | None = None
        self._notices: list[str] = []
        self._is_resting = False
        self._left: list[tuple[int, Step]] = []
        self._last = -1

    def stand(self, steps: Sequence[Step], language: str) -> Stand:
        """Plays the steps, as far as this surface comes."""
        if self._channel not in self._program.script.channels:
            return Stand(channel=self._channel, is_here=False)
        context = self._given.context
        self.send(
            Begin(
                "preview", self._channel, language or self._given.language, self._given.values,
                caller=context.get("caller"), queue=context.get("queue"), agent=context.get("agent"),
            )
        )  # fmt: skip
        own = ((place, step) for place, step in enumerate(steps) if self._is_for_here(step))
        self._left = list(own)
        for _ in range(MOST_STEPS):
            event = self._next(self.ask) if self.ask is not None and not self._is_resting else None
            if event is None:
                break
            self.send(event)
        return Stand(
            channel=self._channel,
            ask=self.ask,
            ended=self._ended,
            notices=tuple(self._notices),
            actions=tuple(self._actions()),
            is_resting=self._is_resting,
        )

    def send(self, event: Event) -> None:
        """An event, with everything that follows from it."""
        effects: list[Effect] = self.session.send(event)
        self.ask = next((effect for effect in effects if isinstance(effect, Ask)), None)
        self._ended = next((effect for effect in effects if isinstance(effect, Ended)), self._ended)
        self._is_resting = any(isinstance(effect, Rested) for effect in effects)
        self._notices = [effect.text for effect in effects if isinstance(effect, Notice)]

    def _next(self, ask: Ask) -> Event | None:
        """What comes next of the steps that are left; None: nothing that fits."""
        event = self._fitting(ask)
        if event is not None:
            return event
        later = next((s for place, s in self._left if place > self._last and s.kind in ("answer", "happened")), None)
        if later is not None and later.kind == "happened":
            taken = self._take("happened", later.node)
            return Happened(str(taken.value)) if taken is not None else None
        return None if later is None else self._by_itself(ask)

    def _by_itself(self, ask: Ask) -> Event | None:
        """Later answers are there: what is in their way on this surface alone is passed."""
        if ask.kind == "confirm":
            return Confirmed()
        if ask.kind == "info" or (ask.kind == "question" and not ask.items[0].is_required):
            return Continued()
        if ask.kind == "page" and all(item.value is not None or not item.is_required for item in ask.items):
            return Continued()
        return None

    def _fitting(self, ask: Ask) -> Event | None:
        if ask.kind == "confirm":
            taken = self._take("right", ask.node)
            return Confirmed(bool(taken.value)) if taken is not None else None
        if ask.kind == "page":
            values = {
                item.question: taken.value
                for item in ask.items
                if (taken := self._take("answer", item.question)) is not None
            }
            is_on = self._take("on", ask.node) is not None
            if values:
                return Answered(values, is_on)
            return Continued() if is_on else self._pressed(ask)
        if ask.kind == "info":
            return self._pressed(ask) or (Continued() if self._take("on", ask.node) is not None else None)
        return self._pressed(ask) or self._answered(ask)

    def _pressed(self, ask: Ask) -> Event | None:
        taken = self._take("press", ask.node) if ask.buttons else None
        return Chosen(taken.value) if taken is not None and isinstance(taken.value, int) else None

    def _answered(self, ask: Ask) -> Event | None:
        """The first thing that was done at this question."""
        step = self._first(ask.node, "answer", *_PHONE_ALONE)
        if step is None:
            return None
        if step.kind == "answer":
            return Answered({ask.node: step.value})
        if step.kind == "keys":
            return Keyed(str(step.value))
        return NoInput() if step.kind == "silence" else NoMatch()

    def _take(self, kind: str, node: str) -> Step | None:
        """The first step of this kind at a node, taken out of what is left."""
        return self._first(node, kind)

    def _first(self, node: str, *kinds: str) -> Step | None:
        for index, (place, step) in enumerate(self._left):
            if step.node == node and step.kind in kinds:
                self._left.pop(index)
                self._last = max(self._last, place)
                return step
        return None

    def _is_for_here(self, step: Step) -> bool:
        return self._channel == "ivr" or step.kind not in _PHONE_ALONE

    def _actions(self) -> list[str]:
        return [
            f"{one.service}.{one.operation} ({one.when})" if one.kind == "call" else f"{one.kind} {one.class_name}"
            for one in self.session.performed
        ]


def steps_of(case_answers: Sequence[tuple[str, str]], turn: int = 1) -> list[Step]:
    """The answers of a test as steps, a turn for each."""
    return [Step(turn + place, "answer", node, value or None) for place, (node, value) in enumerate(case_answers)]
