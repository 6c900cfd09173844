"""From whom a relay takes packets, and whither it sends (symmetric RTP, RFC 4961; against "RTP bleed")."""


class Peer:
    """The far end of one socket: where its SDP says, or whence it really sends.

    Packets are taken from the SDP's address only. The first that comes from there, whatever its port, decides where
    packets for the far end go, for a firewall may have moved the port; after it no other port is listened to but the
    SDP's own, which has the last word. `host`: as `inet_ntop` writes it.
    """

    __slots__ = ("_host", "_named", "_used", "strangers")

    def __init__(self, host: str, port: int) -> None:
        self._host, self._named = host, port
        self._used: int | None = None
        self.strangers = 0
        """Packets that were not taken."""

    @property
    def target(self) -> tuple[str, int]:
        """Where packets for the far end go."""
        return self._host, self._named if self._used is None else self._used

    def takes(self, host: str, port: int) -> bool:
        """Whether a packet from there is the far end's."""
        if host == self._host:
            if port == self._used:
                return True
            if port == self._named or self._used is None:
                self._used = port
                return True
        self.strangers += 1
        return False
