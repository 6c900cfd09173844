"""Ways from one node to another, and what happens at any node."""

from __future__ import annotations

from scriptengine.script.actions import Action
from scriptengine.script.place import Element
from scriptengine.script.texts import Label
from scriptengine.script.voice import Prompt


class Go(Element, frozen=True, kw_only=True):
    """`go`: the way to the node `to`, with what is done on it.

    `condition`: an expression, None: always. `label`: at a question or info, a button that people press instead of
    answering, in the script's own language; None: the way is taken by itself. `labels`: the same in each language in
    which it is written, the attribute first. `needs_confirmation`: the button asks whether it is meant.
    """

    to: str
    condition: str | None = None
    label: str | None = None
    labels: tuple[Label, ...] = ()
    needs_confirmation: bool = False
    actions: tuple[Action, ...] = ()


class On(Element, frozen=True, kw_only=True):
    """`on`: what happens at an event, wherever the session is: `hangup language timeout agent-jump error ...`."""

    event: str
    condition: str | None = None
    actions: tuple[Action, ...] = ()
    go: Go | None = None


class NoInput(Element, frozen=True, kw_only=True):
    """`noinput`: the caller keyed nothing, for the `count`-th time at this question."""

    count: int = 1
    prompts: tuple[Prompt, ...] = ()
    actions: tuple[Action, ...] = ()
    go: Go | None = None


class NoMatch(Element, frozen=True, kw_only=True):
    """`nomatch`: what the caller keyed fits nothing, for the `count`-th time at this question."""

    count: int = 1
    prompts: tuple[Prompt, ...] = ()
    actions: tuple[Action, ...] = ()
    go: Go | None = None


class Filled(Element, frozen=True, kw_only=True):
    """`filled`: what is done when a question has been answered, before its ways are tried."""

    actions: tuple[Action, ...] = ()
