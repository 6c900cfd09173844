"""The rules in simulated time: a clock that jumps from event to event, cards that do as they are told at once.

What the rules command is answered by what a line card would report: a leg that is answered, a prompt that was played
(it takes no time), a conversation that ends after the caller's talk. Nothing here decides anything about a call.

The core may be restarted in the middle (`restart`): the cards go on meanwhile, and tell the new core what the old one
did not hear.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Sequence

import msgspec

from server.call import events, facts
from server.call.commands import Command, RingAgents, RingNoLonger, TakeCard, TellCard
from server.call.now import Now
from server.callflow import CallFlow, Decision
from server.config.site import SiteFile
from server.simulator.arrivals import Caller
from server.simulator.invariants import FactWatch
from server.simulator.lines import Line, said_of
from server.simulator.staffing import DIALLED
from server.wire import desk, linecard

DRAIN_SECONDS = 86_400.0
"""How long after the last arrival callers who wait may keep a run going."""
COUNTING_SECONDS = 0.05
"""From the moment at which the cards of a restarted core are back until they are counted."""

BOOTED_FOR_SECONDS = 30.0
"""The monotonic clock of a machine that was just booted."""

OnFacts = Callable[[list[facts.Entry]], None]
Happening = tuple[float, Callable[[], events.AnyEvent | None]]
"""Something that people do besides calling: when (seconds from the start), and what, asked then; None: nothing."""
_OfTheCore = events.CardTaken | events.PhoneRang | events.PhonePickedUp
"""What the core's own parts report, and not a card: a core that dies takes it with it."""
_Later = tuple[float, int, Line | None, linecard.AnyEvent | _OfTheCore, bool]


