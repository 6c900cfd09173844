"""Keeps registrations in the store, and tells who has a phone."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from twisted.internet.defer import Deferred

from server.call.now import Now
from server.call.ports import BindingStore
from server.edge.phones.location import Locations

_log = structlog.get_logger()


class Keeping:
    """`on_registration` is called with a user and whether they have a phone now, when that changes."""

    def __init__(
        self, store: BindingStore, locations: Locations, now: Callable[[], Now], counters: Counter[str]
    ) -> None:
        self._store = store
        self._locations = locations
        self._now = now
        self._counters = counters
        self._present: set[str] = set()
        self._unsaved: dict[str, bool] = {}

    def changed(self, user: str, on_registration: Callable[[str, bool], None]) -> None:
        """Tell whether the user has a phone, if that changed."""
        is_there = self._locations.has(user, self._now())
        if is_there != (user in self._present):
            (self._present.add if is_there else self._present.discard)(user)
            on_registration(user, is_there)

    def save(self, user: str) -> None:
        """Store a user's bindings; one save at a time, the last state last."""
        if user in self._unsaved:
            self._unsaved[user] = True
            return
        self._unsaved[user] = False
        Deferred.fromCoroutine(self._save(user)).addBoth(self._saved, user)

    async def _save(self, user: str) -> None:
        again = True
        while again:
            self._unsaved[user] = False
            await self._store.save(user, [one.stored for one in self._locations.of(user, self._now())])
            again = self._unsaved[user]

    def _saved(self, failure: Any, user: str) -> None:
        del self._unsaved[user]
        if failure is not None:  # the registration holds in memory; the phone renews it soon
            self._counters["unsaved_registrations"] += 1
            _log.error("registration_not_saved", user=user, fault=failure.getErrorMessage())
