"""Call records and agents' days: what is live from memory, what has ended from its table."""

from collections.abc import AsyncIterator, Callable
from itertools import chain

import msgspec
from sqlalchemy import select, tuple_

from server.call.now import Now
from server.records.agent_day import AgentDay
from server.records.call_record import CallRecord, CallSoFar, record_of
from server.storage import tables
from server.storage.database import Database
from server.storage.ledger import Ledger
from server.storage.rows import record_of_body
from server.storage.workers import Workers

PAGE_SIZE = 500

_t = tables.call_record.c
_Line = tuple[float, str, bytes]
_encode = msgspec.json.Encoder().encode


class StoredRecords:
    """Records in the order of arrival. `now` reads the clocks."""

    def __init__(self, database: Database, readers: Workers, ledger: Ledger, now: Callable[[], Now]) -> None:
        self._database = database
        self._readers = readers
        self._ledger = ledger
        self._now = now

    def live(self) -> list[CallRecord]:
        """Calls that have no outcome yet, oldest first."""
        return [record_of(c) for c in self._ledger.book.calls.values() if not c.is_closed]

    async def record(self, call_id: str) -> CallRecord | None:
        """One call; None: it is not known."""
        so_far = self._ledger.book.calls.get(call_id) or self._ledger.unsaved.get(call_id)
        if so_far is not None:
            return record_of(so_far)
        body = await self._readers.run(self._body, call_id)
        return None if body is None else record_of_body(body)

    async def pages(self, live: bool = False, page_size: int = PAGE_SIZE) -> AsyncIterator[list[bytes]]:
        """All records as JSON, oldest first, page by page: nothing is cut, and little is in memory at once.

        `live`: only those without an outcome. A call that arrives meanwhile may be left out, none comes twice.
        """
        if live:
            yield [_encode(record) for record in self.live()]
            return
        here = self._in_memory()
        seen = {call for _, call, _ in here}
        after: tuple[float, str] | None = None
        while page := await self._readers.run(self._page, after, page_size):
            after = page[-1][:2]
            older = [line for line in here if line[:2] <= after]
            here = here[len(older) :]
            lines = sorted(chain(older, (line for line in page if line[1] not in seen)))
            yield [body for _, _, body in lines]
        if here:
            yield [body for _, _, body in here]

    async def all_records(self, live: bool = False) -> list[CallRecord]:
        """The same at once, for those who can hold all of them."""
        return [record_of_body(body) async for page in self.pages(live) for body in page]

    def agent_days(self) -> list[AgentDay]:
        """Today's figures, counted up to now, of every agent of whom there are facts."""
        return self._ledger.book.agent_days(self._now())

    def agent_day(self, agent: str) -> AgentDay | None:
        """Today's figures of one agent; None: there are no facts about the agent."""
        return self._ledger.book.agent_day(agent, self._now())

    def _in_memory(self) -> list[_Line]:
        calls: dict[str, CallSoFar] = {**self._ledger.unsaved, **self._ledger.book.calls}
        return sorted((c.at.wall, call, _encode(record_of(c))) for call, c in calls.items())

    # -- on a storage thread --------------------------------------------------------------------------------------

    def _body(self, call_id: str) -> str | None:
        with self._database.engine.connect() as connection:
            return connection.execute(select(_t.body).where(_t.call_id == call_id)).scalar()

    def _page(self, after: tuple[float, str] | None, limit: int) -> list[_Line]:
        query = select(_t.arrived_at, _t.call_id, _t.body).order_by(_t.arrived_at, _t.call_id).limit(limit)
        if after is not None:
            query = query.where(tuple_(_t.arrived_at, _t.call_id) > after)
        with self._database.engine.connect() as connection:
            return [(arrived_at, call, body.encode()) for arrived_at, call, body in connection.execute(query)]
