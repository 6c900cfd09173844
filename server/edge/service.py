"""The edge as the core starts it: the proxy's decisions, carried out with Twisted."""

import secrets
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from math import inf
from typing import Any, ParamSpec

import structlog
from twisted.internet.defer import CancelledError, Deferred, maybeDeferred
from twisted.internet.interfaces import IDelayedCall

from server.call.commands import RingAgents, RingNoLonger
from server.call.events import PhoneDeclined, PhonePickedUp, PhoneRang
from server.call.now import Now
from server.call.ports import BindingStore, CardAddress, CardPool, Credentials
from server.config.site import SiteFile
from server.edge import checks
from server.edge.actions import (
    Action,
    AuthenticationFailed,
    GiveUpCard,
    PhoneCame,
    PhoneNews,
    Probed,
    PutBack,
    Resolve,
    SaveBindings,
    Send,
    SummaryWanted,
    TakeCard,
    TellRelay,
)
from server.edge.agenda import Agenda
from server.edge.phones.keeping import Keeping
from server.edge.phones.probes import notice
from server.edge.phones.security_log import SecurityLog
from server.edge.places import Listener, Places
from server.edge.proxy import Proxy
from server.edge.sip import framing, headers
from server.edge.sip.errors import BadMessage, SipError
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.edge.transport import datagrams
from server.edge.transport.datagrams import Datagrams
from server.edge.transport.resolving import resolve
from server.edge.transport.sockets import listener_of, open_listener
from server.edge.transport.streams import Streams
from server.wire.media import NOTES_HOST, encode

_log = structlog.get_logger()
Given = ParamSpec("Given")

_SOONEST_SECONDS = 0.01
"""Timers of SIP are no finer than this, so that one wake-up serves many."""


