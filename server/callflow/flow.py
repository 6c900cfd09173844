"""The way in: events to facts and commands, by one table."""

import heapq
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from server.acd.agent import Agent
from server.call import events, facts
from server.call.commands import Command
from server.call.now import Now
from server.call.states import CallState, Presence
from server.callflow import (
    agents,
    arriving,
    beginning,
    card_events,
    deadlines,
    dialog_calls,
    forking,
    mailbox_calls,
    message_tasks,
    messages,
    offering,
    ordered,
    overflow,
    restart,
    state,
    supervising,
    sweep,
    transferring,
)
from server.callflow.applying.apply import apply
from server.callflow.floor_plan import new_floor
from server.callflow.plan import Plan
from server.callflow.turn import Turn, World
from server.callflow.views import Views
from server.wire import linecard


class Decision(msgspec.Struct, frozen=True):
    """What an event led to. The commands may leave once the facts are committed."""

    facts: list[tuple[Now, facts.AnyFact]]
    commands: list[Command]


class RuleFault(Exception):
    """The rules failed in the middle of an event. `decision`: what they noted and decided before; it has to be
    committed and carried out, so that state and ledger stay the same."""

    def __init__(self, decision: Decision) -> None:
        super().__init__("the rules failed at an event")
        self.decision = decision


