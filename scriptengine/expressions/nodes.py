"""The typed nodes of a checked expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

import msgspec

from scriptengine.expressions.words import NameType

Read = Callable[[Mapping[str, Any]], Any]
"""Evaluates a node for the values of the names; None: unanswered. Raises TypeError for a value of a wrong type."""


class Form(Enum):
    """What a node is."""

    NAME = auto()
    """A name, or an attribute of a record."""
    LITERAL = auto()
    NULL = auto()
    LIST = auto()
    COMPARISON = auto()
    """`word` is the operator, or `starts_with`, `ends_with`."""
    IS_NULL = auto()
    """`x == null` or, with the word `!=`, `x != null` and `answered(x)`."""
    NOT = auto()
    AND = auto()
    OR = auto()
    CHOICE = auto()
    """condition, value, other"""
    ARITHMETIC = auto()
    VALUE_ATTRIBUTE = auto()
    """Of a text, date, time or list."""


class Node(msgspec.Struct, frozen=True):
    """One part of an expression.

    `type`: None for `null` and lists, which have no value of their own. `column`: where it begins, from 1. `shown`: the
    part as text. `parts`: what it is made of, in the order of the text.
    """

    form: Form
    type: NameType | None
    column: int
    shown: str
    read: Read
    word: str = ""
    parts: tuple[Node, ...] = ()
