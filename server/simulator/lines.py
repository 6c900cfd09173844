"""A line card as the simulator needs one: the caller, the legs and who hears whom."""

import msgspec

from server.call import events
from server.call.now import Now
from server.simulator.arrivals import Caller
from server.wire import linecard

_STATES = {linecard.Progressed: "ringing", linecard.Answered: "up"}


class Line(msgspec.Struct, eq=False, order=False):
    """A call's card. `legs`: by name, the state as in `linecard.LegSnapshot`; `bridged`: who hears whom."""

    caller: Caller
    card: str
    legs: dict[str, str]
    bridged: set[tuple[str, str]] = set()
    rings: set[tuple[str, str]] = set()
    """Leg and agent, of a leg that rings at several agents' phones."""
    is_talking: bool = False

    def can_say(self, event: linecard.AnyEvent, only_waiting: bool) -> bool:
        """Whether what was to come still comes: not for a leg that is gone, nor, with `only_waiting`, in a talk."""
        leg = getattr(event, "leg", "")
        return (not leg or leg in self.legs) and not (only_waiting and self.is_talking)

    def hears(self, event: linecard.AnyEvent) -> None:
        """Something happened on the card."""
        leg = getattr(event, "leg", "")
        if isinstance(event, linecard.Released):
            self._gone(leg)
        elif leg in self.legs and (state := _STATES.get(type(event))) is not None:
            self.legs[leg] = state

    def obeys(self, command: linecard.AnyCommand) -> None:
        """The card does as it is told."""
        match command:
            case linecard.Dial(leg=leg):
                self.legs[leg] = "dialling"
            case linecard.Release(leg=leg):
                self._gone(leg)
            case linecard.Bridge(a=a, b=b):
                self.bridged.add((a, b))
            case linecard.Unbridge(a=a, b=b):
                self.bridged.discard((a, b))

    def _gone(self, leg: str) -> None:
        self.legs.pop(leg, None)
        self.rings = {ringing for ringing in self.rings if ringing[0] != leg}
        self.bridged = {pair for pair in self.bridged if leg not in pair}

    def hello(self, call: str) -> linecard.Hello:
        """What the card tells a new core."""
        shots = [
            linecard.LegSnapshot(leg=leg, state=state, uri="", bridged_to=self._with(leg))
            for leg, state in self.legs.items()
        ]
        return hello(self.card, call, shots)

    def _with(self, leg: str) -> list[str]:
        return [b if a == leg else a for a, b in sorted(self.bridged) if leg in (a, b)]


def hello(card: str, call: str, legs: list[linecard.LegSnapshot]) -> linecard.Hello:
    """A card's first words to a new core."""
    return linecard.Hello(secret="", card=card, pid=0, sip_host="", sip_port=0, call=call, legs=legs)


def said_of(line: Line, event: linecard.AnyEvent, at: Now) -> events.CardSaid:
    """What the card reports; it happened at `at`."""
    return events.CardSaid(line.card, msgspec.structs.replace(event, mono=at.mono, wall=at.wall))
