"""What the parts of the core share: the actions of this turn, what is to be done later, and the counters."""

from collections import Counter
from collections.abc import Callable

from server.edge.actions import Action
from server.edge.agenda import Agenda


class Outbox:
    """Collects actions until `drain`. `counters` are for `/metrics`; each name is a plural noun."""

    def __init__(self, counters: Counter[str]) -> None:
        self.agenda = Agenda()
        self.counters = counters
        self._actions: list[Action] = []
        self.emit: Callable[[Action], None] = self._actions.append
        """Add an action to this turn."""

    def drain(self) -> list[Action]:
        """The actions since the last call, in order."""
        actions = self._actions.copy()
        self._actions.clear()
        return actions
