"""The way in: events to facts and commands, by one table."""

import heapq
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from server.acd.agent import LOST_SECONDS, Agent
from server.call import events, facts
from server.call.commands import Command, RingAgents
from server.call.now import Now
from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot
from server.call.states import CallState, Presence, WorkState
from server.callflow import (
    agents,
    announcing,
    arriving,
    call_back,
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
    survey_calls,
    sweep,
    talking,
    transferring,
    waiting,
)
from server.callflow.apply import apply
from server.callflow.explaining import explain
from server.callflow.floor_plan import new_floor
from server.callflow.plan import Plan
from server.callflow.snapshots import agent_snapshot, call_snapshot, queue_snapshot
from server.callflow.turn import SURVEY_OFFER, Turn, World
from server.voicemail.mailbox import Lock
from server.voicemail.words import Message
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


class CallFlow:
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
        world = self._world
        turn = Turn(world, now)
        turn.note(facts.CoreBegan(boot=boot, version=version))
        world.floor = new_floor(self._plan.site)
        for gone in [agent for agent in world.state.agents.values() if agent.id not in self._plan.agents]:
            if gone.work_state is WorkState.WRAP_UP and gone.call is not None:
                ended = facts.WrapUpEnded(agent=gone.id, call=gone.call, by="restart")
                turn.facts.append((now, ended))  # not by `note`: the floor does not know the agent any more
                apply(world.state, now, ended)
        self._add_agents()
        for queue, memory in world.state.queues.items():
            world.floor.offered(queue, memory.last_agent)
            turn.weigh(queue)
        mailbox_calls.tidy(turn)
        world.recovering = True
        restart.begin(world, self._snapshots)
        for call in world.state.calls.values():
            self._resume(turn, call)
        for agent in world.state.agents.values():
            if (ends := agent.wrap_up_ends_mono()) is not None:
                turn.due(ends, "wrap-up", agent.id)
            turn.reach(agent.id, now)
            world.floor.agent_changed(agent)
            world.waits.agent_changed(agent)
            if agent.desk is True:
                world.desks_away.add(agent.id)
                turn.due(now.mono + agents.DESK_BACK_SECONDS, "desk-away", agent.id)
            if agent.desk is False:
                turn.due(agent.desk_lost_mono + LOST_SECONDS, "lost", agent.id)
            if agent.phone_fault() and agent.phone_lost_mono:
                turn.due(agent.phone_lost_mono + LOST_SECONDS, "lost", agent.id)
        return Decision(turn.facts, turn.commands)

    def _resume(self, turn: Turn, call: state.Call) -> None:
        if call.state is CallState.QUEUED and call.queue in self._plan.queues:
            turn.enqueue(call)
        if call.state is CallState.CALL_BACK_LATER and call.again is not None:
            turn.due(call.again.mono, "call-back", call.call)
        elif call.state in (CallState.QUEUED, CallState.OFFERED):
            waiting.set_deadlines(turn, call)
        if call.fork:  # so that the edge knows whose phones ring, when they are to ring no longer
            turn.commands.append(RingAgents(call.call, call.leg, list(call.fork)))

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
            if supervising.heard(turn, call, event):
                return
            _CARD_EVENTS.get(type(event), _ignored)(turn, call, event)

    def _deadline(self, turn: Turn, _event: events.DeadlinePassed) -> None:
        deadlines = self._world.deadlines
        while deadlines and deadlines[0][0] <= turn.now.mono:
            _, kind, ident = heapq.heappop(deadlines)
            self._due(turn, kind, ident)

    def _due(self, turn: Turn, kind: str, ident: str) -> None:
        if kind == mailbox_calls.TIDY:
            mailbox_calls.tidy(turn)
            return
        kind, _, number = kind.partition("-") if kind.startswith(_OF_AN_OFFER) else (kind, "", "")
        if ident in turn.state.agents and kind in _AGENT_DEADLINES:
            _AGENT_DEADLINES[kind](turn, ident)
        call = turn.state.calls.get(ident)
        if call is None:
            return
        if kind == "first-sound":
            if call.state in (CallState.OFFERED, CallState.QUEUED):
                turn.music(call)
        elif kind in _CALL_DEADLINES:
            _CALL_DEADLINES[kind](turn, call)
        elif kind == "tier":
            turn.widen(call.call)
        elif kind == "rings" and call.state is CallState.OFFERED:
            forking.overdue(turn, call, int(number))
        elif call.state is CallState.OFFERED and number == str(call.offer):
            if kind == "accept" and turn.line(call.call).confirming:
                offering.missed(turn, call, "not-accepted")
            elif kind == "reach" and turn.line(call.call).reaching:
                call_back.not_reached(turn, call, "no-answer")
            elif kind == "more":
                forking.one_more(turn, call)
            elif kind == "hear" and turn.line(call.call).hearing:
                message_tasks.put_back(turn, call)
            elif turn.line(call.call).hearing:
                return  # picked up in time: it has a deadline of its own
            elif kind == "picked" and not turn.line(call.call).reaching:
                offering.missed(turn, call, "fault")
            elif kind == "offer" and not (turn.line(call.call).confirming or turn.line(call.call).reaching):
                offering.missed(turn, call, "no-answer" if call.rang else "fault")

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

    # -- views ----------------------------------------------------------------------------------------------------

    def agents(self) -> list[AgentSnapshot]:
        """Every agent, in the site file's order."""
        return [self._agent_snapshot(agent) for agent in self._world.state.agents.values()]

    def agent(self, agent: str) -> AgentSnapshot | None:
        """One agent; None: there is none of that id."""
        known = self._world.state.agents.get(agent)
        return None if known is None else self._agent_snapshot(known)

    def _agent_snapshot(self, agent: Agent) -> AgentSnapshot:
        return agent_snapshot(self._plan, agent, self._world.state.messages.get(agent.id, ()))

    def queues(self) -> list[QueueSnapshot]:
        """Every queue, in the site file's order."""
        return [queue_snapshot(self._world, queue) for queue in self._plan.site.queue]

    def calls(self, now: Now) -> list[CallSnapshot]:
        """Live calls, and those still wrapped up, oldest first."""
        return [call_snapshot(self._world, call, now) for call in self._world.state.calls.values()]

    def call(self, call: str, now: Now) -> CallSnapshot | None:
        """One such call."""
        known = self._world.state.calls.get(call)
        return None if known is None else call_snapshot(self._world, known, now)

    def explain(self, call: str, now: Now) -> list[str]:
        """Why the call is where it is, in sentences; none for a call that is over or unknown."""
        known = self._world.state.calls.get(call)
        return [] if known is None else explain(self._world, known, now)

    def sounds(self) -> set[str]:
        """Names of the recordings that something refers to: messages, greetings, what calls have recorded."""
        state = self._world.state
        names = {
            sound for mailbox in state.mailboxes.values() for sound in (*mailbox.sounds.values(), mailbox.greeting)
        }
        return (names | {call.sound for call in state.calls.values()}) - {""}

    def voicemails(self, mailbox: str) -> list[Message]:
        """The messages of a mailbox, oldest first; none for one that was never used."""
        known = self._world.state.mailboxes.get(mailbox)
        return sorted(known.messages.values(), key=lambda message: message.at) if known is not None else []

    def voicemail_sound(self, mailbox: str, message: str) -> str:
        """The file of a message's sound; empty: there is no such message."""
        known = self._world.state.mailboxes.get(mailbox)
        sound = known.sounds.get(message, "") if known is not None else ""
        return self._plan.sounds.sound(sound) if sound else ""

    def voicemails_to_mail(self) -> list[tuple[str, str]]:
        """Mailbox and id of the messages that a mail has yet to tell of."""
        boxes = self._world.state.mailboxes.items()
        return [(mailbox, message) for mailbox, there in boxes for message in there.to_mail]

    def mailbox_lock(self, mailbox: str) -> Lock:
        """Wrong PINs that were typed for a mailbox, and until when it is locked."""
        known = self._world.state.mailboxes.get(mailbox)
        return known.lock if known is not None else Lock()

    def unused_key(self, call: str) -> int:
        """Number of the card's event with the first key of a call that has led to nothing yet. That one and all after
        it are not to be acknowledged, so that a new core is told of them again. 0: there is none."""
        line = self._world.lines.get(call)
        return line.keys[0] if line is not None and line.keys else 0

    def live_count(self) -> int:
        """Calls that are not closed, without call-backs that nobody is on the line for."""
        return sum(1 for call in self._world.state.calls.values() if call.state is not CallState.CLOSED and call.card)


