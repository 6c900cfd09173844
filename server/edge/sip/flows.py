"""Where messages come from and go to, also as text that fits into a Via or a URI parameter."""

from functools import lru_cache

import msgspec

from server.edge.sip.remembered import ANSWERS, remembered


class Flow(msgspec.Struct, frozen=True):
    """One way to a peer.

    `kind`: `udp`, `tcp` or `card` (the UDP socket for line cards). `socket`: number of our UDP socket. `connection`:
    the TCP connection; empty: any to that address. When it is gone, a new one to `host` and `port` is opened.
    """

    kind: str
    host: str
    port: int
    socket: int = 0
    connection: str = ""

    @property
    def is_reliable(self) -> bool:
        """Whether nothing has to be sent twice on it."""
        return self.kind == "tcp"

    @property
    def address(self) -> str:
        """Host and port for people."""
        return f"{self.host}:{self.port}"


@lru_cache(maxsize=ANSWERS)
def to_text(flow: Flow) -> str:
    """The flow as a token of letters that both Via and URI parameters allow."""
    which = flow.connection if flow.kind == "tcp" else str(flow.socket)
    host = flow.host.replace(":", "~").replace("%", "!")
    return f"{flow.kind[0]}{which}*{host}*{flow.port}"


@remembered
def from_text(text: str) -> Flow | None:
    """Read `to_text`'s token; None: it is not one."""
    which, _, rest = text.partition("*")
    host, _, port = rest.partition("*")
    if not (which and host and port.isascii() and port.isdigit() and len(port) <= 5):
        return None
    address = host.replace("~", ":").replace("!", "%")
    kind = {"u": "udp", "t": "tcp", "c": "card"}.get(which[0])
    if kind == "tcp":
        return Flow("tcp", address, int(port), 0, which[1:])
    if kind is None or not which[1:].isdigit():
        return None
    return Flow(kind, address, int(port), int(which[1:]))
