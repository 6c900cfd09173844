"""A call in a queue, as the floor sees one."""

import msgspec

Rank = tuple[int, float, str]
"""Order of service within a queue: the smallest is next."""


class WaitingCall(msgspec.Struct, frozen=True):
    """`joined_mono` is when the wait began (kept through overflow and after a missed offer).

    `last_agent` is who had the last offer, empty if nobody: not offered twice running while another is free.
    `preferred` is who spoke last with this caller, empty if that does not matter. `away`: nobody is on the line for it
    (a call-back keeps a place, but takes up no line).
    """

    call: str
    queue: str
    priority: int
    joined_mono: float
    last_agent: str = ""
    preferred: str = ""
    away: bool = False

    def rank(self) -> Rank:
        """Higher priority first, then who joined earlier; the call's id breaks ties."""
        return (-self.priority, self.joined_mono, self.call)
