"""The expression, and how it is made from text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scriptengine.expressions.explaining import explain
from scriptengine.expressions.grammar import import_grammar
from scriptengine.expressions.lexing import tokens_of
from scriptengine.expressions.nodes import Form, Node
from scriptengine.expressions.reading import checked, of_flag
from scriptengine.expressions.words import ExpressionError, NameType, Record, Type, Value

_FLAGS = (Form.NAME, Form.CHOICE)
"""Conditions that may be unanswered themselves."""


class Expression:
    """A checked expression. It holds no state: one object serves all threads and callers.

    `text`: as written. `names`: the names it reads (of `customer.segment`: `customer`). `type`: of its result.
    """

    __slots__ = ("_node", "evaluate", "names", "text", "type")

    def __init__(self, text: str, names: frozenset[str], type: Type, node: Node) -> None:
        self.text = text
        self.names = names
        self.type = type
        self._node = node
        self.evaluate = of_flag(node.read) if type is Type.BOOLEAN and node.form in _FLAGS else node.read
        """The result for the values of the names: for a condition a bool, otherwise a value of `type` or None.

        A name that the values do not hold counts as `missing` (see `compile`). Raises TypeError when a value is not of
        the declared type. It is the node's own function: no call in between.
        """

    @property
    def tree(self) -> Node:
        """Its typed nodes, for who looks into it without evaluating it."""
        return self._node

    def explain(self, values: Mapping[str, Any]) -> str:
        """One sentence that says what the result is, and why. It names values: not for logs of secrets."""
        return explain(self._node, values)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def compile(
    text: str, names: Mapping[str, NameType], *, result: Type | None = None, missing: Value = None
) -> Expression:
    """Check an expression and make it ready to be evaluated.

    `names`: what it may read, each with its type. `result`: the type it must have (a whole number is also a number);
    None: any. `missing`: the value of a name that the values do not hold, None for unanswered; it must fit the type of
    every name that is read. Raises ExpressionError for any text that is no such expression, and TypeError for a
    `missing` that does not fit.
    """
    tokens = tokens_of(text, names)
    import_grammar()  # a tenth of a second: only who compiles an expression waits for it
    from scriptengine.expressions.binding import Binding
    from scriptengine.expressions.parsing import parse

    binding = Binding(text, tokens, names, missing)
    node = binding.node(parse(text, tokens))
    if node.type is None or isinstance(node.type, Record):
        raise ExpressionError(text, node.column, f"{node.shown} alone is no value", "Compare it or name an attribute")
    if result is not None and node.type is not result and (result, node.type) != (Type.NUMBER, Type.INTEGER):
        hint = "Compare it, as in name == value" if result is Type.BOOLEAN else f"Write {result.value}"
        raise ExpressionError(text, node.column, f"wanted is {result.value}, this is {node.type.value}", hint)
    for name in binding.used:
        checked(name, names[name], missing)
    return Expression(text, frozenset(binding.used), node.type, node)
