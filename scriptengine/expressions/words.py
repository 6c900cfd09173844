"""The words of expressions: types, values, the error, the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Literal

import msgspec

MAX_LENGTH = 500
"""Characters in one expression."""
MAX_TOKENS = 160
"""Words, literals and operators in one expression; a list counts as one."""
MAX_DEPTH = 24
"""Levels of nesting; `a or b or c` is one level."""


class Type(Enum):
    """What kind of value a name has. The text is how people call it."""

    BOOLEAN = "a yes or no"
    INTEGER = "a whole number"
    NUMBER = "a number"
    TEXT = "a text"
    DATE = "a date"
    TIME = "a time"
    DATETIME = "a date with time"
    """Without zone: the wall clock of the company."""


class Record(msgspec.Struct, frozen=True):
    """A value with attributes, such as `customer`; its value is a mapping from attribute to value, or None.

    `shown_as`: the attribute, a text, that the record stands for where a text is wanted, as in `queue == 'billing'`;
    empty: none.
    """

    attributes: Mapping[str, NameType]
    shown_as: str = ""


class List(msgspec.Struct, frozen=True):
    """Several values of one type in an order; its value is a list or tuple, or None. `of` None: of an unknown type."""

    of: NameType | None


NameType = Type | Record | List
"""What a name stands for."""

Value = bool | int | float | Decimal | str | date | time | datetime | Sequence["Value"] | Mapping[str, "Value"] | None
"""What an expression reads and gives; None: unanswered."""


class ExpressionError(Exception):
    """An expression cannot be used.

    `text`: the expression. `column`: where, counted in characters from 1. `message`: what is wrong, without full stop.
    `hint`: what to write instead, a sentence without full stop or a question. `kind`: a name or an attribute that is
    not known, or anything else.
    """

    def __init__(
        self, text: str, column: int, message: str, hint: str, kind: Literal["name", "attribute", "other"] = "other"
    ) -> None:
        super().__init__(text, column, message, hint)
        self.text = text
        self.column = column
        self.message = message
        self.hint = hint
        self.kind = kind

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}. {self.hint}{'' if self.hint.endswith('?') else '.'}"
