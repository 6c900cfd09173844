"""New calls: from outside to a card, from a card to phones and trunks; with their CANCEL and ACK."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from server.call.now import Now
from server.call.ports import CardAddress, CardPool
from server.config.site import SiteFile
from server.edge.actions import Send, TakeCard
from server.edge.attempt import Attempt, State
from server.edge.checks import offers_what_a_card_can
from server.edge.copies import Copies
from server.edge.forwarder import Forwarder
from server.edge.outbox import Outbox
from server.edge.patience import Patience
from server.edge.phones.location import Binding, Locations, flow_to
from server.edge.places import Places
from server.edge.ring import RingAttempt
from server.edge.rings import PARAMETER, Rings
from server.edge.senders import Numbers
from server.edge.signing import Signer
from server.edge.sip import uri
from server.edge.sip.errors import Dropped, Refusal, SipError
from server.edge.sip.flows import Flow
from server.edge.sip.remembered import remembered
from server.edge.sip.replies import reply
from server.edge.sip.rewrite import IDENTITY, NO_IDENTITY, for_leg
from server.edge.sip.uri import Uri, shown_host
from server.edge.transit import Incoming, Target

RETRY_AFTER = (("Retry-After", "10"),)
MAX_ATTEMPTS = 5000
MAX_CHOSEN = 20_000
CHOSEN_SECONDS = 300.0


class Chosen(NamedTuple):
    """Whither an INVITE without state went, so that its CANCEL goes there even if the phone has registered anew."""

    uri: str
    flow: Flow
    routes: list[str]
    until: float


class Calls:
    """Decides about INVITE, and about CANCEL and ACK outside dialogs. See `proxy` for who may come here."""

    def __init__(
        self,
        site: SiteFile,
        places: Places,
        signer: Signer,
        pool: CardPool,
        locations: Locations,
        forwarder: Forwarder,
        outbox: Outbox,
        patience: Patience,
    ) -> None:
        self._places = places
        self._signer = signer
        self._pool = pool
        self._locations = locations
        self._forwarder = forwarder
        self._outbox = outbox
        self._patience = patience
        self._numbers = Numbers(site.number, site.site.country)
        self._trunk_targets = [trunk_uri(trunk.target) for trunk in site.trunk if trunk.target]
        self._trunk_hosts = frozenset(target.host for target in self._trunk_targets)
        self._wait_seconds = site.linecards.arrival_wait_seconds
        self.accepting = True
        self.attempts: dict[str, Attempt] = {}
        self._branches: dict[str, Attempt] = {}
        self.attempt_of = self._branches.get
        """The attempt of which a leg has this branch; None: there is none."""
        self._copies = Copies()
        self._arrivals: dict[str, tuple[str, tuple[str, ...], bool]] = {}
        self._chosen: dict[str, Chosen] = {}
        self.rings = Rings(site, places, locations, forwarder, outbox, self._enrol)

    # -- from outside to a card

    def dial_a_number(self, incoming: Incoming, trunk: str, agent: str, now: Now) -> None:
        """An INVITE from a trunk or an agent's phone: a card takes it if the number is ours. Raises `Refusal`."""
        read = incoming.read
        dialled = self._number(read.target)
        if dialled is None:
            raise Refusal(403 if agent else 404)
        if self._is_repeated(incoming, now):
            return
        offers_what_a_card_can(read.message)
        if not self.accepting or len(self.attempts) >= MAX_ATTEMPTS:
            raise Refusal(503, "", RETRY_AFTER)
        attempt = self._begin(incoming)
        self._copies.begin(read.merge_key, attempt.key)
        added = (f"X-Caruso-Trunk: {trunk}",) if trunk else (f"X-Caruso-Agent: {agent}",)
        self._arrivals[attempt.key] = (dialled, added, bool(agent))
        if self._wait_seconds:
            attempt.wait_until(now.mono + self._wait_seconds)
        self._outbox.emit(TakeCard(attempt.key))

    def card_ready(self, key: str, card: CardAddress, now: Now) -> bool:
        """A card was taken for the call `key`. False: the call is not there any more, and the card goes back."""
        attempt = self.attempts.get(key)
        arrival = self._arrivals.pop(key, None)
        if attempt is None or arrival is None or attempt.state is not State.WAITING:
            return False
        dialled, added, is_phone = arrival
        incoming = attempt.incoming
        request_uri = f"sip:{_user(dialled)}@{shown_host(card.host)}:{card.port}"
        flow = Flow("card", card.host, card.port)
        stripped = IDENTITY | {"proxy-authorization"} if is_phone else NO_IDENTITY
        try:
            target = self._forwarder.target(
                incoming, request_uri, flow, [], card=card.name, added=added, stripped=stripped, keep_flow=is_phone
            )
        except Refusal as refusal:
            attempt.refuse(refusal.code, now, refusal.headers)
            return False
        self._go(attempt, [target], now, card.name)
        self._outbox.counters["calls_to_cards"] += 1
        return True

    def no_card(self, key: str, now: Now) -> None:
        """There will be no card for the call `key`."""
        self._arrivals.pop(key, None)
        attempt = self.attempts.get(key)
        if attempt is not None and attempt.state is State.WAITING:
            self._outbox.counters["calls_without_card"] += 1
            attempt.refuse(503, now, RETRY_AFTER)

    def _number(self, target: Uri) -> str | None:
        """The `[[number]]` that a request URI means; None: none, or the host is not ours."""
        if not (target.is_tel or self._places.is_for_us(target)):
            return None
        dialled: str | None = self._numbers.dialled(target.user)
        return dialled

    def _is_repeated(self, incoming: Incoming, now: Now) -> bool:
        """Whether the INVITE was here before. Raises `Refusal` 482 when it came another way (section 8.2.2.2)."""
        known = self._copies.first(incoming.read.merge_key, now)
        if known is None:
            return False
        attempt = self.attempts.get(known)
        if known != incoming.read.transaction:
            if attempt is not None and attempt.is_refused:  # tried once more after our refusal
                return False
            raise Refusal(482)
        if attempt is not None:
            attempt.again()
        return True

    # -- from a card to the outside

    def from_card(self, incoming: Incoming, routes: list[str], now: Now) -> None:
        """A card's request outside a dialog. Raises `Refusal`, `Dropped`."""
        read = incoming.read
        attempt = self.attempts.get(read.transaction)
        if attempt is not None:
            attempt.again()
            return
        chosen = self._chosen.get(read.transaction)
        if chosen is not None:
            self._pass_on(incoming, chosen.uri, chosen.flow, chosen.routes, now)
        elif self._places.is_here(read.target):
            ring = read.target.parameters.get(PARAMETER)
            if ring is None:
                self._to_phones(incoming, now)
            else:
                self._to_many(incoming, ring, now)
        else:
            target = self._over_trunk(read.target) if read.target.is_tel else read.target
            shown = read.message.uri if target is read.target else _written(target)
            self._forwarder.next_hop(
                target,
                routes,
                lambda flow: self._pass_on(incoming, shown, flow, routes, now),
                lambda refusal: self._not_reached(incoming, refusal),
            )

    def _not_reached(self, incoming: Incoming, refusal: Refusal) -> None:
        """A name has no address, or it cannot be sent there. Raises `Dropped` for an ACK, which has no answer."""
        if incoming.read.message.method == "ACK":
            raise Dropped("stray_acks")
        self._answer(incoming, refusal.code)

    def _to_phones(self, incoming: Incoming, now: Now) -> None:
        """To the registered contacts of an agent."""
        read = incoming.read
        method = read.message.method
        bindings = self._locations.of(read.target.user, now)
        if not bindings:
            raise Refusal(480 if method != "CANCEL" else 481)
        if len(bindings) == 1:
            one = bindings[0]
            self._pass_on(incoming, one.stored.contact, flow_to(one), one.stored.path, now, keep_flow=True)
        elif method == "INVITE":
            attempt = self._begin(incoming)
            self._go(attempt, self._fork(incoming, bindings), now)
        elif method == "CANCEL":  # of a fork that a core before us began
            self._answer(incoming, 200)
            for target in self._fork(incoming, bindings):
                self._cancel_at(incoming, target)
        else:
            raise Refusal(480)

    def _to_many(self, incoming: Incoming, ring: str, now: Now) -> None:
        """To the phones of several agents. Raises `Refusal`."""
        method = incoming.read.message.method
        if method == "INVITE":
            tag = self._signer.tag(incoming.read.transaction)

            def begin(call: str, leg: str) -> RingAttempt:
                attempt = RingAttempt(self._outbox, incoming, tag, self._forget, call, leg)
                self.attempts[attempt.key] = attempt
                return attempt

            self.rings.invite(ring, begin, now)
        elif method == "CANCEL":  # of what a core before us rang
            self.rings.cancel(incoming, ring, lambda target: self._cancel_at(incoming, target), now)
            self._answer(incoming, 200)
        else:
            raise Refusal(480)

    def _fork(self, incoming: Incoming, bindings: Sequence[Binding]) -> list[Target]:
        return [
            self._forwarder.target(
                incoming,
                one.stored.contact,
                flow_to(one),
                one.stored.path,
                card=incoming.card,
                keep_flow=True,
                fork=one.stored.contact,
            )
            for one in bindings
        ]

    def _pass_on(
        self, incoming: Incoming, request_uri: str, flow: Flow, routes: list[str], now: Now, keep_flow: bool = False
    ) -> None:
        """Forward to one target without state, but for a note of where it went."""
        read = incoming.read
        stripped = NO_IDENTITY if flow.host in self._trunk_hosts or read.target.host in self._trunk_hosts else IDENTITY
        target = self._forwarder.target(
            incoming, request_uri, flow, routes, card=incoming.card, stripped=stripped, keep_flow=keep_flow
        )
        self._forwarder.send(target)
        if read.message.method == "INVITE" and read.transaction not in self._chosen:
            self._chosen[read.transaction] = Chosen(request_uri, flow, routes, now.mono + CHOSEN_SECONDS)
            self._forget_chosen(now)

    def _forget_chosen(self, now: Now) -> None:
        """Drop what is old; the dict is in the order of time."""
        while self._chosen:
            oldest = next(iter(self._chosen))
            if self._chosen[oldest].until > now.mono and len(self._chosen) <= MAX_CHOSEN:
                return
            del self._chosen[oldest]

    def _over_trunk(self, target: Uri) -> Uri:
        """A tel URI as the first trunk with a target takes it (RFC 3261 section 19.1.6). Raises `Refusal` 404."""
        if not self._trunk_targets:
            raise Refusal(404, "no trunk takes calls to telephone numbers")
        return self._trunk_targets[0]._replace(user=target.user)

    # -- CANCEL, ACK, answers

    def cancel(self, incoming: Incoming, is_trusted: bool, now: Now) -> None:
        """A CANCEL from outside. Raises `Refusal` 481. `is_trusted`: it comes from a trunk or a registered phone."""
        read = incoming.read
        attempt = self.attempts.get(read.transaction)
        if attempt is not None and attempt.incoming.flow.host == incoming.flow.host:
            self._answer(incoming, 200)
            attempt.cancel(now)
        elif attempt is None and self._copies.first(read.merge_key, now) == read.transaction:
            self._answer(incoming, 200)  # it has its final answer already
        elif attempt is None and is_trusted and self._number(read.target) is not None:
            self._answer(incoming, 200)
            if not self._patience.keep(incoming, lambda: self._cancel_everywhere(incoming)):
                self._cancel_everywhere(incoming)
        else:
            raise Refusal(481)

    def _cancel_everywhere(self, incoming: Incoming) -> None:
        """The core that gave the call to a card is gone. Only that card knows this branch; the others answer 481."""
        for card in self._pool.cards():
            request_uri = f"sip:{shown_host(card.host)}:{card.port}"
            flow = Flow("card", card.host, card.port)
            self._cancel_at(incoming, self._forwarder.target(incoming, request_uri, flow, []))

    def cancel_from_card(self, incoming: Incoming, routes: list[str], now: Now) -> None:
        """A card's CANCEL: of a fork, or forwarded like its INVITE."""
        attempt = self.attempts.get(incoming.read.transaction)
        if attempt is None:
            self.from_card(incoming, routes, now)
        else:
            self._answer(incoming, 200)
            attempt.cancel(now)

    def acknowledge(self, incoming: Incoming, now: Now) -> bool:
        """An ACK. True: it was for a refusal of ours and is done with."""
        read = incoming.read
        attempt = self.attempts.get(read.transaction)
        if attempt is not None:
            attempt.acknowledged(now)
            return True
        return self._signer.is_tag(read.to.parameters.get("tag") or "", read.transaction)

    def _cancel_at(self, incoming: Incoming, target: Target) -> None:
        """CANCEL one leg of an INVITE that a core before us forwarded, for this hop alone."""
        message = incoming.read.message
        via, to = target.via, message.first("to") or ""
        octets = for_leg("CANCEL", message, target.uri, via, target.routes, to, message.first("reason") or "")
        self._outbox.emit(Send(target.flow, octets))

    def _answer(self, incoming: Incoming, code: int) -> None:
        message = incoming.read.message
        tag = self._signer.tag(incoming.read.transaction)
        self._outbox.emit(Send(incoming.back, reply(message, code, tag).octets()))

    def _begin(self, incoming: Incoming) -> Attempt:
        attempt = Attempt(self._outbox, incoming, self._signer.tag(incoming.read.transaction), self._forget)
        self.attempts[attempt.key] = attempt
        return attempt

    def _go(self, attempt: Attempt, targets: list[Target], now: Now, card: str = "") -> None:
        for target in targets:
            self._enrol(attempt, target)
        attempt.go(targets, now, card)

    def _enrol(self, attempt: Attempt, target: Target) -> None:
        """The answers of this target are the attempt's."""
        self._branches[target.branch] = attempt

    def _forget(self, attempt: Attempt, now: Now) -> None:
        """Let go of an attempt; that it was is known for some time, for late copies of its INVITE."""
        self.attempts.pop(attempt.key, None)
        self._arrivals.pop(attempt.key, None)
        for branch in attempt.legs:
            self._branches.pop(branch, None)
        self.rings.over(attempt)
        attempt.release()
        self._copies.end(attempt.merge_key, attempt.key, now, at_once=attempt.is_refused)


def trunk_uri(target: str) -> Uri:
    """A trunk's `target`, `HOST[:PORT]` or a sip: URI. Raises `ValueError` for anything else."""
    try:
        return uri.parse(target if target.lower().startswith(("sip:", "sips:")) else f"sip:{target}")
    except SipError as error:
        raise ValueError(f"the trunk target {target!r} is not an address: {error}") from None


def _written(target: Uri) -> str:
    port = f":{target.port}" if target.port else ""
    transport = f";transport={target.transport}" if "transport" in target.parameters else ""
    return f"sip:{_user(target.user)}@{shown_host(target.host)}{port}{transport}"


@remembered
def _user(text: str) -> str:
    """A user part, escaped where it must be (RFC 3261 section 25.1)."""
    return quote(text, safe="-_.!~*'()&=+$,;?/")
