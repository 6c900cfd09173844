"""Tree to typed nodes: names and types are checked here, each error with its place and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Literal, TypeGuard

from rule_engine import ast

from scriptengine.expressions import reading
from scriptengine.expressions.lexing import Token
from scriptengine.expressions.nodes import Form, Node
from scriptengine.expressions.parsing import NOT_IN
from scriptengine.expressions.words import MAX_DEPTH, ExpressionError, List, NameType, Record, Type

_SYMBOLS = {
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "add": "+", "sub": "-", "mul": "*", "tdiv": "/", "mod": "%",
}  # fmt: skip
_NUMBERS = (Type.INTEGER, Type.NUMBER)
_DAYS = (Type.DATE, Type.DATETIME)
_ISO = {Type.DATE: "'2026-01-31'", Type.TIME: "'16:30'", Type.DATETIME: "'2026-01-31T16:30'"}
"""Dates and times are written as texts where they are compared with one."""
_KINDS = {
    Type.TEXT: "text", Type.BOOLEAN: "yes or no", Type.DATE: "date", Type.TIME: "time", Type.DATETIME: "date with time",
}  # fmt: skip
_TEXT_TESTS = ("starts_with", "ends_with")
_NOT_IN = {"!~": "ne_fzm"}[NOT_IN]
_SHOWN_NAMES = 10


class Binding:
    """Checks one expression's tree. `names`: what may be used. `missing`: what a name without value counts as."""

    def __init__(self, text: str, tokens: list[Token], names: Mapping[str, NameType], missing: Any) -> None:
        self._text = text
        self._tokens = tokens
        self._names = names
        self._missing = missing
        self.used: set[str] = set()

    def node(self, tree: ast.ExpressionBase, depth: int = 0) -> Node:
        """The typed node of a part of the tree; raises ExpressionError."""
        if depth > MAX_DEPTH:
            raise self._wrong(1, f"nested more than {MAX_DEPTH} levels deep", "Split it up")
        match tree:
            case ast.SymbolExpression():
                return self._operand(tree)
            case ast.LogicExpression():
                return self._logic(tree, depth + 1)
            case ast.UnaryExpression():
                return self._unary(tree, depth + 1)
            case ast.ContainsExpression():
                return self._membership("in", self.node(tree.member, depth + 1), self.node(tree.container, depth + 1))
            case ast.FuzzyComparisonExpression() if tree.type == _NOT_IN:
                return self._membership("not in", self.node(tree.left, depth + 1), self.node(tree.right, depth + 1))
            case ast.ComparisonExpression():
                left, right = self.node(tree.left, depth + 1), self.node(tree.right, depth + 1)
                return self._comparison(_SYMBOLS[tree.type], left, right)
            case ast.AddExpression() | ast.SubtractExpression() | ast.ArithmeticExpression():
                left, right = self.node(tree.left, depth + 1), self.node(tree.right, depth + 1)
                return self._arithmetic(_SYMBOLS[tree.type], left, right)
            case ast.TernaryExpression():
                return self._choice(tree, depth + 1)
            case ast.GetAttributeExpression():
                return self._attribute(tree, depth + 1)
            case ast.FunctionCallExpression():
                return self._call(tree, depth + 1)
        raise self._wrong(1, "not part of the language", "Write it in a simpler way")

    def _token(self, symbol: str) -> Token:
        return self._tokens[int(symbol[1:])]

    def _wrong(
        self, column: int, message: str, hint: str, kind: Literal["name", "attribute", "other"] = "other"
    ) -> ExpressionError:
        return ExpressionError(self._text, column, message, hint, kind)

    def _operand(self, tree: ast.SymbolExpression) -> Node:
        token = self._token(tree.name)
        if token.kind == "literal":
            return _literal(token)
        declared = self._names.get(token.shown)
        if declared is None:
            hint = _suggestion(token.shown, [*self._names, "answered"])
            raise ExpressionError(self._text, token.column, f"the name {token.shown} is not known", hint, "name")
        self.used.add(token.shown)
        read = reading.of_name(token.shown, declared, self._missing)
        return Node(Form.NAME, declared, token.column, token.shown, read)

    def _logic(self, tree: ast.LogicExpression, depth: int) -> Node:
        sides: list[ast.ExpressionBase] = []
        left: ast.ExpressionBase = tree
        while isinstance(left, ast.LogicExpression) and left.type == tree.type:  # `a or b or c` is one level
            sides.append(left.right)
            left = left.left
        parts = tuple(self._condition(self.node(side, depth), tree.type) for side in (left, *reversed(sides)))
        make = reading.of_all if tree.type == "and" else reading.of_any
        shown = f" {tree.type} ".join(_bracketed(part, (Form.AND, Form.OR, Form.CHOICE)) for part in parts)
        form = Form.AND if tree.type == "and" else Form.OR
        read = make(tuple(part.read for part in parts))
        return Node(form, Type.BOOLEAN, parts[0].column, shown, read, tree.type, parts)

    def _condition(self, node: Node, word: str) -> Node:
        if node.type is not Type.BOOLEAN:
            hint = f"Compare it, as in {node.shown} == ..., or write answered(...)"
            raise self._wrong(node.column, f"{word} needs a yes or no, and {_called(node)}", hint)
        return node

    def _unary(self, tree: ast.UnaryExpression, depth: int) -> Node:
        part = self.node(tree.right, depth)
        if tree.type == "not":
            self._condition(part, "not")
            shown = f"not {_bracketed(part, (Form.AND, Form.OR, Form.CHOICE, Form.COMPARISON))}"
            return Node(Form.NOT, Type.BOOLEAN, part.column, shown, reading.of_not(part.read), "not", (part,))
        if part.type not in _NUMBERS:
            raise self._wrong(part.column, f"- needs a number, and {_called(part)}", "Use a number")
        shown = f"-{_bracketed(part, (Form.ARITHMETIC, Form.CHOICE))}"
        return Node(Form.ARITHMETIC, part.type, part.column, shown, reading.of_minus(part.read), "-", (part,))

    def _comparison(self, word: str, left: Node, right: Node) -> Node:
        if Form.NULL in (left.form, right.form):
            return self._null_test(word, left, right)
        left, right = _as_text(left, right), _as_text(right, left)
        left, right = self._dated(left, right), self._dated(right, left)
        ordered = word not in ("==", "!=")
        if _kind(left) != _kind(right) or _kind(left) is None:
            message = f"{word} compares two values of one kind, and {_called(left)}, {_called(right)}"
            raise self._wrong(right.column, message, _cure(left, right))
        if left.type.__class__ is List or (ordered and left.type is Type.BOOLEAN):
            raise self._wrong(
                left.column,
                f"{word} compares numbers, texts or dates, and {_called(left)}",
                "Use == or !=, and in for a list",
            )
        return _compared(word, left, right)

    def _null_test(self, word: str, left: Node, right: Node) -> Node:
        value = left if right.form is Form.NULL else right
        if value.form in (Form.NULL, Form.LIST) or word not in ("==", "!="):
            raise self._wrong(
                right.column, f"{word} with null means nothing here", "Write name == null or name != null"
            )
        return _asked(value, answered=word == "!=", column=left.column)

    def _membership(self, word: str, member: Node, container: Node) -> Node:
        member = _as_text(member, None)
        container = self._dated_list(container, member)
        if isinstance(container.type, List):
            kind = _kind_of(container.type.of) or "value"
        elif container.form is Form.LIST:
            kind = "text" if any(isinstance(value, str) for value in container.read({})) else "number"
        elif container.type is Type.TEXT:
            kind = "text"
        else:
            raise self._wrong(
                container.column, f"{word} needs a list or a text, and {_called(container)}", "Write ['a', 'b']"
            )
        if _kind(member) != kind:
            raise self._wrong(member.column, f"{container.shown} holds {kind}s, and {_called(member)}", f"Use a {kind}")
        return _compared(word, member, container)

    def _dated(self, literal: Node, other: Node) -> Node:
        """A text that is compared with a date or time, as a date or time."""
        if literal.form is not Form.LITERAL or literal.type is not Type.TEXT or not _is_dated(other.type):
            return literal
        value = self._iso(literal.read({}), literal, other.type)
        return Node(Form.LITERAL, other.type, literal.column, literal.shown, reading.of_constant(value))

    def _iso(self, written: str, literal: Node, wanted: Type) -> date | time:
        try:
            return _from_iso(written, wanted)
        except ValueError:
            message = f"{literal.shown} is not {reading.called(wanted)}"
            raise self._wrong(literal.column, message, f"Write it as {_ISO[wanted]}") from None

    def _dated_list(self, container: Node, member: Node) -> Node:
        """A list of texts that a date or time is looked for in, as dates or times."""
        texts = container.read({}) if container.form is Form.LIST else ()
        if not _is_dated(member.type) or not texts or not all(isinstance(text, str) for text in texts):
            return container
        values = tuple(self._iso(text, container, member.type) for text in texts)
        read = reading.of_constant(values)
        return Node(Form.LIST, List(member.type), container.column, container.shown, read)

    def _days(self, word: str, left: Node, right: Node) -> Node | None:
        """Days added to a date or taken from it, and days between two dates; None: it is something else."""
        shown = f"{_bracketed(left, (Form.CHOICE,))} {word} {_bracketed(right, (Form.ARITHMETIC, Form.CHOICE))}"
        if left.type in _DAYS and word in ("+", "-") and right.type is Type.INTEGER:
            read = reading.of_days(word, left.read, right.read)
            return Node(Form.ARITHMETIC, left.type, left.column, shown, read, word, (left, right))
        if word == "-" and left.type in _DAYS and left.type is right.type:
            read = reading.of_days_between(left.read, right.read)
            return Node(Form.ARITHMETIC, Type.INTEGER, left.column, shown, read, word, (left, right))
        return None

    def _arithmetic(self, word: str, left: Node, right: Node) -> Node:
        days = self._days(word, left, self._dated(right, left))
        if days is not None:
            return days
        kinds = {_kind(left), _kind(right)}
        if kinds != {"number"} and not (word == "+" and kinds == {"text"}):
            wanted = "two numbers or two texts" if word == "+" else "two numbers"
            raise self._wrong(
                right.column, f"{word} needs {wanted}, and {_called(left)}, {_called(right)}", f"Use {wanted}"
            )
        whole = left.type is right.type and word in "+-*"
        bracketed = (Form.ARITHMETIC, Form.CHOICE)
        shown = f"{_bracketed(left, bracketed)} {word} {_bracketed(right, bracketed)}"
        read = reading.of_arithmetic(word, left, right)
        result = left.type if whole else Type.NUMBER
        return Node(Form.ARITHMETIC, result, left.column, shown, read, word, (left, right))

    def _choice(self, tree: ast.TernaryExpression, depth: int) -> Node:
        condition = self._condition(self.node(tree.condition, depth), "?")
        value, other = self.node(tree.case_true, depth), self.node(tree.case_false, depth)
        value, other = self._dated(value, other), self._dated(other, value)
        result = _either(value, other)
        if result is None:
            raise self._wrong(
                other.column, f"both values must be of one kind, and {_called(value)}, {_called(other)}", "Use one kind"
            )
        parts = (condition, value, other)
        first, second, third = (_bracketed(part, (Form.CHOICE,)) for part in parts)
        read = reading.of_choice(condition.read, value.read, other.read)
        return Node(Form.CHOICE, result, condition.column, f"{first} ? {second} : {third}", read, "?", parts)

    def _attribute(self, tree: ast.GetAttributeExpression, depth: int) -> Node:
        owner = self.node(tree.object, depth)
        token = self._token(tree.name)
        shown = f"{_bracketed(owner, (Form.ARITHMETIC, Form.CHOICE))}.{token.shown}"
        if isinstance(owner.type, Record):
            declared = owner.type.attributes.get(token.shown)
            if declared is not None:
                read = reading.of_attribute(owner.read, shown, token.shown, declared)
                return Node(Form.NAME, declared, owner.column, shown, read)
            known: Iterable[str] = owner.type.attributes
        elif isinstance(owner.type, List) or owner.type in reading.ATTRIBUTES:
            table = reading.LIST_ATTRIBUTES if isinstance(owner.type, List) else reading.ATTRIBUTES[owner.type]
            if token.shown in table:
                result, compute = table[token.shown]
                read = reading.of_value_attribute(owner.read, compute)
                return Node(Form.VALUE_ATTRIBUTE, result, owner.column, shown, read, token.shown, (owner,))
            if owner.type is Type.TEXT and token.shown in _TEXT_TESTS:
                raise self._wrong(token.column, f"{token.shown} needs a text", f"Write {shown}('...')")
            known = (*table, *(_TEXT_TESTS if owner.type is Type.TEXT else ()))
        else:
            raise self._wrong(token.column, f"{_called(owner)}, which has no attributes", "Remove the attribute")
        message = f"{owner.shown} has no attribute {token.shown}"
        raise ExpressionError(self._text, token.column, message, _suggestion(token.shown, known), "attribute")

    def _call(self, tree: ast.FunctionCallExpression, depth: int) -> Node:
        arguments = [self.node(argument, depth) for argument in tree.arguments]
        function = tree.function
        if isinstance(function, ast.SymbolExpression):
            token = self._token(function.name)
            if token.shown != "answered" or token.kind != "name":
                raise self._wrong(
                    token.column, f"{token.shown} is no function", _suggestion(token.shown, ["answered"]), "name"
                )
            if len(arguments) != 1 or arguments[0].form is not Form.NAME:
                raise self._wrong(token.column, "answered asks for one name", "Write answered(name)")
            return _asked(arguments[0], answered=True, column=token.column)
        if isinstance(function, ast.GetAttributeExpression) and self._token(function.name).shown in _TEXT_TESTS:
            owner, token = self.node(function.object, depth), self._token(function.name)
            if owner.type is Type.TEXT:
                if len(arguments) != 1 or arguments[0].type is not Type.TEXT:
                    raise self._wrong(token.column, f"{token.shown} needs one text", f"Write .{token.shown}('...')")
                return _compared(token.shown, owner, arguments[0])
        called = self.node(function, depth)
        raise self._wrong(
            called.column, f"{called.shown} is no function", "Only answered, starts_with and ends_with are"
        )


