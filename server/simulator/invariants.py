"""What must hold at every step, whatever the rules decide; checked on the facts as they are made."""

from collections.abc import Iterable

from server.call import facts as f


class BrokenInvariant(Exception):
    """The rules did what they must never do. The text says what, the ledger so far says how."""


class FactWatch:
    """One agent one call, one winner of each call, every call exactly one outcome, nothing offered that is over."""

    def __init__(self) -> None:
        self._call_of: dict[str, str] = {}
        self._live: set[str] = set()
        self._winner: dict[str, str] = {}

    @property
    def live(self) -> int:
        """Calls without an outcome."""
        return len(self._live)

    def see(self, facts: Iterable[f.AnyFact]) -> None:
        """Raises `BrokenInvariant`."""
        for fact in facts:
            match fact:
                case f.CallArrived(call=call):
                    self._live.add(call)
                case f.CallOffered(call=call, agent=agent):
                    self._offered(call, agent)
                case f.OfferEnded(agent=agent, result=result) if result != "answered":
                    self._call_of.pop(agent, None)
                    self._over(fact.call, agent)
                case f.OfferWon(call=call, agent=agent) | f.CallConnected(call=call, agent=agent):
                    self._won(call, agent)
                case f.WrapUpBegan(agent=agent):
                    self._over(fact.call, agent)
                case f.WrapUpEnded(agent=agent):
                    self._call_of.pop(agent, None)
                case f.CallClosed(call=call):
                    if call not in self._live:
                        raise BrokenInvariant(f"call {call} has a second outcome, {fact.outcome}")
                    self._live.discard(call)

    def _won(self, call: str, agent: str) -> None:
        if self._call_of.get(agent) != call:
            raise BrokenInvariant(f"{agent} has call {call} without having been offered it")
        if self._winner.setdefault(call, agent) != agent:
            raise BrokenInvariant(f"call {call} is {agent}'s while it is {self._winner[call]}'s")

    def _over(self, call: str, agent: str) -> None:
        if self._winner.get(call) == agent:
            del self._winner[call]

    def _offered(self, call: str, agent: str) -> None:
        if call not in self._live:
            raise BrokenInvariant(f"call {call} is offered to {agent} after its end")
        if agent in self._call_of:
            raise BrokenInvariant(f"{agent} is offered call {call} while having call {self._call_of[agent]}")
        self._call_of[agent] = call
