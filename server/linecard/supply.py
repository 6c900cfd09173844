"""How many cards there should be: arithmetic only."""

import msgspec

MAX_STARTING = 8
"""Cards that start at one time: a start takes CPU that conversations need."""


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """Cards as counted now.

    `idle`: could be taken. `worn`: those of them that have had their share of conversations. `starting`: asked for or
    forked, not heard from yet. `total`: all that live, in any state. `waiting`: INVITEs without a card.
    """

    idle: int
    worn: int
    starting: int
    total: int
    waiting: int


def to_fork(stock: Stock, spare: int, maximum: int) -> int:
    """Cards to ask the bank for: `spare` fresh idle ones and one for everybody who waits, never above `maximum`."""
    wanted = spare + stock.waiting - (stock.idle - stock.worn) - stock.starting
    room = min(maximum - stock.total - stock.starting, MAX_STARTING - stock.starting)
    return max(0, min(wanted, room))


def to_retire(stock: Stock, spare: int, maximum: int) -> int:
    """Worn idle cards that can go: when fresh ones stand by, or when they take up the place of a fresh one."""
    if stock.idle - stock.worn >= spare and not stock.waiting:
        return stock.worn
    return min(stock.worn, max(0, stock.total + stock.starting + 1 - maximum))