class CallFlow(Views):
    """The rules of a site and their state. Not safe for threads: one exchange owns it."""

    def __init__(self, plan: Plan, draw: Callable[[], float] = lambda: 0.5) -> None:
        """`draw` gives chance, from 0, below 1, to the strategies that need it; without one the middle ticket wins."""
        self._plan = plan
        self._snapshots = restart.Snapshots()
        self._world = World(plan, new_floor(plan.site), state.State(), draw)
        self._add_agents()

    def _add_agents(self) -> None:
        """Agents are those of the site file, with the state that the ledger knows of them."""
        known = self._world.state.agents
        self._world.state.agents = {}
        for order, agent in enumerate(self._plan.site.agent):
            old = known.get(agent.id) or Agent(id=agent.id, order=order, phone=agent.phone)
            old.order, old.phone = order, agent.phone
            self._world.state.agents[agent.id] = old
            self._world.floor.agent_changed(old)
            self._world.waits.agent_changed(old)
            self._world.attendance.agent_changed(old)

    # -- recovery -------------------------------------------------------------------------------------------------

    def recover(self, checkpoint: bytes | None, entries: Iterable[facts.Entry]) -> None:
        """Fold what the ledger knows. Call once, before `begin`. A checkpoint of another version is not used: the
        caller hands over all entries then (`can_use` says so)."""
        if checkpoint is not None and (found := state.decode(checkpoint)) is not None:
            self._world.state = found
            self._world.waits.memory = found.waits
        known = self._world.state.agents
        for agent in self._plan.site.agent:
            known.setdefault(agent.id, Agent(id=agent.id, order=0, phone=agent.phone))
        for entry in entries:
            about = facts.agent_of(entry.fact)
            if about and about not in known:  # no longer in the site: `begin` ends what the agent had
                known[about] = Agent(id=about, order=0, phone="")
            apply(self._world.state, entry.at, entry.fact)
            self._world.waits.take(entry.at, entry.fact)

    @staticmethod
    def can_use(checkpoint: bytes) -> bool:
        """Whether this version of the rules can read the checkpoint."""
        return state.decode(checkpoint) is not None

    def checkpoint(self) -> bytes:
        """The state as it is now, for a quick start."""
        world = self._world
        return state.encode(msgspec.structs.replace(world.state, waits=world.waits.memory))

    def begin(self, boot: str, version: str, now: Now) -> Decision:
        """The core is up. If calls are left from before, nothing is offered until `CardsCounted`."""
        turn = Turn(self._world, now)
        turn.note(facts.CoreBegan(boot=boot, version=version))
        beginning.end_for_who_is_gone(turn)
        self._world.floor = new_floor(self._plan.site)
        self._add_agents()
        restart.begin(self._world, self._snapshots)
        beginning.take_over(turn)
        return Decision(turn.facts, turn.commands)

    def calls_without_card(self) -> int:
        """After a restart: live calls whose cards have not said hello yet."""
        return restart.missing(self._world, self._snapshots)

    @property
    def recovering(self) -> bool:
        """Whether the cards are not counted yet."""
        return self._world.recovering

    # -- events ---------------------------------------------------------------------------------------------------

    def handle(self, event: events.AnyEvent, now: Now) -> Decision:
        """Decide. Raises `RequestRefused` (and has changed nothing) for a request that cannot be carried out, and
        `RuleFault` for a fault in the rules, with what was decided before it."""
        turn = Turn(self._world, now, _moment(event))
        try:
            self._EVENTS[type(event)](self, turn, event)
            for _, fact in turn.facts[:]:
                if isinstance(fact, facts.PresenceChosen) and fact.presence == Presence.LOGGED_OUT:
                    overflow.logged_out(turn, fact.agent)
            dialog_calls.settle(turn)
            message_tasks.settle(turn)
            supervising.settle(turn)
            offering.match(turn)
        except events.RequestRefused:
            raise
        except Exception as fault:
            raise RuleFault(Decision(turn.facts, turn.commands)) from fault
        return Decision(turn.facts, turn.commands)

    def next_deadline(self) -> float | None:
        """`Now.mono` at which `DeadlinePassed` is wanted; None: nothing is waited for."""
        return self._world.deadlines[0][0] if self._world.deadlines else None

    def _card_said(self, turn: Turn, said: events.CardSaid) -> None:
        event = said.event
        if isinstance(event, linecard.Arrived):
            arriving.arrived(turn, said)
            return
        call = turn.state.calls.get(event.call)
        if call is not None and call.card == said.card and call.state is not CallState.CLOSED:
            card_events.heard(turn, call, event)

    def _deadline(self, turn: Turn, _event: events.DeadlinePassed) -> None:
        pending = self._world.deadlines
        while pending and pending[0][0] <= turn.now.mono:
            _, kind, ident = heapq.heappop(pending)
            deadlines.due(turn, kind, ident)

    def _card_back(self, turn: Turn, event: events.CardBack) -> None:
        restart.card_back(turn, self._snapshots, event)

    def _cards_counted(self, turn: Turn, _event: events.CardsCounted) -> None:
        restart.cards_counted(turn, self._snapshots)

    def _customer_found(self, turn: Turn, event: events.CustomerFound) -> None:
        call = turn.state.calls.get(event.call)
        if call is not None and not call.customer:
            by, numbers = facts.BY_NUMBER, list(event.numbers)
            known = facts.CustomerKnown(
                call=call.call, customer=event.customer, by=by, segment=event.segment, numbers=numbers
            )
            turn.note(known)
            turn.prioritise(call)

    def _stopping(self, turn: Turn, event: events.Stopping) -> None:
        self._world.stopping = True
        turn.note(facts.CoreStopping(now=event.now))
        if event.now:
            for call in list(turn.state.calls.values()):
                if call.is_away():
                    restart.call_lost(turn, call)  # it gives up its card and is there after the start
                elif call.state is not CallState.CLOSED:
                    arriving.customer_left(turn, call, "stopping", by="server")

    _EVENTS: dict[type[Any], Callable[["CallFlow", Turn, Any], None]] = {
        events.CardSaid: _card_said,
        events.DeadlinePassed: _deadline,
        events.CardBack: _card_back,
        events.CardsCounted: _cards_counted,
        events.CustomerFound: _customer_found,
        events.Stopping: _stopping,
        events.TransferAsked: lambda _self, turn, event: transferring.transfer(turn, event),
        events.PhoneRang: lambda _self, turn, event: forking.rang(turn, event),
        events.PhonePickedUp: lambda _self, turn, event: forking.picked_up(turn, event),
        events.PhoneDeclined: lambda _self, turn, event: forking.declined(turn, event),
        events.VoicemailAsked: lambda _self, turn, event: mailbox_calls.asked(turn, event),
        events.VoicemailForwardAsked: lambda _self, turn, event: mailbox_calls.forward_asked(turn, event),
        events.VoicemailMailed: lambda _self, turn, event: mailbox_calls.mailed(turn, event),
        events.PinUnlockAsked: lambda _self, turn, event: mailbox_calls.unlock(turn, event),
        events.VoicemailNotKept: lambda _self, turn, event: mailbox_calls.not_kept(turn, event),
        events.DialogShown: lambda _self, turn, event: dialog_calls.shown(turn, event),
        events.DialogFailed: lambda _self, turn, event: dialog_calls.failed(turn, event),
        events.CardTaken: lambda _self, turn, event: offering.card_taken(turn, event),
        events.CardsSeen: lambda _self, turn, event: sweep.sweep(turn, event),
        events.CardLost: lambda _self, turn, event: restart.card_lost(turn, event),
        events.AgentAsked: lambda _self, turn, event: agents.asked(turn, event),
        events.MessageAsked: lambda _self, turn, event: messages.asked(turn, event),
        events.CallBackOrdered: lambda _self, turn, event: ordered.asked(turn, event),
        events.DialogTold: lambda _self, turn, event: _told(turn, event),
        events.MessageTold: lambda _self, turn, event: turn.note(event.fact),
        events.MessageWaits: lambda _self, turn, event: message_tasks.begin_if_wanted(
            turn, event.mailbox, event.message
        ),
        events.SupervisionAsked: lambda _self, turn, event: supervising.asked(turn, event),
        events.DeskSeen: lambda _self, turn, event: agents.desk_seen(turn, event),
        events.PhoneSeen: lambda _self, turn, event: agents.phone_seen(turn, event),
        events.PhoneProbed: lambda _self, turn, event: agents.phone_probed(turn, event),
    }


def _moment(event: events.AnyEvent) -> Now | None:
    if isinstance(event, events.CardSaid) and event.event.mono:
        return Now(event.event.wall, event.event.mono)
    return None


def _told(turn: Turn, event: events.DialogTold) -> None:
    for fact in event.facts:
        turn.note(fact)
