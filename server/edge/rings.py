"""Whose phones ring for which leg: what the rules ask for, and the card's INVITE that belongs to it.

The card dials `sip:QUEUE@DOMAIN;ring=LEG.CALL`. Leg and call name an entry here, made by `RingAgents` before the card
was told to dial. A core that was started meanwhile has entries, too: the rules tell it whose phones rang, so that the
card's CANCEL reaches them all.
"""

from collections.abc import Callable

from server.call.now import Now
from server.config.site import SiteFile
from server.edge.attempt import TRANSACTION_SECONDS, Attempt
from server.edge.forwarder import Forwarder
from server.edge.outbox import Outbox
from server.edge.phones.location import Locations, flow_to
from server.edge.places import Places
from server.edge.ring import RingAttempt
from server.edge.sip import uri
from server.edge.sip.errors import Refusal
from server.edge.sip.flows import Flow
from server.edge.transit import Incoming, Target

PARAMETER = "ring"
Key = tuple[str, str]
"""Call and leg."""


class _Entry:
    def __init__(self) -> None:
        self.agents: list[str] = []
        self.attempt: RingAttempt | None = None


class Rings:
    """`enrol` is called with each new target of an attempt."""

    def __init__(
        self,
        site: SiteFile,
        places: Places,
        locations: Locations,
        forwarder: Forwarder,
        outbox: Outbox,
        enrol: Callable[[Attempt, Target], None],
    ) -> None:
        self._phones = {agent.id: agent.phone for agent in site.agent}
        self._places = places
        self._locations = locations
        self._forwarder = forwarder
        self._outbox = outbox
        self._enrol = enrol
        self._entries: dict[Key, _Entry] = {}

    def ring(self, call: str, leg: str, agents: list[str], now: Now) -> None:
        """These agents' phones shall ring as well."""
        entry = self._entries.get((call, leg))
        if entry is None:
            entry = self._entries[call, leg] = _Entry()
            self._outbox.agenda.at(now.mono + TRANSACTION_SECONDS, lambda _: self._drop_unused((call, leg)))
        entry.agents += [agent for agent in agents if agent not in entry.agents]
        if entry.attempt is not None:
            for agent in agents:
                self._add(entry.attempt, agent, now)

    def no_longer(self, call: str, leg: str, agent: str, result: str, now: Now) -> None:
        """This agent's phone shall not."""
        entry = self._entries.get((call, leg))
        if entry is None or agent not in entry.agents:
            return
        if entry.attempt is None:
            entry.agents.remove(agent)
        else:
            entry.attempt.drop(agent, f'SIP;cause=487;text="{result}"', now)

    def invite(self, name: str, begin: Callable[[str, str], RingAttempt], now: Now) -> None:
        """A card's INVITE, of which `begin` makes an attempt. Raises `Refusal` 480 if nobody is to ring for it."""
        leg, _, call = name.partition(".")
        entry = self._entries.get((call, leg))
        if entry is None or entry.attempt is not None or not entry.agents:
            raise Refusal(480)
        entry.attempt = begin(call, leg)
        for agent in list(entry.agents):
            self._add(entry.attempt, agent, now)

    def cancel(self, incoming: Incoming, name: str, found: Callable[[Target], None], now: Now) -> None:
        """A CANCEL of what a core before us rang: `found` is called with every target. Raises `Refusal` 481."""
        leg, _, call = name.partition(".")
        entry = self._entries.pop((call, leg), None)
        if entry is None:
            raise Refusal(481)

        def each(targets: list[Target]) -> None:
            for target in targets:
                found(target)

        for agent in entry.agents:
            self._reach(incoming, agent, now, each)

    def over(self, attempt: Attempt) -> None:
        """The attempt is forgotten."""
        if isinstance(attempt, RingAttempt):
            self._entries.pop((attempt.call, attempt.name), None)

    def _drop_unused(self, key: Key) -> None:
        entry = self._entries.get(key)
        if entry is not None and entry.attempt is None:
            del self._entries[key]

    def _add(self, attempt: RingAttempt, agent: str, now: Now) -> None:
        def reached(targets: list[Target]) -> None:
            if not attempt.is_open:
                return
            for target in targets:
                self._enrol(attempt, target)
            attempt.add(agent, targets, now)

        self._reach(attempt.incoming, agent, now, reached)

    def _reach(self, incoming: Incoming, agent: str, now: Now, found: Callable[[list[Target]], None]) -> None:
        """Call `found` with the targets of an agent's phones, at once, or when the name of a fixed one is resolved."""
        phone = self._phones.get(agent, "")
        if phone == "registered":
            found(self._registered(incoming, agent, agent, now))
            return
        if not phone.startswith("sip:"):  # a mobile in a fork: its voicemail would win
            found([])
            return
        target = uri.parse(phone)
        if self._places.is_here(target):
            found(self._registered(incoming, agent, target.user, now))
            return

        def reached(flow: Flow) -> None:
            found(self._target(incoming, agent, phone, flow, [], keep_flow=False))

        try:
            self._forwarder.next_hop(target, [], reached, lambda _: found([]))
        except Refusal:
            found([])

    def _registered(self, incoming: Incoming, agent: str, user: str, now: Now) -> list[Target]:
        targets = []
        for one in self._locations.of(user, now):
            targets += self._target(incoming, agent, one.stored.contact, flow_to(one), one.stored.path, keep_flow=True)
        return targets

    def _target(
        self, incoming: Incoming, agent: str, contact: str, flow: Flow, routes: list[str], *, keep_flow: bool
    ) -> list[Target]:
        """The one target, or none where there is no way there."""
        fork = f"{agent} {contact}"
        try:
            return [
                self._forwarder.target(
                    incoming, contact, flow, routes, card=incoming.card, keep_flow=keep_flow, fork=fork
                )
            ]
        except Refusal:
            return []
