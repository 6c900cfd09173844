"""Who calls when: random-looking, but the same for the same seed. Pure."""

import random  # noqa: TID251 - chance with a seed of its own: the same demo can be seen twice
from collections.abc import Iterator, Sequence

import msgspec

SHORTEST_PAUSE_SECONDS, MEAN_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.5, 6.0, 15.0
SHORTEST_TALK_SECONDS, LONGEST_TALK_SECONDS = 8.0, 20.0
SHORTEST_PATIENCE_SECONDS, LONGEST_PATIENCE_SECONDS = 25.0, 60.0
SELDOM = 0.12
"""Share of callers who are in a hurry: they wait a few seconds only."""
STRANGERS = 0.15
"""Share of callers whom nobody knows."""


class Customer(msgspec.Struct, frozen=True):
    """`number` in E.164."""

    name: str
    number: str


class PlannedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call. `pause_seconds` since the one before; `patience_seconds`: how long the customer waits for an answer."""

    pause_seconds: float
    customer: Customer
    dialled: str
    patience_seconds: float
    talk_seconds: float
    customer_hangs_up: bool


def plan(seed: int, customers: Sequence[Customer], dialled: Sequence[str]) -> Iterator[PlannedCall]:
    """Calls without end to the numbers `dialled`; no customer calls twice among five calls running."""
    chance = random.Random(seed)
    lately: list[str] = []
    first = True
    while True:
        customer = _customer(chance, [c for c in customers if c.number not in lately])
        lately = [*lately, customer.number][-min(5, len(customers) - 1) :] if len(customers) > 1 else []
        hurried = chance.random() < SELDOM
        pause = min(chance.expovariate(1 / MEAN_PAUSE_SECONDS) + SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
        yield PlannedCall(
            pause_seconds=0 if first else pause,
            customer=customer,
            dialled=chance.choice(dialled),
            patience_seconds=4 if hurried else chance.uniform(SHORTEST_PATIENCE_SECONDS, LONGEST_PATIENCE_SECONDS),
            talk_seconds=chance.uniform(SHORTEST_TALK_SECONDS, LONGEST_TALK_SECONDS),
            customer_hangs_up=chance.random() < 0.6,
        )
        first = False


def _customer(chance: random.Random, known: Sequence[Customer]) -> Customer:
    if not known or chance.random() < STRANGERS:
        return Customer("", f"+4930{chance.randrange(10_000_000, 99_999_999)}")
    return chance.choice(known)