def _as_text(node: Node, other: Node | None) -> Node:
    """A record that stands for a text, as that text, unless it is compared with something that is none."""
    if not isinstance(node.type, Record) or not node.type.shown_as or (other and other.type is not Type.TEXT):
        return node
    read = reading.of_attribute(node.read, f"{node.shown}.{node.type.shown_as}", node.type.shown_as, Type.TEXT)
    return Node(Form.NAME, Type.TEXT, node.column, node.shown, read)


def _is_dated(type: NameType | None) -> TypeGuard[Type]:
    return isinstance(type, Type) and type in _ISO  # a record or a list has no hash


def _from_iso(written: str, wanted: Type) -> date | time:
    """A date or time as ISO 8601 writes it, without a zone: scripts know the local time only. Raises ValueError."""
    if wanted is Type.DATE:
        return date.fromisoformat(written)
    found = time.fromisoformat(written) if wanted is Type.TIME else datetime.fromisoformat(written)
    if found.tzinfo is not None:
        raise ValueError("a zone")
    return found


def _literal(token: Token) -> Node:
    value = token.value
    if isinstance(value, frozenset):
        return Node(Form.LIST, None, token.column, token.shown, reading.of_constant(token.members))
    read = reading.of_constant(value)
    if value is None:
        return Node(Form.NULL, None, token.column, "null", read)
    types = {bool: Type.BOOLEAN, int: Type.INTEGER, str: Type.TEXT}
    return Node(Form.LITERAL, types.get(type(value), Type.NUMBER), token.column, token.shown, read)


