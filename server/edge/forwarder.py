"""How a request goes on: our Via, Record-Route and branch, and the flow to the next hop (RFC 3261 section 16.6)."""

from collections.abc import Callable

from server.edge import card_room
from server.edge.actions import Resolve, Send
from server.edge.media import VIA_MARK, Media
from server.edge.outbox import Outbox
from server.edge.places import Places
from server.edge.routes import RouteBook, is_loose
from server.edge.signing import Signer
from server.edge.sip import flows, headers, uri
from server.edge.sip.errors import Refusal
from server.edge.sip.flows import Flow
from server.edge.sip.rewrite import IDENTITY, request_octets
from server.edge.sip.uri import DEFAULT_PORT, Uri, address_family
from server.edge.transit import Incoming, Target

Reached = Callable[[Flow], None]
Failed = Callable[[Refusal], None]
MAX_RESOLVING = 1000
DIALOG_FORMING = frozenset({"INVITE", "SUBSCRIBE", "REFER"})


class Forwarder:
    """Puts requests on their way."""

    def __init__(self, signer: Signer, places: Places, routes: RouteBook, outbox: Outbox, media: Media) -> None:
        self._media = media
        self._signer = signer
        self._places = places
        self._routes = routes
        self._outbox = outbox
        self._resolving: dict[int, tuple[Uri, Reached, Failed]] = {}
        self._resolve_count = 0

    def target(
        self,
        incoming: Incoming,
        request_uri: str,
        flow: Flow,
        routes: list[str],
        *,
        card: str = "",
        added: tuple[str, ...] = (),
        stripped: frozenset[str] = IDENTITY,
        keep_flow: bool = False,
        fork: str = "",
        is_ipv6: bool = False,
    ) -> Target:
        """The request as it goes to `request_uri` over `flow`. Raises `Refusal` 483, 488, 503 or 513.

        `card`: the dialog's card, written into Record-Route; empty: none is written. `added`: header lines.
        `keep_flow`: the far end is a phone, perhaps behind a NAT, whose requests in the dialog take the same way (RFC
        5626); over TCP that is always so. `fork`: what tells this target from the others of a fork. `is_ipv6`: the
        sound of the dialog in which it is goes over IPv6.
        """
        read = incoming.read
        if read.max_forwards == 0:
            raise Refusal(483)
        branch = self._signer.branch(read.transaction, read.routing_fields, fork)
        via = self.via(flow, branch, incoming.back)
        body: bytes | None = None
        if read.message.body or is_ipv6 or not read.to.tag:
            body, is_ipv6 = self._carried(incoming, flow, is_ipv6)
        if is_ipv6 and not incoming.card:
            via += VIA_MARK
        lines = list(added)
        if card and not read.to.tag and read.message.method in DIALOG_FORMING:
            lines = self._record_route(incoming, flow, card, keep_flow, is_ipv6) + lines
        if routes and not is_loose(routes[0]):  # a strict router takes the next hop from the request URI
            strict = headers.name_address(routes[0]).uri
            request_uri, routes = strict, [*routes[1:], f"<{request_uri}>"]
        octets = request_octets(read.message, request_uri, via, lines, routes, read.max_forwards - 1, stripped, body)
        if flow.kind == "card" and read.message.method != "ACK":  # which nobody can refuse
            card_room.check(octets)
        return Target(request_uri, flow, routes, branch, via, octets)

    def _carried(self, incoming: Incoming, flow: Flow, is_ipv6: bool) -> tuple[bytes | None, bool]:
        """The body of the request on the other side of the edge (None: as it came), and whether sound that the
        dialog or the answer has goes over IPv6. The card's relay is told first. Raises `Refusal` 488."""
        read = incoming.read
        message = read.message
        if flow.kind == "card":
            if incoming.card or not self._media.is_ipv6_from(message, incoming.flow, bool(read.to.tag), is_ipv6):
                return None, False
            body, note = self._media.to_card(message, read.call_id, flow)
            if note is not None:
                self._outbox.emit(note)
            return body, True
        if not incoming.card or not (is_ipv6 if read.to.tag else self._media.is_ipv6_to(flow)):
            return None, False
        return self._media.to_outside(message), True

    def via(self, flow: Flow, branch: str, back: Flow) -> str:
        """Our Via line for a request that goes over `flow`, its answers to `back`. Raises `Refusal` 503."""
        prefix = self._places.via(flow)
        if not prefix:
            raise Refusal(503, "there is no socket for that address")
        return f"{prefix}{branch};flow={self._signer.way_back(branch, back)}"

    def send(self, target: Target) -> None:
        """Send a request without keeping anything of it."""
        self._outbox.emit(Send(target.flow, target.octets))

    def next_hop(self, request_uri: Uri, routes: list[str], reached: Reached, failed: Failed) -> None:
        """Call `reached` with the flow to the first route, or else the request URI: at once for a numeric address,
        later for a name; `failed` when the name has no address, or `reached` refused later. Raises `Refusal` for what
        cannot be reached at all, and what `reached` refuses at once."""
        where = uri.parse(headers.name_address(routes[0]).uri) if routes else request_uri
        if address_family(where.host):
            reached(self.flow_to(where, where.host))
            return
        if len(self._resolving) >= MAX_RESOLVING:
            raise Refusal(503, "too many names are being looked up")
        self._resolve_count += 1
        self._resolving[self._resolve_count] = (where, reached, failed)
        self._outbox.emit(Resolve(self._resolve_count, where.host))

    def resolved(self, number: int, addresses: list[str]) -> None:
        """The addresses of a name, best first; none: it has none."""
        entry = self._resolving.pop(number, None)
        if entry is None:
            return
        where, reached, failed = entry
        for address in addresses:
            try:
                flow = self.flow_to(where, address)
            except Refusal:  # no socket of that family: the next address may do
                continue
            try:
                reached(flow)
            except Refusal as refusal:  # there is nobody above who could answer it by now
                failed(refusal)
            return
        failed(Refusal(503, "the name has no address"))

    def flow_to(self, where: Uri, address: str) -> Flow:
        """The flow to a numeric `address` as the URI asks for it. Raises `Refusal` 503 when there is no way there."""
        port = where.port or DEFAULT_PORT
        transport = where.transport
        if transport == "tcp":
            return Flow("tcp", address, port)
        if transport != "udp" or port > 65535 or not port:
            raise Refusal(503, "that transport is not offered")
        listener = self._places.listener("udp", address)
        if listener is None:
            raise Refusal(503, "there is no socket for that address")
        return Flow("udp", address, port, listener.socket)

    def flow_back(self, text: str, contact: Uri) -> Flow | None:
        """The remembered flow of a far end; a TCP flow that is gone is re-opened to its Contact. None: none is."""
        flow = flows.from_text(text) if text else None
        if flow is None or flow.kind != "tcp":
            return flow
        if address_family(contact.host):
            return Flow("tcp", contact.host, contact.port or DEFAULT_PORT, 0, flow.connection)
        return flow

    def _record_route(self, incoming: Incoming, flow: Flow, card: str, keep_flow: bool, is_ipv6: bool) -> list[str]:
        """Our two Record-Route lines for a request from or to a card (RFC 5658)."""
        from_card = bool(incoming.card)
        outside = flow if from_card else incoming.flow
        far = flows.to_text(outside) if keep_flow or outside.connection else ""
        shown = self._places.outside_route(outside)
        return self._routes.record(shown, card, incoming.read.call_id, far, not from_card, is_ipv6)
