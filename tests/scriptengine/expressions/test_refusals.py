"""What is no expression: each error with its column, and what to write instead; nothing else is ever raised."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from scriptengine.expressions import Expression, ExpressionError, Record, Type, compile

NAMES = {
    "english": Type.INTEGER,
    "rate": Type.NUMBER,
    "segment": Type.TEXT,
    "vip": Type.BOOLEAN,
    "customer": Record({"name": Type.TEXT, "since": Type.INTEGER}),
}


def refusal(text: str, **more: Any) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile(text, NAMES, **more)
    assert caught.value.text == text[:500]
    return caught.value


@pytest.mark.parametrize(
    ("text", "column", "message", "hint"),
    [
        ("englisch > 3", 1, "the name englisch is not known", "Did you mean english?"),
        ("vip and English > 3", 9, "the name English is not known", "Did you mean english?"),
        ("zzz > 3", 1, "the name zzz is not known", "Known here: answered, customer, english, rate, segment, vip"),
        ("english == 'three'", 12, "is a whole number, 'three' is a text", "Write the number without quotes"),
        ("segment != 3", 12, "segment is a text, 3 is a whole number", "Write '3'"),
        ("english == vip", 12, "is a whole number, vip is a yes or no", "Compare with a value of the same kind"),
        ("segment == ['a']", 12, "['a'] is a list", "Use in to look into a list"),
        ("customer == customer", 13, "customer is a record", "Compare with"),
        ("english in ['a']", 1, "['a'] holds texts, and english is a whole number", "Use a text"),
        ("segment in [1, 'a']", 12, "a list of texts and numbers", "one kind"),
        ("segment in [vip]", 13, "not a list of values", "Write ['a', 'b']"),
        ("segment in []", 12, "not a list of values", "Write ['a', 'b']"),
        ("segment in ['a'", 12, "the list has no end", "End it with ]"),
        ("segment in english", 12, "in needs a list or a text", "Write ['a', 'b']"),
        ("customer in english", 13, "in needs a list or a text", "Write ['a', 'b']"),
        ("vip < true", 1, "vip is a yes or no", "Use == or !="),
        ("english < null", 11, "< with null means nothing", "name == null"),
        ("null == null", 9, "means nothing here", "name == null"),
        ("english and vip", 1, "and needs a yes or no", "Compare it"),
        ("not segment", 5, "not needs a yes or no", "Compare it"),
        ("english ? 1 : 2", 1, "? needs a yes or no", "Compare it"),
        ("vip ? 1 : 'a'", 11, "both values must be of one kind", "Use one kind"),
        ("vip ? true : null", 14, "both values must be of one kind", "Use one kind"),
        ("vip ? null : null", 14, "both values must be of one kind", "Use one kind"),
        ("english + 'a' == 2", 11, "+ needs two numbers or two texts", "Use two numbers or two texts"),
        ("segment * 2 == 2", 11, "* needs two numbers", "Use two numbers"),
        ("-segment == 'a'", 2, "- needs a number", "Use a number"),
        ("customer.nmae == 'a'", 10, "customer has no attribute nmae", "Did you mean name?"),
        ("segment.encode('hex') == 'a'", 9, "segment has no attribute encode", "as_lower"),
        ("segment.__class__ == 'a'", 9, "has no attribute __class__", "Known here"),
        ("english.to_str == 'a'", 9, "english is a whole number, which has no attributes", "Remove"),
        ("segment.starts_with", 9, "starts_with needs a text", "segment.starts_with('...')"),
        ("segment.starts_with(1)", 9, "starts_with needs one text", ".starts_with('...')"),
        ("answered(english > 1)", 1, "answered asks for one name", "answered(name)"),
        ("answerd(english)", 1, "answerd is no function", "Did you mean answered?"),
        ("'answered'(english)", 1, "'answered' is no function", "answered"),
        ("segment.length() == 1", 1, "segment.length is no function", "Only answered"),
        ("segment =~ '(a+)+$'", 9, "regular expressions are not part of the language", ".starts_with"),
        ("segment !~~ 'a'", 9, "regular expressions are not part of the language", ".starts_with"),
        ("2 ** 99 > 1", 3, "powers are not part of the language", "Multiply"),
        ("[x for x in segment] == 1", 4, "comprehensions are not part of the language", "list of values"),
        ("$now == null", 1, "built-in names are not part of the language", "Time and chance"),
        ("english & 1 == 1", 9, "operators on bits", "and, or, not"),
        ("vip && vip", 5, "&& is not part", "Write and"),
        ("!vip", 1, "'!' is not part of the language", "Write not"),
        ("english = 3", 9, "'=' is not part of the language", "Write =="),
        ("english == 3 # note", 14, "# is not part of the language", "Remove"),
        ("b'a' == segment", 2, "'a' does not fit here", "operators"),
        ("segment == 'a", 12, "no closing quote", "End it with '"),
        ("segment == 'a\nb'", 12, "no closing quote", "End it with '"),
        (r"segment == 'a\d'", 14, r"\d means nothing in a text", "backslash"),
        ("segment == '\u202e'", 13, r"'\u202e' cannot be seen", "Remove"),
        ("english > 12a", 11, "not a number", "12 or 0.5"),
        ("english > 1e999999", 11, "not a number", "12 or 0.5"),
        ("english > 0x10", 11, "not a number", "12 or 0.5"),
        ("english > 1234567890123456", 11, "more than 15 digits", "smaller"),
        ("english[0] == 1", 8, "[0] does not fit here", "operators"),
        ("english == 1 == 1", 14, "== does not fit here", "two sides"),
        ("(english > 3", 13, "not complete", "brackets"),
        ("english >", 10, "not complete", "brackets"),
        ("english > 3 4", 13, "4 does not fit here", "operators"),
        ("  ", 1, "the expression is empty", "Write a condition"),
        ("customer", 1, "customer alone is no value", "name an attribute"),
        ("['a']", 1, "['a'] alone is no value", "Compare"),
        ("null", 1, "null alone is no value", "Compare"),
    ],
)
def test_refused(text: str, column: int, message: str, hint: str) -> None:
    error = refusal(text)
    assert (error.column, message in error.message, hint in error.hint) == (column, True, True), error
    assert str(error).startswith(f"column {column}: {error.message}. {error.hint}")


def test_length_words_and_depth_are_limited() -> None:
    assert "longer than 500 characters" in refusal("english > 1" + " " * 490).message
    assert "more than 160 words" in refusal("-" * 300 + "1").message
    assert "nested more than 24 levels" in refusal("not " * 60 + "vip").message
    assert "nested more than 24 levels" in refusal("vip ? 1 : " * 30 + "1").message
    assert compile(" or ".join(["vip"] * 60), NAMES).evaluate({"vip": True}) is True
    assert compile("(" * 75 + "vip" + ")" * 75, NAMES).evaluate({"vip": True}) is True


def test_the_result_has_the_wanted_type() -> None:
    assert "wanted is a yes or no, this is a whole number" in refusal("english + 1", result=Type.BOOLEAN).message
    assert "wanted is a text, this is a yes or no" in refusal("english > 1", result=Type.TEXT).message
    assert "wanted is a whole number, this is a number" in refusal("english / 2", result=Type.INTEGER).message
    assert compile("english + 1", NAMES, result=Type.NUMBER).evaluate({"english": 1}) == 2


TEXT_OF_WORDS = """
    english rate segment vip customer .name .since .length .as_lower .starts_with answered null true false 1 0.5 7 'a'
    "b" ['a','b'] [1] [ ] ( ) , . ? : + - * / % == != < <= > >= lt le gt ge eq ne in not and or // ** =~ $now for if {
    } #
