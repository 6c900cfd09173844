"""Requests: read and checked, their sender told apart, the table of `dial_rules` asked; then they are answered here, go
to `calls` (outside dialogs), or along their signed Route (in dialogs)."""

from collections.abc import Callable

from msgspec import structs

from server.call.now import Now
from server.call.ports import CardPool
from server.edge import checks
from server.edge.actions import Send
from server.edge.calls import Calls
from server.edge.checks import Read
from server.edge.dial_rules import ALLOWED_METHODS, Rule, Sender, verdict
from server.edge.forwarder import Forwarder
from server.edge.outbox import Outbox
from server.edge.patience import Patience
from server.edge.phones.agents_phones import Phones
from server.edge.phones.registrar import OUR_EXTENSIONS
from server.edge.phones.subscriptions import Subscriptions
from server.edge.places import Places
from server.edge.routes import NOT_OURS, OwnRoute, RouteBook
from server.edge.senders import Trunks
from server.edge.signing import Signer
from server.edge.sip import headers
from server.edge.sip.errors import BadMessage, Dropped, Refusal, SipError
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.edge.sip.replies import reply
from server.edge.sip.rewrite import IDENTITY, NO_IDENTITY
from server.edge.sip.uri import parse
from server.edge.sip.vias import noted, way_back
from server.edge.talks import Talks
from server.edge.transit import Incoming

OPTIONS_HEADERS = (
    ("Allow", ALLOWED_METHODS),
    ("Accept", "application/sdp"),
    ("Accept-Encoding", "identity"),
    ("Accept-Language", "en"),
    ("Supported", "path"),
)
_NO_ROUTES: list[str] = []


