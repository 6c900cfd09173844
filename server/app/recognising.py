"""Who calls, for queues in which the customer decides on the priority, or who spoke last with the customer on who
answers: looked up as soon as a call queues.

In other queues the desk looks the caller up when an agent is offered the call; nobody needs to know sooner.
"""

from collections.abc import Callable, Sequence

import structlog
from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from server.call.events import CustomerFound
from server.call.facts import CallQueued, Entry
from server.call.ports import Customers, Switchboard
from server.config.site import SiteFile

log = structlog.get_logger()


def asks_for_segment(site: SiteFile) -> set[str]:
    """Queues of which a `[[queue.caller_priority]]` names the segment."""
    return {queue.id for queue in site.queue if any("segment" in entry.when for entry in queue.caller_priority)}


def asks_who_calls(site: SiteFile) -> set[str]:
    """Queues for which it matters who calls: for the priority, or for who answers the customer's next call."""
    return asks_for_segment(site) | {queue.id for queue in site.queue if queue.sticky_seconds}


class Recognising:
    """Tells the rules the customer of each call that joins one of `queues`, if the number belongs to exactly one."""

    def __init__(self, switchboard: Switchboard, customers: Customers, queues: set[str]) -> None:
        self._switchboard = switchboard
        self._customers = customers
        self._queues = queues
        self._under_way: set[Deferred[None]] = set()
        self._end: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Look callers up from now on; a site that needs none costs nothing."""
        if self._queues:
            self._end = self._switchboard.subscribe(self._committed)

    def stop(self) -> None:
        """No more look-ups."""
        self._end()
        for one in list(self._under_way):
            one.cancel()

    def _committed(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if isinstance(entry.fact, CallQueued) and entry.fact.queue in self._queues:
                asked = Deferred.fromCoroutine(self._find(entry.fact.call))
                if not asked.called:
                    self._under_way.add(asked)
                asked.addBoth(self._done, asked, entry.fact.call)

    def _done(self, result: object, asked: Deferred[None], call: str) -> None:
        self._under_way.discard(asked)
        if isinstance(result, Failure) and not isinstance(result.value, CancelledError):
            log.warning("caller-not-looked-up", call=call, error=repr(result.value))  # the call keeps its priority

    async def _find(self, call_id: str) -> None:
        call = self._switchboard.call(call_id)
        number = "" if call is None or call.customer else call.caller_e164 or call.caller
        if not any(character.isdigit() for character in number):
            return
        matches = await self._customers.by_number(number)
        if len(matches) == 1:
            await self._switchboard.tell(CustomerFound(call_id, matches[0].id, matches[0].segment, matches[0].numbers))