"""
WORDS = st.sampled_from(TEXT_OF_WORDS.split())
NUMBERS = st.decimals(allow_nan=True, allow_infinity=True) | st.floats() | st.integers(-(10**30), 10**30)
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "english": st.none() | st.integers(-(2**63), 2**63),
        "rate": st.none() | NUMBERS,
        "segment": st.none() | st.text(),
        "vip": st.none() | st.booleans(),
        "customer": st.none()
        | st.fixed_dictionaries({}, optional={"name": st.none() | st.text(), "since": st.none() | st.integers()}),
    },
)
TYPES = {Type.BOOLEAN: bool, Type.INTEGER: int, Type.NUMBER: (int, Decimal), Type.TEXT: str}


def compiles_or_is_refused(text: str, values: dict[str, Any]) -> None:
    try:
        expression = compile(text, NAMES)
    except ExpressionError as error:
        refused = error
    else:
        gives_a_result(expression, values)
        return
    assert 1 <= refused.column <= len(text) + 1
    assert refused.message
    assert refused.hint


def gives_a_result(expression: Expression, values: dict[str, Any]) -> None:
    result = expression.evaluate(values)
    assert isinstance(result, TYPES[expression.type]) or (result is None and expression.type is not Type.BOOLEAN)
    said = expression.explain(values)
    begin = "The value is " if expression.type is not Type.BOOLEAN else "It holds: " if result else "It does not hold: "
    assert said.startswith(begin)
    assert said.endswith(".")
    assert expression.names <= NAMES.keys()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=600), GIVEN)
def test_any_text_compiles_or_is_refused(text: str, values: dict[str, Any]) -> None:
    compiles_or_is_refused(text, values)


@settings(max_examples=1500, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join), GIVEN)
def test_any_words_compile_or_are_refused(text: str, values: dict[str, Any]) -> None:
    compiles_or_is_refused(text, values)


def _numeric(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(part, st.sampled_from("+-*/%"), part).map(" ".join) | part.map("-({})".format)


def _conditions(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(part, st.sampled_from(["and", "or", "=="]), part).map("({0[0]} {0[1]} {0[2]})".format) | part.map(
        "not ({})".format
    )


WHOLE = st.recursive(st.sampled_from(["english", "rate", "2", "0.5", "segment.length", "customer.since"]), _numeric)
COMPARED = st.tuples(WHOLE, st.sampled_from(["<", "le", "==", "!="]), WHOLE).map(" ".join) | st.sampled_from(
    ["vip", "segment in ['a']", "segment not in ['b']", "customer.name == segment", "answered(rate)", "rate == null"]
)


@settings(max_examples=500, deadline=None)
@given(st.recursive(COMPARED, _conditions, max_leaves=8), GIVEN)
def test_a_well_made_expression_never_fails(text: str, values: dict[str, Any]) -> None:
    compiles_or_is_refused(text, values)


def test_texts_and_whole_numbers_do_not_grow_without_end() -> None:
    values: dict[str, Any] = {"segment": "x" * 6_000, "english": 10**20}
    assert compile("segment + segment", NAMES).evaluate(values) == "x" * 10_000
    assert compile("english * 1000", NAMES).evaluate(values) == 10**23
    assert compile("english * english", NAMES).evaluate(values) is None
    assert compile("-english * english", NAMES).evaluate(values) is None
