"""Carries out what the rules decide, in order, after the facts are committed."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

import structlog
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from server.call import events
from server.call.commands import (
    BeginDialog,
    Command,
    PutCardBack,
    RemoveSounds,
    RingAgents,
    RingNoLonger,
    StepDialog,
    TakeCard,
    TellCard,
)
from server.call.facts import Entry, StateRepaired, VoicemailLeft
from server.call.now import Now
from server.call.ports import FactsHeldBack, Ledger, Ringer, Subscriber, Telephony
from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot
from server.callflow import CallFlow, Decision, RuleFault
from server.wire import linecard

log = structlog.get_logger()

CHECKPOINT_EVERY = 20_000
"""Facts between two checkpoints: a new core folds at most so many (about a third of a second)."""


_NOBODY_WAITS = (events.CardSaid, events.DeadlinePassed)
"""Events that nobody tells who would wait for the commit."""


class _Pending:
    """A decision on its way: `entries` is None until its facts are committed."""

    __slots__ = ("acknowledge", "decision", "done", "entries")

    def __init__(self, decision: Decision, acknowledge: tuple[str, int, str] | None) -> None:
        self.decision = decision
        self.acknowledge = acknowledge
        self.entries: Sequence[Entry] | None = None
        self.done: Deferred[None] = Deferred()


class Exchange:
    """Implements `server.call.ports.Switchboard` on the rules."""

    def __init__(
        self,
        reactor: IReactorTime,
        flow: CallFlow,
        ledger: Ledger,
        telephony: Telephony,
        now: Callable[[], Now],
        to_e164: Callable[[str], str],
    ) -> None:
        self._reactor = reactor
        self._flow = flow
        self._ledger = ledger
        self._telephony = telephony
        self._now = now
        self._to_e164 = to_e164
        self._pending: deque[_Pending] = deque()
        self._subscribers: list[Subscriber] = []
        self._timer: IDelayedCall | None = None
        self._timer_at = 0.0
        self._is_stopped = False
        self._since_checkpoint = 0
        self._position = 0
        self._is_ahead = False
        """Whether the ledger lacks facts of the state for now: a checkpoint would tell them twice."""
        self._has_lost = False
        """Whether it will never have some of them: a checkpoint would tell of what never was."""
        self._ringer: Ringer | None = None
        self._rings: list[RingAgents | RingNoLonger] = []
        self.on_checkpoint: Callable[[int, bytes], None] = lambda _position, _octets: None
        self.remove_sounds: Callable[[list[str]], None] = lambda _paths: None
        self.carry_out_dialog: Callable[[BeginDialog | StepDialog], None] = self._no_dialogs
        self.counters = {
            "events": 0,
            "facts": 0,
            "commands": 0,
            "refused": 0,
            "faults": 0,
            "repairs": 0,
            "held_back": 0,
        }

    # -- events in ------------------------------------------------------------------------------------------------

    def begin(self, boot: str, version: str) -> Deferred[None]:
        """The core is up; the rules were recovered before."""
        return self._carry(self._flow.begin(boot, version, self._now()), None, urgent=True)

    def tell(self, event: events.AnyEvent) -> Deferred[None]:
        """Hand an event to the rules now. Fires when its facts are committed; fails with `RequestRefused`."""
        return self._handle(event, None)

    def card_said(self, card: str, event: linecard.AnyEvent) -> None:
        """A card's event; it is acknowledged once its facts are committed."""
        if isinstance(event, linecard.Refused):
            log.warning("card-refused", card=card, call=event.call, command=event.id, why=event.why)
        e164 = self._to_e164(event.caller) if isinstance(event, linecard.Arrived) else ""
        self._handle(events.CardSaid(card, event, e164), (card, event.seq, event.call))

    def _handle(self, event: events.AnyEvent, acknowledge: tuple[str, int, str] | None) -> Deferred[None]:
        self.counters["events"] += 1
        try:
            decision = self._flow.handle(event, self._now())
        except events.RequestRefused as refused:
            self.counters["refused"] += 1
            failed: Deferred[None] = Deferred()
            failed.errback(refused)
            return failed
        except RuleFault as fault:  # the edge of the rules: one event must not stop the others
            self.counters["faults"] += 1
            log.critical("rule-fault", told=type(event).__name__, exc_info=fault.__cause__)
            decision = fault.decision
        if isinstance(event, events.CardsSeen) and decision.facts:
            self._tell_repairs(decision)
        return self._carry(decision, acknowledge, urgent=not isinstance(event, _NOBODY_WAITS))

    def _tell_repairs(self, decision: Decision) -> None:
        """The sweep had to repair something: a fault of ours that must not stay unseen."""
        for _, fact in decision.facts:
            if isinstance(fact, StateRepaired):
                self.counters["repairs"] += 1
                log.warning("state-repaired", what=fact.what, call=fact.call, agent=fact.agent)

    def _carry(
        self, decision: Decision, acknowledge: tuple[str, int, str] | None, *, urgent: bool = False
    ) -> Deferred[None]:
        """`urgent`: somebody may wait for the commit; else it is urgent only where commands follow from it."""
        pending = _Pending(decision, acknowledge)
        self._pending.append(pending)
        if decision.facts:
            self.counters["facts"] += len(decision.facts)
            committed = _deferred(self._ledger.append(decision.facts, urgent or bool(decision.commands)))
            committed.addCallbacks(self._committed, self._not_committed, (pending,), {}, (pending,))
            committed.addErrback(_not_flushed)
        else:
            pending.entries = ()
            self._flush()
        self._arm()
        return pending.done

    def settled(self) -> Deferred[None]:
        """Fires when everything that was decided so far is committed: what is read then is what is shown now."""
        if not self._pending:
            return succeed(None)
        settled: Deferred[None] = Deferred()
        self._pending[-1].done.addBoth(lambda _: settled.callback(None))
        return settled

    def _committed(self, entries: list[Entry], pending: _Pending) -> None:
        self._is_ahead = False  # what was held back before has been written with these
        pending.entries = entries
        self._flush()

    def _not_committed(self, failure: Failure, pending: _Pending) -> None:
        # The ledger spools to disk before it gives up, so this is a disk that takes nothing at all. The call matters
        # more than its record: it goes on, and the alarm is in the log, once until facts are taken again.
        self.counters["held_back"] += len(pending.decision.facts)
        if not self._is_ahead:
            log.critical("facts-not-committed", facts=len(pending.decision.facts), error=str(failure.value))
        self._is_ahead = True
        lost = [fact for _, fact in pending.decision.facts if isinstance(fact, VoicemailLeft)]
        if lost:  # nobody may be told that it is saved
            pending.decision = Decision(pending.decision.facts, [])
        for fact in lost:
            self.tell(events.VoicemailNotKept(fact.call, fact.mailbox, fact.message)).addErrback(_not_told)
        if isinstance(failure.value, FactsHeldBack):
            pending.entries = failure.value.entries
        else:
            pending.entries = ()
            self._has_lost = True
        self._flush()

    # -- commands out ---------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        """Carry out the decisions whose facts are committed, in the order in which they were made."""
        while self._pending and self._pending[0].entries is not None:
            pending = self._pending.popleft()
            entries = pending.entries or ()
            if entries:
                self._position = entries[-1].position
                self._since_checkpoint += len(entries)
                self._publish(entries)
            try:
                self._carry_out_all(pending.decision.commands)
                if pending.acknowledge is not None:
                    self._acknowledge(*pending.acknowledge)
            except Exception as fault:  # of ours, or of a port: it stops nobody who waits behind
                self.counters["faults"] += 1
                log.critical("commands-not-carried-out", error=repr(fault), exc_info=fault)
            pending.done.callback(None)
        if not self._pending and self._since_checkpoint >= CHECKPOINT_EVERY:
            self.save_checkpoint()

    def _acknowledge(self, card: str, seq: int, call: str) -> None:
        """The card need not tell it again; but for keys of a caller that have led to nothing yet."""
        unused = self._flow.unused_key(call)
        if safe := min(seq, unused - 1) if unused else seq:
            self._telephony.acknowledge(card, safe)

    def _publish(self, entries: Sequence[Entry]) -> None:
        for subscriber in list(self._subscribers):
            try:
                subscriber(entries)
            except Exception as error:
                self.counters["faults"] += 1
                log.error("subscriber-fault", error=repr(error), exc_info=error)

    def _carry_out_all(self, commands: Sequence[Command]) -> None:
        """In order. What goes to the same card one after the other goes together: it wakes the card once."""
        self.counters["commands"] += len(commands)
        for card, several in groupby(commands, _card_of):
            if card:
                self._telephony.send(card, *[told.command for told in several if isinstance(told, TellCard)])
            else:
                for command in several:
                    self._carry_out(command)

    def _carry_out(self, command: Command) -> None:
        """One that is not told to a card."""
        if isinstance(command, RemoveSounds):
            self.remove_sounds(command.paths)
        elif isinstance(command, TakeCard):
            Deferred.fromCoroutine(self._take_card(command)).addErrback(_lost, command.call)
        elif isinstance(command, BeginDialog | StepDialog):
            self.carry_out_dialog(command)
        elif isinstance(command, PutCardBack):
            self._telephony.put_back(command.card)
        elif isinstance(command, RingAgents | RingNoLonger):
            if self._ringer is None:
                self._rings.append(command)
            else:
                _ring(self._ringer, command)

    def ring_at(self, ringer: Ringer) -> None:
        """From now on `ringer` rings the phones of legs that ring at several; what was asked of it before is due now.
        Its events (`PhoneRang`, `PhonePickedUp`, `PhoneDeclined`) are handed to `tell`."""
        self._ringer = ringer
        rings, self._rings = self._rings, []
        for command in rings:
            _ring(ringer, command)

    def _no_dialogs(self, command: BeginDialog | StepDialog) -> None:
        """Nobody keeps sessions here."""
        if isinstance(command, BeginDialog):
            failed = events.DialogFailed(command.call, command.beginning.session, "away")
            self._reactor.callLater(0, self.tell, failed)

    async def _take_card(self, command: TakeCard) -> None:
        try:
            card = (await self._telephony.take()).name
        except (LookupError, ConnectionError) as error:  # all cards are busy, or the pool is away
            log.warning("no-card-for-call-back", call=command.call, error=str(error))
            card = ""
        self.tell(events.CardTaken(command.call, command.offer, card))

    def save_checkpoint(self) -> None:
        """Keep the state for a quick start. Nothing may be on its way, or the state would be ahead of the ledger."""
        if not (self._pending or self._is_ahead or self._has_lost) and self._position:
            self._since_checkpoint = 0
            self.on_checkpoint(self._position, self._flow.checkpoint())

    # -- the one timer --------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        if self._is_stopped:
            return
        deadline = self._flow.next_deadline()
        if self._timer is not None:
            if deadline is not None and self._timer_at <= deadline:
                return  # it wakes early enough; a deadline that is gone by then is ignored
            self._timer.cancel()
            self._timer = None
        if deadline is not None:
            self._timer_at = deadline
            self._timer = self._reactor.callLater(max(0.0, deadline - self._now().mono), self._wake)

    def _wake(self) -> None:
        self._timer = None
        deadline = self._flow.next_deadline()
        if deadline is not None and deadline <= self._now().mono:
            self.tell(events.DeadlinePassed())
        else:
            self._arm()  # the timer's clock was ahead of ours

    def stop(self) -> None:
        """No more timers, whatever is still being committed."""
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # -- views ----------------------------------------------------------------------------------------------------

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """From now on hand every committed batch of entries to `subscriber`; call the result to end it."""
        self._subscribers.append(subscriber)

        def end() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return end

    def agents(self) -> list[AgentSnapshot]:
        """Every agent, in the site file's order."""
        return self._flow.agents()

    def agent(self, agent: str) -> AgentSnapshot | None:
        """One agent; None: there is none of that id."""
        return self._flow.agent(agent)

    def queues(self) -> list[QueueSnapshot]:
        """Every queue, in the site file's order."""
        return self._flow.queues()

    def calls(self) -> list[CallSnapshot]:
        """Live calls (and those still wrapped up), oldest first."""
        return self._flow.calls(self._now())

    def call(self, call: str) -> CallSnapshot | None:
        """One such call; None: it is over or unknown."""
        return self._flow.call(call, self._now())

    def explain(self, call: str) -> list[str]:
        """Why a live call is where it is, in sentences for a supervisor; none for one that is over or unknown."""
        return self._flow.explain(call, self._now())

    @property
    def flow(self) -> CallFlow:
        """The rules, for the composition root (recovery, counting of cards)."""
        return self._flow


def _card_of(command: Command) -> str:
    """The card to which a command is sent; empty: it is for somebody else."""
    return command.card if isinstance(command, TellCard) else ""


def _ring(ringer: Ringer, command: RingAgents | RingNoLonger) -> None:
    if isinstance(command, RingAgents):
        ringer.ring(command)
    else:
        ringer.ring_no_longer(command)


def _not_flushed(failure: Failure) -> None:
    log.critical("exchange-fault", error=repr(failure.value), exc_info=failure.value)


def _not_told(failure: object) -> None:
    log.critical("message-loss-not-told", error=str(failure))


def _lost(failure: object, call: str) -> None:
    log.critical("take-card-failed", call=call, error=str(failure))


def _deferred(awaitable: Awaitable[list[Entry]]) -> Deferred[list[Entry]]:
    """A port's awaitable as what it nearly always is."""
    return awaitable if isinstance(awaitable, Deferred) else Deferred.fromCoroutine(_awaited(awaitable))


async def _awaited(awaitable: Awaitable[list[Entry]]) -> list[Entry]:
    return await awaitable
