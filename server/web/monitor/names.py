"""Customers' names for the board: asked for once, remembered for a while."""

from collections import OrderedDict
from collections.abc import Callable

import structlog
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from server.call.ports import Customers

MOST_KEPT = 2_000

log = structlog.get_logger()


class CustomerNames:
    """`changed` is called when a name became known."""

    def __init__(self, customers: Customers, changed: Callable[[], None]) -> None:
        self._customers = customers
        self._changed = changed
        self._known: OrderedDict[str, str] = OrderedDict()

    def of(self, customer: str) -> str:
        """The name of a customer (id); empty: unknown, or not known yet."""
        if not customer:
            return ""
        if customer not in self._known:
            self._known[customer] = ""
            if len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
            Deferred.fromCoroutine(self._ask(customer)).addErrback(self._failed, customer)
        return self._known.get(customer, "")

    async def _ask(self, customer: str) -> None:
        card = await self._customers.get(customer)
        if card is not None and card.name:
            self._known[customer] = card.name
            self._changed()

    def _failed(self, why: Failure, customer: str) -> None:
        """The store is away: the number is shown instead, and the name is asked for again when next needed."""
        self._known.pop(customer, None)
        log.warning("customer_name_unknown", error=repr(why.value))
