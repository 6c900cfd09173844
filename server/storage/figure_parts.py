"""Parts of the ledger that are folded already, so that a report reads only what its period needs.

A part is what the entries after one position and up to another one counted: `figures-part:STAMP:BEGINS:FIRST:LAST` in
the table of checkpoints, its end in the column `position`; FIRST and LAST are the intervals that it touches. Counts are
whole numbers that add up, so the parts of a ledger together are its fold, whatever the period. What the fold must
remember to go on is kept once, at the end of the last part (`figures-fold:STAMP`).

Parts hold for one way of counting: the stamp is made of the site's service levels and zone, and of the text of the code
that counts. A part of another stamp is left alone, and the ledger folded anew. Losing them all costs time only.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

import msgspec
import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from server.records.figure_book import FigureBook, Held
from server.records.summary import Terms
from server.storage import tables
from server.storage.database import Database
from server.storage.kept_cells import encode_cells

PART, FOLD = "figures-part", "figures-fold"
ENTRIES = 10_000
"""Of the ledger in one part: so many are folded by a report at most, once the parts before them are kept."""

log = structlog.get_logger()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Entries after `begins` up to `ends`; `first` and `last`: the intervals they count in (none: first > last)."""

    name: str
    begins: int
    ends: int
    first: int
    last: int

    def touches(self, start: float, end: float) -> bool:
        """Whether it counts anything in [start, end)."""
        return self.first < end and self.last >= start


class FigureParts:
    """The parts of one way of counting."""

    def __init__(self, database: Database, terms: Terms) -> None:
        self._database = database
        self._stamp = stamp_of(terms)

    def usable(self, base: int) -> "tuple[list[Part], Held | None, int]":
        """The parts that follow `base` without a hole (but for one before the first), what the fold holds at their end,
        and that position. None: there are none that can be used."""
        t = tables.checkpoint.c
        with self._database.engine.connect() as connection:
            names = select(t.name, t.position).where(t.name.like(f"{PART}:{self._stamp}:%"))
            parts = sorted((_part(*row) for row in connection.execute(names)), key=lambda part: part.begins)
            kept = connection.execute(select(t.position, t.body).where(t.name == f"{FOLD}:{self._stamp}")).first()
        if kept is None:
            return [], None, base
        chain = list(_chain(parts, base, kept.position))
        if not chain or chain[-1].ends != kept.position:
            return [], None, base
        return chain, msgspec.msgpack.decode(kept.body, type=Held), kept.position

    def bodies(self, parts: Iterable[Part]) -> Iterator[bytes]:
        """What is written in them, one after the other."""
        t = tables.checkpoint.c
        with self._database.engine.connect() as connection:
            for part in parts:
                body = connection.execute(select(t.body).where(t.name == part.name)).scalar()
                if body is None:
                    raise PartsChanged
                yield body

    def keep(self, begins: int, book: FigureBook) -> bool:
        """Keep what was counted after `begins`; whether that worked (whoever may only read reports goes without)."""
        t, cells = tables.checkpoint, book.cells()
        kinds = (cells.queues, cells.agents, cells.customers, cells.mailboxes)
        intervals = [interval for kind in kinds for interval, _ in kind]
        first, last = (min(intervals), max(intervals)) if intervals else (1, 0)
        rows = [
            {"name": f"{PART}:{self._stamp}:{begins}:{first}:{last}", "body": encode_cells(cells)},
            {"name": f"{FOLD}:{self._stamp}", "body": msgspec.msgpack.encode(book.held())},
        ]
        try:
            with self._database.engine.begin() as connection:
                self._forget_from(connection, begins)
                connection.execute(t.delete().where(t.c.name.in_([row["name"] for row in rows])))
                connection.execute(t.insert(), [{**row, "position": book.position} for row in rows])
        except SQLAlchemyError as fault:
            log.info("figures-part-not-kept", fault=str(fault.__cause__ or fault))
            return False
        return True

    def _forget_from(self, connection: Connection, begins: int) -> None:
        """Parts from there on are of another fold, which was broken off or overtaken."""
        t = tables.checkpoint
        names = select(t.c.name, t.c.position).where(t.c.name.like(f"{PART}:{self._stamp}:%"))
        gone = [part.name for part in (_part(*row) for row in connection.execute(names)) if part.ends > begins]
        for name in gone:
            connection.execute(t.delete().where(t.c.name == name))


class PartsChanged(Exception):
    """Somebody pruned meanwhile: begin again."""


def forget_parts(connection: Connection, terms: Terms, until: int) -> None:
    """Take out the parts that begin before that position, and all of other ways of counting."""
    t, stamp = tables.checkpoint, stamp_of(terms)
    for name, position in connection.execute(select(t.c.name, t.c.position).where(t.c.name.like(f"{PART}:%"))).all():
        if _stamp(name) != stamp or _part(name, position).begins < until:
            connection.execute(t.delete().where(t.c.name == name))
    for name in connection.execute(select(t.c.name).where(t.c.name.like(f"{FOLD}:%"))).scalars().all():
        if _stamp(name) != stamp:
            connection.execute(t.delete().where(t.c.name == name))


def stamp_of(terms: Terms) -> str:
    """A name for this way of counting."""
    rules = repr((str(terms.zone), sorted(terms.service_seconds.items())))
    return hashlib.sha256(_code() + rules.encode()).hexdigest()[:16]


@cache
def _code() -> bytes:
    """Of the text of all that decides what is counted."""
    text = hashlib.sha256()
    for package in ("server.records", "server.call"):
        for file in sorted(resources.files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(".py"):
                text.update(file.read_bytes())
    return text.digest()


def _chain(parts: list[Part], base: int, end: int) -> Iterator[Part]:
    position: int | None = None
    for part in parts:
        if part.begins < base or part.ends > end or (position is not None and part.begins != position):
            continue
        position = part.ends
        yield part


def _part(name: str, ends: int) -> Part:
    _, _, begins, first, last = name.split(":")
    return Part(name=name, begins=int(begins), ends=ends, first=int(first), last=int(last))


def _stamp(name: str) -> str:
    return name.split(":")[1]
