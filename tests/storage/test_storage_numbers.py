"""Telephone numbers as trunks and people write them."""

import pytest
from hypothesis import given, strategies as st

from server.storage.numbers import compact, key, shown, to_e164


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("+493012345678", "DE", "+493012345678"),
        ("030 12345678", "DE", "+493012345678"),
        ("(030) 123-456.78", "DE", "+493012345678"),
        ("00493012345678", "DE", "+493012345678"),
        ("+55 11 98765-4321", "DE", "+5511987654321"),
        ("011987654321", "BR", "+5511987654321"),
        ("11987654321", "BR", "+5511987654321"),
        ("+1 202 555 0123", "DE", "+12025550123"),
        ("100", "DE", ""),
        ("1001", "DE", ""),
        ("anonymous", "DE", ""),
        ("", "DE", ""),
        ("+", "DE", ""),
        ("030'; DROP TABLE", "DE", ""),
        ("+49" + "1" * 60, "DE", ""),
        ("٠٣٠١٢٣٤٥٦٧٨", "DE", ""),
    ],
)
def test_e164(text: str, country: str, e164: str) -> None:
    assert to_e164(text, country) == e164


def test_numbers_are_shown_as_people_of_the_country_write_them() -> None:
    assert shown("+493012345678", "DE") == "030 12345678"
    assert shown("+493012345678", "BR") == "+49 30 12345678"
    assert shown("anonymous", "DE") == "anonymous"
    assert len(shown("x" * 500, "DE")) == 64


def test_what_is_no_number_is_compared_without_spacing_and_case() -> None:
    assert key("10-01", "DE") == key("1001", "DE") == "1001"
    assert compact("Ana Maria") == "anamaria"


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_none(text: str) -> None:
    e164 = to_e164(text, "BR")
    assert e164 == "" or (e164[0] == "+" and e164[1:].isdigit() and to_e164(e164, "BR") == e164)
    assert len(shown(text, "BR")) <= 64
