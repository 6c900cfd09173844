"""Text to tokens. Only what the language has becomes a token: everything else is refused here, with a hint."""

from __future__ import annotations

import re
from collections.abc import Container
from decimal import Decimal
from typing import Literal

import msgspec

from scriptengine.expressions.words import MAX_LENGTH, MAX_TOKENS, ExpressionError

Constant = bool | int | Decimal | str | None

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    | (?P<name>[^\W\d]\w*(?:-\w+)*)
    | (?P<refused>=~~?|!~~?|\*\*|//|<<|>>|&&|\|\||\?\?|&\.|&\[|[$&|^~{}\#;@`'"])
    | (?P<operator>==|!=|<=|>=|[-+*/%<>()\[\],.?:])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}
_MAX_DIGITS = 15

WORDS = {"and", "or", "not", "in"}
SYMBOL_WORDS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_CONSTANTS: dict[str, Constant] = {"true": True, "false": False, "null": None}

_REGULAR = ("regular expressions are not part of the language", "Use ==, in, .starts_with(...) or .ends_with(...)")
_BITS = ("operators on bits are not part of the language", "Use and, or, not")
_REFUSED = {
    "=~": _REGULAR, "=~~": _REGULAR, "!~": _REGULAR, "!~~": _REGULAR,
    "**": ("powers are not part of the language", "Multiply instead"),
    "//": ("// is not part of the language", "Use / or %"),
    "<<": _BITS, ">>": _BITS, "&": _BITS, "|": _BITS, "^": _BITS, "~": _BITS,
    "&&": ("&& is not part of the language", "Write and"),
    "||": ("|| is not part of the language", "Write or"),
    "$": ("built-in names are not part of the language", "Time and chance are no part of a condition"),
    "for": ("comprehensions are not part of the language", "Use in with a list of values"),
    "if": ("if is not part of the language", "Write condition ? value : other"),
    "'": ("the text has no closing quote", "End it with '"),
    '"': ("the text has no closing quote", 'End it with "'),
}  # fmt: skip


class Token(msgspec.Struct, frozen=True):
    """One word of an expression.

    `kind`: a name (also an attribute's), a literal, or an operator (also `and or not in`, brackets and commas).
    `column` counts from 1. `shown` is what people read: for an operator the symbol. `value`: of a literal; a frozenset
    for a list, None for `null`. `members`: of a list, in the order of the text.
    """

    kind: Literal["name", "literal", "operator"]
    column: int
    shown: str
    value: Constant | frozenset[Constant] = None
    members: tuple[Constant, ...] = ()


