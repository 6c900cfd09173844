"""Cells as they are written in the database: four lists (queues, agents, customers, mailboxes), keys beside cells.

They are read kind by kind, since a report about queues has no use for a hundred thousand customers.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from server.records.cells import AgentCell, Cells, CustomerCell, MailboxCell, QueueCell

Place = Callable[[int], int]
"""From the smallest interval to the one in which a report counts it."""
KINDS = frozenset({"queues", "agents", "customers", "mailboxes"})

_C = TypeVar("_C", QueueCell, AgentCell, CustomerCell, MailboxCell)


class _Written(msgspec.Struct, array_like=True):
    queues: msgspec.Raw
    agents: msgspec.Raw
    customers: msgspec.Raw
    mailboxes: msgspec.Raw = msgspec.Raw(b"\x90")
    """Older parts have none: an empty list."""


_decode = msgspec.msgpack.Decoder(_Written).decode
_queues = msgspec.msgpack.Decoder(list[tuple[int, str, QueueCell]]).decode
_agents = msgspec.msgpack.Decoder(list[tuple[int, str, AgentCell]]).decode
_mailboxes = msgspec.msgpack.Decoder(list[tuple[int, str, MailboxCell]]).decode
_customers = msgspec.msgpack.Decoder(list[tuple[int, str, CustomerCell]]).decode


def encode_cells(cells: Cells) -> bytes:
    """For the database."""
    return msgspec.msgpack.encode(
        (
            [(*key, cell) for key, cell in cells.queues.items()],
            [(*key, cell) for key, cell in cells.agents.items()],
            [(*key, cell) for key, cell in cells.customers.items()],
            [(*key, cell) for key, cell in cells.mailboxes.items()],
        )
    )


def decode_cells(body: bytes) -> Cells:
    """What was written. Raises `msgspec.MsgspecError` for something else."""
    cells = Cells()
    add_written(cells, body, 0.0, float("inf"), KINDS, int)
    return cells


def add_written(cells: Cells, body: bytes, start: float, end: float, kinds: frozenset[str], place: Place) -> None:
    """Add to `cells` those of `kinds` whose interval begins in [start, end), each at its place."""
    written = _decode(body)
    if "queues" in kinds:
        _add(cells.queues, QueueCell, _queues(written.queues), start, end, place)
    if "agents" in kinds:
        _add(cells.agents, AgentCell, _agents(written.agents), start, end, place)
    if "customers" in kinds:
        _add(cells.customers, CustomerCell, _customers(written.customers), start, end, place)
    if "mailboxes" in kinds:
        _add(cells.mailboxes, MailboxCell, _mailboxes(written.mailboxes), start, end, place)


def _add(
    into: dict[tuple[int, str], _C],
    kind: type[_C],
    rows: list[tuple[int, str, _C]],
    start: float,
    end: float,
    place: Place,
) -> None:
    for interval, ident, cell in rows:
        if start <= interval < end:
            into.setdefault((place(interval), ident), kind()).add(cell)
