"""Patterns of answers: simple regular expressions, matched in time proportional to the answer's length.

Letters and signs stand for themselves; `.`, `[a-z]`, `[^0-9]`, `\\d \\w \\s`, `( | )`, and behind one of them `?`, `*`,
`+`, `{2}`, `{2,}`, `{2,4}`. The whole answer must match. Python's own `re` can run for hours on some patterns; this one
is a Thompson machine (K. Thompson, Regular Expression Search Algorithm, 1968): all ways at once, no going back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

MAX_LENGTH = 200
MAX_STATES = 2_000
_COUNT = re.compile(r"\{(\d{1,3})(,(\d{0,3}))?\}")
_CLASSES: dict[str, Callable[[str], bool]] = {
    "d": lambda c: c.isascii() and c.isdigit(),
    "w": lambda c: c.isalnum() or c == "_",
    "s": str.isspace,
}
Test = Callable[[str], bool]


class One(NamedTuple):
    """One character."""

    test: Test


class Row(NamedTuple):
    """One piece behind the other."""

    parts: list[Piece]


class Either(NamedTuple):
    """One of several."""

    parts: list[Piece]


class Times(NamedTuple):
    """A piece, several times; `most` None: any number."""

    part: Piece
    least: int
    most: int | None


Piece = One | Row | Either | Times


class PatternError(Exception):
    """A pattern cannot be used; the text says why."""


class Pattern:
    """A pattern that was read. Raises PatternError."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise PatternError(f"it has more than {MAX_LENGTH} characters")
        self._text = text.removeprefix("^").removesuffix("$") if not text.endswith("\\$") else text.removeprefix("^")
        self._at = 0
        self._depth = 0
        piece = self._alternatives()
        if self._at < len(self._text):
            raise PatternError(f"{self._text[self._at]} does not fit at character {self._at + 1}")
        self._tests: list[Test | None] = [None]
        self._ways: list[list[int]] = [[]]
        self._start = self._build(piece, 0)

    def matches(self, answer: str) -> bool:
        """Whether the whole answer fits."""
        states = self._closure({self._start})
        for character in answer:
            following = set()
            for state in states:
                test = self._tests[state]
                if test is not None and test(character):
                    following.update(self._ways[state])
            states = self._closure(following)
            if not states:
                return False
        return 0 in states

    def _closure(self, states: set[int]) -> set[int]:
        todo, found = list(states), set(states)
        while todo:
            state = todo.pop()
            if self._tests[state] is None:
                fresh = [way for way in self._ways[state] if way not in found]
                found.update(fresh)
                todo += fresh
        return found

    def _state(self, test: Test | None, ways: list[int]) -> int:
        if len(self._tests) >= MAX_STATES:
            raise PatternError("it is too large; count less")
        self._tests.append(test)
        self._ways.append(ways)
        return len(self._tests) - 1

    def _build(self, piece: Piece, then: int) -> int:
        """The state that begins a piece which leads to the state `then`."""
        match piece:
            case One(test):
                return self._state(test, [then])
            case Row(parts):
                for part in reversed(parts):
                    then = self._build(part, then)
                return then
            case Either(parts):
                return self._state(None, [self._build(part, then) for part in parts])
            case Times(part, least, most):
                return self._repeated(part, least, most, then)

    def _repeated(self, part: Piece, least: int, most: int | None, then: int) -> int:
        if most is None:
            loop = self._state(None, [then])
            self._ways[loop].append(self._build(part, loop))
            then = loop
        else:
            end = then
            for _ in range(most - least):
                then = self._state(None, [self._build(part, then), end])
        for _ in range(least):
            then = self._build(part, then)
        return then

    def _alternatives(self) -> Piece:
        parts = [self._sequence()]
        while self._text[self._at : self._at + 1] == "|":
            self._at += 1
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Either(parts)

    def _sequence(self) -> Piece:
        parts: list[Piece] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            parts.append(self._counted(self._atom()))
        return Row(parts)

    def _counted(self, piece: Piece) -> Piece:
        sign = self._text[self._at : self._at + 1]
        if sign and sign in "?*+":
            self._at += 1
            return Times(piece, int(sign == "+"), 1 if sign == "?" else None)
        match = _COUNT.match(self._text, self._at)
        if match is None:
            if sign == "{":
                raise PatternError(f"{{ at character {self._at + 1} begins no number")
            return piece
        self._at = match.end()
        least = int(match.group(1))
        most = least if match.group(2) is None else int(match.group(3)) if match.group(3) else None
        if most is not None and most < least:
            raise PatternError(f"{match.group()} ends before it begins")
        return Times(piece, least, most)

    def _atom(self) -> Piece:
        sign = self._text[self._at]
        self._at += 1
        if sign == "(":
            return self._bracketed()
        if sign == "[":
            return One(self._set())
        if sign == ".":
            return One(lambda _character: True)
        if sign in "?*+{":
            raise PatternError(f"{sign} at character {self._at} stands behind nothing")
        return One(self._escaped() if sign == "\\" else _is(sign))

    def _bracketed(self) -> Piece:
        self._depth += 1
        if self._depth > 10:
            raise PatternError("its brackets are nested more than 10 deep")
        if self._text.startswith("?:", self._at):
            self._at += 2
        piece = self._alternatives()
        if self._text[self._at : self._at + 1] != ")":
            raise PatternError("a ( has no )")
        self._at += 1
        self._depth -= 1
        return piece

    def _escaped(self) -> Test:
        if self._at >= len(self._text):
            raise PatternError("it ends with \\")
        letter = self._text[self._at]
        self._at += 1
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter.isalnum():
            raise PatternError(f"\\{letter} is not known")
        return _is(letter)

    def _set(self) -> Test:
        negated = self._text[self._at : self._at + 1] == "^"
        self._at += negated
        tests: list[Test] = []
        while self._at < len(self._text) and (self._text[self._at] != "]" or not tests):
            sign = self._text[self._at]
            self._at += 1
            if sign == "\\":
                tests.append(self._escaped())
            elif self._text[self._at : self._at + 1] == "-" and self._text[self._at + 1 : self._at + 2] not in (
                "",
                "]",
            ):
                tests.append(_between(sign, self._text[self._at + 1]))
                self._at += 2
            else:
                tests.append(_is(sign))
        if self._at >= len(self._text):
            raise PatternError("a [ has no ]")
        self._at += 1
        return lambda character: any(test(character) for test in tests) is not negated


def _is(wanted: str) -> Test:
    return lambda character: character == wanted


def _between(first: str, last: str) -> Test:
    if last < first:
        raise PatternError(f"{first}-{last} ends before it begins")
    return lambda character: first <= character <= last
