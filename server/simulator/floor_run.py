"""The rules in simulated time: a clock that jumps from event to event, cards that do as they are told at once.

What the rules command is answered by what a line card would report: a leg that is answered, a prompt that was played
(it takes no time), a conversation that ends after the caller's talk. Nothing here decides anything about a call.
"""

import heapq
import math
from collections.abc import Callable, Iterable

import msgspec

from server.call import events, facts
from server.call.commands import Command, TellCard
from server.call.now import Now
from server.callflow import CallFlow, Decision
from server.config.site import SiteFile
from server.simulator.arrivals import Caller
from server.simulator.invariants import FactWatch
from server.simulator.staffing import DIALLED
from server.wire import desk, linecard

DRAIN_SECONDS = 86_400.0
"""How long after the last arrival callers who wait may keep a run going."""

OnFacts = Callable[[list[facts.Entry]], None]
Happening = tuple[float, Callable[[], events.AnyEvent | None]]
"""Something that people do besides calling: when (seconds from the start), and what, asked then; None: nothing."""


class _Line(msgspec.Struct):
    """A call's card: the caller, and whether the two talk."""

    caller: Caller
    is_talking: bool = False


class FloorRun:
    """One run. `start`: the moment at which the simulated clock begins. `on_facts` is handed every entry of the ledger.

    `ring_seconds`: how long an agent lets the phone ring before answering.
    """

    def __init__(self, flow: CallFlow, site: SiteFile, start: Now, ring_seconds: float, on_facts: OnFacts) -> None:
        self._flow = flow
        self._site = site
        self._start = start
        self._ring_seconds = ring_seconds
        self._on_facts = on_facts
        self._time = 0.0
        self._position = 0
        self._number = 0
        self._lines: dict[str, _Line] = {}
        self._heap: list[tuple[float, int, str, linecard.AnyEvent, bool]] = []
        self._watch = FactWatch()
        self.steps = 0

    @property
    def now(self) -> Now:
        """The simulated moment."""
        return Now(self._start.wall + self._time, self._start.mono + self._time)

    def run(self, callers: Iterable[Caller], happenings: Iterable[Happening] = ()) -> None:
        """Until every caller is gone and all wrap-ups are over. `happenings` are in the order of time.

        Raises `BrokenInvariant`, and `RequestRefused` if a happening asks for what cannot be.
        """
        self._open()
        coming = iter(callers)
        others = iter(happenings)
        other = next(others, None)
        caller = next(coming, None)
        last = 0.0
        while caller is not None or self._lines:
            arrives = math.inf if caller is None else caller.at
            happens = self._heap[0][0] if self._heap else math.inf
            due = self._due()
            at = min(arrives, happens, due)
            if other is not None and other[0] <= at:
                self._time = max(self._time, other[0])
                if (event := other[1]()) is not None:
                    self._tell(event)
                other = next(others, None)
                continue
            if caller is None and at > last + DRAIN_SECONDS:
                break
            self._time = max(self._time, at)
            if due <= at:
                self._wake()
            elif caller is not None and arrives <= at:
                last = arrives
                self._arrive(caller)
                caller = next(coming, None)
            else:
                self._happens()
        self._close(last)

    def _due(self) -> float:
        deadline = self._flow.next_deadline()
        return math.inf if deadline is None else deadline - self._start.mono

    def _wake(self) -> None:
        """The rules' deadline has come; never a rounding error too early, or it would come for ever."""
        deadline = self._flow.next_deadline()
        while deadline is not None and self.now.mono < deadline:
            self._time += 1e-9
        self._tell(events.DeadlinePassed())

    def _open(self) -> None:
        self._take(self._flow.begin("simulation", "", self.now))
        self._tell(events.CardsCounted())
        for agent in self._site.agent:
            self._tell(events.PhoneSeen(agent.id, registered=True))
            self._tell(events.AgentAsked(agent.id, agent.id, desk.SetPresence(presence="ready")))

    def _close(self, last: float) -> None:
        """The wrap-ups that are left run out."""
        longest = max((queue.wrap_up_seconds for queue in self._site.queue), default=0.0)
        until = max(self._time, last) + longest + 1
        while (due := self._due()) <= until:
            self._time = max(self._time, due)
            self._wake()
        self._time = until

    def _arrive(self, caller: Caller) -> None:
        self._number += 1
        call = f"s{self._number}"
        self._lines[call] = _Line(caller)
        if not math.isinf(caller.patience_seconds):
            self._later(caller.patience_seconds, call, _hung_up(call), only_waiting=True)
        arrived = linecard.Arrived(
            call=call, leg=linecard.CUSTOMER, caller=caller.caller, caller_name="", dialled=DIALLED
        )
        self._tell(events.CardSaid(_card(call), self._stamped(arrived), caller.caller))

    def _later(self, seconds: float, call: str, event: linecard.AnyEvent, *, only_waiting: bool = False) -> None:
        """The card reports so much later; with `only_waiting` not of a call that talks by then."""
        self.steps += 1
        heapq.heappush(self._heap, (self._time + seconds, self.steps, call, event, only_waiting))

    def _happens(self) -> None:
        _, _, call, event, only_waiting = heapq.heappop(self._heap)
        line = self._lines.get(call)
        if line is None or (only_waiting and line.is_talking):
            return
        self._tell(events.CardSaid(_card(call), self._stamped(event)))

    def _stamped(self, event: linecard.AnyEvent) -> linecard.AnyEvent:
        now = self.now
        return msgspec.structs.replace(event, mono=now.mono, wall=now.wall)

    def _tell(self, event: events.AnyEvent) -> None:
        self.steps += 1
        self._take(self._flow.handle(event, self.now))

    def _take(self, decision: Decision) -> None:
        if decision.facts:
            entries = []
            for at, fact in decision.facts:
                self._position += 1
                entries.append(facts.Entry(position=self._position, at=at, fact=fact))
            self._watch.see(entry.fact for entry in entries)
            self._on_facts(entries)
        for command in decision.commands:
            self._obey(command)

    # -- what a card does with a command --------------------------------------------------------------------------

    def _obey(self, told: Command) -> None:
        if not isinstance(told, TellCard):
            return  # cards for call-backs: these callers press no keys, so nobody is called back
        command = told.command
        line = self._lines.get(command.call)
        if line is None:
            return
        match command:
            case linecard.Answer(leg=leg):
                self._later(0, command.call, linecard.Answered(call=command.call, leg=leg))
            case linecard.Dial(leg=leg):
                if self._ring_seconds:
                    self._later(0, command.call, linecard.Progressed(call=command.call, leg=leg, code=180))
                self._later(self._ring_seconds, command.call, linecard.Answered(call=command.call, leg=leg))
            case linecard.Play(leg=leg, token=token, loop=False):
                self._later(0, command.call, linecard.Played(call=command.call, leg=leg, token=token))
            case linecard.Bridge() if not line.is_talking:
                line.is_talking = True
                self._later(line.caller.talk_seconds, command.call, _hung_up(command.call))
            case linecard.Close():
                del self._lines[command.call]


def _card(call: str) -> str:
    return f"card-{call}"


def _hung_up(call: str) -> linecard.Released:
    return linecard.Released(call=call, leg=linecard.CUSTOMER, by="far-end", code=200, cause="normal")
