"""What the facts of a recorded ledger that are accounted for tell of its calls, and how a card would say something."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from server.call import events, facts
from server.call.now import Now
from server.callflow import Plan
from server.simulator.watching import Watching
from server.wire import linecard


class Known:
    """`made(fact)`: whether the replayed rules have made such a fact that was not accounted for yet."""

    def __init__(self, plan: Plan, entries: Sequence[facts.Entry], made: Callable[[facts.AnyFact], bool]) -> None:
        self._plan = plan
        self._entries = entries
        self._made = made
        self.cards: dict[str, str] = {}
        """Of each call, as recorded; empty: a call-back without one."""
        self.legs: dict[str, str] = {}
        """Of each call's last offer, or of the number that it was sent to."""
        self.away: set[str] = set()
        """Call-backs whose customers are not on the line."""
        self._callers: dict[str, str] = {}
        self._queues: dict[str, str] = {}
        self._offers: dict[str, int] = {}
        self._shared: set[tuple[str, str]] = set()
        """Calls and agents whose phones ring besides others'."""
        self.reaching: set[str] = set()
        """Call-backs whose agents are on the line, while the customers' phones ring."""
        self._tasks: dict[str, tuple[str, str]] = {}
        """Mailbox and message of each call that is a task."""
        self.hearing: set[str] = set()
        """Tasks whose agents are on the line, and hear the message."""
        self._chose_after: set[str] = set()
        """Agents who said what comes after their call."""
        self._plays: dict[str, str] = {}
        self.watching = Watching(made)

    # -- what is known by now -------------------------------------------------------------------------------------

    def follow(self, fact: facts.AnyFact) -> None:
        """A recorded fact is accounted for."""
        self.watching.follow(fact)
        match fact:
            case facts.CallArrived():
                self.cards[fact.call], self._callers[fact.call] = fact.card, fact.caller_e164
            case facts.CallQueued():
                self._queues[fact.call] = fact.queue
            case facts.CallDiverted():
                self._queues[fact.call] = fact.queue
                self.legs[fact.call] = fact.leg or self.legs.get(fact.call, "")
            case facts.CallOffered():
                self.legs[fact.call], self._offers[fact.call] = fact.leg, fact.fork or fact.offer
                self.reaching.discard(fact.call)
                self.hearing.discard(fact.call)
                (self._shared.add if fact.fork else self._shared.discard)((fact.call, fact.agent))
            case facts.OfferWon():
                self._shared.discard((fact.call, fact.agent))
            case facts.CallBackAsked():
                self.away.add(fact.call)
            case facts.VoicemailTask():
                self._tasks[fact.call] = fact.mailbox, fact.message
            case facts.MessagePlayed():
                self.hearing.add(fact.call)
            case facts.OfferEnded():
                self.hearing.discard(fact.call)
            case facts.CallBackTried():
                self.hearing.discard(fact.call)
                self.reaching.add(fact.call)
            case facts.CallConnected():
                self.away.discard(fact.call)
            case facts.CardChanged():
                self.cards[fact.call] = fact.card
            case facts.AfterCallChosen(presence=None) | facts.PresenceChosen():
                self._chose_after.discard(fact.agent)
            case facts.AfterCallChosen():
                self._chose_after.add(fact.agent)

    def told(self, command: linecard.AnyCommand) -> None:
        """The replayed rules told a card something."""
        if isinstance(command, linecard.Play) and command.leg == linecard.CUSTOMER:
            self._plays[command.call] = command.token

    def same_moment(self, place: int) -> Iterator[facts.AnyFact]:
        """The recorded fact at that place and those after it which were made in the same moment."""
        mono = self._entries[place].at.mono
        for number in range(place, len(self._entries)):
            if self._entries[number].at.mono != mono:
                return
            yield self._entries[number].fact

    def when_counted(self, place: int) -> Iterator[facts.AnyFact]:
        """What the core that began at that place noted when it had counted its cards; nothing if it never did."""
        for number in range(place + 1, len(self._entries)):
            if isinstance(self._entries[number].fact, facts.CardsCounted):
                return self.same_moment(number)
            if isinstance(self._entries[number].fact, facts.CoreBegan):
                break
        return iter(())

    # -- looking ahead --------------------------------------------------------------------------------------------

    def _of(self, place: int, call: str) -> Iterator[facts.AnyFact]:
        return (fact for fact in self.same_moment(place) if facts.call_of(fact) == call)

    def _presence_after(self, place: int, agent: str) -> facts.PresenceChosen | None:
        """What the agent chose in the same breath."""
        chosen = (f for f in self.same_moment(place) if isinstance(f, facts.PresenceChosen) and f.agent == agent)
        return next(chosen, None)

    def _logs_out(self, place: int, agent: str) -> bool:
        """The agent logged out, which ended the wrap-up."""
        chosen = self._presence_after(place, agent)
        return chosen is not None and chosen.presence == "logged-out"

    # -- what a card says --------------------------------------------------------------------------------------------

    def said(self, call: str, event: linecard.AnyEvent, at: Now) -> events.CardSaid:
        """The call's card reports it."""
        stamped = msgspec.structs.replace(event, mono=at.mono, wall=at.wall)
        return events.CardSaid(self.cards.get(call, ""), stamped)

    def _leg(self, call: str, at: Now, event: Callable[[str, str], linecard.AnyEvent]) -> events.CardSaid:
        return self.said(call, event(call, self.legs.get(call, "")), at)

    def _leg_over(self, call: str, cause: str, at: Now) -> events.CardSaid:
        return self._leg(call, at, lambda c, leg: _over(c, leg, cause))

    def _customer_over(self, call: str, cause: str, at: Now) -> events.CardSaid:
        return self.said(call, _over(call, linecard.CUSTOMER, cause), at)

    def _key(self, call: str, digit: str, at: Now) -> events.CardSaid:
        return self.said(call, linecard.Digit(call=call, leg=linecard.CUSTOMER, digit=digit), at)


def _over(call: str, leg: str, cause: str) -> linecard.Released:
    return linecard.Released(call=call, leg=leg, by="far-end", code=200, cause=cause)
