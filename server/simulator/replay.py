"""A recorded day through the rules again: what came from outside is told once more, what the rules made of it compared.

A ledger holds both. A fact that the rules have just made by themselves is a consequence; one that they have not is
taken as the trace of something from outside (a caller, a phone, a person, the time; `traces`), which is then told to
them at the moment of the fact. Chance is given back from the offers' own reasons. Sounds are not compared. Of the keys
that callers press only those matter that led somewhere, and these are facts; a number that was typed and not confirmed
is not in the ledger, and is not needed. Messages are not spoken again: that they were left, saved or deleted is told to
the rules as it was noted, and those that are tasks wait, are heard and end as tasks.

A core that restarted in the day restarts here, too: the new rules fold what the replay made so far, and the cards come
back with what the ledger says was found on them (`coming_back`). A state that the sweep had to repair was no work of
the rules: from there on the replay may differ.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from server.call import events, facts
from server.call.commands import TellCard
from server.call.now import Now
from server.callflow import CallFlow, Plan
from server.config.site import SiteFile
from server.simulator.coming_back import before_counting, cards_back
from server.simulator.staffing import Silence
from server.simulator.traces import Traces
from server.wire import linecard

Offered = tuple[str, str, int]
"""Call, agent, number of the offer."""
_Key = tuple[object, ...]
_TOLD = (
    "queue", "offer", "result", "presence", "on", "by", "outcome", "to", "key", "attempt", "mailbox", "change",
    "failed", "how",
)  # fmt: skip
"""Of a fact, what tells it from another of the same kind about the same call and agent."""


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """`recorded` and `replayed`: the offers, in order. `whys_differ`: of how many the reason is not the same to the
    last digit (a clock that woke the rules a millisecond late is enough). `refused`: requests that were granted then
    and not now. `made`: what the rules noted in the replay."""

    recorded: list[Offered]
    replayed: list[Offered]
    whys_differ: int
    refused: list[str]
    made: list[facts.Entry]


def replay(site: SiteFile, entries: Sequence[facts.Entry]) -> Replayed:
    """Run the rules of `site` over what `entries` tell came from outside. The ledger must be whole from its start."""
    return _Replay(site, entries).run()


class _Replay:
    def __init__(self, site: SiteFile, entries: Sequence[facts.Entry]) -> None:
        self._entries = entries
        self._recorded = [entry.fact for entry in entries if isinstance(entry.fact, facts.CallOffered)]
        self._drawn = iter([offer.why.draw for offer in self._recorded if offer.why.draw is not None])
        self._plan = Plan(site, Silence())
        self._flow = self._new_flow()
        self._made: Counter[_Key] = Counter()
        self._ledger: list[facts.Entry] = []
        self._offers: list[facts.CallOffered] = []
        self._refused: list[str] = []
        self._time = float("-inf")
        self._traces = Traces(self._plan, entries, self._was_made)

    def _new_flow(self) -> CallFlow:
        return CallFlow(self._plan, lambda: next(self._drawn, 0.5))

    def _was_made(self, fact: facts.AnyFact) -> bool:
        return self._made[_key(fact)] > 0

    def run(self) -> Replayed:
        for place, entry in enumerate(self._entries):
            if isinstance(entry.fact, facts.CoreBegan):
                self._begin(place, entry.fact, entry.at)
            else:
                self._wake_until(entry.at)
            if not self._was_made(entry.fact):
                self._caused(place, entry)
            if self._was_made(entry.fact):
                self._made[_key(entry.fact)] -= 1
            self._traces.follow(entry.fact)
        pairs = zip(self._recorded, self._offers, strict=False)
        return Replayed(
            recorded=[_offer(fact) for fact in self._recorded],
            replayed=[_offer(fact) for fact in self._offers],
            whys_differ=sum(one.why != two.why for one, two in pairs),
            refused=self._refused,
            made=self._ledger,
        )

    def _begin(self, place: int, fact: facts.CoreBegan, at: Now) -> None:
        """A core begins; what the one before wrote down is all that it knows."""
        self._time = at.mono  # the clock of another boot may be anywhere
        if self._ledger:
            self._flow = self._new_flow()
            self._flow.recover(None, self._ledger)
        self._note(self._flow.begin(fact.boot, fact.version, at).facts)
        for back in before_counting(self._flow.calls(at), self._traces, self._traces.when_counted(place)):
            self._tell(back, at)

    def _caused(self, place: int, entry: facts.Entry) -> None:
        if isinstance(entry.fact, facts.CardsCounted):
            calls = self._flow.calls(entry.at)
            for back in cards_back(calls, self._traces, self._traces.same_moment(place)):
                self._tell(back, entry.at)
            self._tell(events.CardsCounted(), entry.at)
            return
        for event in self._traces.causes(place, entry):
            self._tell(event, entry.at)

    def _wake_until(self, at: Now) -> None:
        """What the rules wait for happens when it is due, not when something else happens."""
        while (due := self._flow.next_deadline()) is not None and due <= at.mono:
            self._tell(events.DeadlinePassed(), Now(at.wall - (at.mono - due), due))

    def _tell(self, event: events.AnyEvent, at: Now) -> None:
        """`at`: when it happened. A card may have told it later, but the rules' time never goes back."""
        late = max(0.0, self._time - at.mono)
        self._time = at.mono + late
        try:
            decision = self._flow.handle(event, Now(at.wall + late, at.mono + late))
        except events.RequestRefused as refusal:
            self._refused.append(refusal.detail)
            return
        self._note(decision.facts)
        for command in decision.commands:
            if not isinstance(command, TellCard):
                continue
            told = command.command
            self._traces.told(told)
            if isinstance(told, linecard.Answer):
                self._tell(self._traces.said(told.call, linecard.Answered(call=told.call, leg=told.leg), at), at)

    def _note(self, made: Iterable[tuple[Now, facts.AnyFact]]) -> None:
        for at, fact in made:
            self._made[_key(fact)] += 1
            self._ledger.append(facts.Entry(position=len(self._ledger) + 1, at=at, fact=fact))
            if isinstance(fact, facts.CallOffered):
                self._offers.append(fact)


def _offer(fact: facts.CallOffered) -> Offered:
    return fact.call, fact.agent, fact.offer


def _key(fact: facts.AnyFact) -> _Key:
    """By what a consequence is known again."""
    told = (getattr(fact, name, None) for name in _TOLD)
    return (type(fact), facts.call_of(fact), facts.agent_of(fact), *told)