def _moment(event: events.AnyEvent) -> Now | None:
    if isinstance(event, events.CardSaid) and event.event.mono:
        return Now(event.event.wall, event.event.mono)
    return None


def _answered(turn: Turn, call: state.Call, event: linecard.Answered) -> None:
    if event.leg == linecard.CUSTOMER and call.is_away():
        turn.line(call.call).up = True
        if turn.line(call.call).reaching:
            offering.connect(turn, call)
    elif event.leg == linecard.CUSTOMER:
        arriving.customer_up(turn, call)
    elif call.state is CallState.DIVERTED:
        overflow.number_answered(turn, call)
    elif event.leg == call.leg and call.state in supervising.TALK:
        pass  # told twice, after a restart
    else:
        offering.answered(turn, call, event.leg)


def _progressed(turn: Turn, call: state.Call, event: linecard.Progressed) -> None:
    offering.rings(turn, call, event.leg)


def _released(turn: Turn, call: state.Call, event: linecard.Released) -> None:
    if event.leg == linecard.CUSTOMER:
        by = "fault" if event.cause in talking.LOST else "customer"
        arriving.customer_left(turn, call, event.cause, by=by)
    elif event.leg == call.leg and call.state is CallState.DIVERTED:
        overflow.number_left(turn, call, event.cause)
    elif event.leg == call.leg and call.state is CallState.OFFERED:
        offering.leg_over(turn, call, event.leg, event.cause)
    elif event.leg == call.leg:
        talking.agent_left(turn, call, event.cause)


