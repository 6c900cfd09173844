"""The service `objects` of the house: the classes Customer and Contact.

Their attributes are named in `scriptengine.interfaces.KNOWN`. A Customer is told by the company's own number: one that
has none is not seen by scripts.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from msgspec.structs import replace

from scriptengine.interfaces import KNOWN
from server.call.dialogs import Saver
from server.call.events import RequestRefused
from server.call.now import Now
from server.call.ports import Customers, RecordJson, Records
from server.dialogs.beginning import customer_number
from server.dialogs.notes import DESK, changed_line, new_line
from server.wire.desk import Contact, Customer

MOST_FOUND = 500
_CUSTOMER, _CONTACT = "Customer", "Contact"
_FIELDS = ("name", "language", "email", "segment")
"""Attributes of a Customer that are fields of the card as they are."""
_CALL_BACK = "call-back"


class HouseObjects:
    """Implements `server.call.dialogs.Objects`. Times of contacts are told in the company's `zone`."""

    def __init__(self, customers: Customers, records: Records, zone: tzinfo, now: Callable[[], Now]) -> None:
        self._customers = customers
        self._records = records
        self._zone = zone
        self._now = now

    async def fetch(self, class_name: str, key: Any) -> Mapping[str, Any] | None:
        """The record with a key. Raises `RequestRefused` for a class that is not the house's."""
        if class_name == _CUSTOMER:
            card = await self._card(key)
            return None if card is None else customer_record(card)
        _known(class_name)
        record = await self._records.one(str(key))
        if record is None:
            return await self._noted(str(key))
        customer = await self._customers.get(str(record.get("customer") or "")) if record.get("customer") else None
        return self._contact_of_record(record, None if customer is None else customer_number(customer))

    async def find(
        self, class_name: str, equal: Mapping[str, Any], limit: int = MOST_FOUND
    ) -> Sequence[Mapping[str, Any]]:
        """Records whose attributes have these values; contacts of one customer only, newest first."""
        limit = min(max(limit, 1), MOST_FOUND)
        if class_name == _CUSTOMER:
            return await self._customers_with(equal, limit)
        _known(class_name)
        if equal.get("customer") is None:
            raise RequestRefused("contacts-of-whom", "Contacts can be found for one customer only.")
        card = await self._card(equal["customer"])
        if card is None:
            return []
        found = [self._contact(one, customer_number(card)) for one in await self._customers.history(card.id, "", limit)]
        return [one for one in found if all(one.get(name) == value for name, value in equal.items())]

    async def save(self, class_name: str, record: Mapping[str, Any], by: Saver | None = None) -> None:
        """Keep a customer's attributes, those that are not named stay, and a new number makes a new card; or a line of
        a customer's history (`server.dialogs.notes`)."""
        if class_name == _CONTACT:
            await self._note(record, by)
            return
        _known(class_name)
        card = await self._card(record.get("number")) or _new_card(record.get("number"))
        fields = {name: str(record[name] or "") for name in _FIELDS if name in record}
        changed = replace(card, **fields)
        phone = str(record.get("phone") or "")
        if phone and phone not in changed.numbers:
            changed = replace(changed, numbers=[phone, *changed.numbers])
        if changed != card or not card.id:
            await self._customers.save(changed)

    async def _note(self, record: Mapping[str, Any], by: Saver | None) -> None:
        if by is None:
            raise RequestRefused("contacts-not-written", "Contacts are kept by the server itself.")
        owner = await self._owner(record.get("customer"), by)
        found = await self._customers.noted(str(record["id"])) if record.get("id") is not None else None
        if found is None:
            line = new_line(record, by, self._now().wall, owner)
        elif found[0] == owner:
            line = changed_line(found[1], record, by)
        else:
            raise RequestRefused("unknown-contact", "There is no such contact of this customer.")
        await self._customers.note(owner, line)

    async def _owner(self, number: Any, by: Saver) -> str:
        """Id of the card in whose history a script writes. An agent sees for whom; on the web and the phone it is the
        customer who is known to be there, whatever number was keyed."""
        if number is None and by.customer:
            return by.customer
        card = await self._card(number)
        if by.channel != DESK and (not by.customer or card is None or card.id != by.customer):
            raise RequestRefused("not-this-customer", "It is not known that this customer is the one in the session.")
        if card is None:
            raise RequestRefused("contact-of-whom", "A contact can be saved for a customer only who is known.")
        return card.id

    async def _noted(self, ident: str) -> dict[str, Any] | None:
        found = await self._customers.noted(ident)
        if found is None:
            return None
        card = await self._customers.get(found[0]) if found[0] else None
        return self._contact(found[1], None if card is None else customer_number(card))

    async def _customers_with(self, equal: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
        unknown = equal.keys() - KNOWN.classes[_CUSTOMER].attributes.keys()
        if unknown:
            raise RequestRefused("unknown-attribute", f"A customer has no {min(unknown)}.")
        wanted = {name: str(value) for name, value in equal.items() if value is not None}
        if len(wanted) < len(equal):
            return []  # nothing equals what is unanswered
        cards = await self._customers.matching(wanted, limit)
        records = [customer_record(card) for card in cards if customer_number(card) is not None]
        return [{**record, **({"phone": wanted["phone"]} if "phone" in wanted else {})} for record in records]

    async def _card(self, number: Any) -> Customer | None:
        if isinstance(number, bool) or not isinstance(number, int):
            return None
        return next(iter(await self._customers.matching({"number": str(number)}, 1)), None)

    def _contact(self, contact: Contact, customer: int | None) -> dict[str, Any]:
        return {
            "id": contact.call,
            "customer": customer,
            "channel": contact.channel,
            "direction": "out" if contact.outcome == _CALL_BACK else "in",
            "at": datetime.fromtimestamp(contact.at, self._zone).replace(tzinfo=None),
            "subject": contact.queue,
            "note": contact.notes,
            "result": contact.result,
        }

    def _contact_of_record(self, record: RecordJson, customer: int | None) -> dict[str, Any]:
        at = datetime.fromisoformat(str(record["arrived_at"])).timestamp()
        contact = Contact(
            call=str(record["call_id"]),
            channel="call",
            at=at,
            number=str(record["from"]),
            queue=str(record["queue"] or ""),
            outcome=str(record["outcome"] or ""),
            result=str(record["result"] or ""),
            notes=str(record["notes"] or ""),
        )
        return self._contact(contact, customer)


def customer_record(card: Customer) -> dict[str, Any]:
    """A card as scripts see it; what is empty is unanswered."""
    fields = {name: getattr(card, name) or None for name in _FIELDS}
    return {"number": customer_number(card), **fields, "phone": card.numbers[0] if card.numbers else None}


def _new_card(number: Any) -> Customer:
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise RequestRefused("customer-without-number", "A customer can be saved with a number only.")
    return Customer(number=str(number))


def _known(class_name: str) -> None:
    if class_name not in (_CUSTOMER, _CONTACT):
        raise RequestRefused("unknown-class", f"There are no records of the class {class_name}.")