class FloorRun:
    """One run. `start`: the moment at which the simulated clock begins. `on_facts` is handed every entry of the ledger.

    `ring_seconds`: how long an agent lets the phone ring before answering.
    """

    def __init__(self, flow: CallFlow, site: SiteFile, start: Now, ring_seconds: float, on_facts: OnFacts) -> None:
        self.flow = flow
        self._site = site
        self._start = start
        self._ring_seconds = ring_seconds
        self._on_facts = on_facts
        self._time = 0.0
        self._position = 0
        self._number = 0
        self._lines: dict[str, Line] = {}
        self._callers: dict[str, Caller] = {}
        """Of every call without an outcome."""
        self._away: set[str] = set()
        """Calls of callers who wait for a call-back."""
        self._rung: dict[str, int] = {}
        self._heap: list[_Later] = []
        self._watch = FactWatch()
        self.steps = 0

    @property
    def now(self) -> Now:
        """The simulated moment."""
        return Now(self._start.wall + self._time, self._start.mono + self._time)

    def line(self, call: str) -> Line | None:
        """The card of a call; None: it has none."""
        return self._lines.get(call)

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
        while caller is not None or self._lines or self._away:
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
                self._time = last + DRAIN_SECONDS  # who waits still has waited until then
                break
            self._time = max(self._time, at)
            if due <= at:
                self._wake()
            elif caller is not None and arrives <= at:
                last = arrives
                self._arrive(caller)
                caller = next(coming, None)
            else:
                self._happens(heapq.heappop(self._heap))
        self._close(last)

    def _due(self) -> float:
        deadline = self.flow.next_deadline()
        return math.inf if deadline is None else deadline - self._start.mono

    def _wake(self) -> None:
        """The rules' deadline has come; never a rounding error too early, or it would come for ever."""
        deadline = self.flow.next_deadline()
        while deadline is not None and self.now.mono < deadline:
            self._time += 1e-9
        self._tell(events.DeadlinePassed())

    def _open(self) -> None:
        self._take(self.flow.begin("simulation", "", self.now))
        self._tell(events.CardsCounted())
        for agent in self._site.agent:
            self._tell(events.PhoneSeen(agent.id, registered=True))
            self._tell(events.AgentAsked(agent.id, agent.id, desk.SetPresence(presence="ready")))

    def _close(self, last: float) -> None:
        """The wrap-ups that are left run out."""
        longest = max((queue.wrap_up_seconds for queue in self._site.queue), default=0.0)
        until = max(self._time, last) + longest + 1
        self._wake_until(until)

    def _wake_until(self, until: float) -> None:
        while (due := self._due()) <= until:
            self._time = max(self._time, due)
            self._wake()
        self._time = max(self._time, until)

    def restart(self, fresh: CallFlow, ledger: Sequence[facts.Entry], down_seconds: float, boot: str = "") -> None:
        """The core dies now; `fresh` begins after `down_seconds` with what the ledger says. `boot` as in `core-began`:
        the machine was booted, and its monotonic clock begins anew; empty: it was not (calls outlive either here)."""
        self._time += down_seconds
        if boot:
            self._start = Now(self._start.wall, BOOTED_FOR_SECONDS - self._time)
        missed = []
        while self._heap and self._heap[0][0] <= self._time:
            missed.append(heapq.heappop(self._heap))
        self._heap = [later for later in self._heap if not isinstance(later[3], _OfTheCore)]
        heapq.heapify(self._heap)
        kept = [told for told in map(self._missed, missed) if told is not None]
        self.flow = fresh
        fresh.recover(None, ledger)
        self._take(fresh.begin(boot or "simulation", "", self.now))
        self._wake_until(self._time)
        for call, line in list(self._lines.items()):
            self._tell(events.CardBack(line.card, line.hello(call)))
        for event in kept:
            self._tell(event)
        self._wake_until(self._time + COUNTING_SECONDS)
        self._tell(events.CardsCounted())

    def _missed(self, later: _Later) -> events.CardSaid | None:
        """What a card has to tell the next core; it knows of it already."""
        seconds, _, line, event, only_waiting = later
        if line is None or isinstance(event, _OfTheCore) or not line.can_say(event, only_waiting):
            return None
        if self._lines.get(event.call) is not line:
            return None
        line.hears(event)
        at = Now(self._start.wall + seconds, self._start.mono + seconds)
        return said_of(line, event, at)

    def _arrive(self, caller: Caller) -> None:
        self._number += 1
        call = f"s{self._number}"
        self._callers[call] = caller
        self._lines[call] = line = Line(caller, f"card-{call}", {linecard.CUSTOMER: "arriving"})
        if not math.isinf(caller.patience_seconds):
            self._later(caller.patience_seconds, line, _hung_up(call), only_waiting=True)
        for seconds, key in caller.keys:
            digit = linecard.Digit(call=call, leg=linecard.CUSTOMER, digit=key)
            self._later(seconds, line, digit, only_waiting=True)
        arrived = linecard.Arrived(
            call=call, leg=linecard.CUSTOMER, caller=caller.caller, caller_name="", dialled=DIALLED
        )
        said = said_of(line, arrived, self.now)
        self._tell(msgspec.structs.replace(said, caller_e164=caller.caller))

    def _later(
        self,
        seconds: float,
        line: Line | None,
        event: linecard.AnyEvent | _OfTheCore,
        *,
        only_waiting: bool = False,
    ) -> None:
        """The card reports so much later; with `only_waiting` not of a call that talks by then."""
        self.steps += 1
        heapq.heappush(self._heap, (self._time + seconds, self.steps, line, event, only_waiting))

    def _happens(self, later: _Later) -> None:
        _, _, line, event, only_waiting = later
        if isinstance(event, events.CardTaken):
            self._tell(event)
        elif isinstance(event, _OfTheCore):
            self._phone(line, event)
        elif line is not None and self._lines.get(event.call) is line and line.can_say(event, only_waiting):
            self._tell(said_of(line, event, self.now))

    def _tell(self, event: events.AnyEvent) -> None:
        self.steps += 1
        if isinstance(event, events.CardSaid) and (line := self._lines.get(event.event.call)) is not None:
            line.hears(event.event)
        self._take(self.flow.handle(event, self.now))

    def _take(self, decision: Decision) -> None:
        if decision.facts:
            entries = []
            for at, fact in decision.facts:
                self._position += 1
                entries.append(facts.Entry(position=self._position, at=at, fact=fact))
            self._watch.see(entry.fact for entry in entries)
            self._on_facts(entries)
            self._follow(entries)
        for command in decision.commands:
            self._obey(command)

    def _follow(self, entries: Sequence[facts.Entry]) -> None:
        """Who is to be called back, and who is gone."""
        for entry in entries:
            if isinstance(entry.fact, facts.CallBackAsked):
                self._away.add(entry.fact.call)
            elif isinstance(entry.fact, facts.CallClosed):
                self._away.discard(entry.fact.call)
                self._callers.pop(entry.fact.call, None)

    # -- what a card does with a command --------------------------------------------------------------------------

    def _obey(self, told: Command) -> None:
        if isinstance(told, TellCard):
            self._obey_card(told)
        elif isinstance(told, TakeCard):
            card = f"card-{told.call}-{told.offer}"
            self._later(0, None, events.CardTaken(told.call, told.offer, card))
        elif isinstance(told, RingAgents) and (line := self._lines.get(told.call)) is not None:
            self._ring(line, told)
        elif isinstance(told, RingNoLonger) and (line := self._lines.get(told.call)) is not None:
            line.rings.discard((told.leg, told.agent))

    def _obey_card(self, told: TellCard) -> None:
        command = told.command
        if isinstance(command, linecard.Begin):
            self._lines[command.call] = Line(self._callers[command.call], told.card, {})
        line = self._lines.get(command.call)
        if line is None:
            return
        line.obeys(command)
        match command:
            case linecard.Answer(leg=leg):
                self._later(0, line, linecard.Answered(call=command.call, leg=leg))
            case linecard.Dial(leg=leg):
                self._dial(line, command.call, leg)
            case linecard.Play(leg=leg, token=token, loop=False):
                self._later(0, line, linecard.Played(call=command.call, leg=leg, token=token))
            case linecard.Bridge() if not line.is_talking:
                line.is_talking = True
                self._later(line.caller.talk_seconds, line, _hung_up(command.call))
            case linecard.Close():
                del self._lines[command.call]

    def _dial(self, line: Line, call: str, leg: str) -> None:
        if any(leg == ringing for ringing, _ in line.rings):
            return  # several agents' phones: the first of them answers it
        if self._ring_seconds:
            self._later(0, line, linecard.Progressed(call=call, leg=leg, code=180))
        if leg != linecard.CUSTOMER or self._picks_up(call):
            self._later(self._ring_seconds, line, linecard.Answered(call=call, leg=leg))
        else:
            missed = linecard.Released(call=call, leg=leg, by="far-end", code=480, cause="no-answer")
            self._later(self._ring_seconds, line, missed)

    def _ring(self, line: Line, told: RingAgents) -> None:
        for agent in told.agents:
            line.rings.add((told.leg, agent))
            if self._ring_seconds:
                self._later(0, line, events.PhoneRang(told.call, told.leg, agent))
            self._later(self._ring_seconds, line, events.PhonePickedUp(told.call, told.leg, agent))

    def _phone(self, line: Line | None, event: events.PhoneRang | events.PhonePickedUp) -> None:
        """One of several agents' phones rings, or is the first to be picked up."""
        if line is None or self._lines.get(event.call) is not line or (event.leg, event.agent) not in line.rings:
            return
        if isinstance(event, events.PhonePickedUp):
            line.rings = {ringing for ringing in line.rings if ringing[0] != event.leg}
            self._later(0, line, linecard.Answered(call=event.call, leg=event.leg))
        self._tell(event)

    def _picks_up(self, call: str) -> bool:
        """Whether a caller who is called back does this time."""
        self._rung[call] = self._rung.get(call, 0) + 1
        return self._rung[call] > self._callers[call].misses


def _hung_up(call: str) -> linecard.Released:
    return linecard.Released(call=call, leg=linecard.CUSTOMER, by="far-end", code=200, cause="normal")
