"""Who has a desk: log-in, take-over, beats, end. What a desk is shown is `showing`'s, what it asks `requests`'."""

from collections.abc import Callable, Sequence

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from server import clock
from server.anteroom import Anteroom
from server.call.dialogs import Dialogs
from server.call.events import AnyEvent, CustomerFound, DeskSeen
from server.call.facts import Entry
from server.call.now import Now
from server.call.ports import Customers, Records, Sessions, Switchboard, Voicemail
from server.config.site import SiteFile
from server.desk.agent_desk import AgentDesk
from server.desk.connection import NOT_LOGGED_IN, TAKEN_OVER, DeskConnection, DeskFactory
from server.desk.customer_cards import CustomerCards
from server.desk.requests import Requests
from server.desk.scripts import CallScripts
from server.desk.showing import Showing
from server.desk.told import ToldBefore
from server.web_socket import GOING_AWAY
from server.wire import desk

SILENT_SECONDS = 10.0
"""A desk that was not heard for so long makes its agent unreachable."""
DROPPED_SECONDS = 30.0
"""A desk that was not heard for so long is disconnected."""
SESSION_CHECK_SECONDS = 60.0
MOST_STRANGERS = 400
MOST_STRANGERS_OF_ONE = 200
"""Sockets that are not logged in, in all and of one address: a whole floor may come back at once from behind one."""
MIDNIGHT_CHECK_SECONDS = 300.0
"""The day's figures are asked anew so often, because midnight is not a fact."""

log = structlog.get_logger()