def _compared(word: str, left: Node, right: Node) -> Node:
    constant: Any = right.read({}) if right.form in (Form.LITERAL, Form.LIST) else None
    if right.form is Form.LIST:
        constant = frozenset(constant)
    read = reading.of_comparison(word, left.read, right.read, constant)
    loose = (Form.AND, Form.OR, Form.NOT, Form.COMPARISON, Form.CHOICE)
    first, second = _bracketed(left, loose), _bracketed(right, loose)
    shown = f"{first}.{word}({right.shown})" if word in _TEXT_TESTS else f"{first} {word} {second}"
    return Node(Form.COMPARISON, Type.BOOLEAN, left.column, shown, read, word, (left, right))


def _asked(value: Node, *, answered: bool, column: int) -> Node:
    word = "!=" if answered else "=="
    read = reading.of_null_test(value.read, answered)
    return Node(Form.IS_NULL, Type.BOOLEAN, column, f"{value.shown} {word} null", read, word, (value,))


def _bracketed(node: Node, forms: tuple[Form, ...]) -> str:
    """A part as text, in brackets if it is of one of these forms."""
    return f"({node.shown})" if node.form in forms else node.shown


def _kind(node: Node) -> str | None:
    """What a value can be compared with; None: nothing."""
    return _kind_of(node.type)


