"""Who calls, and their history: looked up once for each call that is before an agent, and kept until it is not."""

from collections.abc import Callable

import msgspec
import structlog
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from server.call.ports import Customers
from server.call.snapshots import CallSnapshot
from server.desk.state import CustomerCard
from server.wire import desk

LOOK_UP_SECONDS = 5.0
"""A customers service that has not answered for so long is asked again."""
RETRY_SECONDS = 2.0
MOST_MATCHES = 20
MOST_CONTACTS = 20
MOST_NOTE_CHARACTERS = 400
"""Of a note in the history: a pop of 20 contacts stays below a second on a slow line."""

log = structlog.get_logger()


class _Entry:
    """The card of one call, and the look-up that is under way for it."""

    def __init__(self, call: CallSnapshot) -> None:
        self.call = call
        self.card = CustomerCard()
        self.told_found = False
        self.under_way: Deferred[None] | None = None
        self.retry: IDelayedCall | None = None
        self.waiting: list[Deferred[None]] = []

    def end(self) -> None:
        """Stop what is under way."""
        if self.retry is not None:
            self.retry.cancel()
            self.retry = None
        if self.under_way is not None:
            self.under_way.cancel()
            self.under_way = None

    def release(self) -> None:
        """Let those go who wait for this look-up."""
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            if not one.called:
                one.callback(None)


class CustomerCards:
    """Cards of the calls that desks show.

    `found(call, customer)` is called when a number belongs to exactly one customer; `changed(call)` when a
    call's card is new. `customers` may stand for another service from one question to the next.
    """

    def __init__(
        self,
        reactor: IReactorTime,
        customers: Customers,
        found: Callable[[str, desk.Customer], None],
        changed: Callable[[str], None],
    ) -> None:
        self._reactor = reactor
        self._customers = customers
        self._found = found
        self._changed = changed
        self._entries: dict[str, _Entry] = {}

    def card(self, call: CallSnapshot) -> CustomerCard:
        """What is known now. The first question for a call starts its look-up, as does a customer chosen since."""
        entry = self._entries.get(call.call)
        if entry is None:
            entry = self._entries[call.call] = _Entry(call)
            self._look_up(entry)
        elif call.customer != entry.call.customer:
            entry.call = call
            if entry.card.customer is None or entry.card.customer.id != call.customer:
                self._look_up(entry)
        return entry.card

    def wait(self, call: str, seconds: float) -> Deferred[None]:
        """Fires when the call's card is looked up, at the latest after `seconds`."""
        done: Deferred[None] = Deferred()
        entry = self._entries.get(call)
        if entry is None or entry.card.looked_up:
            done.callback(None)
            return done
        entry.waiting.append(done)
        done.addTimeout(seconds, self._reactor, onTimeoutCancel=lambda _result, _seconds: None)
        return done

    def forget(self, call: str) -> None:
        """No desk shows the call any more."""
        entry = self._entries.pop(call, None)
        if entry is not None:
            entry.end()
            entry.release()

    def refresh(self, call: CallSnapshot) -> None:
        """Look the call up again; the present card is shown until the answer is there."""
        entry = self._entries.get(call.call)
        if entry is not None:
            entry.call = call
            self._look_up(entry)

    def refresh_customer(self, customer: str) -> None:
        """A customer's card was written: look up again where it is shown."""
        for entry in list(self._entries.values()):
            shown = [entry.card.customer, *entry.card.matches]
            if any(card is not None and card.id == customer for card in shown):
                self._look_up(entry)

    def clear(self) -> None:
        """Forget all."""
        for call in list(self._entries):
            self.forget(call)

    def _look_up(self, entry: _Entry) -> None:
        entry.end()
        asked = Deferred.fromCoroutine(self._ask(entry.call))
        asked.addTimeout(LOOK_UP_SECONDS, self._reactor)
        under_way = asked.addCallbacks(lambda card: self._answered(entry, card), lambda why: self._failed(entry, why))
        if not under_way.called:
            entry.under_way = under_way

    async def _ask(self, call: CallSnapshot) -> CustomerCard:
        number = call.caller_e164 or call.caller
        matches: list[desk.Customer] = []
        customer: desk.Customer | None = None
        if call.customer:
            customer = await self._customers.get(call.customer)
        elif any(character.isdigit() for character in number):
            matches = (await self._customers.by_number(number))[:MOST_MATCHES]
        if len(matches) == 1:
            customer, matches = matches[0], []
        history = await self._history(customer, number)
        return CustomerCard(customer=customer, matches=matches, history=history, looked_up=True)

    async def _history(self, customer: desk.Customer | None, number: str) -> list[desk.Contact]:
        if customer is None and not any(character.isdigit() for character in number):
            return []
        contacts = await self._customers.history(customer.id if customer else "", number, MOST_CONTACTS)
        return [_shortened(contact) for contact in contacts[:MOST_CONTACTS]]

    def _answered(self, entry: _Entry, card: CustomerCard) -> None:
        entry.under_way = None
        entry.card = card
        entry.release()
        if card.customer is not None and not entry.call.customer and not entry.told_found:
            entry.told_found = True
            self._found(entry.call.call, card.customer)
        self._changed(entry.call.call)

    def _failed(self, entry: _Entry, why: Failure) -> None:
        """The service is away or slow: the desk shows that it is not looked up yet, and we ask again."""
        entry.under_way = None
        if isinstance(why.value, CancelledError):
            return
        log.warning("customer_look_up_failed", call=entry.call.call, error=repr(why.value))
        entry.retry = self._reactor.callLater(RETRY_SECONDS, self._again, entry)

    def _again(self, entry: _Entry) -> None:
        entry.retry = None
        self._look_up(entry)


def _shortened(contact: desk.Contact) -> desk.Contact:
    if len(contact.notes) <= MOST_NOTE_CHARACTERS:
        return contact
    return msgspec.structs.replace(contact, notes=contact.notes[: MOST_NOTE_CHARACTERS - 1] + "…")
