"""Texts: what is written on a screen, one element for each language."""

from __future__ import annotations

from typing import Literal

from scriptengine.script.place import Element

Audience = Literal["agent", "customer", "both"]


class Value(Element, frozen=True, kw_only=True):
    """`value`: the value of an expression inside a text. `otherwise`: what stands there when it is unanswered.

    `format` says how it is written; None: as its type is. `otherwise` None: nothing is written.
    """

    of: str
    format: str | None = None
    otherwise: str | None = None


class Bold(Element, frozen=True, kw_only=True):
    """`b`: a part that is said with stress."""

    parts: tuple[str | Value, ...]


class LineBreak(Element, frozen=True, kw_only=True):
    """`br`"""


Part = str | Value | Bold | LineBreak


class Text(Element, frozen=True, kw_only=True):
    """`text`: what the agent says or the customer reads. `channels` empty: on all."""

    language: str
    parts: tuple[Part, ...]
    channels: tuple[str, ...] = ()


class Title(Element, frozen=True, kw_only=True):
    """`title` of a script or a group."""

    language: str
    parts: tuple[Part, ...]


class Doc(Element, frozen=True, kw_only=True):
    """`doc`: what the script is for; nobody but its writers reads it."""

    language: str
    parts: tuple[Part, ...]


class Label(Element, frozen=True, kw_only=True):
    """`label` of a choice, a constraint or a button."""

    language: str
    parts: tuple[Part, ...]


class Hint(Element, frozen=True, kw_only=True):
    """`hint`: help with a question; not said. What is for the agent alone never leaves for the web or the phone."""

    language: str
    parts: tuple[Part, ...]
    audience: Audience = "agent"
