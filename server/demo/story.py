"""What happens, told in sentences. Pure: an entry of the ledger in, lines out."""

from datetime import UTC, datetime, tzinfo
from functools import singledispatchmethod

import msgspec

from server.call import facts
from server.call.facts import Entry
from server.records.call_fold import fold
from server.records.call_so_far import CallSoFar, record_of


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence of the story. `at`: seconds since 1970; `call` is empty if it is about no call."""

    at: float
    call: str
    text: str


_ENDS = {
    "no-answer": "does not answer; {caller} keeps the place in the queue",
    "busy": "is busy on the phone; {caller} keeps the place in the queue",
    "rejected": "rejects the call; {caller} keeps the place in the queue",
    "unreachable": "cannot be reached; {caller} keeps the place in the queue",
    "not-accepted": "does not accept; {caller} keeps the place in the queue",
    "caller-left": "need not answer any more: {caller} has hung up",
    "answered-elsewhere": "need not answer any more: a colleague was faster",
    "withdrawn": "is no longer asked",
    "fault": "did not get the call, by a fault of ours",
}
_LEFT_AT = {"customer": "{caller} hangs up", "agent": "{agent} hangs up", "server": "the server ends the call"}


class Story:
    """Tells one ledger from its first entry on.

    `agents`, `queues`: names by id. `customers`: names by telephone number in E.164.
    """

    def __init__(self, agents: dict[str, str], queues: dict[str, str], customers: dict[str, str]) -> None:
        self._agents = agents
        self._queues = queues
        self._customers = customers
        self._calls: dict[str, CallSoFar] = {}
        self._at_desk: set[str] = set()
        self._boot = ""

    @property
    def has_open_calls(self) -> bool:
        """Whether any call is not over, or is still wrapped up."""
        return bool(self._calls)

    def tell(self, entry: Entry) -> list[Line]:
        """The lines about one entry; most have one, some none."""
        call = facts.call_of(entry.fact)
        if isinstance(entry.fact, facts.CoreBegan):
            self._boot = entry.fact.boot
        if call:
            so_far = fold(self._calls.get(call), entry, self._boot)
            if so_far is not None:
                self._calls[call] = so_far
        lines = [Line(at=entry.at.wall, call=call, text=text) for text in self._say(entry.fact)]
        if call in self._calls and self._calls[call].is_finished:
            text = self._record(call)
            del self._calls[call]
            lines.append(Line(at=entry.at.wall, call=call, text=text))
        return lines

    @singledispatchmethod
    def _say(self, _: facts.AnyFact) -> list[str]:
        return []

    @_say.register
    def _(self, fact: facts.CallArrived) -> list[str]:
        number = fact.caller_e164 or fact.caller
        shown = number if self._caller(fact.call) == number else f"{self._caller(fact.call)} ({number})"
        return [f"{shown or 'Somebody'} calls {fact.dialled}"]

    @_say.register
    def _(self, fact: facts.CallQueued) -> list[str]:
        return [f"{self._caller(fact.call)} waits in {self._queues.get(fact.queue, fact.queue)}, and hears music"]

    @_say.register
    def _(self, fact: facts.CallOffered) -> list[str]:
        _, _, why = fact.why.sentence.partition(": ")
        return [f"{self._agent(fact.agent)} is chosen: {why or fact.why.rule}"]

    @_say.register
    def _(self, fact: facts.OfferRang) -> list[str]:
        pops = " and the desk pops" if fact.agent in self._at_desk else ""
        return [f"{self._agent(fact.agent)}'s phone rings{pops}: {self._caller(fact.call)}"]

    @_say.register
    def _(self, fact: facts.DeskLinked) -> list[str]:
        (self._at_desk.add if fact.connected else self._at_desk.discard)(fact.agent)
        return [f"{self._agent(fact.agent)}'s desk is {'connected' if fact.connected else 'gone'}"]

    @_say.register
    def _(self, fact: facts.OfferEnded) -> list[str]:
        if fact.result == "answered":
            return []
        ending = _ENDS.get(fact.result, "is done with it: {result}")
        return [f"{self._agent(fact.agent)} " + ending.format(caller=self._caller(fact.call), result=fact.result)]

    @_say.register
    def _(self, fact: facts.CallConnected) -> list[str]:
        return [f"{self._agent(fact.agent)} answers, and talks with {self._caller(fact.call)}"]

    @_say.register
    def _(self, fact: facts.CallHeld) -> list[str]:
        done = "puts {} on hold" if fact.on else "takes {} back"
        return [f"{self._agent(fact.agent)} " + done.format(self._caller(fact.call))]

    @_say.register
    def _(self, fact: facts.CallReturned) -> list[str]:
        return [f"{self._agent(fact.agent)}'s phone was lost; {self._caller(fact.call)} waits again, in the old place"]

    @_say.register
    def _(self, fact: facts.CallReleased) -> list[str]:
        who = _LEFT_AT.get(fact.by, "the call ends by a fault of ours")
        agent = self._agent(fact.agent) if fact.agent else "the agent"
        return [who.format(caller=self._caller(fact.call), agent=agent)]

    @_say.register
    def _(self, fact: facts.WrapUpBegan) -> list[str]:
        limit = f", {fact.seconds:.0f} s at most" if fact.seconds else ""
        return [f"{self._agent(fact.agent)} wraps up{limit}"]

    @_say.register
    def _(self, fact: facts.WrapUpEnded) -> list[str]:
        why = {"time-out": " (the time is over)"}.get(fact.by, "")
        return [f"{self._agent(fact.agent)} is done with it{why}"]

    @_say.register
    def _(self, fact: facts.PresenceChosen) -> list[str]:
        reason = f" ({fact.reason})" if fact.reason else ""
        return [f"{self._agent(fact.agent)} is {fact.presence.replace('-', ' ')}{reason}"]

    @_say.register
    def _(self, fact: facts.AgentReached) -> list[str]:
        if fact.reachable:
            return []
        return [f"{self._agent(fact.agent)} cannot be reached: {fact.why.replace('-', ' ')}"]

    @_say.register
    def _(self, fact: facts.CustomerKnown) -> list[str]:
        return [f"the number is known: {self._caller(fact.call)}"] if fact.by == "number" else []

    @_say.register
    def _(self, fact: facts.NotesSaved) -> list[str]:
        return [f"{self._agent(fact.agent)} notes: {_short(fact.text)}"] if fact.text else []

    @_say.register
    def _(self, fact: facts.ResultChosen) -> list[str]:
        return [f"{self._agent(fact.agent)} chooses the result {fact.result}"] if fact.result else []

    def _record(self, call: str) -> str:
        record = record_of(self._calls[call])
        parts = [f"record of {self._caller(call)}: {record.outcome}"]
        if record.agent:
            parts.append(f"by {self._agent(record.agent)}")
        parts.append(f"waited {record.wait_seconds:.1f} s")
        if record.agent:
            parts += [f"talked {record.talk_seconds:.1f} s", f"wrapped up {record.wrap_up_seconds:.1f} s"]
        return ", ".join(parts)

    def _agent(self, agent: str) -> str:
        return self._agents.get(agent) or agent

    def _caller(self, call: str) -> str:
        if call not in self._calls:
            return "the caller"
        arrived = self._calls[call].arrived
        number = arrived.caller_e164 or arrived.caller
        return self._customers.get(number) or arrived.caller_name or number or "the caller"


def clock_time(at: float, zone: tzinfo = UTC) -> str:
    """Hours, minutes and seconds of `at` in `zone`."""
    return datetime.fromtimestamp(at, zone).strftime("%H:%M:%S")


def _short(text: str, longest: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
