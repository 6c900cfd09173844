"""What the house knows about who talks in a session: the customer's card, the queue, the agent."""

from collections.abc import Awaitable
from typing import Any, TypeVar

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from server.call.dialogs import Beginning
from server.call.ports import Customers
from server.config.site import SiteFile
from server.dialogs.beginning import Context, caller_record
from server.wire.desk import Customer

log = structlog.get_logger()

PATIENCE_SECONDS = 2.0
"""A caller does not wait longer for a customers' service: the session begins without a card then."""
_ANYBODY = "web"
T = TypeVar("T")


class House:
    """Queues and agents are the site's."""

    def __init__(self, reactor: IReactorTime, site: SiteFile, customers: Customers) -> None:
        self._reactor = reactor
        self._queues = {queue.id: queue.name for queue in site.queue}
        self._agents = {agent.id: agent.name for agent in site.agent}
        self._customers = customers

    async def context(self, beginning: Beginning) -> tuple[Context, Customer | None]:
        """The records that a script knows from its beginning, and the customer. Without an id of the customer the
        number tells who it is, if it is one customer's only; not on the web, where anybody writes any number. Raises
        nothing."""
        card = None
        try:
            if beginning.customer:
                card = await self._soon(self._customers.get(beginning.customer))
            elif beginning.number and beginning.channel != _ANYBODY:
                cards = await self._soon(self._customers.by_number(beginning.number))
                card = cards[0] if len(cards) == 1 else None
        except Exception as error:  # noqa: BLE001 - a customers' service is an edge: the session begins without it
            log.warning("customer-not-found", error=repr(error))
        caller = caller_record(beginning.number, card)
        return Context(caller, self.queue(beginning.queue), self.agent(beginning.agent)), card

    def queue(self, ident: str) -> dict[str, Any] | None:
        """The record of a queue; None: no queue."""
        return {"id": ident, "name": self._queues.get(ident) or ident} if ident else None

    def agent(self, ident: str) -> dict[str, Any] | None:
        """The record of an agent; None: no agent."""
        return {"id": ident, "name": self._agents.get(ident) or ident} if ident else None

    async def _soon(self, asked: Awaitable[T]) -> T:
        return await Deferred.fromCoroutine(_awaited(asked)).addTimeout(PATIENCE_SECONDS, self._reactor)


async def _awaited(asked: Awaitable[T]) -> T:
    return await asked
