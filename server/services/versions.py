"""Versions of interfaces, and ranges of them. [pure]

A version is 1 to 4 numbers with dots (`1`, `2.3`); missing ones count as 0. A range is empty (any), a version (`1.2`:
1.2 or later in the same first number), or comparisons that must all hold, parted by commas (`>=1.2,<3`).
"""

import re
from collections.abc import Callable
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne

from server.services.errors import VersionRefused

Version = tuple[int, int, int, int]
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}", re.ASCII)
_COMPARISON = re.compile(r"(>=|<=|==|!=|>|<)?\s*([\d.]+)", re.ASCII)
_COMPARE: dict[str, Callable[[Version, Version], bool]] = {">=": ge, "<=": le, "==": eq, "!=": ne, ">": gt, "<": lt}


@lru_cache(maxsize=1024)
def parsed(text: str) -> Version:
    """The numbers of a version. `VersionRefused` for what is none."""
    if _VERSION.fullmatch(text) is None:
        raise VersionRefused(f"{text[:40]!r} is no version; write 1 or 1.2")
    numbers = [int(part) for part in text.split(".")]
    first, second, third, fourth = (*numbers, 0, 0, 0)[:4]
    return (first, second, third, fourth)


@lru_cache(maxsize=1024)
def is_in(version: str, wanted: str) -> bool:
    """Whether `version` is in the range `wanted`. `VersionRefused` for what is no version or no range."""
    have = parsed(version)
    return all(_holds(have, comparison.strip()) for comparison in wanted.split(",")) if wanted.strip() else True


def _holds(have: Version, comparison: str) -> bool:
    found = _COMPARISON.fullmatch(comparison)
    if found is None:
        raise VersionRefused(f"{comparison[:40]!r} is no comparison of versions; write >=1.2 or <3")
    sign, limit = found[1], parsed(found[2])
    if sign is None:
        return have[0] == limit[0] and have >= limit
    return _COMPARE[sign](have, limit)
