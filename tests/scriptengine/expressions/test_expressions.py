"""Expressions: what they give, what unanswered means, and why."""

from decimal import Decimal, localcontext
from timeit import timeit
from typing import Any

import pytest

from scriptengine.expressions import Expression, Record, Type, compile

NAMES = {
    "english": Type.INTEGER,
    "billing": Type.INTEGER,
    "customer-care": Type.INTEGER,
    "português": Type.INTEGER,
    "rate": Type.NUMBER,
    "segment": Type.TEXT,
    "number": Type.TEXT,
    "vip": Type.BOOLEAN,
    "customer": Record({"name": Type.TEXT, "since": Type.INTEGER, "home": Record({"town": Type.TEXT})}),
}
VALUES: dict[str, Any] = {
    "english": 7,
    "customer-care": 4,
    "rate": 0.1,
    "segment": "silver",
    "customer": {"name": "Ana", "home": {"town": "Porto"}},
}


def value(text: str, **changed: Any) -> Any:
    return compile(text, NAMES).evaluate({**VALUES, **changed})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("english >= 5", True),
        ("english ge 8", False),
        ("english gt 6 and english lt 8 and english le 7 and english ne 1 and english eq 7", True),
        ("segment == 'gold' or number == '+4930'", False),
        ("segment == 'gold' or segment == \"silver\"", True),
        ("not segment == 'gold'", True),
        ("english in [1, -2, 7]", True),
        ("english not in [1, 7.0]", False),
        ("segment in ['gold', 'silver']", True),
        ("'ilve' in segment", True),
        ("segment.starts_with('sil') and segment.ends_with('ver')", True),
        ("segment.as_upper == 'SILVER' and segment.length == 6", True),
        ("customer.home.town == 'Porto'", True),
        ("customer-care == 4", True),
        ("english-customer-care == 3", True),
        ("português == null", True),
        ("english > 5 ? segment : 'none'", "silver"),
        ("1 + 2 * 3 - -english", 14),
        ("7 % 4", 3),
        ("1 / 4", Decimal("0.25")),
        ("rate + 0.2", Decimal("0.3")),
        ("rate + 0.2 == 0.3", True),
        (r"'it\'s' + ' ' + " + r'"\"\\"', "it's \"\\"),
        ("'a' < 'b'", True),
        ("(english > 5) == true", True),
        ("true or 1 == 2 and false", True),
    ],
)
def test_values(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("word", ["==", "!=", "<", "<=", ">", ">=", "eq", "ne", "lt", "le", "gt", "ge"])
def test_a_comparison_with_an_unanswered_value_is_false(word: str) -> None:
    assert value(f"billing {word} 3") is False
    assert value(f"3 {word} billing") is False
    assert value(f"billing {word} billing") is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("number in ['a']", False),
        ("number not in ['a']", False),
        ("not number in ['a']", True),
        ("'a' in number", False),
        ("segment in number", False),
        ("number.starts_with('')", False),
        ("number == null", True),
        ("null == number", True),
        ("number != null", False),
        ("answered(number)", False),
        ("answered(segment) and answered(customer.name)", True),
        ("customer.since == null", True),
        ("billing + 1", None),
        ("-billing", None),
        ("english / 0", None),
        ("rate % 0", None),
        ("number + 'x'", None),
        ("number.length", None),
        ("vip", False),
        ("not vip", True),
        ("vip and true", False),
        ("vip or false", False),
        ("vip ? 1 : 2", 2),
        ("answered(number) ? number : null", None),
        ("answered(number) ? null : 'none'", "none"),
        ("(answered(number) ? number : null) == 'x'", False),
        ("(answered(billing) ? billing : null) + 1", None),
        ("english > 0 ? vip : true", False),
    ],
)
def test_unanswered(text: str, expected: Any) -> None:
    result = value(text)
    assert result == expected
    assert type(result) is type(expected)


def test_a_record_that_is_unanswered_has_unanswered_attributes() -> None:
    assert value("customer.home.town == 'Porto'", customer=None) is False
    assert value("customer.home.town == null", customer={"home": None}) is True


