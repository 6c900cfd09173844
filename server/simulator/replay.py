"""A recorded day through the rules again: what came from outside is told once more, what the rules made of it compared.

A ledger holds both. A fact that the rules have just made by themselves is a consequence; one that they have not is
taken as the trace of something from outside (a caller, a phone, a person, the time), which is then told to them at
the moment of the fact. Chance is given back from the offers' own reasons. Sounds are not compared. The keys that
callers press are not in the ledger: a day with exit keys or call-backs differs from where the first one was pressed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec

from server.call import events, facts
from server.call.commands import TellCard
from server.call.now import Now
from server.callflow import CallFlow, Plan
from server.config.site import SiteFile
from server.simulator.staffing import Silence
from server.wire import desk, linecard

Offered = tuple[str, str, int]
"""Call, agent, number of the offer."""
_Key = tuple[object, ...]


class ReplayRefused(Exception):
    """The ledger cannot be replayed: a core restarted in it, which withdraws offers for no outside reason."""


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """`recorded` and `replayed`: the offers, in order. `whys_differ`: of how many the reason is not the same to the
    last digit (a clock that woke the rules a millisecond late is enough). `refused`: requests that were granted then
    and not now."""

    recorded: list[Offered]
    replayed: list[Offered]
    whys_differ: int
    refused: list[str]


def replay(site: SiteFile, entries: Sequence[facts.Entry]) -> Replayed:
    """Run the rules of `site` over what `entries` tell came from outside. Raises `ReplayRefused`."""
    return _Replay(site, entries).run()


class _Replay:
    def __init__(self, site: SiteFile, entries: Sequence[facts.Entry]) -> None:
        self._entries = entries
        self._recorded = [entry.fact for entry in entries if isinstance(entry.fact, facts.CallOffered)]
        drawn = iter([offer.why.draw for offer in self._recorded if offer.why.draw is not None])
        self._flow = CallFlow(Plan(site, Silence()), lambda: next(drawn, 0.5))
        self._made: Counter[_Key] = Counter()
        self._offers: list[facts.CallOffered] = []
        self._cards: dict[str, str] = {}
        self._legs: dict[str, str] = {}
        self._plays: dict[str, str] = {}
        self._refused: list[str] = []

    def run(self) -> Replayed:
        for place, entry in enumerate(self._entries):
            self._wake_until(entry.at)
            key = _key(entry.fact)
            if not self._made[key]:
                for event in self._causes(place, entry):
                    self._tell(event, entry.at)
            if self._made[key]:
                self._made[key] -= 1
            if isinstance(entry.fact, facts.CallOffered):
                self._legs[entry.fact.call] = entry.fact.leg
        pairs = zip(self._recorded, self._offers, strict=False)
        return Replayed(
            recorded=[_offer(fact) for fact in self._recorded],
            replayed=[_offer(fact) for fact in self._offers],
            whys_differ=sum(one.why != two.why for one, two in pairs),
            refused=self._refused,
        )

    def _wake_until(self, at: Now) -> None:
        """What the rules wait for happens when it is due, not when something else happens."""
        while (due := self._flow.next_deadline()) is not None and due <= at.mono:
            self._tell(events.DeadlinePassed(), Now(at.wall - (at.mono - due), due))

    def _tell(self, event: events.AnyEvent, at: Now) -> None:
        try:
            decision = self._flow.handle(event, at)
        except events.RequestRefused as refusal:
            self._refused.append(refusal.detail)
            return
        self._note(decision.facts)
        for command in decision.commands:
            if not isinstance(command, TellCard):
                continue
            told = command.command
            if isinstance(told, linecard.Play) and told.leg == linecard.CUSTOMER:
                self._plays[told.call] = told.token
            elif isinstance(told, linecard.Answer):
                self._tell(self._said(told.call, linecard.Answered(call=told.call, leg=told.leg), at), at)

    def _note(self, made: Sequence[tuple[Now, facts.AnyFact]]) -> None:
        for _, fact in made:
            self._made[_key(fact)] += 1
            if isinstance(fact, facts.CallOffered):
                self._offers.append(fact)

    # -- from a fact to what caused it ----------------------------------------------------------------------------

    def _causes(self, place: int, entry: facts.Entry) -> Iterator[events.AnyEvent]:
        fact, at = entry.fact, entry.at
        match fact:
            case facts.CoreBegan():
                self._begin(place, fact, at)
            case facts.CallArrived():
                self._cards[fact.call] = fact.card
                yield self._arrived(fact, at)
            case facts.OfferRang():
                yield self._leg(fact.call, at, lambda call, leg: linecard.Progressed(call=call, leg=leg, code=180))
            case facts.OfferEnded():
                yield from self._offer_ended(place, fact, at)
            case facts.CallHeld(on=on):
                yield self._leg(fact.call, at, lambda call, leg: linecard.Held(call=call, leg=leg, on=on))
            case facts.CallTransferred():
                yield events.TransferAsked(fact.call, fact.to, fact.by)
            case facts.CallReturned():
                yield self._leg_over(fact.call, fact.cause, at)
            case facts.CallReleased():
                yield self._released(fact, at)
            case facts.CallClosed():
                token = self._plays.get(fact.call, "")
                yield self._said(fact.call, linecard.Played(call=fact.call, leg=linecard.CUSTOMER, token=token), at)
            case facts.CallQueued() | facts.CallOffered() | facts.CallDiverted() | facts.CallBackDue():
                yield events.DeadlinePassed()
            case _:
                yield from self._of_agents(place, fact)

    def _begin(self, place: int, fact: facts.CoreBegan, at: Now) -> None:
        if place:
            raise ReplayRefused("a core restarted in the middle of this ledger; replay the part before or after it")
        self._note(self._flow.begin(fact.boot, fact.version, at).facts)
        self._tell(events.CardsCounted(), at)

    def _of_agents(self, place: int, fact: facts.AnyFact) -> Iterator[events.AnyEvent]:
        match fact:
            case facts.PresenceChosen(by="rule"):
                yield events.DeadlinePassed()
            case facts.PresenceChosen():
                request = desk.SetPresence(presence=fact.presence, reason=fact.reason)
                yield events.AgentAsked(fact.agent, fact.by, request)
            case facts.AfterCallChosen():
                yield events.AgentAsked(
                    fact.agent, fact.agent, desk.AfterCall(presence=fact.presence, reason=fact.reason)
                )
            case facts.WrapUpExtended():
                yield events.AgentAsked(fact.agent, fact.agent, desk.ExtendWrapUp(seconds=int(fact.seconds)))
            case facts.WrapUpEnded(by="time-out") | facts.ResultChosen(result=facts.NO_RESULT):
                yield events.DeadlinePassed()
            case facts.WrapUpEnded():
                if self._presence_follows(place, fact.agent) is None:
                    yield events.AgentAsked(fact.agent, fact.agent, desk.FinishWrapUp())
            case facts.CustomerKnown(by=facts.BY_NUMBER):
                yield events.CustomerFound(fact.call, fact.customer, fact.segment)
            case facts.PhoneRegistered():
                yield events.PhoneSeen(fact.agent, registered=fact.registered)
            case facts.DeskLinked():
                yield events.DeskSeen(fact.agent, connected=fact.connected)
            case facts.PhoneFailed(how="probe-failed"):
                yield events.PhoneProbed(fact.agent, reachable=not fact.failed)

    def _offer_ended(self, place: int, fact: facts.OfferEnded, at: Now) -> Iterator[events.AnyEvent]:
        if fact.result == "answered":
            yield self._leg(fact.call, at, lambda call, leg: linecard.Answered(call=call, leg=leg))
            if not self._made[_key(fact)]:  # a mobile: a person pressed 1
                yield self._leg(fact.call, at, lambda call, leg: linecard.Digit(call=call, leg=leg, digit="1"))
        elif fact.result == "caller-left":
            cause = next(
                (e.fact.cause for e in self._same_moment(place) if isinstance(e.fact, facts.CallReleased)), "normal"
            )
            yield self._customer_over(fact.call, cause, at)
        elif fact.result != "withdrawn":  # that follows from a presence, which comes next
            yield self._leg_over(fact.call, fact.result, at)

    def _released(self, fact: facts.CallReleased, at: Now) -> events.AnyEvent:
        if fact.by == "server":
            return events.DeadlinePassed()
        if fact.by == "agent":
            return self._leg_over(fact.call, fact.cause, at)
        if fact.cause == "card-lost":
            return events.CardLost(self._cards.get(fact.call, ""), fact.call)
        return self._customer_over(fact.call, fact.cause, at)

    def _presence_follows(self, place: int, agent: str) -> facts.PresenceChosen | None:
        """The agent logged out, which ended the wrap-up in the same breath."""
        for entry in self._same_moment(place):
            if isinstance(entry.fact, facts.PresenceChosen) and entry.fact.agent == agent:
                return entry.fact if entry.fact.presence == "logged-out" else None
        return None

    def _same_moment(self, place: int) -> Iterator[facts.Entry]:
        mono = self._entries[place].at.mono
        for entry in self._entries[place + 1 : place + 20]:
            if entry.at.mono != mono:
                return
            yield entry

    # -- what a card says -----------------------------------------------------------------------------------------

    def _arrived(self, fact: facts.CallArrived, at: Now) -> events.CardSaid:
        arrived = linecard.Arrived(
            call=fact.call,
            leg=linecard.CUSTOMER,
            caller=fact.caller,
            caller_name=fact.caller_name,
            dialled=fact.dialled,
            trunk=fact.trunk,
            agent=fact.agent,
        )
        return msgspec.structs.replace(self._said(fact.call, arrived, at), caller_e164=fact.caller_e164)

    def _said(self, call: str, event: linecard.AnyEvent, at: Now) -> events.CardSaid:
        stamped = msgspec.structs.replace(event, mono=at.mono, wall=at.wall)
        return events.CardSaid(self._cards.get(call, ""), stamped)

    def _leg(self, call: str, at: Now, event: Callable[[str, str], linecard.AnyEvent]) -> events.CardSaid:
        return self._said(call, event(call, self._legs.get(call, "")), at)

    def _leg_over(self, call: str, cause: str, at: Now) -> events.CardSaid:
        return self._leg(call, at, lambda c, leg: _over(c, leg, cause))

    def _customer_over(self, call: str, cause: str, at: Now) -> events.CardSaid:
        return self._said(call, _over(call, linecard.CUSTOMER, cause), at)


def _over(call: str, leg: str, cause: str) -> linecard.Released:
    return linecard.Released(call=call, leg=leg, by="far-end", code=200, cause=cause)


def _offer(fact: facts.CallOffered) -> Offered:
    return fact.call, fact.agent, fact.offer


def _key(fact: facts.AnyFact) -> _Key:
    """By what a consequence is known again."""
    names = ("queue", "offer", "result", "presence", "on", "by", "outcome")
    return (type(fact), facts.call_of(fact), facts.agent_of(fact), *(getattr(fact, name, None) for name in names))