class DeskGateway:
    """Agents' desks.

    `customers`, `records`, `sessions` and `dialogs` may be stand-ins for services that are replaced while we run;
    `dialogs` also for one that is not there. `services` lists what is registered under an interface (empty: all). The
    WebSockets come in through `factory()`.
    """

    def __init__(
        self,
        *,
        reactor: IReactorTime,
        site: SiteFile,
        switchboard: Switchboard,
        customers: Customers,
        records: Records,
        sessions: Sessions,
        dialogs: Dialogs,
        services: Callable[[str], list[desk.ServiceView]],
        voicemail: Voicemail | None = None,
        now: Callable[[], Now] = clock.now,
    ) -> None:
        self.reactor = reactor
        self.anteroom = Anteroom(reactor.seconds, most=MOST_STRANGERS, most_of_one=MOST_STRANGERS_OF_ONE)
        self._switchboard = switchboard
        self._sessions = sessions
        self._now = now
        self._desks: dict[str, AgentDesk] = {}
        self._cards = CustomerCards(reactor, customers, self._found, self._call_changed)
        self._scripts = CallScripts(reactor, site, switchboard, dialogs, self._call_changed)
        self._told = ToldBefore(site, dialogs, self._call_changed)
        self._requests = Requests(switchboard, customers, self._cards, self._scripts, services, voicemail)
        self._showing = Showing(
            reactor=reactor,
            site=site,
            desks=self._desks,
            switchboard=switchboard,
            records=records,
            cards=self._cards,
            scripts=self._scripts,
            told=self._told,
            now=now,
        )
        self._loops = [
            (LoopingCall(self._check_beats), 1.0),
            (LoopingCall(self._check_sessions), SESSION_CHECK_SECONDS),
            (LoopingCall(self._showing.new_day), MIDNIGHT_CHECK_SECONDS),
        ]
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def connected(self) -> int:
        """Desks that are logged in."""
        return len(self._desks)

    def factory(self) -> DeskFactory:
        """What answers a WebSocket at `/desk`."""
        return DeskFactory(self)

    def start(self) -> None:
        """Listen to the facts, and watch the desks."""
        self._unsubscribe = self._switchboard.subscribe(self._committed)
        for loop, seconds in self._loops:
            loop.clock = self.reactor
            loop.start(seconds, now=False)

    def stop(self) -> None:
        """Close every desk; it connects again to whoever comes next."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        for loop, _ in self._loops:
            if loop.running:
                loop.stop()
        self._showing.stop()
        for one in list(self._desks.values()):
            one.wire.end(GOING_AWAY, "the server ends")
        self._desks.clear()
        self._cards.clear()
        self._scripts.clear()
        self._told.clear()

    def end_session(self, session: str) -> None:
        """A session was closed: its desk is logged out."""
        for one in list(self._desks.values()):
            if one.session == session:
                one.wire.end(NOT_LOGGED_IN, "the session is over")
                self.lost(one)

    def took_over(self, call: str, session: str) -> None:
        """A script's session that an earlier core left open at a desk: it ends with its conversation, or now."""
        self._scripts.took_over(call, session)

    # what connections ask

    async def log_in(self, wire: DeskConnection, hello: desk.Hello) -> AgentDesk | None:
        """Welcome the desk of a valid token; another desk of the same agent is closed."""
        session = await self._sessions.check(hello.token)
        if wire.ended:
            return None
        if session is None or self._switchboard.agent(session.user) is None:
            wire.end(NOT_LOGGED_IN, "the token is not valid (any more)")
            return None
        new = AgentDesk(session.user, session.id, hello.token, wire, self._now().mono)
        old = self._desks.get(session.user)
        self._desks[session.user] = new
        if old is not None:
            new.alive = old.alive
            self._showing.drop_call(old)
            old.wire.end(TAKEN_OVER, "another desk of the same agent took over")
        self._alive(new)
        await self._showing.welcome(new)
        return new

    async def answer(self, asking: AgentDesk, request: desk.AnyRequest) -> desk.FromCore:
        """Carry out a request."""
        reply = await self._requests.answer(asking.agent, request)
        if isinstance(request, desk.StepScript):
            self._showing.show_now()  # whoever reads that the step is done sees what came of it
        return reply

    def heard(self, speaking: AgentDesk) -> None:
        """The desk said something: it is alive."""
        speaking.heard_mono = self._now().mono
        self._alive(speaking)

    def resumed(self, reading: AgentDesk) -> None:
        """The desk reads again: it gets what was kept for it, each section in its latest form."""
        reading.show(self._now().wall)

    def lost(self, gone: AgentDesk) -> None:
        """A desk's connection is over. Nothing happens for one that another desk has taken over from."""
        if self._desks.get(gone.agent) is not gone:
            return
        del self._desks[gone.agent]
        self._showing.drop_call(gone)
        if gone.alive:
            gone.alive = False
            self._tell(DeskSeen(gone.agent, False))

    # who is alive

    def _alive(self, heard: AgentDesk) -> None:
        if not heard.alive:
            heard.alive = True
            self._tell(DeskSeen(heard.agent, True))

    def _check_beats(self) -> None:
        mono = self._now().mono
        for one in list(self._desks.values()):
            silent_seconds = mono - one.heard_mono
            if silent_seconds > SILENT_SECONDS and one.alive:
                one.alive = False
                log.warning("desk_silent", agent=one.agent, seconds=round(silent_seconds, 1))
                self._tell(DeskSeen(one.agent, False))
            if silent_seconds > DROPPED_SECONDS:
                one.wire.abort()
                self.lost(one)

    def _check_sessions(self) -> None:
        for one in list(self._desks.values()):
            Deferred.fromCoroutine(self._check_session(one)).addErrback(self._check_failed, one.agent)

    async def _check_session(self, one: AgentDesk) -> None:
        if await self._sessions.check(one.token) is None:
            self.end_session(one.session)

    def _check_failed(self, why: Failure, agent: str) -> None:
        """The store is away: the desk stays, and is asked for again in a minute."""
        log.warning("session_check_failed", agent=agent, error=repr(why.value))

    # the rules are told

    def _found(self, call: str, customer: desk.Customer) -> None:
        self._tell(CustomerFound(call, customer.id, customer.segment, customer.numbers))

    def _call_changed(self, call: str) -> None:
        self._showing.call_changed(call)

    def _committed(self, entries: Sequence[Entry]) -> None:
        self._showing.committed(entries)
        self._scripts.committed(entries)

    def _tell(self, event: AnyEvent) -> None:
        async def told() -> None:
            await self._switchboard.tell(event)

        def failed(why: Failure) -> None:
            log.warning("switchboard_refused", told=type(event).__name__, error=repr(why.value))

        Deferred.fromCoroutine(told()).addErrback(failed)
