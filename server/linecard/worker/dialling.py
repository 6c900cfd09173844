"""INVITEs of ours that wait for their turn: too many legs were set up just now, or one that is over has its place yet.

A leg that we hang up keeps its place in pjsua until the far end has answered. So who is called in place of another (a
call that is passed on while a supervisor listens, on cards of three legs) waits for that, some milliseconds as a rule.
"""

from collections.abc import Mapping

from server.linecard.worker.legs import Leg, Phone, SetUpBudget
from server.wire import linecard

FIRST_LOOK_SECONDS, LAST_LOOK_SECONDS = 0.025, 2.0
"""A place that is not free after the latter will not be: the far end is gone without a word."""


class Dials:
    """In the order of the commands. `budget` knows of every leg that is set up, also of those that come to us."""

    def __init__(self, phone: Phone) -> None:
        self.budget = SetUpBudget()
        self._phone = phone
        self._waiting: dict[str, tuple[linecard.Dial, float]] = {}
        self._look_at = 0.0

    def add(self, dial: linecard.Dial, mono: float) -> None:
        """A leg is to be called. It is one of the conversation's legs already."""
        self._waiting[dial.leg] = dial, mono

    def withdraw(self, leg: str) -> bool:
        """The leg is not to be called any more; False: it was already."""
        return self._waiting.pop(leg, None) is not None

    def take(self, legs: Mapping[str, Leg], mono: float) -> tuple[linecard.Dial, bool] | None:
        """The next one if its turn has come, and whether there is room for it; None: none, or it waits on."""
        if not self._waiting or self.budget.free_at(mono) > mono:
            return None
        dial, since = next(iter(self._waiting.values()))
        leaving = sum(bool(leg.asked) for leg in legs.values())
        has_room = self._phone.has_room(len(legs) - leaving - len(self._waiting))
        waited = mono - since
        if not has_room and waited < LAST_LOOK_SECONDS and (leaving or self._phone.lingering()):
            self._look_at = since + min(max(FIRST_LOOK_SECONDS, 2 * waited), LAST_LOOK_SECONDS)
            return None
        del self._waiting[dial.leg]
        return dial, has_room

    def next_deadline(self, mono: float) -> float | None:
        """When `take` may give one, in `mono` seconds; None: none waits."""
        return max(self.budget.free_at(mono), self._look_at) if self._waiting else None
