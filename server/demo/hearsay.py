"""What the server has said so far: the ledger's entries, told as they come, and waited for."""

import queue
from collections.abc import Callable
from typing import TypeVar

from server import clock
from server.call import facts
from server.call.facts import Entry
from server.demo.stage import StageFailed
from server.demo.story import Story
from server.demo.teller import Teller

FactKind = TypeVar("FactKind", bound=facts.Fact)

STEP_SECONDS = 30.0
"""Longest time that one step of a scene may take."""


class Hearsay:
    """`heard` and `ended` are for the thread that follows the ledger, the rest for the one that plays the scene."""

    def __init__(self, story: Story, teller: Teller) -> None:
        self._coming: queue.SimpleQueue[Entry | str] = queue.SimpleQueue()
        self._facts: list[facts.Fact] = []
        self._story = story
        self._teller = teller

    def heard(self, entry: Entry) -> None:
        """The server said this."""
        self._coming.put(entry)

    def ended(self, why: str) -> None:
        """It will say nothing more."""
        self._coming.put(why)

    def wait(self, kind: type[FactKind], test: Callable[[FactKind], bool]) -> FactKind:
        """The first fact of that kind for which `test` is true. Raises StageFailed when it does not come in time."""
        found = self.find(kind, test, STEP_SECONDS)
        if found is None:
            raise StageFailed(f"the server did not say {kind.__struct_config__.tag} within {STEP_SECONDS:.0f} s")
        return found

    def find(self, kind: type[FactKind], test: Callable[[FactKind], bool], seconds: float) -> FactKind | None:
        """The same, but waits for `seconds`, and gives None when it does not come."""
        until = clock.now().mono + seconds
        searched = 0
        while True:
            for fact in self._facts[searched:]:
                if isinstance(fact, kind) and test(fact):
                    return fact
            searched = len(self._facts)
            try:
                said = self._coming.get(timeout=max(0.0, until - clock.now().mono))
            except queue.Empty:
                return None
            if isinstance(said, str):
                raise StageFailed(f"the server says nothing more: {said}")
            self._facts.append(said.fact)
            for line in self._story.tell(said):
                self._teller.line(line)
