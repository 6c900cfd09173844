"""A call in a queue, as the floor sees one."""

import msgspec


class WaitingCall(msgspec.Struct, frozen=True):
    """`joined_mono` is when the wait began (kept through overflow and after a missed offer).

    `last_agent` is who had the last offer, empty if nobody: not offered twice running while another is free.
    """

    call: str
    queue: str
    priority: int
    joined_mono: float
    last_agent: str = ""

    def rank(self) -> tuple[int, float, str]:
        """Order of service: higher priority first, then who joined earlier; the call's id breaks ties."""
        return (-self.priority, self.joined_mono, self.call)
