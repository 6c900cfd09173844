"""What `check` says of opening hours, destinations, exit keys, and overflow that goes round."""

import pytest

from server.config.findings import SiteError
from server.config.load import parse_site

BASE = """
[[trunk]]
name = "pstn"
target = "10.0.0.1"
[[queue]]
id = "a"
{a}
[[queue]]
id = "b"
{b}
[[agent]]
id = "ana"
queues = ["a", "b"]
[[number]]
dial = "1"
to = "queue:a"
"""


def errors(a: str, b: str = "") -> list[str]:
    try:
        parse_site(BASE.format(a=a, b=b))
    except SiteError as error:
        return [f"{one.path}: {one.message}" for one in error.findings if one.severity == "error"]
    return []


@pytest.mark.parametrize(
    "a",
    [
        'hours = ["mon-fri 08:00-18:00", "sat 09:00-13:00"]\nholidays = ["DE-BE", "12-24", "2026-12-31"]',
        'when_closed = "queue:b"\nwhen_full = "number:+493012345"\nwhen_too_long = "call-back"',
        'when_empty = "goodbye"',
        'when_closed = "dialog:meter-reading"\nwhen_full = "dialog:a"\nwhen_empty = "dialog:b"',
        'max_wait_seconds = 9\nwhen_too_long = "dialog:a"\nexit = [{ key = "1", to = "dialog:b" }]',
        'exit = [{ key = "1", to = "call-back" }, { key = "*", to = "queue:b" }]',
    ],
)
def test_what_is_right(a: str) -> None:
    assert errors(a) == []


@pytest.mark.parametrize(
    ("a", "wanted"),
    [
        ('hours = ["weekdays"]', 'queue[0].hours[0]: "weekdays" is not a time of the week'),
        ('holidays = ["XX"]', 'queue[0].holidays[0]: there is no list of holidays for "XX"'),
        ('holidays = ["DE-ZZ"]', 'queue[0].holidays[0]: there is no list of holidays for "DE-ZZ"'),
        ('when_full = "queue:c"', 'queue[0].when_full: there is no queue "c"'),
        ('when_closed = "voicemail:a"', 'queue[0].when_closed: there is no mailbox "a"'),
        ('when_closed = "wait"', 'queue[0].when_closed: "wait" is not a place for callers'),
        ('when_closed = "number:030"', 'queue[0].when_closed: "030" is not a number in E.164'),
        ('when_full = "dialog:"', 'queue[0].when_full: "dialog:" names nothing after dialog'),
        ('when_closed = "dialog:a b.xml"', 'queue[0].when_closed: "a b.xml" is no id of a script'),
        ('exit = [{ key = "1", to = "dialog:../a" }]', 'queue[0].exit[0].to: "../a" is no id of a script'),
        ('when_closed = "goodbye:now"', 'queue[0].when_closed: "goodbye:now" names too much after goodbye'),
        ('when_closed = "message"', 'queue[0].when_closed: "message" names nothing after message'),
        ('exit = [{ key = "12", to = "goodbye" }]', 'queue[0].exit[0].key: "12" is not a key'),
        (
            'exit = [{ key = "1", to = "goodbye" }, { key = "1", to = "call-back" }]',
            'queue[0].exit[1].key: the key "1" is there twice',
        ),
    ],
)
def test_what_is_wrong(a: str, wanted: str) -> None:
    assert errors(a) == [wanted]


def test_overflow_that_goes_round_at_once_is_an_error() -> None:
    found = errors('when_full = "queue:b"', 'when_closed = "queue:a"')
    assert found[0].endswith("callers who cannot be served go round for ever: a -> b -> a")


def test_overflow_that_goes_round_slowly_is_allowed() -> None:
    slow = 'max_wait_seconds = 60\nwhen_too_long = "queue:'
    assert errors(slow + 'b"', slow + 'a"') == []


def test_a_number_needs_a_trunk() -> None:
    text = BASE.format(a='when_closed = "call-back"', b="").replace('target = "10.0.0.1"', 'accept_from = ["10.0.0.1"]')
    with pytest.raises(SiteError, match="needs a trunk"):
        parse_site(text)
