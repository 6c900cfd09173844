"""Whom a caller can make us call: ordinary numbers of the country, and what the site names beyond them."""

import pytest
from hypothesis import given, strategies as st

from server.callflow.typed_numbers import is_costly, may_be_called


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("0301234567", "DE"),
        ("015112345678", "DE"),
        ("032221234567", "DE"),  # VoIP
        ("0584441111", "CH"),  # a company's
        ("01133334444", "BR"),
        ("011987654321", "BR"),
        ("02079460123", "GB"),
    ],
)
def test_ordinary_numbers_of_the_country_are_called(number: str, country: str):
    assert may_be_called(number, ["0"], country)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("09001234567", "DE"),  # premium rate
        ("0900123456789", "DE"),  # the same with digits that nobody needs
        ("01805123456", "DE"),  # shared cost
        ("01371234567", "DE"),  # televoting
        ("07001234567", "DE"),  # personal numbers may lead anywhere
        ("07012345678", "GB"),
        ("0900123456", "CH"),
        ("0300313131313", "BR"),
        ("08001234567", "DE"),  # we would call whoever pays for it
        ("0112", "DE"),
        ("01189", "DE"),
        ("012345", "DE"),  # nobody's
        ("00431234567", "DE"),
        ("0043123456789", "DE"),
        ("0118765432109", "US"),  # 011 leads out
        ("07781123456", "GB"),  # Guernsey
        ("+49301234567", "DE"),
        ("٠٣٠١٢٣٤٥٦٧", "DE"),
        ("", "DE"),
    ],
)
def test_all_others_are_not(number: str, country: str):
    assert not may_be_called(number, ["0"], country)


def test_what_leads_abroad_must_be_named():
    vienna, jamaica, inner = "0043123456789", "18765551234", "2125551234"
    assert not may_be_called(vienna, ["0", "0049"], "DE")
    for beginnings in (["00"], ["0", "0043"], ["00431"]):
        assert may_be_called(vienna, beginnings, "DE")
    assert not may_be_called("0043900123456", ["0043"], "DE")  # premium rate there
    assert may_be_called(inner, ["2"], "US")
    assert not may_be_called(jamaica, ["1"], "US")
    assert may_be_called(jamaica, ["1", "1876"], "US")
    assert not may_be_called("0301234567", [], "DE")


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,20}", fullmatch=True), st.lists(st.text(max_size=4), max_size=3))
def test_nothing_that_is_typed_does_harm(number: str, beginnings: list[str]):
    if may_be_called(number, beginnings, "DE"):
        assert number.isdigit()
        assert not is_costly(number, "DE")


def test_a_callers_own_number_may_be_costly():
    assert is_costly("+499001234567", "DE")
    assert not is_costly("+493012345", "DE")
    assert not is_costly("anonymous", "DE")