def _kind_of(type: NameType | None) -> str | None:
    if type in _NUMBERS:
        return "number"
    if isinstance(type, List):
        return "list"
    return _KINDS[type] if isinstance(type, Type) else None


def _either(value: Node, other: Node) -> NameType | None:
    """The type of one or the other: both of one kind, or one of them no value; None: they do not fit. A yes or no that
    may be no value is not needed: what is unanswered does not hold."""
    if other.form is Form.NULL or value.form is Form.NULL:
        one = value if other.form is Form.NULL else other
        return one.type if _kind(one) is not None and one.type is not Type.BOOLEAN else None
    if _kind(value) != _kind(other) or _kind(value) is None:
        return None
    return value.type if value.type is other.type else Type.NUMBER


def _called(node: Node) -> str:
    """`english is a whole number`, for messages."""
    if node.form is Form.LIST:
        return f"{node.shown} is a list"
    if node.form is Form.NULL:
        return "null is no value"
    return f"{node.shown} is {reading.called(node.type)}"


def _cure(left: Node, right: Node) -> str:
    """What to write so that both sides are of one kind."""
    for literal, other in ((right, left), (left, right)):
        if literal.form is Form.LITERAL and _kind(other) == "number" and literal.type is Type.TEXT:
            return "Write the number without quotes"
        if literal.form is Form.LITERAL and _kind(other) == "text":
            return f"Write '{literal.shown}'"
        if literal.form is Form.LIST:
            return "Use in to look into a list"
    return "Compare with a value of the same kind"


def _suggestion(wrong: str, known: Iterable[str]) -> str:
    """What was meant by a misspelt word, or what there is."""
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(wrong.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {folded[close[0]]}?"
    shown = sorted(folded.values())
    more = f" and {len(shown) - _SHOWN_NAMES} more" if len(shown) > _SHOWN_NAMES else ""
    return f"Known here: {', '.join(shown[:_SHOWN_NAMES])}{more}"
