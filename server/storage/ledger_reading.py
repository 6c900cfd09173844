"""Reading the ledger and its checkpoints, on a storage thread."""

from collections.abc import Iterator
from datetime import tzinfo

import msgspec
import structlog
from sqlalchemy import func, select

from server.call.facts import Entry
from server.records.book import Book, Page
from server.storage import tables
from server.storage.database import Database
from server.storage.rows import entry_of
from server.storage.writing import BOOK

log = structlog.get_logger()

_PAGE = 5_000


class LedgerReading:
    """Every method blocks and may raise what a database raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, after: int, limit: int) -> list[Entry]:
        """Entries after a position, at most `limit`."""
        t = tables.ledger.c
        query = select(t.position, t.at, t.mono, t.body).where(t.position > after).order_by(t.position).limit(limit)
        with self._database.engine.connect() as connection:
            return [entry_of(*row) for row in connection.execute(query)]

    def all_after(self, after: int) -> Iterator[Entry]:
        """Every entry after a position, read page by page."""
        while page := self.read(after, _PAGE):
            yield from page
            after = page[-1].position

    def last_position(self) -> int:
        """Of the newest entry; 0: there is none."""
        with self._database.engine.connect() as connection:
            return connection.execute(select(func.max(tables.ledger.c.position))).scalar() or 0

    def checkpoint(self, name: str) -> tuple[int, bytes] | None:
        """The checkpoint of that name, and the position that it holds for; None: there is none."""
        t = tables.checkpoint.c
        with self._database.engine.connect() as connection:
            row = connection.execute(select(t.position, t.body).where(t.name == name)).first()
        return None if row is None else (row.position, row.body)

    def save_checkpoint(self, name: str, position: int, body: bytes) -> None:
        """Replace the checkpoint of that name."""
        t = tables.checkpoint
        with self._database.engine.begin() as connection:
            connection.execute(t.delete().where(t.c.name == name))
            connection.execute(t.insert().values(name=name, position=position, body=body))

    def book(self, zone: tzinfo) -> Book:
        """The book, folded up to the last entry. A page that an older version wrote is left, and all is folded."""
        page = Page()
        if (kept := self.checkpoint(BOOK)) is not None:
            try:
                page = msgspec.msgpack.decode(kept[1], type=Page)
            except msgspec.MsgspecError as fault:
                log.warning("book-folded-anew", why=str(fault))
        book = Book(zone, page)
        begun_at = book.position
        book.take(self.all_after(begun_at))
        log.info("book-folded", position=book.position, entries=book.position - begun_at, live_calls=len(book.calls))
        return book