def _held(turn: Turn, call: state.Call, event: linecard.Held) -> None:
    if event.leg == call.leg:
        talking.hold(turn, call, event.on)


def _digit(turn: Turn, call: state.Call, event: linecard.Digit) -> None:
    if event.leg == linecard.CUSTOMER and call.state is CallState.IN_MAILBOX:
        mailbox_calls.digit(turn, call, event.digit)
    elif event.leg == linecard.CUSTOMER and call.state is CallState.IN_DIALOG:
        dialog_calls.digit(turn, call, event.digit, event.seq)
    elif event.leg == linecard.CUSTOMER and survey_calls.asks(call):
        survey_calls.key(turn, call, event.digit)
    elif event.leg == linecard.CUSTOMER:
        overflow.key(turn, call, event.digit)
    elif call.state is CallState.OFFERED and event.leg == call.leg:
        offering.digit(turn, call, event.digit)


def _played(turn: Turn, call: state.Call, event: linecard.Played) -> None:
    if event.leg == linecard.CUSTOMER and turn.line(call.call).playing == event.token:
        turn.line(call.call).playing = ""
        if event.token in ENDLESS and not event.stopped:
            turn.music_failed(call, event.token)
        if call.state is CallState.IN_MAILBOX and not event.stopped:
            mailbox_calls.played(turn, call)
        elif call.state is CallState.IN_DIALOG and not event.stopped:
            dialog_calls.played(turn, call)
        elif survey_calls.asks(call) and not event.stopped:
            survey_calls.played(turn, call)
    if event.token == SURVEY_OFFER and not event.stopped:
        survey_calls.heard_while_waiting(turn, call)
    if event.token == "goodbye" and not event.stopped:
        waiting.goodbye_over(turn, call)
    elif event.token == "menu" and not event.stopped:
        call_back.asked(turn, call)
    elif event.token == "thanks" and not event.stopped:
        call_back.thanked(turn, call)
    elif event.token == "accept" and not event.stopped and turn.line(call.call).confirming:
        offering.digit(turn, call, "")


def _ignored(_turn: Turn, _call: state.Call, _event: linecard.AnyEvent) -> None:
    """`quality`, `refused`, `idle` change nothing in the rules; the exchange logs them."""


def _told(turn: Turn, event: events.DialogTold) -> None:
    for fact in event.facts:
        turn.note(fact)


_CARD_EVENTS: dict[type[Any], Callable[[Turn, state.Call, Any], None]] = {
    linecard.Answered: _answered,
    linecard.Progressed: _progressed,
    linecard.Released: _released,
    linecard.Held: _held,
    linecard.Digit: _digit,
    linecard.Played: _played,
    linecard.Recorded: mailbox_calls.recorded,
}


ENDLESS = ("waiting", "hold")
"""Tokens of what plays until it is stopped."""
_OF_AN_OFFER = ("offer-", "accept-", "reach-", "rings-", "more-", "picked-", "hear-")
"""Deadlines that carry the offer's number."""

_CALL_DEADLINES: dict[str, Callable[[Turn, state.Call], None]] = {
    "max-wait": overflow.waited_too_long,
    "goodbye": waiting.goodbye_over,
    "queue-removed": waiting.queue_removed,
    "announce": announcing.due,
    "menu": call_back.silent,
    "dialog": dialog_calls.woken,
    "survey": survey_calls.woken,
    "thanks": call_back.thanked,
    "call-back": call_back.due,
    "supervisor-accept": supervising.not_accepted,
    "mailbox": mailbox_calls.woken,
}

_AGENT_DEADLINES: dict[str, Callable[[Turn, str], None]] = {
    "wrap-up": talking.wrap_up_due,
    "lost": agents.lost_long,
    "desk-away": agents.desk_away,
}
