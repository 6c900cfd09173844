"""Where the edge is: its sockets, the names it goes by, and what it writes into Via and Record-Route."""

from functools import lru_cache
from typing import NamedTuple

from server.edge.sip.flows import Flow
from server.edge.sip.uri import DEFAULT_PORT, Uri, address_family, shown_host


class Listener(NamedTuple):
    """One listening socket.

    `kind` and `socket` as in `Flow`; `family` 4, 6, or 0 for both; `shown` is the host that is written into messages,
    `port` the bound port; `hosts` all addresses under which it is reached.
    """

    kind: str
    socket: int
    family: int
    shown: str
    port: int
    hosts: frozenset[str]


class Places:
    """All listeners and the domain. `card` is the socket for line cards."""

    def __init__(self, domain: str, listeners: list[Listener], card: Listener) -> None:
        self.domain = domain.lower()
        self.listeners = listeners
        self.card = card
        self._names = {domain.lower()} | {listener.shown.lower() for listener in listeners}
        self._addresses = {(host, listener.port) for listener in listeners for host in listener.hosts}
        self._addresses |= {(listener.shown.lower(), listener.port) for listener in listeners}
        self._hosts = self._names | {host for host, _ in self._addresses}
        self.sent_bys = {f"{shown_host(host).lower()}:{port}" for host, port in self._addresses}
        self.card_sent_by = f"{shown_host(card.shown)}:{card.port}"
        self._listener = lru_cache(maxsize=256)(self._find_listener)
        self._vias: dict[tuple[str, int, int], str] = {}
        self._outside: dict[tuple[str, int, int], str] = {}
        self.card_route = f"<sip:{self.card_sent_by};lr"

    def is_here(self, uri: Uri) -> bool:
        """Whether a URI to which a card may send means us: the domain, or an address and port at which we listen."""
        host = uri.host
        if host == self.domain:
            return True
        if (host, uri.port or DEFAULT_PORT) in self._addresses:
            return True
        # A name of ours without a port; numeric addresses may be another's when the port is not ours.
        return not uri.port and host in self._names and not address_family(host)

    def is_for_us(self, uri: Uri) -> bool:
        """Whether the URI of somebody outside means us: the domain, a name or an address of ours, whatever the port.

        They cannot mean anybody else at our address: nothing is passed on for them. And they may know us by another
        port, when that is translated on the way, or by none.
        """
        return uri.host in self._hosts

    def listener(self, kind: str, host: str, socket: int = 0) -> Listener | None:
        """The listener from which `host` is reached over `udp` or `tcp`; None: there is none of that family."""
        return self._listener(kind, address_family(host.partition("%")[0]) or 4, socket)

    def _find_listener(self, kind: str, family: int, socket: int) -> Listener | None:
        fitting = [one for one in self.listeners if one.kind == kind and one.family in (family, 0)]
        for one in fitting:
            if one.socket == socket:
                return one
        if fitting:
            return fitting[0]
        if kind == "tcp":  # outgoing connections need no listener; answers come back over them
            return next((one for one in self.listeners if one.family in (family, 0)), None)
        return None

    def via(self, flow: Flow) -> str:
        """The beginning of our Via on a flow, up to and with `branch=`; empty: there is no way there."""
        if flow.kind == "card":
            return f"Via: SIP/2.0/UDP {self.card_sent_by};rport;branch="
        key = (flow.kind, flow.socket, 6 if ":" in flow.host else 4)
        text = self._vias.get(key)
        if text is None:
            one = self.listener(flow.kind, flow.host, flow.socket)
            text = f"Via: SIP/2.0/{flow.kind.upper()} {shown_host(one.shown)}:{one.port};rport;branch=" if one else ""
            self._vias[key] = text
        return text

    def outside_route(self, flow: Flow) -> str:
        """The beginning of our Record-Route for the far end of an outside flow, up to and with `;lr`."""
        key = (flow.kind, flow.socket, 6 if ":" in flow.host else 4)
        text = self._outside.get(key)
        if text is None:
            one = self.listener(flow.kind, flow.host, flow.socket) or self.listeners[0]
            transport = ";transport=tcp" if flow.kind == "tcp" else ""
            text = f"<sip:{shown_host(one.shown)}:{one.port}{transport};lr"
            self._outside[key] = text
        return text
