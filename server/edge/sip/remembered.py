"""Answers that are remembered: the same values come again and again in the messages of a call.

Only pure functions of short texts are remembered, and only a bounded number of answers, so that nobody fills the memory
by sending ever new or very long values. An answer is shared by all who ask, so nobody may change it.
"""

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

ANSWERS = 4096
LONGEST_CHARACTERS = 256


class _Answers(dict[str, Answer]):
    """Answers by what was asked; what is not there is worked out. When there are too many, all are forgotten."""

    def __init__(self, function: Callable[[str], Answer]) -> None:
        self._function = function

    def __missing__(self, text: str) -> Answer:
        answer = self._function(text)
        if len(text) <= LONGEST_CHARACTERS:
            if len(self) >= ANSWERS:
                self.clear()
            self[text] = answer
        return answer


def remembered(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Decorator that remembers up to `ANSWERS` answers of `function`. What it raises is not remembered.

    What is known costs a look into a dict and no function of Python's.
    """
    return _Answers(function).__getitem__