class Requests:
    """Decides about every request."""

    def __init__(
        self,
        places: Places,
        signer: Signer,
        pool: CardPool,
        phones: Phones,
        trunks: Trunks,
        routes: RouteBook,
        forwarder: Forwarder,
        patience: Patience,
        calls: Calls,
        subscriptions: Subscriptions,
        talks: Talks,
        outbox: Outbox,
    ) -> None:
        self._places = places
        self._signer = signer
        self._pool = pool
        self._phones = phones
        self._trunks = trunks
        self._routes = routes
        self._forwarder = forwarder
        self._patience = patience
        self._calls = calls
        self._subscriptions = subscriptions
        self._talks = talks
        self._outbox = outbox

    def take(self, message: Message, flow: Flow, now: Now, card: str) -> None:
        """A request came. `card`: the card that sent it, or empty. Raises `Dropped`."""
        try:
            read = checks.read_request(message)
        except BadMessage as error:
            self.refuse_malformed(error, flow)
            return
        except Refusal as refusal:  # of the request URI: everything else could be read
            self.refuse_malformed(BadMessage(refusal.code, refusal.why, message), flow)
            return
        noted(message, read.vias, read.via, flow)
        incoming = Incoming(read, flow, way_back(read.via, flow), card)
        try:
            self._route(incoming, now)
        except (Refusal, BadMessage) as refusal:
            self._refuse(incoming, refusal)

    def decide(self, incoming: Incoming, decide: Callable[[], None]) -> None:
        """Answer what `decide` refuses. Raises `Dropped`."""
        try:
            decide()
        except (Refusal, BadMessage) as refusal:
            self._refuse(incoming, refusal)

    def _refuse(self, incoming: Incoming, refusal: Refusal | BadMessage) -> None:
        """Answer it. Raises `Dropped` for an ACK, which has no answer."""
        if incoming.read.message.method == "ACK":
            raise Dropped("stray_acks") from None
        self._outbox.counters["refused_requests"] += 1
        given = refusal.headers if isinstance(refusal, Refusal) else ()
        self._reply(incoming, refusal.code, given, refusal.why)

    def _route(self, incoming: Incoming, now: Now) -> None:
        """Find out who sends and what happens. Raises `Refusal`, `BadMessage`, `Dropped`."""
        read = incoming.read
        message = read.message
        route, rest = NOT_OURS, _NO_ROUTES
        if read.route is not None:
            lines = message.lines("route")
            if ";card=" in message.uri and self._routes.is_ours(message.uri):
                incoming, lines = _as_sent(incoming, lines)
                read = incoming.read
            route, rest = self._routes.take_ours(lines, read.call_id)
        if incoming.card and route.card != incoming.card:
            raise Dropped("unsigned_from_cards")
        if "proxy-require" in message.keys and message.method not in ("ACK", "CANCEL"):
            checks.require_nothing_unknown(message, OUR_EXTENSIONS, "proxy-require")
        if not incoming.card:
            self._refuse_loop(read)
        is_party = route.in_dialog and read.to.tag
        sender, trunk = (Sender.PARTY, "") if is_party else self._outsider(incoming)
        rule = verdict(message.method, sender)
        if isinstance(rule, int):
            headers_ = (("Allow", ALLOWED_METHODS),) if rule in (405, 501) else ()
            raise Refusal(rule, "", headers_)
        if sender is Sender.PARTY and not (message.method == "ACK" and self._calls.acknowledge(incoming, now)):
            self._in_dialog(incoming, route, rest, now)
        elif sender is Sender.CARD:
            self._from_card(incoming, rest, now)
        elif sender is not Sender.PARTY:
            if rest:
                raise Refusal(403, "no relaying")
            self._from_outside(incoming, sender, trunk, rule, now)

    def _outsider(self, incoming: Incoming) -> tuple[Sender, str]:
        """What kind of sender it is that sends outside a dialog, and the trunk's name."""
        if incoming.card:
            return Sender.CARD, ""
        flow = incoming.flow
        if not self._phones.locations.is_source(flow.host, flow.port):
            trunk: str | None = self._trunks.at(flow.host)
            if trunk is not None:
                return Sender.TRUNK, trunk
        try:
            is_ours = self._places.is_for_us(parse(incoming.read.from_.uri))
        except SipError:  # From may hold any URI
            is_ours = False
        return (Sender.CLAIMANT if is_ours else Sender.STRANGER), ""

    def _refuse_loop(self, read: Read) -> None:
        """Raises `Refusal` 482 when the request was here before and nothing changed (section 16.3 step 4)."""
        ours = self._places.sent_bys
        if len(read.vias) == 1 and read.via.sent_by not in ours:
            return
        for value in read.vias:
            lowered = value.lower()
            for sent_by in ours:
                if sent_by in lowered and (via := headers.via(value)).sent_by in ours:
                    if via.branch.endswith(self._signer.loop(read.routing_fields)):
                        raise Refusal(482)
                    break

    def _in_dialog(self, incoming: Incoming, route: OwnRoute, rest: list[str], now: Now) -> None:
        """Along the signed Route."""
        read = incoming.read
        message = read.message
        if message.method == "BYE":
            self._talks.ended(route.card, read.call_id)
        if not incoming.card:
            card = self._pool.address(route.card)
            if card is None:
                if self._patience.keep(incoming, lambda: self._in_dialog(incoming, route, rest, now)):
                    return
                raise Refusal(481)
            flow = Flow("card", card.host, card.port)
            self._forwarder.send(self._forwarder.target(incoming, message.uri, flow, [], is_ipv6=route.is_ipv6))
            return
        flow_back = self._forwarder.flow_back(route.flow, read.target)
        if flow_back is not None:
            self._to_far_end(incoming, route, rest, flow_back, now)
        else:
            self._forwarder.next_hop(
                read.target,
                rest,
                lambda flow: self._to_far_end(incoming, route, rest, flow, now),
                lambda refusal: self._refuse(incoming, refusal),
            )

    def _to_far_end(self, incoming: Incoming, route: OwnRoute, rest: list[str], flow: Flow, now: Now) -> None:
        """A card's request in a dialog, over `flow`."""
        if incoming.read.message.method == "ACK":
            self._talks.goes_on(route.card, incoming.read.call_id, flow, now)
        stripped = NO_IDENTITY if self._trunks.at(flow.host) else IDENTITY
        self._forwarder.send(
            self._forwarder.target(
                incoming, incoming.read.message.uri, flow, rest, stripped=stripped, is_ipv6=route.is_ipv6
            )
        )

    def _from_card(self, incoming: Incoming, rest: list[str], now: Now) -> None:
        """A card's request outside a dialog."""
        method = incoming.read.message.method
        if method == "OPTIONS" and self._places.is_here(incoming.read.target):
            self._reply(incoming, 200, OPTIONS_HEADERS)
        elif method == "CANCEL":
            self._calls.cancel_from_card(incoming, rest, now)
        elif method != "ACK" or not self._calls.acknowledge(incoming, now):
            self._calls.from_card(incoming, rest, now)

    def _from_outside(self, incoming: Incoming, sender: Sender, trunk: str, rule: Rule, now: Now) -> None:
        """A request outside a dialog that is allowed or challenged."""
        read = incoming.read
        method = read.message.method
        if method == "ACK":
            if not self._calls.acknowledge(incoming, now):
                raise Dropped("stray_acks")
        elif method == "CANCEL":
            phone = self._phones.locations.is_source(incoming.flow.host, incoming.flow.port)
            self._calls.cancel(incoming, sender is Sender.TRUNK or phone, now)
        elif method == "OPTIONS":
            self._options(incoming)
        elif method == "REGISTER":
            self._phones.register(incoming, self._places.is_for_us, now)
        elif method == "SUBSCRIBE":
            self._subscriptions.subscribe(incoming, now)
        elif read.to.tag:
            raise Refusal(481)
        elif rule is Rule.CHALLENGE:
            self._challenge_call(incoming, now)
        else:
            self._calls.dial_a_number(incoming, trunk, "", now)

    def _challenge_call(self, incoming: Incoming, now: Now) -> None:
        """An INVITE of somebody who says to be an agent."""
        agent = self._phones.proved_caller(incoming, now)
        if verdict("INVITE", Sender.PHONE) is not Rule.ALLOW:
            raise Refusal(403)
        self._calls.dial_a_number(incoming, "", agent, now)

    def _options(self, incoming: Incoming) -> None:
        read = incoming.read
        checks.require_nothing_unknown(read.message, OUR_EXTENSIONS)
        if not read.target.is_tel and not self._places.is_for_us(read.target):
            raise Refusal(483 if read.max_forwards == 0 else 404)
        self._reply(incoming, 200, OPTIONS_HEADERS)

    def _reply(self, incoming: Incoming, code: int, given: tuple[tuple[str, str], ...] = (), why: str = "") -> None:
        answer = reply(incoming.read.message, code, self._signer.tag(incoming.read.transaction), given, why)
        self._outbox.emit(Send(incoming.back, answer.octets()))

    def refuse_malformed(self, error: BadMessage, flow: Flow) -> None:
        """Something came that is no correct message: it is answered if it can be, and is no answer itself."""
        self._outbox.counters["bad_messages"] += 1
        message = error.message
        if message is None or message.code or message.method == "ACK" or flow.kind == "card":
            return
        try:
            via = headers.via(checks.all_vias(message)[0])
        except (BadMessage, IndexError):
            if flow.kind != "udp" or not message.has("via"):
                return
            back = flow
        else:
            back = way_back(via, flow)
        answer = reply(message, error.code, self._signer.tag(message.first("call-id") or ""), why=error.why)
        self._outbox.emit(Send(back, answer.octets()))


def _as_sent(incoming: Incoming, lines: list[str]) -> tuple[Incoming, list[str]]:
    """A request that came over a strict router, with its Route lines, as its sender meant it (section 16.4)."""
    message = incoming.read.message
    values = [item for line in lines for item in headers.split_list(line)]
    if not values:
        return incoming, lines
    own = f"<{message.uri}>"
    message.uri = headers.name_address(values[-1]).uri
    read = structs.replace(incoming.read, target=parse(message.uri))
    return structs.replace(incoming, read=read), [own, *values[:-1]]
