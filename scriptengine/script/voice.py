"""What is spoken on the phone."""

from __future__ import annotations

from typing import Literal

from scriptengine.script.place import Element
from scriptengine.script.texts import Value

SayAs = Literal["digits", "number", "date", "time", "currency", "telephone", "spell"]


class Pause(Element, frozen=True, kw_only=True):
    """`break`: silence."""

    milliseconds: int = 300


class Say(Element, frozen=True, kw_only=True):
    """`say`: spoken in a special way, such as digit by digit."""

    spoken_as: SayAs
    parts: tuple[str | Value, ...]


class Prompt(Element, frozen=True, kw_only=True):
    """`prompt`: what the caller hears. `audio`: a recording that replaces the words; None: they are synthesised.

    `count`: from which attempt on, from 1: of several, the one with the highest count not above the attempt is heard.
    """

    language: str
    parts: tuple[str | Value | Pause | Say, ...]
    audio: str | None = None
    can_interrupt: bool = True
    count: int = 1
