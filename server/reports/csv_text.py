"""A line of CSV (RFC 4180), safe to open: callers choose their names, and a spreadsheet runs what begins with =."""

from collections.abc import Iterable

_QUOTED = frozenset(',"\r\n')
_FORMULA = frozenset("=@\t\r")
_SIGN = frozenset("+-")


def csv_line(values: Iterable[object]) -> str:
    """One line without its end. None is an empty field."""
    return ",".join(_field(value) for value in values)


def _field(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text and _is_formula(text):
        text = "'" + text
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def _is_formula(text: str) -> bool:
    """Telephone numbers begin with + and are none."""
    return text[0] in _FORMULA or (text[0] in _SIGN and not text[1:].replace(" ", "").isdigit())
