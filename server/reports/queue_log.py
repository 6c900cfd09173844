"""The ledger as `queue_log`: `epoch|callid|queue|agent|EVENT|args`, as tools around Asterisk read it.

Times are whole seconds, rounded down; `NONE` stands where there is nothing. A call that waits again because its agent's
end was lost has a COMPLETEAGENT for the talk and a second ENTERQUEUE. One that was passed on has a BLINDTRANSFER (or
ATTENDEDTRANSFER) for the talk instead, its "extension" being the queue or agent that gets it and its "context" which of
the two, and an ENTERQUEUE in the queue in which it waits now. The call times of all these lines of a call add up to the
talk and hold of its record.

Who is asked for a call-back in place of waiting keeps the place meanwhile: EXITWITHTIMEOUT or EXITEMPTY stands where it
was accepted, or declined. A call-back has its CONNECT after that; one that comes to nothing, or a message that needs no
call, ends by EXITWITHTIMEOUT if by these lines it is still in the queue. ABANDON is only for who was on the line.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC

import msgspec

from server.call import facts as f
from server.call.now import Now
from server.call.states import Outcome, Presence
from server.records.agent_day import AgentSoFar
from server.records.book import Book
from server.records.call_so_far import CallSoFar, durations

NONE = "NONE"
UNANSWERED = frozenset({"no-answer", "busy", "rejected", "not-accepted", "unreachable", "fault"})
_AWAY = frozenset({Outcome.CALL_BACK, Outcome.VOICEMAIL})
"""Outcomes of calls of which nobody was on the line, unless an agent had them."""
_EXITS = {"too-long": "EXITWITHTIMEOUT", "empty": "EXITEMPTY", "key": "EXITWITHKEY", "queue-removed": "EXITEMPTY"}

Rank = tuple[int, float, str]


class _Stay(msgspec.Struct):
    """A call in a queue. `since`: when this stay began; `offered`: agents, and when each was offered it last;
    `told_seconds`: call time that was written already; `asked`: why a call-back was offered in place of waiting."""

    queue: str
    rank: Rank
    position: int
    since: float
    is_waiting: bool = True
    offered: dict[str, float] = {}
    told_seconds: int = 0
    asked: str = ""


def queue_log(entries: Iterable[f.Entry], queues_of: Mapping[str, Sequence[str]], since: float = 0.0) -> Iterator[str]:
    """Lines without line ends, in order. `queues_of`: the queues of each agent. What came before `since` (wall seconds)
    is read but not written."""
    log = _QueueLog(queues_of)
    for entry in entries:
        log.take(entry)
        while log.lines:
            epoch, line = log.lines.popleft()
            if epoch >= since:
                yield line


class _QueueLog:
    """Watches the fold of the ledger (`server.records.book.Watcher`) and writes."""

    def __init__(self, queues_of: Mapping[str, Sequence[str]]) -> None:
        self.lines: deque[tuple[float, str]] = deque()
        self._queues_of = queues_of
        self._book = Book(UTC, None, self)
        self._stays: dict[str, _Stay] = {}
        self._waiting: dict[str, list[Rank]] = {}
        self._logged_in: dict[str, float] = {}

    def take(self, entry: f.Entry) -> None:
        if isinstance(entry.fact, f.CoreBegan):
            self._write(entry.at, NONE, NONE, NONE, "QUEUESTART")
        self._book.take([entry])

    # -- calls ----------------------------------------------------------------------------------------------------

    def call_changed(self, before: CallSoFar | None, after: CallSoFar, entry: f.Entry) -> None:
        call, stay = after.arrived.call, self._stays.get(after.arrived.call)
        match entry.fact:
            case f.CallQueued() as queued:
                self._enters(after, queued, stay, entry.at)
            case f.CallDiverted(why=why, to="call-back") if stay is not None and why != "key":
                stay.asked = why
            case f.CallDiverted(why=why, key=key) if stay is not None:
                self._leaves(after, why, key, stay, entry.at)
            case f.CallBackAsked() if stay is not None:
                self._leaves(after, stay.asked, "", stay, entry.at)
            case f.CallOffered(agent=agent) if stay is not None:
                stay.offered[agent] = after.last.mono
            case f.OfferEnded(result=result, agent=agent) if stay is not None and result in UNANSWERED:
                rang = round(_rang_seconds(after, stay, agent) * 1000)
                self._write(entry.at, call, stay.queue, agent, "RINGNOANSWER", rang)
            case f.CallConnected(agent=agent) if stay is not None and before is not None and before.connected is None:
                self._connects(after, stay, agent, entry.at)
            case f.CallReturned(agent=agent) if stay is not None:
                self._completes(after, stay, agent, "COMPLETEAGENT", entry.at)
                self._waits_again(after, stay, entry.at)
            case f.CallTransferred() as transfer if stay is not None and before is not None and before.connected:
                self._passed_on(after, stay, transfer, entry.at)
            case f.CallClosed() if stay is not None:
                self._closes(after, stay, entry.at)

    def _enters(self, c: CallSoFar, queued: f.CallQueued, stay: _Stay | None, at: Now) -> None:
        call, caller = c.arrived.call, c.arrived.caller_e164 or c.arrived.caller
        if stay is None:
            self._write(at, call, queued.queue, NONE, "DID", c.arrived.dialled)
        else:
            self._out(stay)
        rank = (-queued.priority, queued.joined_mono, call)
        told = stay.told_seconds if stay is not None else 0
        new = _Stay(queued.queue, rank, 0, c.last.mono, told_seconds=told)
        self._stays[call] = new
        new.position = self._in(new)
        self._write(at, call, queued.queue, NONE, "ENTERQUEUE", "", caller, new.position)

    def _leaves(self, c: CallSoFar, why: str, key: str, stay: _Stay, at: Now) -> None:
        event = _EXITS.get(why)
        if event is None or not stay.is_waiting:
            return
        words: list[str | int] = [self._position(stay), stay.position, self._waited(c)]
        if why == "key":
            words.insert(0, key)
        self._write(at, c.arrived.call, stay.queue, NONE, event, *words)
        self._out(stay)

    def _connects(self, c: CallSoFar, stay: _Stay, agent: str, at: Now) -> None:
        again = c.answered is not None and c.answered.mono != c.last.mono
        hold = max(0.0, c.last.mono - stay.since) if again else durations(c).wait
        ring = int(_rang_seconds(c, stay, agent))
        bridged = f"{c.arrived.call}-{agent}"
        self._write(at, c.arrived.call, stay.queue, agent, "CONNECT", int(hold), bridged, ring)
        self._out(stay)

    def _completes(self, c: CallSoFar, stay: _Stay, agent: str, event: str, at: Now) -> None:
        talked, wait = self._talked(c, stay), int(durations(c).wait)
        self._write(at, c.arrived.call, stay.queue, agent, event, wait, talked, stay.position)

    def _talked(self, c: CallSoFar, stay: _Stay) -> int:
        """Call time since the last line that told some."""
        lengths = durations(c)
        seconds = int(lengths.talk + lengths.hold + 1e-9)
        talked = seconds - stay.told_seconds
        stay.told_seconds = seconds
        return talked

    def _passed_on(self, c: CallSoFar, stay: _Stay, transfer: f.CallTransferred, at: Now) -> None:
        kind, _, ident = transfer.to.partition(":")
        talked, wait = self._talked(c, stay), int(durations(c).wait)
        blind = transfer.kind == "blind"
        event, words = ("BLINDTRANSFER", (ident, kind)) if blind else ("ATTENDEDTRANSFER", (kind, ident))
        self._write(at, c.arrived.call, stay.queue, transfer.agent, event, *words, wait, talked, stay.position)
        if kind == "agent":  # a queue is entered by its own fact
            self._waits_again(c, stay, at)

    def _waits_again(self, c: CallSoFar, stay: _Stay, at: Now) -> None:
        stay.is_waiting, stay.since = True, c.last.mono
        position = self._in(stay)
        caller = c.arrived.caller_e164 or c.arrived.caller
        self._write(at, c.arrived.call, stay.queue, NONE, "ENTERQUEUE", "", caller, position)

    def _closes(self, c: CallSoFar, stay: _Stay, at: Now) -> None:
        call = c.arrived.call
        if c.connected is not None:
            event = "COMPLETEAGENT" if c.released_by == "agent" else "COMPLETECALLER"
            self._completes(c, stay, c.agent, event, c.ended or at)
        elif stay.is_waiting:
            is_left = c.outcome == Outcome.OVERFLOWED or (c.outcome in _AWAY and c.answered is None)
            event = _EXITS.get(stay.asked, "EXITWITHTIMEOUT") if is_left else "ABANDON"
            self._write(at, call, stay.queue, NONE, event, self._position(stay), stay.position, self._waited(c))
            self._out(stay)
        del self._stays[call]

    def _waited(self, c: CallSoFar) -> int:
        """Since the first join, or, after a talk, since its end."""
        stay = self._stays[c.arrived.call]
        since = stay.since if c.answered is not None or c.queued is None else c.queued.mono
        return int(max(0.0, (c.ended or c.last).mono - since) + 1e-9)

    def _in(self, stay: _Stay) -> int:
        line = self._waiting.setdefault(stay.queue, [])
        insort(line, stay.rank)
        return self._position(stay)

    def _out(self, stay: _Stay) -> None:
        if stay.is_waiting:
            line = self._waiting[stay.queue]
            del line[bisect_left(line, stay.rank)]
            stay.is_waiting = False

    def _position(self, stay: _Stay) -> int:
        return bisect_left(self._waiting[stay.queue], stay.rank) + 1

    # -- agents ---------------------------------------------------------------------------------------------------

    def agent_changed(self, before: AgentSoFar | None, after: AgentSoFar, entry: f.Entry) -> None:
        if not isinstance(entry.fact, f.PresenceChosen):
            return
        was, now = before.presence if before is not None else Presence.LOGGED_OUT, after.presence
        if was is Presence.LOGGED_OUT and now is not Presence.LOGGED_OUT:
            self._logs_in(after, entry.at)
        elif was is not Presence.LOGGED_OUT and now is Presence.LOGGED_OUT:
            self._logs_out(after, entry.at)
            return
        if now is Presence.NOT_READY:
            self._of_agent(after.agent, entry.at, "PAUSE", after.reason)
        elif now is Presence.READY and was is Presence.NOT_READY:
            self._of_agent(after.agent, entry.at, "UNPAUSE", "")

    def _logs_in(self, after: AgentSoFar, at: Now) -> None:
        self._logged_in[after.agent] = after.since.mono
        self._write(at, NONE, NONE, after.agent, "AGENTLOGIN", f"agent/{after.agent}")
        self._of_agent(after.agent, at, "ADDMEMBER", "")

    def _logs_out(self, after: AgentSoFar, at: Now) -> None:
        self._of_agent(after.agent, at, "REMOVEMEMBER", "")
        seconds = int(max(0.0, after.since.mono - self._logged_in.pop(after.agent, after.since.mono)))
        self._write(at, NONE, NONE, after.agent, "AGENTLOGOFF", f"agent/{after.agent}", seconds)

    def _of_agent(self, agent: str, at: Now, event: str, word: str) -> None:
        for queue in self._queues_of.get(agent, ()):
            self._write(at, NONE, queue, agent, event, word)

    def _write(self, at: Now, call: str, queue: str, agent: str, event: str, *words: str | int) -> None:
        line = "|".join([str(int(at.wall)), *map(_clean, (call, queue, agent)), event, *map(_clean, words)])
        self.lines.append((at.wall, line))


def _rang_seconds(c: CallSoFar, stay: _Stay, agent: str) -> float:
    """How long the call rang at this agent's phone, until the present fact."""
    return max(0.0, c.last.mono - stay.offered.get(agent, c.last.mono))


def _clean(word: str | int) -> str:
    """No word can end a field or a line: numbers and names come from outside."""
    return "".join("_" if letter == "|" or not letter.isprintable() else letter for letter in str(word))
