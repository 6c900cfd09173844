"""The edge's decisions, without I/O: a message and the moment in, actions out (RFC 3261 section 16).

Requests go to `requests`, answers to `answers`; what else happens (a card was taken, a name resolved, the rules want
phones to ring) to whom it concerns. Nothing but `attempt.Attempt` holds state of a call, so that a new core understands
the messages of the one before.
"""

from collections import Counter
from collections.abc import Iterable

from server.call.commands import RingAgents, RingNoLonger
from server.call.now import Now
from server.call.ports import CardAddress, CardPool, Credentials, StoredBinding
from server.config.site import SiteFile
from server.edge.actions import Action, Probed, PutBack
from server.edge.answers import Answers
from server.edge.calls import Calls
from server.edge.farewells import Farewells
from server.edge.forwarder import Forwarder
from server.edge.media import Media
from server.edge.outbox import Outbox
from server.edge.patience import Patience
from server.edge.phones.agents_phones import Phones
from server.edge.phones.probes import Probes, Question, is_summary
from server.edge.phones.subscriptions import Subscriptions
from server.edge.places import Places
from server.edge.requests import Requests
from server.edge.routes import RouteBook
from server.edge.senders import Trunks
from server.edge.signing import Signer
from server.edge.sip import framing
from server.edge.sip.errors import BadMessage, Dropped, SipError
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.edge.talks import Talks


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
        self._pool = pool
        self._outbox = outbox = Outbox(counters)
        self.counters = counters
        self.agenda = outbox.agenda
        signer = Signer(key)
        self._phones = phones = Phones(site.sip, signer, boot, credentials, outbox)
        self.locations = phones.locations
        routes = RouteBook(signer, places, secret)
        media = Media(site.media, signer)
        self._forwarder = forwarder = Forwarder(signer, places, routes, outbox, media)
        self._patience = Patience()
        self._calls = Calls(site, places, signer, pool, self.locations, forwarder, outbox, self._patience)
        self._farewells = Farewells(outbox, self.receive)
        self._probes = Probes(signer, places, forwarder, outbox)
        self.subscriptions = Subscriptions(signer, places, forwarder, outbox, phones.proved)
        self._trunks = trunks = Trunks(site.trunk)
        self._talks = talks = Talks()
        self._requests = Requests(
            places, signer, pool, phones, trunks, routes, forwarder, self._patience, self._calls,
            self.subscriptions, talks, outbox,
        )  # fmt: skip
        self._answers = Answers(
            signer, media, self._calls, self._farewells, self.subscriptions, self._probes, talks, outbox
        )

    # -- what comes in

    def receive(self, message: Message, flow: Flow, now: Now, card: str = "") -> list[Action]:
        """A message came over a flow. `card`: it is sent in the name of this card, whose process is dead."""
        try:
            if flow.kind == "card":
                card = card or self._pool.card_at(flow.host, flow.port) or ""
                if not card:
                    raise Dropped("strangers_at_card_socket")
            if message.code:
                self._answers.pass_on(message, now, card)
            else:
                self._requests.take(message, flow, now, card)
        except Dropped as dropped:
            self.counters[dropped.counter] += 1
        return self._outbox.drain()

    def knows(self, flow: Flow, now: Now) -> bool:
        """Whether a trunk or a registered phone sends from there, or a dialog runs over it."""
        is_known = self.locations.is_source(flow.host, flow.port) or self._trunks.at(flow.host) is not None
        return is_known or self._talks.run_over(flow, now)

    def farewell(self, message: Message, flow: Flow, now: Now, card: str) -> list[Action]:
        """A message in the name of a card that is dead. A BYE is sent until it is answered."""
        return self._farewells.say(message, flow, now, card)

    def malformed(self, error: BadMessage, flow: Flow) -> list[Action]:
        """Something came that is no correct message: it is answered if it can be, and is no answer itself."""
        self._requests.refuse_malformed(error, flow)
        return self._outbox.drain()

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
        try:
            self._forwarder.resolved(number, addresses)
        except Dropped as dropped:
            self.counters[dropped.counter] += 1
        actions = self._outbox.drain()
        self._farewells.resolved(number, actions, now)
        return actions + self._outbox.drain()

    def undeliverable(self, octets: bytes, now: Now) -> list[Action]:
        """A message could not be sent (no connection). A request is answered 503 in place of its target."""
        try:
            message = framing.datagram(octets)
            if message is not None and not message.code and message.method != "ACK":
                self.counters["unreachable_targets"] += 1
                self._answers.in_place_of_target(message, now)
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
                self._requests.decide(incoming, act)
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
