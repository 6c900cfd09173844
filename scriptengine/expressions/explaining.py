"""Why an expression gives what it gives, in one sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from scriptengine.expressions.nodes import Form, Node
from scriptengine.expressions.words import Type

_MAX_SHOWN = 60
_RELATIONS = {
    "==": ("is", "is not"),
    "!=": ("is not", "is"),
    "<": ("is less than", "is not less than"),
    "<=": ("is at most", "is more than"),
    ">": ("is more than", "is not more than"),
    ">=": ("is at least", "is less than"),
    "in": ("is in", "is not in"),
    "not in": ("is not in", "is in"),
    "starts_with": ("starts with", "does not start with"),
    "ends_with": ("ends with", "does not end with"),
}
"""What to say of the two sides when the comparison holds, and when it does not."""


def explain(node: Node, values: Mapping[str, Any]) -> str:
    """`It holds: english (7) is at least 5.` or `The value is 12: base (10) + 2.`"""
    if node.type is Type.BOOLEAN:
        return f"It {'holds' if node.read(values) else 'does not hold'}: {_reason(node, values)}."
    value = node.read(values)
    if node.form is Form.LITERAL:
        return f"The value is {shown_value(value)}."
    return f"The value is {shown_value(value)}: {_of_value(node, values)}."


def shown_value(value: Any) -> str:
    """A value as people read it, at most 60 characters: texts in quotes and without control characters."""
    if value is None:
        return "unanswered"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a record"
    if isinstance(value, Decimal):
        text = f"{value:f}" if abs(value.adjusted()) < _MAX_SHOWN else str(value)
    elif isinstance(value, date | time):
        text = value.isoformat()
    else:
        text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"


def _reason(node: Node, values: Mapping[str, Any]) -> str:
    """What is so, that makes a condition hold or not."""
    match node.form:
        case Form.AND | Form.OR:
            decisive = node.form is Form.OR  # the first that holds decides `or`, the first that does not decides `and`
            for part in node.parts:
                if bool(part.read(values)) is decisive:
                    return _reason(part, values)
            return " and ".join(_reason(part, values) for part in node.parts)
        case Form.NOT:
            return _reason(node.parts[0], values)
        case Form.CHOICE:
            condition, value, other = node.parts
            chosen = value if condition.read(values) else other
            return f"{_reason(condition, values)} and {_reason(chosen, values)}"
        case Form.IS_NULL:
            value = node.parts[0]
            return f"{_operand(value, values)} is {'unanswered' if value.read(values) is None else 'answered'}"
        case Form.COMPARISON:
            return _comparison(node, values)
        case Form.LITERAL:
            return f"it is always {shown_value(node.read(values))}"
    return f"{node.shown} is {shown_value(node.read(values))}"


def _comparison(node: Node, values: Mapping[str, Any]) -> str:
    unanswered = [part.shown for part in node.parts if part.read(values) is None]
    if unanswered:
        return f"{' and '.join(unanswered)} {'is' if len(unanswered) == 1 else 'are'} unanswered"
    left, right = node.parts
    relation = _RELATIONS[node.word][0 if node.read(values) else 1]
    return f"{_operand(left, values)} {relation} {_operand(right, values)}"


def _operand(node: Node, values: Mapping[str, Any]) -> str:
    """A side of a comparison: a literal as it is, anything else with its value."""
    if node.form in (Form.LITERAL, Form.LIST):
        return node.shown
    value = node.read(values)
    return node.shown if value is None else f"{node.shown} ({shown_value(value)})"


def _of_value(node: Node, values: Mapping[str, Any]) -> str:
    """A computed value with the values it was made of."""
    match node.form:
        case Form.ARITHMETIC if len(node.parts) == 2:
            left, right = (_of_value(part, values) for part in node.parts)
            return f"{left} {node.word} {right}"
        case Form.CHOICE:
            condition, value, other = node.parts
            chosen = value if condition.read(values) else other
            return f"{_of_value(chosen, values)}, as {_reason(condition, values)}"
        case Form.NAME if node.read(values) is None:
            return f"{node.shown} is unanswered"
    return _operand(node, values)
