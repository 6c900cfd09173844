"""The expression, and how it is made from text."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from scriptengine.expressions.explaining import explain
from scriptengine.expressions.grammar import import_grammar
from scriptengine.expressions.lexing import tokens_of
from scriptengine.expressions.nodes import Form, Node
from scriptengine.expressions.reading import called, checked, of_flag
from scriptengine.expressions.words import ExpressionError, List, NameType, Record, Type, Value

_FLAGS = (Form.NAME, Form.CHOICE)
"""Conditions that may be unanswered themselves."""


class Expression:
    """A checked expression. It holds no state: one object serves all threads and callers.

    `text`: as written. `names`: the names it reads (of `customer.segment`: `customer`). `type`: of its result.
    """

    __slots__ = ("_node", "evaluate", "names", "text", "type")

    def __init__(self, text: str, names: frozenset[str], type: NameType, node: Node) -> None:
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

    def equalities(self, own: Container[str], values: Mapping[str, Any]) -> dict[str, Any]:
        """Names of `own` that have one value wherever the condition holds, with that value; `values`: of the others.

        `number == customer_no and segment == 'gold'` with `own` number and segment gives both. A name for which an
        unanswered value is wanted is left out: nothing holds for it.
        """
        found: dict[str, Any] = {}
        todo = [self._node]
        while todo:
            node = todo.pop()
            if node.form is Form.AND:
                todo += node.parts
            elif node.form is Form.COMPARISON and node.word == "==":
                for name, other in (node.parts, node.parts[::-1]):
                    is_own = name.form is Form.NAME and name.shown in own
                    if is_own and other.form in (Form.NAME, Form.LITERAL) and other.shown.partition(".")[0] not in own:
                        value = other.read(values)
                        found |= {name.shown: value} if value is not None else {}
        return found

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def compile(
    text: str,
    names: Mapping[str, NameType],
    *,
    result: NameType | None = None,
    missing: Value = None,
    is_whole: bool = False,
) -> Expression:
    """Check an expression and make it ready to be evaluated.

    `names`: what it may read, each with its type. `result`: the type it must have (a whole number is also a number);
    None: any. `is_whole`: the result may be a record or a list as well. `missing`: the value of a name that the values
    do not hold, None for unanswered; it must fit the type of every name that is read. Raises ExpressionError for any
    text that is no such expression, and TypeError for a `missing` that does not fit.
    """
    tokens = tokens_of(text, names)
    import_grammar()  # a tenth of a second: only who compiles an expression waits for it
    from scriptengine.expressions.binding import Binding
    from scriptengine.expressions.parsing import parse

    binding = Binding(text, tokens, names, missing)
    node = binding.node(parse(text, tokens))
    type = _type(node)
    whole = is_whole or isinstance(result, Record | List)
    if type is None or (not whole and isinstance(type, Record | List)):
        message = f"{node.shown} alone is no value"
        raise ExpressionError(text, node.column, message, "Compare it or name an attribute")
    if result is not None and not fits(type, result):
        hint = "Compare it, as in name == value" if result is Type.BOOLEAN else f"Write {called(result)}"
        message = f"wanted is {called(result)}, this is {called(type)}"
        raise ExpressionError(text, node.column, message, hint)
    for name in binding.used:
        checked(name, names[name], missing)
    return Expression(text, frozenset(binding.used), type, node)


def fits(type: NameType, wanted: NameType) -> bool:
    """Whether a value of one type may stand where another is wanted."""
    if isinstance(type, List) and isinstance(wanted, List):
        return type.of is None or wanted.of is None or fits(type.of, wanted.of)
    return type == wanted or (type, wanted) == (Type.INTEGER, Type.NUMBER)


def _type(node: Node) -> NameType | None:
    """The type of a whole expression; None: it has none."""
    if node.form is not Form.LIST or node.type is not None:
        return node.type
    members = node.read({})
    if all(isinstance(member, str) for member in members):
        return List(Type.TEXT)
    return List(Type.INTEGER if all(isinstance(member, int) for member in members) else Type.NUMBER)
