"""The currency of a country, for amounts that name none (ISO 4217, ISO 3166-1)."""

from typing import Final

from server.config.site import Site

_EURO: Final = "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC MT NL PT SI SK SM VA"
_COUNTRIES: Final = {
    "EUR": _EURO, "USD": "US EC PR SV", "GBP": "GB GG IM JE", "CHF": "CH LI", "BRL": "BR",
    "AUD": "AU", "CAD": "CA", "NZD": "NZ",
    "ARS": "AR", "CLP": "CL", "COP": "CO", "MXN": "MX", "UYU": "UY",
    "AOA": "AO", "BOB": "BO", "CVE": "CV", "CZK": "CZ", "DKK": "DK", "HUF": "HU", "MZN": "MZ", "NOK": "NO", "PEN": "PE",
    "PLN": "PL", "PYG": "PY", "RON": "RO", "SEK": "SE",
}  # fmt: skip
BY_COUNTRY: Final = {country: code for code, countries in _COUNTRIES.items() for country in countries.split()}


def currency_of(site: Site) -> str:
    """`[site] currency`, or the one of its country; empty: neither is known."""
    return site.currency or BY_COUNTRY.get(site.country, "")
