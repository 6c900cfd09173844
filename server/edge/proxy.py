"""The edge's decisions, without I/O: a message and the moment in, actions out (RFC 3261 section 16).

A request is read and checked, its sender told apart, the table of `dial_rules` asked; then it is answered here, goes to
`calls` (outside dialogs), or along its signed Route (in dialogs). Answers go back by what is signed in our Via. Nothing
but `calls.Attempt` holds state, so that a new core understands the messages of the one before.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from server.call.commands import RingAgents, RingNoLonger
from server.call.now import Now
from server.call.ports import CardAddress, CardPool, Credentials, StoredBinding
from server.config.site import SiteFile
from server.edge import checks, framing, headers
from server.edge.actions import Action, Probed, PutBack, Send
from server.edge.calls import Calls
from server.edge.checks import Read
from server.edge.dial_rules import ALLOWED_METHODS, Rule, Sender, verdict
from server.edge.errors import BadMessage, Dropped, Refusal, SipError
from server.edge.farewells import Farewells
from server.edge.flows import Flow
from server.edge.forwarder import Forwarder
from server.edge.headers import Via
from server.edge.media import Media
from server.edge.message import Message
from server.edge.outbox import Outbox
from server.edge.patience import Patience
from server.edge.phones import Phones
from server.edge.places import Places
from server.edge.probes import Probes, Question, is_summary
from server.edge.registrar import OUR_EXTENSIONS
from server.edge.replies import reply, take_off_via
from server.edge.rewrite import IDENTITY, NO_IDENTITY
from server.edge.routes import NOT_OURS, OwnRoute, RouteBook
from server.edge.senders import Trunks
from server.edge.signing import Signer
from server.edge.subscriptions import Subscriptions
from server.edge.transit import Incoming
from server.edge.uri import DEFAULT_PORT, parse
from server.edge.vias import noted

OPTIONS_HEADERS = (
    ("Allow", ALLOWED_METHODS),
    ("Accept", "application/sdp"),
    ("Accept-Encoding", "identity"),
    ("Accept-Language", "en"),
    ("Supported", "path"),
)
_NO_ROUTES: list[str] = []


class Proxy:
    """Every public method gives the actions that follow, in order. `boot`: a text that differs from run to run."""

    def __init__(
        self,
        site: SiteFile,
        places: Places,
        key: bytes,
        secret: str,
        boot: str,
        pool: CardPool,
        credentials: Credentials,
        counters: Counter[str],
    ) -> None:
        self._places = places
        self._pool = pool
        self._signer = Signer(key)
        self._outbox = Outbox(counters)
        self.counters = counters
        self._phones = Phones(site.sip, self._signer, boot, credentials, self._outbox)
        self.locations = self._phones.locations
        self._trunks = Trunks(site.trunk)
        self._routes = RouteBook(self._signer, places, secret)
        self._media = Media(site.media, self._signer)
        self._forwarder = Forwarder(self._signer, places, self._routes, self._outbox, self._media)
        self._patience = Patience()
        self._calls = Calls(
            site, places, self._signer, pool, self.locations, self._forwarder, self._outbox, self._patience
        )
        self._farewells = Farewells(self._outbox, self.receive)
        self._probes = Probes(self._signer, places, self._forwarder, self._outbox)
        self.subscriptions = Subscriptions(self._signer, places, self._forwarder, self._outbox, self._phones.proved)

    # -- what comes in

    def receive(self, message: Message, flow: Flow, now: Now, card: str = "") -> list[Action]:
        """A message came over a flow. `card`: it is sent in the name of this card, whose process is dead."""
        try:
            if flow.kind == "card":
                card = card or self._pool.card_at(flow.host, flow.port) or ""
                if not card:
                    raise Dropped("strangers_at_card_socket")
            if message.code:
                self._answer(message, now)
            else:
                self._request(message, flow, now, card)
        except Dropped as dropped:
            self.counters[dropped.counter] += 1
        return self._outbox.drain()

    def farewell(self, message: Message, flow: Flow, now: Now, card: str) -> list[Action]:
        """A message in the name of a card that is dead. A BYE is sent until it is answered."""
        return self._farewells.say(message, flow, now, card)

    def malformed(self, error: BadMessage, flow: Flow) -> list[Action]:
        """Something came that is no correct message: it is answered if it can be, and is no answer itself."""
        self.counters["bad_messages"] += 1
        message = error.message
        if message is None or message.code or message.method == "ACK" or flow.kind == "card":
            return []
        try:
            via = headers.via(checks.all_vias(message)[0])
        except (BadMessage, IndexError):
            if flow.kind != "udp" or not message.has("via"):
                return []
            back = flow
        else:
            back = way_back(via, flow)
        answer = reply(message, error.code, self._signer.tag(message.first("call-id") or ""), why=error.why)
        return [Send(back, answer.octets())]

    def card_ready(self, key: str, card: CardAddress, now: Now) -> list[Action]:
        """The card that `TakeCard` asked for."""
        if not self._calls.card_ready(key, card, now):
            self._outbox.emit(PutBack(card.name))
        return self._outbox.drain()

    def no_card(self, key: str, now: Now) -> list[Action]:
        """There is no card for what `TakeCard` asked for."""
        self._calls.no_card(key, now)
        return self._outbox.drain()

    def resolved(self, number: int, addresses: list[str], now: Now) -> list[Action]:
        """The addresses that `Resolve` asked for, best first; none: the name has none."""
        self._forwarder.resolved(number, addresses)
        actions = self._outbox.drain()
        self._farewells.resolved(number, actions, now)
        return actions + self._outbox.drain()

    def undeliverable(self, octets: bytes, now: Now) -> list[Action]:
        """A message could not be sent (no connection). A request is answered 503 in place of its target."""
        try:
            message = framing.datagram(octets)
            if message is not None and not message.code and message.method != "ACK":
                self.counters["unreachable_targets"] += 1
                self._unreachable(message, now)
        except SipError:
            self.counters["bad_answers"] += 1
        return self._outbox.drain()

    def probe(self, number: int, uri: str, now: Now) -> list[Action]:
        """Ask `uri` with OPTIONS whether it is there; `Probed` with that number follows. Raises `SipError`."""
        self._probes.begin(number, uri, now)
        return self._outbox.drain()

    def probe_phone(self, number: int, user: str, now: Now) -> list[Action]:
        """Ask the registered phones of a user with OPTIONS; `Probed` with that number follows. Who registered through
        another proxy (RFC 3327) is behind it, and not asked: the registration counts."""
        bindings = self.locations.of(user, now)
        if any(binding.stored.path for binding in bindings):
            self._outbox.emit(Probed(number, True))
        else:
            self._probes.begin_at(number, [(binding.stored.contact, binding.flow) for binding in bindings], now)
        return self._outbox.drain()

    def notify(self, number: int, user: str, question: Question, now: Now) -> list[Action]:
        """Tell the registered phones of a user something; `Probed` with that number follows. Who registered through
        another proxy (RFC 3327) is not told, unless that phone has subscribed; who has subscribed is told once."""
        told = self.subscriptions.notify(user, question.body, now) if is_summary(question) else set()
        direct = [one for one in self.locations.of(user, now) if not one.stored.path and one.flow not in told]
        if told and not direct:
            self._outbox.emit(Probed(number, True))
            return self._outbox.drain()
        contacts = [(binding.stored.contact, binding.flow) for binding in direct]
        self._probes.begin_at(number, contacts, now, question)
        return self._outbox.drain()

    def ring(self, command: RingAgents, now: Now) -> list[Action]:
        """A leg that a card dials here shall ring at these agents' phones (`PhoneNews` follow)."""
        self._calls.rings.ring(command.call, command.leg, command.agents, now)
        return self._outbox.drain()

    def ring_no_longer(self, command: RingNoLonger, now: Now) -> list[Action]:
        """An agent's phone shall not ring for the leg any more."""
        self._calls.rings.no_longer(command.call, command.leg, command.agent, command.result, now)
        return self._outbox.drain()

    def load(self, stored: Iterable[StoredBinding], now: Now) -> set[str]:
        """Take over the registrations that were kept; returns the users who have one."""
        return self._phones.load(stored, now)

    def cards_expected(self) -> None:
        """Cards of a former core may still come: what only they can answer waits for them."""
        self._patience.begin()

    def cards_counted(self) -> list[Action]:
        """They are back, or will not be."""
        for incoming, act in self._patience.end():
            try:
                self._decide(incoming, act)
            except Dropped as dropped:
                self.counters[dropped.counter] += 1
        return self._outbox.drain()

    def stop_new_calls(self) -> None:
        """From now on new calls are answered 503."""
        self._calls.accepting = False

    def next_deadline(self) -> float | None:
        """When `wake` is next to be called (`Now.mono`); None: nothing is to be done."""
        return self._outbox.agenda.next_deadline()

    def wake(self, now: Now) -> list[Action]:
        """Do what is due."""
        self._outbox.agenda.wake(now)
        return self._outbox.drain()

    # -- requests

    def _request(self, message: Message, flow: Flow, now: Now, card: str) -> None:
        try:
            read = checks.read_request(message)
        except BadMessage as error:
            for action in self.malformed(error, flow):
                self._outbox.emit(action)
            return
        except Refusal as refusal:  # of the request URI: everything else could be read
            self._refuse_unread(message, flow, refusal)
            return
        noted(message, read.vias, read.via, flow)
        incoming = Incoming(read, flow, way_back(read.via, flow), card)
        self._decide(incoming, lambda: self._route(incoming, now))

    def _decide(self, incoming: Incoming, decide: Callable[[], None]) -> None:
        """Answer what `decide` refuses. Raises `Dropped`."""
        try:
            decide()
        except (Refusal, BadMessage) as refusal:
            if incoming.read.message.method == "ACK":
                raise Dropped("stray_acks") from None
            self.counters["refused_requests"] += 1
            given = refusal.headers if isinstance(refusal, Refusal) else ()
            self._reply(incoming, refusal.code, given, refusal.why)

    def _route(self, incoming: Incoming, now: Now) -> None:
        """Find out who sends and what happens. Raises `Refusal`, `BadMessage`, `Dropped`."""
        read = incoming.read
        message = read.message
        route, rest = NOT_OURS, _NO_ROUTES
        if message.has("route"):
            values = [item for line in message.lines("route") for item in headers.split_list(line)]
            if values and self._routes.is_ours(message.uri):
                incoming, values = _as_sent(incoming, values)
                read = incoming.read
            route, rest = self._routes.take_ours(values, read.call_id)
        if incoming.card and route.card != incoming.card:
            raise Dropped("unsigned_from_cards")
        if message.method not in ("ACK", "CANCEL"):
            checks.require_nothing_unknown(message, OUR_EXTENSIONS, "proxy-require")
        if not incoming.card:
            self._refuse_loop(read)
        sender, trunk = self._sender(incoming, route)
        rule = verdict(message.method, sender)
        if isinstance(rule, int):
            headers_ = (("Allow", ALLOWED_METHODS),) if rule in (405, 501) else ()
            raise Refusal(rule, "", headers_)
        if sender is Sender.PARTY and not (message.method == "ACK" and self._calls.acknowledge(incoming, now)):
            self._in_dialog(incoming, route, rest)
        elif sender is Sender.CARD:
            self._from_card(incoming, rest, now)
        elif sender is not Sender.PARTY:
            if rest:
                raise Refusal(403, "no relaying")
            self._from_outside(incoming, sender, trunk, rule, now)

    def _sender(self, incoming: Incoming, route: OwnRoute) -> tuple[Sender, str]:
        """What kind of sender it is, and the trunk's name."""
        if route.in_dialog and incoming.read.in_dialog:
            return Sender.PARTY, ""
        if incoming.card:
            return Sender.CARD, ""
        flow = incoming.flow
        if not self.locations.is_source(flow.host, flow.port):
            trunk: str | None = self._trunks.at(flow.host)
            if trunk is not None:
                return Sender.TRUNK, trunk
        try:
            is_ours = self._places.is_here(parse(incoming.read.from_.uri))
        except SipError:  # From may hold any URI
            is_ours = False
        return (Sender.CLAIMANT if is_ours else Sender.STRANGER), ""

    def _refuse_loop(self, read: Read) -> None:
        """Raises `Refusal` 482 when the request was here before and nothing changed (section 16.3 step 4)."""
        ours = self._places.sent_bys
        for value in read.vias:
            lowered = value.lower()
            for sent_by in ours:
                if sent_by in lowered and (via := headers.via(value)).sent_by in ours:
                    if via.branch.endswith(self._signer.loop(read.routing_fields)):
                        raise Refusal(482)
                    break

    def _in_dialog(self, incoming: Incoming, route: OwnRoute, rest: list[str]) -> None:
        """Along the signed Route."""
        read = incoming.read
        message = read.message
        if not incoming.card:
            card = self._pool.address(route.card)
            if card is None:
                if self._patience.keep(incoming, lambda: self._in_dialog(incoming, route, rest)):
                    return
                raise Refusal(481)
            flow = Flow("card", card.host, card.port)
            self._forwarder.send(self._forwarder.target(incoming, message.uri, flow, [], is_ipv6=route.is_ipv6))
            return
        far = self._forwarder.flow_back(route.flow, read.target)

        def reached(flow: Flow) -> None:
            stripped = NO_IDENTITY if self._trunks.at(flow.host) else IDENTITY
            self._forwarder.send(
                self._forwarder.target(incoming, message.uri, flow, rest, stripped=stripped, is_ipv6=route.is_ipv6)
            )

        if far is not None:
            reached(far)
        else:
            self._forwarder.next_hop(read.target, rest, reached, lambda: self._reply(incoming, 503))

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
            phone = self.locations.is_source(incoming.flow.host, incoming.flow.port)
            self._calls.cancel(incoming, sender is Sender.TRUNK or phone, now)
        elif method == "OPTIONS":
            self._options(incoming)
        elif method == "REGISTER":
            self._phones.register(incoming, self._places.is_here(read.target), now)
        elif method == "SUBSCRIBE":
            self.subscriptions.subscribe(incoming, now)
        elif read.in_dialog:
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
        if not read.target.is_tel and not self._places.is_here(read.target):
            raise Refusal(483 if read.max_forwards == 0 else 404)
        self._reply(incoming, 200, OPTIONS_HEADERS)

    def _reply(self, incoming: Incoming, code: int, given: tuple[tuple[str, str], ...] = (), why: str = "") -> None:
        answer = reply(incoming.read.message, code, self._signer.tag(incoming.read.transaction), given, why)
        self._outbox.emit(Send(incoming.back, answer.octets()))

    def _refuse_unread(self, message: Message, flow: Flow, refusal: Refusal) -> None:
        error = BadMessage(refusal.code, refusal.why, message)
        for action in self.malformed(error, flow):
            self._outbox.emit(action)

    def _unreachable(self, message: Message, now: Now) -> None:
        """Our own request `message` did not leave."""
        branch = headers.via(checks.all_vias(message)[0]).branch
        attempt = self._calls.attempt_of(branch)
        if attempt is None:
            self._answer(reply(message, 503, ""), now)
        elif message.method == "INVITE":
            attempt.unreachable(branch, 503, now)

    # -- answers

    def _answer(self, message: Message, now: Now) -> None:
        """Send an answer back the way its request came. Raises `Dropped`."""
        try:
            top, rest_of_line = headers.split_first(message.first("via") or "")
            via = headers.via(top)
        except BadMessage:
            raise Dropped("bad_answers") from None
        back = self._signer.read_way_back(via.branch, via.parameters.get("flow") or "")
        if back is None:
            raise Dropped("forged_answers")
        take_off_via(message, rest_of_line)
        if message.body:
            self._media.carry_answer(message, "media" in via.parameters, back, self._outbox)
        attempt = self._calls.attempt_of(via.branch)
        if attempt is not None:
            attempt.answer(via.branch, message, now)
        elif self._farewells.answered(via.branch, message.code):
            pass  # the card that would want it is dead
        elif self.subscriptions.answered(via.branch, message.code):
            pass
        elif message.has("via"):
            self._outbox.emit(Send(back, message.octets()))
        elif not self._probes.answered(via.branch, message.code):
            self.counters["answers_to_us"] += 1  # to a CANCEL of ours


def _as_sent(incoming: Incoming, values: list[str]) -> tuple[Incoming, list[str]]:
    """A request that came over a strict router, with its Route values, as its sender meant it (section 16.4)."""
    message = incoming.read.message
    own = f"<{message.uri}>"
    message.uri = headers.name_address(values[-1]).uri
    read = incoming.read._replace(target=parse(message.uri))
    return incoming._replace(read=read), [own, *values[:-1]]


def way_back(via: Via, flow: Flow) -> Flow:
    """Whither the answers of a request go (RFC 3261 section 18.2.2, RFC 3581 section 4)."""
    if flow.kind == "tcp":
        return Flow("tcp", flow.host, via.port or DEFAULT_PORT, 0, flow.connection)
    if "rport" in via.parameters or via.port == flow.port:
        return flow
    return Flow(flow.kind, flow.host, via.port or DEFAULT_PORT, flow.socket)
