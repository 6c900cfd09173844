"""What was probably meant by a misspelt word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SHOWN = 12


def did_you_mean(wrong: str, known: Iterable[str], *, nothing: str = "") -> str:
    """`Did you mean x?`, or what there is to choose from; `nothing` if there is nothing."""
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(wrong.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {folded[close[0]]}?"
    if not folded:
        return nothing
    return f"Known here: {listed(sorted(folded.values()))}."


def listed(words: Iterable[str]) -> str:
    """`a, b, c`, at most twelve."""
    shown = list(words)
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return f"{', '.join(shown[:_SHOWN])}{more}"
