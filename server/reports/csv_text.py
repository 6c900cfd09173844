"""A line of CSV (RFC 4180), safe to open: callers choose their names, and a spreadsheet runs what begins with =."""

import re
from collections.abc import Iterable

_QUOTED = frozenset(',;"\t\r\n')
_BLANK = r"[^\S\t\r\n]"
_SIGN = r"(?:[=@＝＠]|[-+＋－](?!\d[\d ]*\Z))"
_BEGINNING = re.compile(rf"^(?=[\t\r\n]|{_BLANK}*{_SIGN})|(?<=[;\t\r\n])(?=(?:{_BLANK}|\")*{_SIGN})")
"""Where a cell might begin with a formula: at the beginning, where some drop a tab or a line end, and behind what
separates cells where a comma does not (`;` in many countries, such as Brazil): two quotes at the beginning of such a
cell are nothing. Telephone numbers begin with + and are none."""
_NUL = str.maketrans({"\0": "\ufffd"})
"""At which many readers of CSV give up."""


def csv_line(values: Iterable[object]) -> str:
    """One line without its end. None is an empty field."""
    return ",".join(_field(value) for value in values)


def _field(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str):
        text = _BEGINNING.sub("'", text).translate(_NUL)
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'
