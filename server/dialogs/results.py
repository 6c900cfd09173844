"""Results of actions that could not be kept with their sessions yet."""

from collections import OrderedDict
from typing import Final

import structlog

from scriptengine.interpreter import Done, Failed
from server.dialogs.actions import place_of

log = structlog.get_logger()

MOST_RESULTS: Final = 300
"""A result has a quarter of a MiB at most (`performing.LARGEST_RESULT`), mostly some hundred octets."""


class Results:
    """By the action's id: who has one here is not asked for again.

    Sessions that can never be stored must not fill the memory: beyond `most` the oldest result is forgotten. Then it is
    as after a core's death: an action that does no more when it is asked twice is asked again, any other has failed.
    """

    def __init__(self, most: int = MOST_RESULTS) -> None:
        self._most = most
        self._results: OrderedDict[str, Done | Failed] = OrderedDict()

    def __len__(self) -> int:
        return len(self._results)

    def of(self, action: str) -> Done | Failed | None:
        """What came of an action; None: it is not known here."""
        return self._results.get(action)

    def add(self, result: Done | Failed) -> None:
        """An action is over; its session is not kept yet."""
        self._results[result.action] = result
        while len(self._results) > self._most:
            forgotten, _ = self._results.popitem(last=False)
            log.warning("result-forgotten", action=place_of(forgotten))

    def kept(self, action: str) -> None:
        """Its session has it now."""
        self._results.pop(action, None)
