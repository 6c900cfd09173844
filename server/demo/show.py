"""The running demo: customers call by themselves, agents answer, until somebody stops it."""

import heapq
import queue
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count

from server import clock
from server.call import facts
from server.call.facts import Entry
from server.demo.cast import CUSTOMERS, Cast
from server.demo.control import Control
from server.demo.plan import PlannedCall
from server.demo.stage import Stage, StageFailed
from server.demo.story import Story
from server.demo.teller import Teller
from server.phone import words

WRAP_UP_SECONDS = 4.0
"""A scripted agent is done with the call after so long."""
BREAK_SECONDS = 6.0
"""A scripted agent who was set not ready comes back after so long."""
LAST_CALLS_SECONDS = 8.0
"""When the demo ends by itself, present calls are hung up and given so long to be wrapped up."""
LOOK_SECONDS = 0.5
"""How often the server's process is looked after."""

Happening = Entry | words.Released | str


class Show:
    """Everything happens on the thread that calls `run`; `heard`, `phone_said` and `ended` are for other threads."""

    def __init__(self, stage: Stage, cast: Cast, story: Story, teller: Teller, calls: Iterator[PlannedCall]) -> None:
        self._stage = stage
        self._cast = cast
        self._story = story
        self._teller = teller
        self._calls = calls
        self._next = next(calls)
        self._server = Control(stage.data)
        self._happenings: queue.SimpleQueue[Happening] = queue.SimpleQueue()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._planned: dict[str, PlannedCall] = {}
        self._live: dict[str, str] = {}
        self._waiting: set[str] = set()
        self._last_orders = False
        self._desk: subprocess.Popen[bytes] | None = None
        self.outcomes: Counter[str] = Counter()

    def watch_desk(self, desk: subprocess.Popen[bytes]) -> None:
        """Tell when the desk's window is closed, or never opened."""
        self._desk = desk

    def heard(self, entry: Entry) -> None:
        """The server's ledger has this entry."""
        self._happenings.put(entry)

    def ended(self, why: str) -> None:
        """The server says nothing more."""
        self._happenings.put(f"the server says nothing more: {why}")

    def phone_said(self, whose: str, event: words.AnyEvent) -> None:
        """A phone said something; only the ends of customers' calls matter here."""
        if whose == CUSTOMERS and isinstance(event, words.Released):
            self._happenings.put(event)

    def run(self, seconds: float | None) -> bool:
        """Play for `seconds` (None: until interrupted). True: no call failed. Raises StageFailed if the server ends."""
        began = clock.now().mono
        for agent in self._cast.agents:
            self._server.agent(agent, "ready")
        self._next_call()
        while seconds is None or clock.now().mono < began + seconds:
            self._turn(None if seconds is None else began + seconds)
        self._last_orders = True
        for number in list(self._planned):
            self._cast.customer_hangs_up(number)
        until = clock.now().mono + LAST_CALLS_SECONDS
        while self._story.has_open_calls and clock.now().mono < until:
            self._turn(until)
        return not self._live and not self.outcomes["failed"]

    def _turn(self, until: float | None) -> None:
        """Wait for the next happening or timer, but not past `until`, and act on it."""
        self._look_after_processes()
        moment = clock.now().mono
        while self._timers and self._timers[0][0] <= moment:
            heapq.heappop(self._timers)[2]()
        wakes = [moment + LOOK_SECONDS, *([until] if until else []), *([self._timers[0][0]] if self._timers else [])]
        try:
            happening = self._happenings.get(timeout=max(0.0, min(wakes) - moment))
        except queue.Empty:
            return
        if isinstance(happening, str):
            raise StageFailed(happening)
        if isinstance(happening, words.Released):
            self._cast.is_over(happening.call)
            self._planned.pop(happening.call, None)
        else:
            for line in self._story.tell(happening):
                self._teller.line(line)
            self._follow(happening.fact)

    def _look_after_processes(self) -> None:
        self._stage.check()
        company = self._stage.company
        if company is not None and (left := company.ended()) is not None:
            shown = f"The company's own service ended with {left}: {company.log}"
            self._teller.say("service-ended", shown, status=left)
        if self._desk is not None and self._desk.poll() is not None:
            status, self._desk = self._desk.returncode, None
            shown = (
                "The desk was closed." if status == 0 else f"The desk ended with {status}: {self._stage.desk_words()}"
            )
            self._teller.say("desk-ended", shown, status=status)

    def _follow(self, fact: facts.AnyFact) -> None:
        """What the people of the demo do when this happens."""
        match fact:
            case facts.CallArrived(call=call, caller=caller):
                self._live[call] = caller
                self._waiting.add(call)
            case facts.CallConnected(call=call, agent=agent) if call in self._live:
                self._waiting.discard(call)
                self._talk(call, agent)
            case facts.CallReturned(call=call) if call in self._live:
                self._waiting.add(call)
            case facts.WrapUpBegan(agent=agent) if agent in self._cast.agents:
                self._after(WRAP_UP_SECONDS, lambda: self._tell_agent(agent, "wrap-up-done"))
            case facts.PresenceChosen(agent=agent, presence="not-ready") if agent in self._cast.agents:
                self._after(BREAK_SECONDS, lambda: self._tell_agent(agent, "ready"))
            case facts.CallClosed(call=call, outcome=outcome):
                self._live.pop(call, None)
                self._waiting.discard(call)
                self.outcomes[outcome] += 1

    def _talk(self, call: str, agent: str) -> None:
        planned = self._planned.get(self._live[call])
        if planned is None:
            return
        by_customer = planned.customer_hangs_up or agent not in self._cast.agents
        self._after(planned.talk_seconds, lambda: self._hang_up(call, "" if by_customer else agent))

    def _hang_up(self, call: str, agent: str) -> None:
        """`agent` (empty: the customer) hangs up, if the call is still there."""
        if call not in self._live:
            return
        if agent:
            self._cast.agent_hangs_up(agent)
        else:
            self._cast.customer_hangs_up(self._live[call])

    def _next_call(self) -> None:
        """The next customer calls (unless the customers' phones are all busy), and the one after is expected."""
        if self._last_orders:
            return
        planned, self._next = self._next, next(self._calls)
        number = planned.customer.number
        if self._cast.free_customers() and not self._cast.is_calling(number):
            self._planned[number] = planned
            self._cast.call(planned)
            self._after(planned.patience_seconds, lambda: self._lose_patience(planned))
        self._after(self._next.pause_seconds, self._next_call)

    def _lose_patience(self, planned: PlannedCall) -> None:
        """Whoever still waits hangs up."""
        number = planned.customer.number
        if self._planned.get(number) is planned and any(self._live[call] == number for call in self._waiting):
            self._cast.customer_hangs_up(number)

    def _tell_agent(self, agent: str, action: str) -> None:
        """The core may refuse, because the agent's state has changed meanwhile: that is told, and no fault."""
        try:
            self._server.agent(agent, action)
        except StageFailed as refusal:
            self._teller.say("note", f"          ({refusal})", why=str(refusal))

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (clock.now().mono + seconds, next(self._order), act))
