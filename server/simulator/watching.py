"""Supervisors of a recorded day, for the replay: who listens may not be offered a call, so it matters to the rules."""

from collections.abc import Callable, Iterator

from server.call import events, facts
from server.wire import linecard

Say = Callable[[str, linecard.AnyEvent], events.CardSaid]
"""The call's card reports an event at the moment of the fact."""


class Watching:
    """The supervisor's leg of each call, as recorded. `made` as in `Traces`."""

    def __init__(self, made: Callable[[facts.AnyFact], bool]) -> None:
        self._made = made
        self._legs: dict[str, str] = {}
        self._modes: dict[str, str] = {}
        self._joined: set[str] = set()

    def follow(self, fact: facts.AnyFact) -> None:
        """A recorded fact is accounted for."""
        match fact:
            case facts.SupervisorCalled():
                self._legs[fact.call], self._modes[fact.call] = fact.leg, fact.mode
            case facts.SupervisorJoined():
                self._joined.add(fact.call)
            case facts.SupervisorChanged():
                self._modes[fact.call] = fact.mode
            case facts.SupervisorLeft():
                self._joined.discard(fact.call)
                self._legs.pop(fact.call, None)

    def causes(self, fact: facts.AnyFact, say: Say) -> Iterator[events.AnyEvent]:
        """What is to be told to the rules, one after the other, while they have not made the fact."""
        match fact:
            case facts.SupervisorCalled() | facts.SupervisorChanged():
                yield events.SupervisionAsked(fact.call, fact.supervisor, fact.mode)
            case facts.SupervisorJoined():
                leg = self._legs.get(fact.call, "")
                yield say(fact.call, linecard.Answered(call=fact.call, leg=leg))
                if not self._made(fact):  # a mobile: a person pressed 1
                    yield say(fact.call, linecard.Digit(call=fact.call, leg=leg, digit="1"))
            case facts.SupervisorLeft(cause="asked"):
                yield events.SupervisionAsked(fact.call, fact.by or fact.supervisor, "")
            case facts.SupervisorLeft():
                cause = "normal" if fact.cause in ("hung-up", "not-accepted") else fact.cause
                over = linecard.Released(
                    call=fact.call, leg=self._legs.get(fact.call, ""), by="far-end", code=200, cause=cause
                )
                yield say(fact.call, over)

    def legs(self, call: str, agent_leg: str) -> list[linecard.LegSnapshot]:
        """What the call's card tells of it after a restart of the core."""
        name = self._legs.get(call, "")
        if not name:
            return []
        if call not in self._joined:
            return [linecard.LegSnapshot(leg=name, state="ringing", uri="")]
        mode = self._modes.get(call, "")
        return [linecard.LegSnapshot(leg=name, state="up", uri="", joined_to=agent_leg, join_mode=mode)]