def tokens_of(text: str, names: Container[str]) -> list[Token]:
    """The tokens of an expression; raises ExpressionError. `names` tells `a-b` the name from `a-b` the difference."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(text[:MAX_LENGTH], MAX_LENGTH, f"longer than {MAX_LENGTH} characters", "Split it up")
    hidden = next((place for place, c in enumerate(text) if not c.isprintable() and c not in "\t\r\n"), None)
    if hidden is not None:
        raise ExpressionError(text, hidden + 1, f"the character {text[hidden]!a} cannot be seen", "Remove it")
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            hint = "Write == to compare" if text[position] == "=" else "Write not" if text[position] == "!" else ""
            message = f"{text[position]!a} is not part of the language"
            raise ExpressionError(text, position + 1, message, hint or "Remove it, or put texts in quotes")
        if match.lastgroup == "space":
            position = match.end()
            continue
        token, position = _token(text, match, names)
        tokens.append(token)
    tokens = _with_lists(text, tokens)
    if not tokens:
        raise ExpressionError(text, 1, "the expression is empty", "Write a condition such as level >= 5")
    if len(tokens) > MAX_TOKENS:
        raise ExpressionError(text, tokens[MAX_TOKENS].column, f"more than {MAX_TOKENS} words", "Split it up")
    return tokens


def _token(text: str, match: re.Match[str], names: Container[str]) -> tuple[Token, int]:
    """The token that was matched, and where the next one begins."""
    shown, column, end = match.group(), match.start() + 1, match.end()
    match match.lastgroup:
        case "number":
            return Token("literal", column, shown, _number(text, shown, column, end)), end
        case "text":
            return Token("literal", column, shown, _text(text, shown, column)), end
        case "name":
            shown = _longest_name(shown, names)
            return _word(text, shown, column), match.start() + len(shown)
        case "refused":
            refused = _REFUSED.get(shown, (f"{shown} is not part of the language", "Remove it"))
            raise ExpressionError(text, column, *refused)
        case _:
            return Token("operator", column, shown), end


def _longest_name(shown: str, names: Container[str]) -> str:
    """`a-b-c` as the longest known name it begins with; the part before the first `-` when none is known."""
    parts = shown.split("-")
    for count in range(len(parts), 1, -1):
        if (name := "-".join(parts[:count])) in names:
            return name
    return parts[0]


def _word(text: str, shown: str, column: int) -> Token:
    if shown in _REFUSED:
        raise ExpressionError(text, column, *_REFUSED[shown])
    if shown in _CONSTANTS:
        return Token("literal", column, shown, _CONSTANTS[shown])
    if shown in WORDS or shown in SYMBOL_WORDS:
        return Token("operator", column, SYMBOL_WORDS.get(shown, shown))
    return Token("name", column, shown)


def _number(text: str, shown: str, column: int, end: int) -> int | Decimal:
    if len(shown) > _MAX_DIGITS:
        raise ExpressionError(text, column, f"a number of more than {_MAX_DIGITS} digits", "Write a smaller number")
    if end < len(text) and (text[end].isalnum() or text[end] in "._"):
        raise ExpressionError(text, column, "not a number", "Write 12 or 0.5; texts stand in quotes")
    return Decimal(shown) if "." in shown else int(shown)


def _text(text: str, shown: str, column: int) -> str:
    def character(match: re.Match[str]) -> str:
        if match.group(1) not in _ESCAPED:
            message = f"{ascii(match.group())[1:-1]} means nothing in a text"
            raise ExpressionError(text, column + 1 + match.start(), message, r"Write \\ for a backslash")
        return _ESCAPED[match.group(1)]

    return _ESCAPE.sub(character, shown[1:-1])


def _with_lists(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens with each `[literal, ...]` made one literal."""
    made: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if _is(token, "["):
            end = next((place for place in range(index, len(tokens)) if _is(tokens[place], "]")), None)
            if end is None:
                raise ExpressionError(text, token.column, "the list has no end", "End it with ]")
            token, index = _list(text, token, tokens[index + 1 : end]), end
        made.append(token)
        index += 1
    return made


def _list(text: str, opening: Token, inside: list[Token]) -> Token:
    """A list of texts, or of numbers, as one token."""
    members: list[Token] = []
    groups: list[list[Token]] = [[]]
    for token in inside:
        if _is(token, ","):
            groups.append([])
        else:
            groups[-1].append(token)
    for group in groups:
        member = _member(group)
        if member is None:
            column = group[0].column if group else opening.column
            raise ExpressionError(text, column, "not a list of values", "Write ['a', 'b'] or [1, 2]")
        members.append(member)
    if len({isinstance(member.value, str) for member in members}) > 1:
        raise ExpressionError(text, opening.column, "a list of texts and numbers", "Write one kind only")
    shown = ", ".join(member.shown for member in members)
    values = tuple(member.value for member in members if not isinstance(member.value, frozenset))
    return Token("literal", opening.column, f"[{shown}]", frozenset(values), values)


def _member(group: list[Token]) -> Token | None:
    """A text, or a number with or without sign, as one token; None for anything else."""
    match group:
        case [Token(kind="literal", value=str())]:
            return group[0]
        case [Token(kind="literal", value=int() | Decimal() as number)] if not isinstance(number, bool):
            return group[0]
        case [Token(kind="operator", shown="-"), Token(kind="literal", value=int() | Decimal() as number) as last] if (
            not isinstance(number, bool)
        ):
            return Token("literal", group[0].column, f"-{last.shown}", _negated(number))
    return None


def _negated(number: int | Decimal) -> int | Decimal:
    return -number if isinstance(number, int) else number.copy_negate()  # minus would round to the thread's precision


def _is(token: Token, shown: str) -> bool:
    return token.kind == "operator" and token.shown == shown
