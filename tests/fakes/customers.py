"""Customers in a dictionary. `answer_after` set to a Deferred makes every answer wait for it; `failure` is raised."""

from collections.abc import Mapping

import msgspec
from twisted.internet.defer import Deferred

from server.wire import desk


class FakeCustomers:
    def __init__(self, *customers: desk.Customer) -> None:
        self.cards = {customer.id: customer for customer in customers}
        self.contacts: list[desk.Contact] = []
        self.answer_after: Deferred[None] | None = None
        self.failure: Exception | None = None
        self.asked: list[tuple[str, str]] = []

    async def _ask(self, what: str, about: str) -> None:
        self.asked.append((what, about))
        if self.failure:
            raise self.failure
        if self.answer_after is not None and not self.answer_after.called:
            gate: Deferred[None] = Deferred()
            self.answer_after.addCallback(lambda _: gate.callback(None))
            await gate

    async def by_number(self, number: str) -> list[desk.Customer]:
        await self._ask("by_number", number)
        return [card for card in self.cards.values() if number in card.numbers]

    async def get(self, customer: str) -> desk.Customer | None:
        await self._ask("get", customer)
        return self.cards.get(customer)

    async def find(self, text: str) -> list[desk.Customer]:
        await self._ask("find", text)
        return [card for card in self.cards.values() if text.lower() in card.name.lower()][:20]

    async def matching(self, equal: Mapping[str, str], limit: int) -> list[desk.Customer]:
        await self._ask("matching", ",".join(sorted(equal)))

        def fits(card: desk.Customer) -> bool:
            return all(
                value in card.numbers if name == "phone" else getattr(card, name) == value
                for name, value in equal.items()
            )

        return [card for card in self.cards.values() if fits(card)][:limit]

    async def save(self, customer: desk.Customer) -> desk.Customer:
        await self._ask("save", customer.id)
        kept = customer if customer.id else msgspec.structs.replace(customer, id=f"c{len(self.cards) + 1}")
        self.cards[kept.id] = kept
        return kept

    async def history(self, customer: str, number: str, limit: int = 50) -> list[desk.Contact]:
        await self._ask("history", customer or number)
        return self.contacts[:limit]

    async def note(self, customer: str, line: desk.Contact) -> None:
        await self._ask("note", customer)
        self.contacts = [line, *(one for one in self.contacts if one.call != line.call)]

    async def noted(self, line: str) -> tuple[str, desk.Contact] | None:
        await self._ask("noted", line)
        return next((("", one) for one in self.contacts if one.call == line), None)