def test_a_skill_that_an_agent_does_not_have_is_nought() -> None:
    wanted = compile("english >= 5 and billing < 3", {"english": Type.INTEGER, "billing": Type.INTEGER}, missing=0)
    assert wanted.evaluate({"english": 5}) is True
    assert wanted.evaluate({"billing": 1}) is False
    assert wanted.names == {"english", "billing"}
    assert wanted.type is Type.BOOLEAN


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("english", "7"),
        ("english", True),
        ("english", 7.0),
        ("segment", 7),
        ("rate", True),
        ("vip", 1),
        ("customer", "x"),
    ],
)
def test_a_value_of_another_type_than_declared_is_the_program_s_mistake(name: str, wrong: object) -> None:
    with pytest.raises(TypeError, match=f"{name} is declared as"):
        value(f"answered({name})", **{name: wrong})


def test_what_is_missing_must_fit() -> None:
    with pytest.raises(TypeError, match="segment is declared as a text"):
        compile("segment == 'gold'", NAMES, missing=0)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("nan"), Decimal("-inf")])
def test_a_number_that_is_not_finite_is_unanswered(number: float) -> None:
    assert value("rate == null", rate=number) is True


def test_the_thread_s_decimal_settings_do_not_matter() -> None:
    with localcontext(prec=2):
        assert value("-123.456 - rate") == Decimal("-123.556")
        assert value("english in [-123.456, 7]") is True
    assert value("rate * rate", rate=Decimal("1e999999")) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [("english > 1 or english < billing", {"english", "billing"}), ("customer.home.town == 'x'", {"customer"})],
)
def test_names(text: str, names: set[str]) -> None:
    assert compile(text, NAMES).names == names


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("english >= 5", "It holds: english (7) is at least 5."),
        ("english >= 8", "It does not hold: english (7) is less than 8."),
        ("english >= 5 and billing lt 3", "It does not hold: billing is unanswered."),
        (
            "segment == 'gold' or number == '+4930'",
            "It does not hold: segment ('silver') is not 'gold' and number is unanswered.",
        ),
        ("segment == 'gold' or english == 7", "It holds: english (7) is 7."),
        (
            "english > 1 and segment != 'gold'",
            "It holds: english (7) is more than 1 and segment ('silver') is not 'gold'.",
        ),
        ("not (english > 8)", "It holds: english (7) is not more than 8."),
        ("segment not in ['a', 'b']", "It holds: segment ('silver') is not in ['a', 'b']."),
        ("segment.starts_with('x')", "It does not hold: segment ('silver') does not start with 'x'."),
        ("answered(segment)", "It holds: segment ('silver') is answered."),
        ("number == null", "It holds: number is unanswered."),
        ("billing < number.length", "It does not hold: billing and number.length are unanswered."),
        ("vip", "It does not hold: vip is unanswered."),
        ("vip ? true : english > 1", "It holds: vip is unanswered and english (7) is more than 1."),
        ("true", "It holds: it is always true."),
        ("english * 2 > 10", "It holds: english * 2 (14) is more than 10."),
        ("rate + 2", "The value is 2.1: rate (0.1) + 2."),
        ("english > 5 ? 'a' : segment", "The value is 'a': 'a', as english (7) is more than 5."),
        ("billing", "The value is unanswered: billing is unanswered."),
        ("12", "The value is 12."),
    ],
)
def test_a_sentence_explains_the_result(text: str, sentence: str) -> None:
    assert compile(text, NAMES).explain(VALUES) == sentence


def test_a_long_or_odd_value_is_shown_short_and_without_control_characters() -> None:
    said = compile("segment == 'gold'", NAMES).explain({"segment": "\x1b[2J" + "x" * 1000})
    assert said.isprintable()
    assert len(said) < 150


def test_it_shows_itself() -> None:
    expression = compile(" english  >= 5", NAMES)
    assert isinstance(expression, Expression)
    assert repr(expression) == "Expression(' english  >= 5')"


def test_it_is_cheap_enough_to_be_asked_for_every_agent_and_call() -> None:
    wanted = compile("english >= 5 and segment != 'gold' and customer.name.starts_with('A')", NAMES)
    fastest = min(timeit(lambda: wanted.evaluate(VALUES), number=1000) for _ in range(5)) / 1000
    assert wanted.evaluate(VALUES) is True
    assert fastest < 30e-6, f"{fastest * 1e6:.2f} µs"
