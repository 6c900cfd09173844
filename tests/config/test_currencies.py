"""In which currency amounts are said that name none."""

import pytest

from server.config.countries import COUNTRIES
from server.config.currencies import BY_COUNTRY, currency_of
from server.config.site import Site


@pytest.mark.parametrize(
    ("country", "written", "currency"),
    [
        ("DE", "", "EUR"),
        ("BR", "", "BRL"),
        ("CH", "", "CHF"),
        ("BR", "USD", "USD"),
        ("JP", "", ""),
        ("JP", "JPY", "JPY"),
    ],
)
def test_the_sites_own_or_the_countrys(country: str, written: str, currency: str) -> None:
    assert currency_of(Site(country=country, currency=written)) == currency


def test_every_country_of_the_table_is_one() -> None:
    assert set(BY_COUNTRY) <= set(COUNTRIES)
    assert all(len(code) == 3 and code.isupper() for code in BY_COUNTRY.values())
