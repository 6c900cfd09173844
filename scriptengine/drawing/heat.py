"""How often sessions came by: from a file, for the colours of a picture."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

MAX_OCTETS = 4 * 1024 * 1024


class Heat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Visits of nodes and of ways (`from>to`), and sessions that stopped at a node without an end (`left`).

    `version`: of the script that was counted; empty: several.
    """

    visits: Mapping[str, int]
    ways: Mapping[str, int] = {}
    left: Mapping[str, int] = {}
    version: str = ""


class HeatError(Exception):
    """The file says no visits; the text says why, and what to write."""


def read_heat(octets: bytes) -> Heat:
    """Visits from JSON: `{"visits": {"who": 12}, "ways": {"who>done": 9}, "left": {"who": 3}}`. Raises HeatError."""
    if len(octets) > MAX_OCTETS:
        raise HeatError(f"The file of visits has more than {MAX_OCTETS} octets.")
    try:
        heat = msgspec.json.decode(octets, type=Heat)
    except (msgspec.DecodeError, RecursionError) as error:
        raise HeatError(f'The visits cannot be read: {error}. Write {{"visits": {{"NODE": 12}}}}.') from None
    if any(count < 0 for counts in (heat.visits, heat.ways, heat.left) for count in counts.values()):
        raise HeatError("A number of visits is below 0.")
    return heat
