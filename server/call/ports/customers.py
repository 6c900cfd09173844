"""Customers and their history."""

from collections.abc import Awaitable, Mapping
from typing import Protocol

from server.wire import desk


class Customers(Protocol):
    """Customers and their history (service `customers`, version 1)."""

    def by_number(self, number: str) -> Awaitable[list[desk.Customer]]:
        """Customers with that telephone number (E.164 or as dialled); several are a choice, none is a new card."""
        ...

    def get(self, customer: str) -> Awaitable[desk.Customer | None]:
        """One customer by id."""
        ...

    def find(self, text: str) -> Awaitable[list[desk.Customer]]:
        """Search by name, customer number or end of a telephone number; at most 20."""
        ...

    def matching(self, equal: Mapping[str, str], limit: int) -> Awaitable[list[desk.Customer]]:
        """Customers whose `number`, `name`, `language`, `email` and `segment` are exactly these, as far as they are
        named, and one of whose telephone numbers is `phone`; by name. Raises `RequestRefused` for another name."""
        ...

    def save(self, customer: desk.Customer) -> Awaitable[desk.Customer]:
        """Keep a new (no id) or changed card; returns it with its id."""
        ...

    def history(self, customer: str, number: str, limit: int = 50) -> Awaitable[list[desk.Contact]]:
        """Contacts of a customer (or, if that is empty, of a number), newest first."""
        ...

    def note(self, customer: str, line: desk.Contact) -> Awaitable[None]:
        """Keep a line of a customer's history that is no call's; fires when it is on the disk. A line of that customer
        with the same id (`call`) is replaced, and keeps its moment. Raises `RequestRefused`: `unknown-customer`,
        `not-the-customers-line`."""
        ...

    def noted(self, line: str) -> Awaitable[tuple[str, desk.Contact] | None]:
        """The customer (empty: unknown) and the line of the history with this id (`call`), a call's or another."""
        ...
