"""Customers and their history, in our own tables (the customers service that is there when a company adds none)."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, CursorResult, bindparam, or_, select
from twisted.internet.defer import Deferred, fail, succeed

from server.call.events import RequestRefused
from server.storage import tables
from server.storage.cards import checked, reversed_digits, searchable
from server.storage.database import Database
from server.storage.numbers import key
from server.storage.rows import contact_of_body
from server.storage.workers import Workers
from server.wire.desk import Contact, Customer

MOST_FOUND = 20
MOST_HISTORY = 500
_LONGEST_SEARCH = 100
_FEWEST_DIGITS = 3

_customer = tables.customer
_number = tables.customer_number
_contact = tables.contact
_EQUAL = {name: _customer.c[name] for name in ("number", "name", "language", "email", "segment")}
_PHONE = "phone"

# Made once: to build a query costs more than to run it, and two of these run for every call.
_cards_with_numbers = (
    select(_customer, _number.c.written)
    .outerjoin(_number, _number.c.customer == _customer.c.id)
    .order_by(_customer.c.search, _customer.c.number, _customer.c.id, _number.c.place)
)
_owners_of_key = select(_number.c.customer).where(_number.c.key == bindparam("key")).distinct().limit(MOST_FOUND)
_CARDS_BY_KEY = _cards_with_numbers.where(_customer.c.id.in_(_owners_of_key))
_CARDS_BY_ID = _cards_with_numbers.where(_customer.c.id.in_(bindparam("ids", expanding=True)))
_CONTACTS = select(_contact.c.body).order_by(_contact.c.at.desc()).limit(bindparam("most"))
_CONTACTS_OF_CUSTOMER = _CONTACTS.where(_contact.c.customer == bindparam("owner"))
_CONTACTS_OF_NUMBER = _CONTACTS.where(_contact.c.number == bindparam("owner"))

_LINE = select(_contact.c.customer, _contact.c.body).where(_contact.c.call == bindparam("line"))


class StoredCustomers:
    """Implements `server.call.ports.Customers`. `country` (ISO 3166): national numbers are read as its numbers."""

    def __init__(
        self, database: Database, readers: Workers, writer: Workers, country: str, wall: Callable[[], float]
    ) -> None:
        self._database = database
        self._readers = readers
        self._writer = writer
        self._country = country
        self._wall = wall

    def by_number(self, number: str) -> Deferred[list[Customer]]:
        """Customers with that telephone number (E.164 or as dialled), at most 20."""
        wanted = key(number, self._country)
        return self._readers.run(self._by_number, wanted) if wanted else succeed([])

    def get(self, customer: str) -> Deferred[Customer | None]:
        """One customer by id."""
        return self._readers.run(self._get, customer)

    def find(self, text: str) -> Deferred[list[Customer]]:
        """Customers whose name contains `text`, whose customer number begins with it, or one of whose telephone numbers
        ends with its digits (three or more); by name, at most 20."""
        text = text.strip()[:_LONGEST_SEARCH]
        return self._readers.run(self._find, text) if text else succeed([])

    def matching(self, equal: Mapping[str, str], limit: int) -> Deferred[list[Customer]]:
        """Customers whose attributes are exactly these, by name; `RequestRefused` for an attribute that is none."""
        unknown = equal.keys() - {*_EQUAL, _PHONE}
        if unknown:
            return fail(RequestRefused("unknown-attribute", f"A customer has no {min(unknown)}."))
        return self._readers.run(self._matching, dict(equal), min(max(limit, 1), MOST_HISTORY))

    def save(self, customer: Customer) -> Deferred[Customer]:
        """Keep a new (no id) or changed card; returns it with its id.

        `RequestRefused`: `customer-not-valid`, `unknown-customer`, `customer-number-taken`.
        """
        try:
            card = checked(customer, self._country)
        except RequestRefused as refused:
            return fail(refused)
        return self._writer.run(self._save, card)

    def history(self, customer: str, number: str, limit: int = 50) -> Deferred[list[Contact]]:
        """Contacts of a customer (or, if that is empty, of a number), newest first."""
        wanted = "" if customer else key(number, self._country)
        if not customer and not wanted:
            return succeed([])
        return self._readers.run(self._history, customer, wanted, min(max(limit, 1), MOST_HISTORY))

    def note(self, customer: str, line: Contact) -> Deferred[None]:
        """See `server.call.ports.Customers`."""
        return self._writer.run(self._note, customer, line)

    def noted(self, line: str) -> Deferred[tuple[str, Contact] | None]:
        """See `server.call.ports.Customers`."""
        return self._readers.run(self._noted, line)

    def import_customers(self, rows: Iterable[Customer]) -> Deferred[int]:
        """Keep cards that are known by their customer numbers: doing it twice is doing it once.

        Fires with how many were new or changed. All or nothing; `RequestRefused` for a card that cannot be kept.
        """
        try:
            cards = [checked(row, self._country) for row in rows]
            if any(not card.number for card in cards):
                raise RequestRefused("customer-not-valid", "A card to be imported needs a customer number.")
        except RequestRefused as refused:
            return fail(refused)
        return self._writer.run(self._import, cards)

    # -- on a storage thread --------------------------------------------------------------------------------------

    def _by_number(self, wanted: str) -> list[Customer]:
        with self._database.engine.connect() as connection:
            return _read(connection.execute(_CARDS_BY_KEY, {"key": wanted}))

    def _get(self, customer: str) -> Customer | None:
        with self._database.engine.connect() as connection:
            return next(iter(_cards(connection, [customer])), None)

    def _find(self, text: str) -> list[Customer]:
        matches = [
            _customer.c.search.contains(searchable(text), autoescape=True),
            _customer.c.number.startswith(text, autoescape=True),
        ]
        ends = {
            reversed_digits(text, self._country),
            "".join(c for c in text if c.isascii() and c.isdigit()).lstrip("0")[::-1],
        }
        for end in ends:
            if len(end) >= _FEWEST_DIGITS:
                ending = select(_number.c.customer).where(_number.c.reversed_digits.between(end, end + ":"))
                matches.append(_customer.c.id.in_(ending))
        query = select(_customer.c.id).where(or_(*matches)).order_by(_customer.c.search).limit(MOST_FOUND)
        with self._database.engine.connect() as connection:
            return _cards(connection, connection.execute(query).scalars().all())

    def _matching(self, equal: dict[str, str], limit: int) -> list[Customer]:
        query = select(_customer.c.id).where(*(_EQUAL[name] == equal[name] for name in equal.keys() & _EQUAL.keys()))
        if _PHONE in equal:
            owners = select(_number.c.customer).where(_number.c.key == key(equal[_PHONE], self._country))
            query = query.where(_customer.c.id.in_(owners))
        query = query.order_by(_customer.c.search, _customer.c.number, _customer.c.id).limit(limit)
        with self._database.engine.connect() as connection:
            return _cards(connection, connection.execute(query).scalars().all())

    def _history(self, customer: str, number: str, limit: int) -> list[Contact]:
        query = _CONTACTS_OF_CUSTOMER if customer else _CONTACTS_OF_NUMBER
        with self._database.engine.connect() as connection:
            bodies = connection.execute(query, {"owner": customer or number, "most": limit}).scalars()
            return [contact_of_body(body) for body in bodies]

    def _note(self, customer: str, line: Contact) -> None:
        with self._database.synced() as connection:
            if not _cards(connection, [customer]):
                raise RequestRefused("unknown-customer", "There is no customer with this id.")
            found = connection.execute(_LINE, {"line": line.call}).one_or_none()
            if found is None:
                values = {"call": line.call, "customer": customer, "number": "", "at": line.at, "body": _written(line)}
                connection.execute(_contact.insert().values(values))
            elif found.customer != customer:
                raise RequestRefused("not-the-customers-line", "This line stands in another customer's history.")
            else:
                body = _written(replace(line, at=contact_of_body(found.body).at))
                connection.execute(_contact.update().where(_contact.c.call == line.call).values(body=body))

    def _noted(self, line: str) -> tuple[str, Contact] | None:
        with self._database.engine.connect() as connection:
            found = connection.execute(_LINE, {"line": line}).one_or_none()
        return None if found is None else (found.customer, contact_of_body(found.body))

    def _save(self, card: Customer) -> Customer:
        with self._database.engine.begin() as connection:
            if card.id and not _cards(connection, [card.id]):
                raise RequestRefused("unknown-customer", "There is no customer with this id.")
            owner = _owner(connection, card.number)
            if owner not in (None, card.id):
                raise RequestRefused("customer-number-taken", "Another card has this customer number.")
            return self._write(connection, card)

    def _import(self, cards: list[Customer]) -> int:
        changed = 0
        with self._database.engine.begin() as connection:
            for card in cards:
                known = _cards(connection, [_owner(connection, card.number) or ""])
                card = replace(card, id=known[0].id if known else "")
                if not known or known[0] != card:
                    self._write(connection, card)
                    changed += 1
        return changed

    def _write(self, connection: Connection, card: Customer) -> Customer:
        kept = card if card.id else replace(card, id=secrets.token_hex(8))
        values = {
            "number": kept.number,
            "name": kept.name,
            "search": searchable(kept.name),
            "language": kept.language,
            "email": kept.email,
            "segment": kept.segment,
            "changed_at": self._wall(),
        }
        if card.id:
            connection.execute(_customer.update().where(_customer.c.id == kept.id).values(values))
            connection.execute(_number.delete().where(_number.c.customer == kept.id))
        else:
            connection.execute(_customer.insert().values(id=kept.id, **values))
        numbers = [
            {
                "customer": kept.id,
                "place": place,
                "written": number,
                "key": key(number, self._country),
                "reversed_digits": reversed_digits(number, self._country),
            }
            for place, number in enumerate(kept.numbers)
        ]
        if numbers:
            connection.execute(_number.insert(), numbers)
        return kept


def _written(line: Contact) -> str:
    return msgspec.json.encode(line).decode()


def _owner(connection: Connection, number: str) -> str | None:
    """The customer with that customer number."""
    if not number:
        return None
    return connection.execute(select(_customer.c.id).where(_customer.c.number == number).limit(1)).scalar()


def _cards(connection: Connection, ids: Sequence[str]) -> list[Customer]:
    """The cards of these customers, by name; ids that are not known are left out."""
    if not ids:
        return []
    return _read(connection.execute(_CARDS_BY_ID, {"ids": list(ids)}))


def _read(rows: CursorResult[Any]) -> list[Customer]:
    """A card is as many rows as it has numbers."""
    cards: dict[str, Customer] = {}
    for row in rows:
        card = cards.get(row.id)
        if card is None:
            card = cards[row.id] = Customer(
                id=row.id,
                number=row.number,
                name=row.name,
                language=row.language,
                email=row.email,
                segment=row.segment,
                numbers=[],
            )
        if row.written is not None:
            card.numbers.append(row.written)
    return list(cards.values())
