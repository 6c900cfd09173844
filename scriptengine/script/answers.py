"""Answers to choose from, and what an answer must fulfil."""

from __future__ import annotations

from scriptengine.findings import Severity
from scriptengine.script.place import Element
from scriptengine.script.texts import Label
from scriptengine.script.voice import Prompt
from scriptengine.script.ways import Go


class Choice(Element, frozen=True, kw_only=True):
    """`choice`: one answer. `dtmf`: its key on the phone, None: by its place, from 1.

    `condition`: when it is offered, None: always. `is_exclusive`: of several, it cannot be chosen with another.
    `go`: the way when it was chosen; tried before the question's own.
    """

    value: str
    labels: tuple[Label, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    go: Go | None = None
    dtmf: str | None = None
    condition: str | None = None
    is_exclusive: bool = False


class Choices(Element, frozen=True, kw_only=True):
    """`choices`: a list of answers with a name. `source`: an expression for a list whose members are offered first."""

    id: str
    choices: tuple[Choice, ...]
    source: str | None = None


class Constraint(Element, frozen=True, kw_only=True):
    """`constraint`: what must hold for an answer; with the severity warning it is accepted all the same."""

    test: str
    labels: tuple[Label, ...] = ()
    severity: Severity = "error"
