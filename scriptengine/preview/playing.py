"""What the page asks for: three surfaces after some steps and what was done on one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from scriptengine.preview.editions import Edition
from scriptengine.preview.rehearsing import MOST_STEPS, Step, answers_in, given_of, rehearsed
from scriptengine.preview.surfaces import surface_of
from scriptengine.preview.wording import words_on


class PlayError(Exception):
    """What the page asks for cannot be played; the text says why."""


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person did on a surface. `kind`: of the `Ask` it stood at, at `node`.

    `values`: answers by question, None: left open. `press`: the number of a button. `keys`: keyed on the phone.
    `happened`: `silence nonsense person hangup`.
    """

    channel: Literal["desk", "web", "ivr"]
    kind: Literal["question", "page", "info", "confirm"]
    node: str
    values: dict[str, str | list[str] | None] = {}
    press: int | None = None
    keys: str | None = None
    happened: Literal["", "silence", "nonsense", "person", "hangup"] = ""


class Play(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that the page knows. `given`: name and value, as in a test. `act` None: only show."""

    given: list[tuple[str, str]] = []
    steps: list[Step] = []
    language: str = ""
    act: Act | None = None


def played(edition: Edition, play: Play, words: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The steps with what was done, and the surfaces as HTML. Raises PlayError."""
    if edition.shown is None:
        return {"steps": [], "surfaces": {}, "nodes": {}, "wrong": []}
    if len(play.steps) >= MOST_STEPS:
        raise PlayError(f"There are more than {MOST_STEPS} steps.")
    program = edition.shown.program
    given, wrong = given_of(program, play.given)
    language = play.language if play.language in program.script.languages else ""
    now = now.replace(tzinfo=None)
    steps = list(play.steps)
    if play.act is not None:
        turn = 1 + max((step.turn for step in steps), default=0)
        if play.act.keys is not None:
            steps += answers_in(program, given, steps, now, language, turn, play.act.keys)
        else:
            steps += _steps(play.act, turn)
    words = words_on(language or program.script.language, words)
    stands = rehearsed(program, given, steps, now, language)
    return {
        "steps": steps,
        "surfaces": {stand.channel: surface_of(stand, words) for stand in stands},
        "nodes": {stand.channel: stand.node for stand in stands},
        "wrong": [f"{finding.message} {finding.hint}".strip() for finding in wrong],
    }


def _steps(act: Act, turn: int) -> list[Step]:
    if act.happened in ("silence", "nonsense"):
        return [Step(turn, "silence" if act.happened == "silence" else "nonsense", act.node)]
    if act.happened:
        return [Step(turn, "happened", act.node, act.happened)]
    if act.press is not None:
        return [Step(turn, "press", act.node, act.press)]
    if act.kind == "confirm":
        return [Step(turn, "right", act.node, act.values.get("right") == "yes")]
    answers = [Step(turn, "answer", question, value or None) for question, value in act.values.items()]
    return [*answers, Step(turn, "on", act.node)] if act.kind in ("page", "info") else answers
