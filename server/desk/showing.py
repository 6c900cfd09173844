"""What each desk must be shown: only what concerns it, and only what changed."""

from collections.abc import Callable, Mapping, Sequence

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from server.call.facts import (
    ELSEWHERE,
    AnyFact,
    CallBackDue,
    CallClosed,
    CallConnected,
    CallDiverted,
    CallOffered,
    CallQueued,
    CallReleased,
    CallReturned,
    CallTransferred,
    Entry,
    OfferEnded,
    PresenceChosen,
    WrapUpEnded,
    agent_of,
    call_of,
)
from server.call.now import Now
from server.call.ports import Records, Switchboard
from server.call.snapshots import AgentSnapshot, QueueSnapshot
from server.config.site import SiteFile
from server.desk import state
from server.desk.agent_desk import AgentDesk
from server.desk.customer_cards import CustomerCards
from server.desk.scripts import CallScripts
from server.desk.told import ToldBefore
from server.pace import Pace
from server.wire import desk, desk_script

CARD_WAIT_SECONDS = 0.05
"""A new call is shown after this time at the latest, with its customer or without."""
DAY_WAIT_SECONDS = 1.0
"""A welcome does not wait longer for the day's figures."""
QUEUES_SECONDS = 0.25
COLLEAGUES_SECONDS = 1.0
DAYS_SECONDS = 1.0

_QUEUE_FACTS = (
    CallQueued,
    CallDiverted,
    CallBackDue,
    CallTransferred,
    CallOffered,
    OfferEnded,
    CallConnected,
    CallReturned,
    CallReleased,
    CallClosed,
)
_DAY_FACTS = (
    CallConnected,
    OfferEnded,
    CallReturned,
    CallTransferred,
    CallReleased,
    CallClosed,
    WrapUpEnded,
    PresenceChosen,
)

log = structlog.get_logger()


