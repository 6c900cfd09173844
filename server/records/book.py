"""All that is open now: live calls and today's agents, folded entry by entry.

The book is what storage keeps in memory beside the ledger and writes down now and then, so that a new core need not
fold the ledger from its beginning.
"""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Protocol

import msgspec

from server.call import facts as f
from server.call.now import Now
from server.records import agent_day, call_fold
from server.records.agent_day import AgentDay, AgentSoFar
from server.records.call_so_far import CallSoFar


class Page(msgspec.Struct, kw_only=True):
    """The book's content, as it is written down. `position`: the last entry folded in."""

    position: int = 0
    boot: str = ""
    calls: dict[str, CallSoFar] = {}
    agents: dict[str, AgentSoFar] = {}


class Taken(msgspec.Struct, frozen=True):
    """What a batch of entries did.

    `closed`: calls with an outcome whose record changed, those that are finished are no longer in the book.
    `late`: entries about calls that are not in the book (any more).
    """

    closed: list[CallSoFar]
    late: list[f.Entry]


class Watcher(Protocol):
    """Is told each step of the fold: what was known before the entry and after it (None: nothing)."""

    def call_changed(self, before: CallSoFar | None, after: CallSoFar, entry: f.Entry) -> None:
        """An entry changed what is known of a call."""
        ...

    def agent_changed(self, before: AgentSoFar | None, after: AgentSoFar, entry: f.Entry) -> None:
        """An entry was about an agent."""
        ...


_ENDS = (f.CallReleased, f.CallClosed)
"""Facts with which a talk ends though they need not name its agent."""


class Book:
    """Folds a ledger. `zone` is the site's: it says where an agent's day ends."""

    def __init__(self, zone: tzinfo, page: Page | None = None, watcher: Watcher | None = None) -> None:
        self._zone = zone
        self._page = page if page is not None else Page()
        self._watcher = watcher

    @property
    def position(self) -> int:
        """The last entry folded in; 0: none."""
        return self._page.position

    @property
    def calls(self) -> dict[str, CallSoFar]:
        """Calls that are live or wrapped up, in the order of their arrival."""
        return self._page.calls

    @property
    def agents(self) -> dict[str, AgentSoFar]:
        """Agents of whom there are facts."""
        return self._page.agents

    def page(self) -> Page:
        """The content; to be written down at once, since the book goes on changing it."""
        return self._page

    def take(self, entries: Iterable[f.Entry]) -> Taken:
        """Folds entries in, which must follow `position`."""
        page = self._page
        touched: dict[str, CallSoFar] = {}
        late: list[f.Entry] = []
        for entry in entries:
            fact = entry.fact
            if type(fact) is f.CoreBegan:
                self._core_began(entry)
            else:
                agent = getattr(fact, "agent", "") or self._talker(fact)
                if call := getattr(fact, "call", ""):
                    self._call(call, entry, touched, late)
                if agent:
                    self._agent(agent, entry)
            page.position = entry.position
        return Taken([c for c in touched.values() if c.is_closed], late)

    def agent_days(self, now: Now) -> list[AgentDay]:
        """The figures of every agent of whom there are facts, for the local day that is at `now`."""
        return [agent_day.day_of(agent, now, self._zone) for agent in self._page.agents.values()]

    def agent_day(self, agent: str, now: Now) -> AgentDay | None:
        """The figures of one agent; None: there are no facts about the agent."""
        so_far = self._page.agents.get(agent)
        return None if so_far is None else agent_day.day_of(so_far, now, self._zone)

    def _call(self, call: str, entry: f.Entry, touched: dict[str, CallSoFar], late: list[f.Entry]) -> None:
        before = self._page.calls.get(call)
        after = call_fold.fold(before, entry, self._page.boot)
        if after is None:
            late.append(entry)
        elif after is not before:
            if self._watcher is not None:
                self._watcher.call_changed(before, after, entry)
            touched[call] = after
            if after.is_finished:  # at once, so that it does not matter how entries are grouped
                self._page.calls.pop(call, None)
            else:
                self._page.calls[call] = after

    def _agent(self, agent: str, entry: f.Entry) -> None:
        if isinstance(entry.fact, f.CallArrived):  # a call that an agent places is not work of the queue
            return
        agents = self._page.agents
        before = agents.get(agent)
        agents[agent] = after = agent_day.fold(before, agent, entry, self._zone, self._page.boot)
        if self._watcher is not None:
            self._watcher.agent_changed(before, after, entry)

    def _talker(self, fact: f.AnyFact) -> str:
        """Whose talk ends with a fact that names no agent."""
        if not isinstance(fact, _ENDS):
            return ""
        so_far = self._page.calls.get(fact.call)
        return so_far.agent if so_far is not None else ""

    def _core_began(self, entry: f.Entry) -> None:
        page = self._page
        if not isinstance(entry.fact, f.CoreBegan) or entry.fact.boot == page.boot:
            return
        page.boot = entry.fact.boot
        for call, so_far in page.calls.items():
            page.calls[call] = call_fold.fold(so_far, entry, page.boot) or so_far
        for agent, known in page.agents.items():
            page.agents[agent] = after = agent_day.fold(known, agent, entry, self._zone, page.boot)
            if self._watcher is not None:
                self._watcher.agent_changed(known, after, entry)
