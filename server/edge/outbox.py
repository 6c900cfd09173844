"""What the parts of the core share: the actions of this turn, what is to be done later, and the counters."""

from collections import Counter

from server.edge.actions import Action
from server.edge.agenda import Agenda


class Outbox:
    """Collects actions until `drain`. `counters` are for `/metrics`; each name is a plural noun."""

    def __init__(self, counters: Counter[str]) -> None:
        self.agenda = Agenda()
        self.counters = counters
        self._actions: list[Action] = []

    def emit(self, action: Action) -> None:
        """Add an action to this turn."""
        self._actions.append(action)

    def drain(self) -> list[Action]:
        """The actions since the last call, in order."""
        actions, self._actions = self._actions, []
        return actions