class Edge:
    """SIP proxy and registrar of one core.

    `key`: 16 to 32 octets, kept in the data directory, the same over restarts. `secret`: what supervisor, core and bank
    share, by which cards sign. `on_registration` is called with a user and whether they have a phone now: when the
    first binding comes, the last one goes, and at the start for those that were kept. Raises `ValueError` for a site
    file's address or network that is none.
    """

    def __init__(
        self,
        reactor: Any,
        site: SiteFile,
        key: bytes,
        secret: str,
        pool: CardPool,
        credentials: Credentials,
        bindings: BindingStore,
        now: Callable[[], Now],
    ) -> None:
        self._reactor = reactor
        self._site = site
        self._key = key
        self._secret = secret
        self._pool = pool
        self._credentials = credentials
        self._bindings = bindings
        self._now = now
        self._boot = secrets.token_hex(3)
        self.counters: Counter[str] = Counter()
        self.on_registration: Callable[[str, bool], None] = lambda _user, _registered: None
        self.on_phone_came: Callable[[str], object] = lambda _user: None
        """Is told the user when a phone registers that was not here or was started anew, after it has its answer."""
        self.on_summary_wanted: Callable[[str], object] = lambda _user: None
        """Is told the user to whose mailboxes a phone has just subscribed: `notify` is wanted now."""
        self.on_phone_news: Callable[[PhoneNews], object] = lambda _news: None
        """Is told at once, before the card hears of it, what the phones do that ring together (`Ringer`)."""
        self.listeners: list[Listener] = []
        self._proxy: Proxy
        self._agenda: Agenda
        self._keeping: Keeping
        self._streams = Streams(reactor, self._boot, self, self.counters)
        self._udp: dict[int, Datagrams] = {}
        self._cards: Datagrams | None = None
        self._ports: list[Any] = []
        self._opened: list[socket.socket] = []
        self._timer: IDelayedCall | None = None
        self._wakes_at = inf
        self._takes: dict[str, Deferred[Any]] = {}
        self._probes: dict[int, Deferred[bool]] = {}
        self._probe_count = 0
        self._security = SecurityLog()
        self._stopped = False

    async def start(
        self, listening: Sequence[socket.socket], card_socket: socket.socket, *, cards_expected: bool = False
    ) -> None:
        """Take over bound sockets (UDP, and TCP that listen) and the UDP socket for cards; they stay the caller's.

        With none listening, those of the site file are opened. `cards_expected`: a former core's cards may still come;
        `cards_counted` is called when that is over. Raises `OSError`, `ValueError`.
        """
        if not listening:
            self._opened = [open_listener(text) for text in self._site.sip.listen]
            listening = self._opened
        advertise = self._site.sip.advertise
        self.listeners = [listener_of(one, number, advertise) for number, one in enumerate(listening)]
        places = Places(self._site.sip.domain, self.listeners, listener_of(card_socket, 0, "", "card"))
        self._proxy = Proxy(
            self._site, places, self._key, self._secret, self._boot, self._pool, self._credentials, self.counters
        )
        self._agenda = self._proxy.agenda
        if cards_expected:
            self._proxy.cards_expected()
        self._keeping = Keeping(self._bindings, self._proxy.locations, self._now, self.counters)
        stored = await self._bindings.load()
        for user in sorted(self._proxy.load(stored, self._now())):
            self._keeping.changed(user, self.on_registration)
        for number, one in enumerate(listening):
            if one.type == socket.SOCK_DGRAM:
                self._udp[number] = datagrams.listen(self._reactor, one, "udp", number, self._datagram)
            else:
                self._ports.append(self._streams.listen(one))
        self._cards = datagrams.listen(self._reactor, card_socket, "card", 0, self._datagram)
        self._arm()

    def cards_counted(self) -> None:
        """Every card that lives has said hello to this core."""
        self._turn(self._proxy.cards_counted)

    def stop_new_calls(self) -> None:
        """From now on new calls are answered 503; those that are go on."""
        self._proxy.stop_new_calls()

    async def stop(self) -> None:
        """Close everything. Calls go on without us, as far as they need no signalling."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for take in list(self._takes.values()):
            take.cancel()
        for probe in list(self._probes.values()):
            probe.callback(False)
        self._probes.clear()
        self._streams.close()
        for port in self._ports:
            await maybeDeferred(port.stopListening)
        for reading in (self._cards, *self._udp.values()):
            if reading is not None:
                reading.close()
        for one in self._opened:
            one.close()

    def registered(self, user: str) -> bool:
        """Whether a phone of the user is registered."""
        return self._proxy.locations.has(user, self._now())

    def subscribed(self, user: str) -> bool:
        """Whether a phone of the user subscribes to what waits in the mailboxes."""
        return self._proxy.subscriptions.has(user)

    def probe(self, uri: str) -> "Deferred[bool]":
        """Ask a fixed `sip:` phone with OPTIONS; True if it answers finally within 4 s. Never fails but by `cancel`."""
        number, result = self._new_probe()
        try:
            actions = self._proxy.probe(number, uri, self._now())
        except SipError as error:
            _log.warning("sip_probe_impossible", uri=uri, why=str(error))
            actions = [Probed(number, False)]
        self._carry_out(actions)
        return result

    def probe_phone(self, user: str) -> "Deferred[bool]":
        """The same for the phones that a user has registered: True if one of them answers."""
        number, result = self._new_probe()
        self._carry_out(self._proxy.probe_phone(number, user, self._now()))
        return result

    def notify(self, user: str, event: str, content_type: str, body: bytes) -> "Deferred[bool]":
        """Tell the phones that a user has registered something by NOTIFY; True if one of them took it."""
        number, result = self._new_probe()
        self._carry_out(self._proxy.notify(number, user, notice(event, content_type, body), self._now()))
        return result

    def _new_probe(self) -> "tuple[int, Deferred[bool]]":
        self._probe_count += 1
        number = self._probe_count

        def forget(_: "Deferred[bool]") -> None:
            self._probes.pop(number, None)

        self._probes[number] = Deferred(forget)
        return number, self._probes[number]

    def ring(self, command: RingAgents) -> None:
        """Ring these phones as soon as the card dials the leg; at once, if it has."""
        self._turn(self._proxy.ring, command, self._now())

    def ring_no_longer(self, command: RingNoLonger) -> None:
        """Let one agent's phone be."""
        self._turn(self._proxy.ring_no_longer, command, self._now())

    # -- what comes in; nothing below may raise

    def _datagram(self, octets: bytes, flow: Flow) -> None:
        """One datagram."""
        try:
            message = framing.datagram(octets)
        except BadMessage as error:
            self.heard_badly(error, flow)
            return
        except Exception:  # noqa: BLE001 - a fault of ours, for which Twisted would close the socket, to everybody
            self._fault(flow)
            return
        if message is not None:
            self.heard(message, flow)

    def heard(self, message: Message, flow: Flow) -> None:
        """One message."""
        if self._stopped:
            return
        self.counters["messages"] += 1
        try:
            self._carry_out(self._proxy.receive(message, flow, self._now()))
        except Exception:  # noqa: BLE001 - as in `_turn`, without its steps
            self._fault(flow)

    def send_for_card(self, card: str, messages: Sequence[bytes]) -> None:
        """Pass on what a dead card would have said (`Farewell` in `server.wire.linecard`): its far ends are released.

        A BYE is sent until it is answered, for 32 s at most.
        """
        for octets in messages:
            try:
                message = framing.datagram(octets)
                via = headers.via(checks.all_vias(message)[0]) if message is not None else None
            except (BadMessage, IndexError) as error:
                _log.error("farewell-unreadable", card=card, error=str(error))
                continue
            if message is not None and via is not None:
                self.counters["farewells"] += 1
                self._turn(self._proxy.farewell, message, Flow("card", via.host, via.port), self._now(), card)

    def heard_badly(self, error: BadMessage, flow: Flow) -> None:
        """Octets that are no correct message."""
        self._turn(self._proxy.malformed, error, flow)

    def undeliverable(self, octets: bytes) -> None:
        """A message could not be sent."""
        self._turn(self._proxy.undeliverable, octets, self._now())

    def knows(self, flow: Flow) -> bool:
        """Whether a trunk or a registered phone sends from there, or a dialog runs over it."""
        return self._proxy.knows(flow, self._now())

    def _turn(self, decide: Callable[Given, list[Action]], *given: Given.args, **named: Given.kwargs) -> None:
        """Let the proxy decide and carry it out: the exception barrier, so that no message ends a transport."""
        if self._stopped:
            return
        try:
            self._carry_out(decide(*given, **named))
        except Exception:  # noqa: BLE001 - whatever it is, it is logged here and the next message gets its chance
            self._fault(next((one for one in given if isinstance(one, Flow)), None))

    def _fault(self, flow: Flow | None) -> None:
        """What must not be was raised: log it, within the `except`."""
        self.counters["faults"] += 1
        _log.exception("sip_fault", peer=flow.address if flow is not None else "")

    # -- what goes out

    def _carry_out(self, actions: list[Action]) -> None:
        for action in actions:
            if type(action) is not Send:
                self._do(action)
                continue
            flow, octets = action.flow, action.octets
            if flow.kind == "tcp":
                self._streams.send(flow, octets)
                continue
            port = self._cards if flow.kind == "card" else self._udp.get(flow.socket)
            if port is None or not port.send(flow, octets):
                self.counters["send_errors"] += 1
                self.undeliverable(octets)
        if self._agenda.earliest + _SOONEST_SECONDS < self._wakes_at:
            self._arm()

    def _do(self, action: Action) -> None:
        match action:
            case TakeCard(key):
                self._take(key)
            case GiveUpCard(key):
                take = self._takes.pop(key, None)
                if take is not None:
                    take.cancel()
            case TellRelay(card, far):
                if self._cards is None or not self._cards.send(Flow("card", NOTES_HOST, card.port), encode(far)):
                    self.counters["send_errors"] += 1
            case PutBack(card):
                self._pool.put_back(card)
            case SaveBindings(user):
                self._keeping.changed(user, self.on_registration)
                self._keeping.save(user)
            case PhoneCame(user):
                self.on_phone_came(user)
            case SummaryWanted(user):
                self.on_summary_wanted(user)
            case Resolve(number, host):
                resolve(self._reactor, host, lambda found: self._turn(self._proxy.resolved, number, found, self._now()))
            case AuthenticationFailed(host, method, user, limited):
                self._security.failed(host, method, user, limited, self._now())
            case PhoneRang() | PhonePickedUp() | PhoneDeclined():
                self.on_phone_news(action)
            case Probed(number, reachable):
                waiting = self._probes.pop(number, None)
                if waiting is not None:
                    waiting.callback(reachable)

    def _take(self, key: str) -> None:
        """Wait for a card; the wait can be given up by its key."""

        def taken(card: CardAddress) -> None:
            self._takes.pop(key, None)
            self._turn(self._proxy.card_ready, key, card, self._now())

        def failed(failure: Any) -> None:
            self._takes.pop(key, None)
            if failure.check(CancelledError) is not None:
                return
            if failure.check(LookupError) is None:
                self.counters["faults"] += 1
                _log.error("card_pool_fault", fault=failure.getErrorMessage())
            self._turn(self._proxy.no_card, key, self._now())

        taking: Deferred[Any] = maybeDeferred(self._pool.take)
        taking.addCallbacks(taken, failed)
        if not taking.called:
            self._takes[key] = taking

    def _arm(self) -> None:
        """Be woken at the proxy's next deadline."""
        deadline = self._proxy.next_deadline()
        if deadline is None or self._wakes_at <= deadline + _SOONEST_SECONDS or self._stopped:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._wakes_at = deadline
        self._timer = self._reactor.callLater(max(_SOONEST_SECONDS, deadline - self._now().mono), self._wake)

    def _wake(self) -> None:
        self._timer, self._wakes_at = None, inf
        self._turn(self._proxy.wake, self._now())
        self._arm()  # also after a fault, so that it stops no other task