class Showing:
    """Keeps the desks in `desks` (agent to desk; the gateway's own dictionary) up to date.

    Agent, call and wrap-up are shown in the next turn of the loop; queues, colleagues and the day's figures at a pace
    that slows down with the number of desks.
    """

    def __init__(
        self,
        *,
        reactor: IReactorTime,
        site: SiteFile,
        desks: Mapping[str, AgentDesk],
        switchboard: Switchboard,
        records: Records,
        cards: CustomerCards,
        scripts: CallScripts,
        told: ToldBefore,
        now: Callable[[], Now],
    ) -> None:
        self._reactor = reactor
        self._names = state.Names.of(site)
        self._desks = desks
        self._switchboard = switchboard
        self._records = records
        self._cards = cards
        self._scripts = scripts
        self._told = told
        self._now = now
        self._desks_of_call: dict[str, list[AgentDesk]] = {}
        """A call that rings at several phones is shown at several desks."""
        self._taken_by: dict[str, str] = {}
        """Agent to the colleague who took the last call that rang at both."""
        self._dirty: set[str] = set()
        self._dirty_days: set[str] = set()
        self._queues_shown: dict[str, QueueSnapshot] = {}
        self._flush = Pace(reactor, lambda: 0.0, self._show_dirty)
        self._queues = Pace(reactor, lambda: max(QUEUES_SECONDS, len(self._desks) / 180), self._show_queues)
        self._colleagues = Pace(reactor, lambda: max(COLLEAGUES_SECONDS, len(self._desks) / 20), self._show_colleagues)
        self._days = Pace(reactor, lambda: DAYS_SECONDS, self._ask_days)

    def stop(self) -> None:
        """Show nothing more."""
        for pace in (self._flush, self._queues, self._colleagues, self._days):
            pace.stop()
        self._desks_of_call.clear()

    async def welcome(self, new: AgentDesk) -> None:
        """Send the whole state, with the customer's card if it comes soon enough."""
        day = Deferred.fromCoroutine(self._day(new.agent)).addTimeout(DAY_WAIT_SECONDS, self._reactor)
        agent = self._switchboard.agent(new.agent)
        if agent is not None and agent.call:
            self._call_of(new, agent)
            await self._cards.wait(agent.call, CARD_WAIT_SECONDS)
            self._script_of(agent)
        try:
            figures = await day
        except Exception as error:  # noqa: BLE001 - figures are a comfort: a desk without them still works
            log.warning("my_day_failed", agent=new.agent, error=repr(error))
            figures = desk.MyDay()
            self._dirty_days.add(new.agent)
            self._days.ask()
        agent = self._switchboard.agent(new.agent)
        if agent is None or self._desks.get(new.agent) is not new:
            return
        whole = desk.State(
            me=self._me(agent),
            call=self._call_of(new, agent),
            wrap_up=state.wrap_up(agent),
            queues=[state.queue(queue) for queue in self._switchboard.queues() if queue.id in agent.queues],
            colleagues=state.colleagues(agent, self._switchboard.agents()),
            my_day=figures,
            reasons=self._names.reasons,
            results=self._names.results,
            messages=state.messages(agent, self._names),
            script=self._script_of(agent),
        )
        new.welcome(whole, self._now().wall)
        log.info("desk_welcomed", agent=new.agent, call=agent.call)

    def _call_of(self, shown: AgentDesk, agent: AgentSnapshot) -> desk.Call | None:
        """The call section; remembers which call the desk shows, and starts the look-up of a new one."""
        call = self._switchboard.call(agent.call) if agent.call else None
        if call is None:
            self.drop_call(shown)
            return None
        if shown.call != call.call:
            self.drop_call(shown)
            shown.call = call.call
            self._desks_of_call.setdefault(call.call, []).append(shown)
        return state.call(agent, call, self._cards.card(call), self._names, self._told.told(call))

    def _script_of(self, agent: AgentSnapshot) -> desk_script.Script | None:
        """The script of the agent's call; it begins in the customer's language, if that is known by now."""
        call = self._switchboard.call(agent.call) if agent.call else None
        if call is None:
            return None
        customer = self._cards.card(call).customer
        return self._scripts.section(agent, call, customer.language if customer is not None else "")

    def drop_call(self, shown: AgentDesk) -> None:
        """The desk shows its call no longer, or is gone."""
        desks = self._desks_of_call.get(shown.call, [])
        if shown in desks:
            desks.remove(shown)
        if shown.call and not desks:
            self._desks_of_call.pop(shown.call, None)
            self._cards.forget(shown.call)
            self._scripts.forget(shown.call)
            self._told.forget(shown.call)
        shown.call = ""

    def committed(self, entries: Sequence[Entry]) -> None:
        """Note whom these facts concern. On the way of every call: it stays cheap when nobody has a desk."""
        if not self._desks:
            return
        for entry in entries:
            fact = entry.fact
            concerned = {agent_of(fact)} & self._desks.keys()
            concerned.update(shown.agent for shown in self._desks_of_call.get(call_of(fact), ()))
            self._note_who_was_faster(fact)
            self._dirty |= concerned
            if isinstance(fact, _DAY_FACTS):
                self._dirty_days |= concerned
            if isinstance(fact, _QUEUE_FACTS):
                self._queues.ask()
            if agent_of(fact):
                self._colleagues.ask()
        if self._dirty:
            self._flush.ask()
        if self._dirty_days:
            self._days.ask()

    def _note_who_was_faster(self, fact: AnyFact) -> None:
        if isinstance(fact, CallOffered):
            self._taken_by.pop(fact.agent, None)
        elif isinstance(fact, OfferEnded) and fact.result == ELSEWHERE:
            self._taken_by[fact.agent] = self._names.agents.get(fact.by, fact.by)

    def _me(self, agent: AgentSnapshot) -> desk.Me:
        return state.me(agent, self._taken_by.get(agent.id, ""))

    def _show_dirty(self) -> None:
        dirty, self._dirty = self._dirty, set()
        now_wall = self._now().wall
        for name in dirty:
            shown, agent = self._desks.get(name), self._switchboard.agent(name)
            if shown is None or agent is None or not shown.welcomed:
                continue
            is_new = bool(agent.call) and agent.call != shown.call
            call = self._call_of(shown, agent)
            if is_new and call is not None and not call.looked_up:
                shown.holds_back = True
                self._cards.wait(call.call, CARD_WAIT_SECONDS).addCallback(self._waited_enough, shown)
            if not shown.holds_back:
                shown.show(
                    now_wall,
                    me=self._me(agent),
                    call=call,
                    wrap_up=state.wrap_up(agent),
                    messages=state.messages(agent, self._names),
                    script=self._script_of(agent),
                )

    def _waited_enough(self, _: None, shown: AgentDesk) -> None:
        shown.holds_back = False
        self._mark(shown)

    def _mark(self, shown: AgentDesk) -> None:
        if self._desks.get(shown.agent) is shown:
            self._dirty.add(shown.agent)
            self._flush.ask()

    def _show_queues(self) -> None:
        queues = {queue.id: queue for queue in self._switchboard.queues()}
        changed = {name for name, queue in queues.items() if self._queues_shown.get(name) != queue}
        self._queues_shown = queues
        now_wall = self._now().wall
        for name, shown in self._desks.items():
            agent = self._switchboard.agent(name) if changed else None
            if agent is not None and not changed.isdisjoint(agent.queues):
                mine = [state.queue(queue) for queue in queues.values() if queue.id in agent.queues]
                shown.show(now_wall, queues=mine)

    def _show_colleagues(self) -> None:
        agents = self._switchboard.agents()
        now_wall = self._now().wall
        for agent in agents:
            shown = self._desks.get(agent.id)
            if shown is not None:
                shown.show(now_wall, colleagues=state.colleagues(agent, agents))

    def _ask_days(self) -> None:
        dirty, self._dirty_days = self._dirty_days, set()
        for name in dirty & self._desks.keys():
            asked = Deferred.fromCoroutine(self._day(name)).addTimeout(DAY_WAIT_SECONDS, self._reactor)
            asked.addCallbacks(self._show_day, self._day_failed, callbackArgs=(name,), errbackArgs=(name,))

    async def _day(self, agent: str) -> desk.MyDay:
        return await self._records.my_day(agent)

    def _show_day(self, day: desk.MyDay, agent: str) -> None:
        shown = self._desks.get(agent)
        if shown is not None:
            shown.show(self._now().wall, my_day=day)

    def _day_failed(self, why: Failure, agent: str) -> None:
        log.warning("my_day_failed", agent=agent, error=repr(why.value))

    def show_now(self) -> None:
        """Do not wait for the next turn of the loop."""
        self._flush.stop()
        self._show_dirty()

    def call_changed(self, call: str) -> None:
        """The customer's card of a call is new, or its script."""
        for shown in self._desks_of_call.get(call, ()):
            self._mark(shown)

    def new_day(self) -> None:
        """Perhaps it is past midnight: ask for everybody's figures."""
        self._dirty_days |= self._desks.keys()
        self._days.ask()
