"""Numbers as people of a language write them. [pure]"""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from scriptengine.interpreter.formatting import ways_of

_BLANKS = str.maketrans("", "", " \u00a0\u202f'\u2019")


def plain_number(text: str, language: str) -> str:
    """`1.234,5` of a German or Brazilian as `1234.5`, which the engine reads. What is no such number stays as it is."""
    ways = ways_of(language)
    squeezed = text.translate(_BLANKS)
    if re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(ways.thousands)}\d{{3}})+(?:{re.escape(ways.point)}\d+)?", squeezed):
        squeezed = squeezed.replace(ways.thousands, "")
    if ways.point != "." and squeezed.count(ways.point) == 1 and "." not in squeezed:
        squeezed = squeezed.replace(ways.point, ".")
    return squeezed if re.fullmatch(r"[+-]?\d*\.?\d+", squeezed) else text


def field_text(value: Any, language: str) -> str:
    """A value as it stands in a field: dates as browsers want them, numbers with the language's own point."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M")
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case Decimal():
            return f"{value:f}".replace(".", ways_of(language).point)
        case _:
            return str(value)
