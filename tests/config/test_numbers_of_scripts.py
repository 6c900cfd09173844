"""What `check` says of numbers that lead to scripts, and of surveys."""

import pytest

from server.config.findings import SiteError
from server.config.load import parse_site

BASE = """
[[trunk]]
name = "pstn"
target = "10.0.0.1"
[[queue]]
id = "a"
{queue}
[[agent]]
id = "ana"
queues = ["a"]
[[number]]
dial = "1"
{number}
"""


def errors(number: str, queue: str = "") -> list[str]:
    try:
        parse_site(BASE.format(number=number, queue=queue))
    except SiteError as error:
        return [f"{one.path}: {one.message}" for one in error.findings if one.severity == "error"]
    return []


@pytest.mark.parametrize(
    "number",
    [
        'to = "dialog:meter-reading"\notherwise = "queue:a"',
        'to = "dialog:meter-reading"\notherwise = "number:+493012345"\nlanguage = "ask"',
        'to = "dialog:meter-reading"\nlanguage = "pt-BR"\notherwise = "message:sorry.wav"',
        'to = "dialog:meter-reading"',
    ],
)
def test_numbers_that_are_right(number: str) -> None:
    assert errors(number) == []


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ('to = "dialog:"', "is not a place for calls"),
        ('to = "dialog:scripts/meter.xml"', "is no id of a script"),
        ('to = "dialog:meter"\notherwise = "queue:b"', 'there is no queue "b"'),
        ('to = "dialog:meter"\notherwise = "call-back"', "is no place for a caller of a script"),
        ('to = "dialog:meter"\notherwise = "dialog:meter"', "is no place for a caller of a script"),
        ('to = "dialog:meter"\notherwise = "somewhere"', "is not a place for callers"),
        ('to = "dialog:meter"\nlanguage = "Portuguese, please"', "is no language"),
    ],
)
def test_numbers_that_are_wrong(number: str, wrong: str) -> None:
    found = errors(number)
    assert len(found) == 1
    assert wrong in found[0]


def test_a_survey_has_a_key_of_its_own() -> None:
    to = 'to = "queue:a"'
    survey = 'survey = "satisfaction"\n'
    assert errors(to, survey) == []
    assert "is not a key" in errors(to, survey + 'survey_key = "x"')[0]
    taken = survey + '[[queue.exit]]\nkey = "1"\nto = "goodbye"'
    assert "leads out of the queue already" in errors(to, taken)[0]
    assert "is no id of a script" in errors(to, 'survey = "a b"')[0]
