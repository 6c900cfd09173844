"""The fold of the ledger into cells: per queue, agent and customer, in intervals of five minutes.

One fold serves the status monitor (entry by entry, as they are committed) and the reports (all at once). It rides on
`Book`, which knows what became of a call and of an agent's time; here it is only counted. `Held` is what a fold must
remember to go on from where it stands.
"""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

import msgspec

from server.call import facts as f
from server.call.now import Now
from server.call.states import Outcome
from server.records import message_figures
from server.records.agent_day import MISSED, AgentSoFar
from server.records.agent_spans import count, pieces, spans
from server.records.book import Book, Page
from server.records.call_so_far import CallSoFar, conversations, durations
from server.records.cells import AgentCell, Cells, CustomerCell, QueueCell, grain_of, milliseconds

_COLUMN_OF = {
    Outcome.ABANDONED: "abandoned",
    Outcome.SHORT_ABANDONED: "short_abandoned",
    Outcome.OVERFLOWED: "overflowed",
    Outcome.CALL_BACK: "call_back",
    Outcome.VOICEMAIL: "voicemail",
}


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where an open call is counted: its queue and the interval in which it joined. A call that was answered stays
    counted where it was, though it may be passed on, or its agent's end be lost, and wait elsewhere: `later` has the
    queues that it joined after the first talk, and when; its later conversations are counted there."""

    queue: str
    interval: int
    is_call_back: bool = False
    is_answered: bool = False
    later: tuple[tuple[str, int], ...] = ()


class Held(msgspec.Struct, kw_only=True):
    """What is open: live calls, agents, and where the calls are counted."""

    page: Page = msgspec.field(default_factory=Page)
    places: dict[str, Place] = {}


class FigureBook:
    """Folds a ledger into cells. `service_seconds`: the service level of each queue; an unknown queue has none (0)."""

    def __init__(self, zone: tzinfo, service_seconds: Mapping[str, float], held: Held | None = None) -> None:
        self._held = held if held is not None else Held()
        self._within = {queue: milliseconds(limit) for queue, limit in service_seconds.items()}
        self._book = Book(zone, self._held.page, self)
        self._cells = Cells()

    @property
    def position(self) -> int:
        """The last entry folded in; 0: none."""
        return self._book.position

    def held(self) -> Held:
        """What is open now; to be written down at once, since the fold goes on changing it."""
        return self._held

    def take(self, entries: Iterable[f.Entry]) -> None:
        """Fold entries in, which must follow `position`; those that were folded before are left out."""
        begun_at = self._book.position
        self._book.take(self._message(entry) for entry in entries if entry.position > begun_at)

    def _message(self, entry: f.Entry) -> f.Entry:
        """Count what an entry says about a mailbox; the entry itself."""
        if isinstance(entry.fact, message_figures.MESSAGE_FACTS):
            message_figures.count(self._cells, entry.fact, entry.at.wall)
        return entry

    def cells(self) -> Cells:
        """What is counted so far, without the present states of the agents. Not a copy."""
        return self._cells

    def cells_at(self, now: Now, since: float = 0.0) -> Cells:
        """A copy of the intervals from `since` on, with the agents' present states counted up to `now`."""
        cells = self._cells.copied(since)
        for agent in self._book.agents:
            self.count_present(cells, agent, now, since)
        return cells

    def count_present(self, cells: Cells, agent: str, now: Now, since: float) -> None:
        """Add the time of the agent's present state up to `now` to `cells`, but for intervals before `since`."""
        so_far = self._book.agents.get(agent)
        if so_far is None:
            return
        at = Now(now.wall, now.mono + so_far.shift)
        if so_far.ended is not None or at.mono > so_far.since.mono:
            after = msgspec.structs.replace(so_far, since=at, ended=None)
            _count_spans(cells, agent, so_far, after, None, since)

    # -- what the book tells --------------------------------------------------------------------------------------

    def agent_changed(self, before: AgentSoFar | None, after: AgentSoFar, entry: f.Entry) -> None:
        """An entry was about an agent: the time since the last one is counted, and what the entry says."""
        if before is not None:
            _count_spans(self._cells, after.agent, before, after, entry.fact, 0.0)
        match entry.fact:
            case f.CallOffered():
                self._agent(after.agent, entry).offered += 1
            case f.CallConnected():
                self._agent(after.agent, entry).calls += 1
            case f.OfferEnded(result=result) if result in MISSED:
                self._agent(after.agent, entry).missed += 1
            case f.CallTransferred():
                self._agent(after.agent, entry).transferred += 1

    def call_changed(self, before: CallSoFar | None, after: CallSoFar, entry: f.Entry) -> None:
        """An entry changed what is known of a call."""
        call = after.arrived.call
        match entry.fact:
            case f.CallQueued(queue=queue):
                self._queued(call, queue, entry.at.wall)
            case f.CallDiverted(queue=queue) if call not in self._held.places:
                self._queued(call, queue, entry.at.wall)  # turned away at the door
            case f.CallBackAsked():
                self._call_back(call)
            case f.OfferEnded(result=result) if result in MISSED and call in self._held.places:
                self._queue(call).missed += 1
            case f.CallConnected() if before is not None and before.answered is None and after.answered is not None:
                self._answered(call, after)
            case f.CallTransferred() as transfer if call in self._held.places:
                self._transferred(call, transfer, entry.at.wall)
            case f.CallClosed() if before is not None and not before.is_closed:
                self._closed(call, after)
        if after.is_finished:
            self._finished(call, after)

    # -- calls ----------------------------------------------------------------------------------------------------

    def _queued(self, call: str, queue: str, wall: float) -> None:
        if not queue:
            return  # out of a mailbox that was dialled: it was in no queue
        place = self._held.places.get(call)
        if place is not None and place.is_answered:
            later = (*place.later, (queue, grain_of(wall)))
            self._held.places[call] = msgspec.structs.replace(place, later=later)
            return
        if place is not None and place.queue == queue:
            return
        if place is not None:
            self._queue(call).overflowed += 1
        self._held.places[call] = Place(queue, grain_of(wall))
        self._queue(call).offered += 1

    def _call_back(self, call: str) -> None:
        place = self._held.places.get(call)
        if place is not None and not place.is_call_back and not place.is_answered:
            self._held.places[call] = msgspec.structs.replace(place, is_call_back=True)
            self._queue(call).call_back += 1

    def _answered(self, call: str, after: CallSoFar) -> None:
        place = self._held.places.get(call)
        if place is None or after.queued is None or after.answered is None:
            return
        cell = self._queue(call)
        self._held.places[call] = msgspec.structs.replace(place, is_answered=True)
        if place.is_call_back:
            cell.call_back_reached += 1
            return
        waited = milliseconds(after.answered.mono - after.queued.mono)
        cell.answered += 1
        cell.within += waited <= self._within.get(place.queue, 0)
        cell.wait_answered_ms += waited
        cell.longest_wait_ms = max(cell.longest_wait_ms, waited)

    def _transferred(self, call: str, fact: f.CallTransferred, wall: float) -> None:
        self._stay(call, fact.queue).transferred += 1
        kind, _, ident = fact.to.partition(":")
        if kind == "queue":
            self._cells.queues.setdefault((grain_of(wall), ident), QueueCell()).transferred_in += 1

    def _closed(self, call: str, after: CallSoFar) -> None:
        place = self._held.places.get(call)
        if place is not None and after.connected is None and after.spoken and after.spoken[-1].passed_on:
            self._stay(call, after.queue).transferred_lost += 1
        if place is None or place.is_call_back or place.is_answered:
            return
        cell = self._queue(call)
        column = _COLUMN_OF.get(Outcome(after.outcome), "other")
        setattr(cell, column, getattr(cell, column) + 1)
        waited = milliseconds(durations(after).wait)
        cell.longest_wait_ms = max(cell.longest_wait_ms, waited)
        if column in ("abandoned", "short_abandoned"):
            cell.wait_abandoned_ms += waited
            cell.abandoned_within += waited <= self._within.get(place.queue, 0)

    def _finished(self, call: str, after: CallSoFar) -> None:
        self._count_customer(after)  # whose it was is often said in the wrap-up
        if call not in self._held.places:
            return
        for one in conversations(after):
            cell = self._stay(call, one.queue)
            cell.handled += 1
            cell.talk_ms += milliseconds(one.talk)
            cell.hold_ms += milliseconds(one.hold)
            cell.wrap_up_ms += milliseconds(one.wrap_up)
        del self._held.places[call]

    def _count_customer(self, after: CallSoFar) -> None:
        lengths = durations(after)
        whose = after.customer or after.arrived.caller_e164 or after.arrived.caller
        cell = self._cells.customers.setdefault((grain_of(after.at.wall), whose), CustomerCell())
        cell.calls += 1
        cell.answered += after.answered is not None
        cell.abandoned += after.outcome in (Outcome.ABANDONED, Outcome.SHORT_ABANDONED)
        cell.wait_ms += milliseconds(lengths.wait)
        cell.talk_ms += milliseconds(lengths.talk)
        cell.last_at = max(cell.last_at, after.at.wall)
        cell.transferred += len(after.transfers)

    def _queue(self, call: str) -> QueueCell:
        place = self._held.places[call]
        return self._cells.queues.setdefault((place.interval, place.queue), QueueCell())

    def _stay(self, call: str, queue: str) -> QueueCell:
        """The cell of the call's last stay in `queue`; of a queue that it never joined, where it is counted anyway."""
        place = self._held.places[call]
        found = next((stay for stay in reversed(place.later) if stay[0] == queue), (place.queue, place.interval))
        return self._cells.queues.setdefault((found[1], found[0]), QueueCell())

    def _agent(self, agent: str, entry: f.Entry) -> AgentCell:
        return self._cells.agents.setdefault((grain_of(entry.at.wall), agent), AgentCell())


def _count_spans(
    cells: Cells, agent: str, before: AgentSoFar, after: AgentSoFar, fact: f.AnyFact | None, since: float
) -> None:
    for work, start, end in spans(before, after, fact):
        for interval, spent_ms in pieces(start, end):
            if interval >= since:
                cell = cells.agents.setdefault((interval, agent), AgentCell())
                count(cell, work, before.presence, before.reason, spent_ms)
