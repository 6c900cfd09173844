"""Answers that are remembered: the same values come again and again in the messages of a call.

Only pure functions of short texts are remembered, and only a bounded number of answers, so that nobody fills the memory
by sending ever new or very long values. An answer is shared by all who ask, so nobody may change it.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Answer = TypeVar("Answer")

ANSWERS = 4096
LONGEST_CHARACTERS = 256


def remembered(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Decorator that remembers the last `ANSWERS` answers of `function`. What it raises is not remembered."""
    recall = lru_cache(maxsize=ANSWERS)(function)

    @wraps(function)
    def ask(text: str) -> Answer:
        return recall(text) if len(text) <= LONGEST_CHARACTERS else function(text)

    return ask
