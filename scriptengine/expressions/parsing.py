"""Tokens to a tree, by the grammar of `rule-engine`.

Each operand and attribute is handed over as the symbol `t` and the index of its token. So the tree says where in the
text each part stands, nothing is folded before its types are checked, and no text from outside reaches the library.
Operands have no type for `rule-engine`: its messages name no place, so `binding` checks types.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

import rule_engine
from rule_engine import errors
from rule_engine.ast import ExpressionBase

from scriptengine.expressions.lexing import Token
from scriptengine.expressions.words import ExpressionError

NOT_IN = "!~"
"""`not in` is handed over as this operator of equal rank: `rule-engine` itself makes `a not in b` and `not a in b` the
same tree, but only the second is true for an unanswered `a`."""


@cache
def _context() -> rule_engine.Context:
    """One for all: to make it takes longer than to parse, and nothing of an expression is kept in it but `t0`, `t1`."""
    return rule_engine.Context(default_timezone="utc")


def parse(text: str, tokens: list[Token]) -> ExpressionBase:
    """The tree of an expression, with symbols `t0`, `t1`, ...; raises ExpressionError."""
    pieces: list[str] = []
    starts: list[int] = []
    length = 0
    for index, piece in enumerate(_piece(tokens, index) for index in range(len(tokens))):
        tight = piece == "." or (index > 0 and tokens[index - 1].shown == ".")
        piece = piece if tight or not piece else f" {piece}"
        starts.append(length)
        pieces.append(piece)
        length += len(piece)
    try:
        rule = rule_engine.Rule("".join(pieces), context=_context())
    except errors.RuleSyntaxError as error:
        raise _misplaced(text, tokens, starts, error) from None
    except errors.EngineError as error:
        raise ExpressionError(text, 1, error.message or "not an expression", "Write it in a simpler way") from None
    return rule.statement.expression


def _piece(tokens: list[Token], index: int) -> str:
    """A token as it is written for `rule-engine`; empty for the second word of `not in`."""
    token = tokens[index]
    if token.kind != "operator":
        return f"t{index}"
    if token.shown == "not" and index + 1 < len(tokens) and _is_in(tokens[index + 1]):
        return NOT_IN
    if _is_in(token) and index and tokens[index - 1].kind == "operator" and tokens[index - 1].shown == "not":
        return ""
    return token.shown


def _is_in(token: Token) -> bool:
    return token.kind == "operator" and token.shown == "in"


def _misplaced(text: str, tokens: list[Token], starts: list[int], error: errors.RuleSyntaxError) -> ExpressionError:
    hint = "Check brackets and operators; a comparison has two sides, and is joined to the next with and or or"
    if error.token is None:
        return ExpressionError(text, len(text) + 1, "the expression is not complete", hint)
    token = tokens[bisect_right(starts, error.token.lexpos) - 1]
    return ExpressionError(text, token.column, f"{token.shown} does not fit here", hint)
