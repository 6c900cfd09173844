"""Dates, times and lists in expressions."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from scriptengine.expressions import ExpressionError, List, Record, Type, compile, fits

NAMES = {
    "birth": Type.DATE,
    "at": Type.TIME,
    "now": Type.DATETIME,
    "topics": List(Type.TEXT),
    "meters": List(Record({"serial": Type.TEXT})),
    "none": Type.DATE,
    "n": Type.INTEGER,
}
VALUES: dict[str, Any] = {
    "birth": date(2000, 2, 29),
    "at": time(9, 30),
    "now": datetime(2026, 1, 31, 16, 45, tzinfo=UTC),
    "topics": ["bill", "move"],
    "meters": [{"serial": "1"}],
    "n": 3,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("birth < '2008-01-31'", True),
        ("'2008-01-31' < birth", False),
        ("birth == now.date", False),
        ("now.date - birth", 9468),
        ("birth + 1 == '2000-03-01'", True),
        ("now - 1 < now", True),
        ("now - '2026-01-30T16:45'", 1),
        ("birth - n", date(2000, 2, 26)),
        ("at >= '09:30' and at < '17:00'", True),
        ("now.time > at", True),
        ("now.weekday in [6, 7]", True),
        ("now.hour * 60 + at.minute", 990),
        ("birth in ['2000-02-29', '2001-01-01']", True),
        ("birth not in ['2001-01-01']", True),
        ("none < '2008-01-31'", False),
        ("none.year", None),
        ("none - birth", None),
        ("none + 1", None),
        ("birth + 4000000", None),
        ("birth + 3000000", None),
        ("none == null", True),
        ("n > 1 ? birth : '2020-01-01'", date(2000, 2, 29)),
        ("'bill' in topics", True),
        ("'x' not in topics", True),
        ("topics.length == 2", True),
        ("answered(topics)", True),
        ("meters.length", 1),
    ],
)
def test_values(text: str, expected: Any) -> None:
    result = compile(text, NAMES).evaluate(VALUES)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("birth < '31.1.2008'", "'31.1.2008' is not a date", "Write it as '2026-01-31'"),
        ("at > '25:00'", "'25:00' is not a time", "Write it as '16:30'"),
        ("now < 'soon'", "'soon' is not a date with time", "Write it as '2026-01-31T16:30'"),
        ("birth < now", "compares two values of one kind", "Compare with a value of the same kind"),
        ("birth in ['x']", "['x'] is not a date", "Write it as"),
        ("1 in topics", "topics holds texts", "Use a text"),
        ("topics == topics", "compares numbers, texts or dates", "in for a list"),
        ("topics == 'bill'", "topics is a list", ""),
        ("birth + birth", "needs two numbers or two texts", ""),
        ("birth * 2", "needs two numbers", ""),
        ("birth.hour", "birth has no attribute hour", "Known here: day, month, weekday, year"),
        ("topics.first", "topics has no attribute first", "Known here: length"),
        ("topics", "topics alone is no value", ""),
        ("['a', 'b']", "['a', 'b'] alone is no value", ""),
    ],
)
def test_refusals(text: str, message: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile(text, NAMES)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_whole_list_or_record_may_be_wanted() -> None:
    assert compile("['b', 'a']", NAMES, is_whole=True).evaluate({}) == ("b", "a")
    assert compile("[2, 1.5]", NAMES, is_whole=True).type == List(Type.NUMBER)
    assert compile("topics", NAMES, result=List(Type.TEXT)).evaluate(VALUES) == ["bill", "move"]
    with pytest.raises(ExpressionError, match="wanted is a list, this is a whole number"):
        compile("n", NAMES, result=List(Type.TEXT))


def test_fits() -> None:
    assert fits(Type.INTEGER, Type.NUMBER)
    assert not fits(Type.NUMBER, Type.INTEGER)
    assert fits(List(Type.INTEGER), List(Type.NUMBER))
    assert not fits(List(Type.TEXT), List(Type.NUMBER))
    assert fits(List(Type.TEXT), List(None))


def test_errors_tell_names_from_types() -> None:
    kinds = {}
    for text in ("nn == 1", "birth.yeer == 1", "n == 'x'", "n =="):
        with pytest.raises(ExpressionError) as caught:
            compile(text, NAMES)
        kinds[text] = caught.value.kind
    assert kinds == {"nn == 1": "name", "birth.yeer == 1": "attribute", "n == 'x'": "other", "n ==": "other"}


def test_explained() -> None:
    assert compile("birth < '2008-01-31'", NAMES).explain(VALUES) == (
        "It holds: birth (2000-02-29) is less than '2008-01-31'."
    )


@pytest.mark.parametrize(("name", "wrong"), [("birth", VALUES["now"]), ("at", "9:30"), ("now", date(2026, 1, 1))])
def test_a_value_of_another_type_is_the_program_s_mistake(name: str, wrong: object) -> None:
    with pytest.raises(TypeError, match=f"{name} is declared as"):
        compile(f"answered({name})", NAMES).evaluate({name: wrong})


def test_a_record_may_stand_for_one_of_its_texts() -> None:
    names = {"queue": Record({"id": Type.TEXT, "waiting": Type.INTEGER}, shown_as="id")}
    values = {"queue": {"id": "billing", "waiting": 3}}
    for text in ("queue == 'billing'", "'billing' == queue", "queue in ['billing']", "queue.waiting == 3"):
        assert compile(text, names).evaluate(values) is True
    assert compile("queue == 'billing'", names).evaluate({}) is False
    with pytest.raises(ExpressionError):
        compile("queue == 3", names)
