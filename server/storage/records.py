"""Call records and agents' days: what is live from memory, what has ended from its table."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
from sqlalchemy import select, tuple_
from twisted.internet.defer import Deferred, succeed

from server.call.now import Now
from server.call.ports import RecordJson
from server.records.agent_day import AgentDay
from server.records.call_record import CallRecord
from server.records.call_so_far import CallSoFar, agents_of, record_of
from server.storage import tables
from server.storage.database import Database
from server.storage.ledger import Ledger
from server.storage.rows import record_of_body
from server.storage.workers import Workers
from server.wire import desk

PAGE_SIZE = 500

_t = tables.call_record.c
_a = tables.call_agent.c
_Place = tuple[float, str]
"""Moment of arrival and id: the order of records."""
_Line = tuple[float, str, bytes]
_encode = msgspec.json.Encoder().encode


class StoredRecords:
    """Implements `server.call.ports.Records`. `now` reads the clocks."""

    def __init__(self, database: Database, readers: Workers, ledger: Ledger, now: Callable[[], Now]) -> None:
        self._database = database
        self._readers = readers
        self._ledger = ledger
        self._now = now

    # -- as plain JSON, for the API and the command line ----------------------------------------------------------

    def all(self, live: bool = False, agent: str = "", before: str = "", limit: int = 0) -> Deferred[list[RecordJson]]:
        """Call records, oldest first. `live`: only those without an outcome. `agent`: only calls in which this agent
        talked, also those that the agent passed on.

        `limit` (0: all) keeps the newest ones; `before`, a call's id, leaves out that call and all that came after it,
        and gives an empty list if it is unknown.
        """
        return Deferred.fromCoroutine(self._all(live, agent, before, limit))

    def one(self, call: str) -> Deferred[RecordJson | None]:
        """One call record; None: there is none of that id."""
        return Deferred.fromCoroutine(self.record(call)).addCallback(
            lambda record: None if record is None else msgspec.to_builtins(record)
        )

    def my_day(self, agent: str) -> Deferred[desk.MyDay]:
        """An agent's figures since local midnight; zeros for an agent who has none."""
        day = self.agent_day(agent)
        if day is None:
            return succeed(desk.MyDay())
        return succeed(
            desk.MyDay(
                calls=day.calls,
                talk_seconds=day.talk_seconds,
                hold_seconds=day.hold_seconds,
                wrap_up_seconds=day.wrap_up_seconds,
                missed=day.missed,
                transferred=day.transferred,
                idle_seconds=day.idle_seconds,
                not_ready=day.not_ready,
            )
        )

    # -- as structs -----------------------------------------------------------------------------------------------

    def live(self) -> list[CallRecord]:
        """Calls that have no outcome yet, oldest first."""
        return [record_of(c) for c in self._ledger.book.calls.values() if not c.is_closed]

    async def record(self, call: str) -> CallRecord | None:
        """One call; None: it is not known."""
        so_far = self._known(call)
        if so_far is not None:
            return record_of(so_far)
        body = await self._readers.run(self._body, call)
        return None if body is None else record_of_body(body)

    async def pages(
        self, agent: str = "", before: _Place | None = None, page_size: int = PAGE_SIZE
    ) -> AsyncIterator[list[bytes]]:
        """All records as JSON, oldest first, page by page: nothing is cut, and little is in memory at once.

        A call that arrives meanwhile may be left out; none comes twice.
        """
        here = self._in_memory(agent, before)
        seen = {line[1] for line in here}
        after: _Place | None = None
        while page := await self._readers.run(self._page, agent, after, before, page_size, False):
            after = page[-1][:2]
            older = [line for line in here if line[:2] <= after]
            here = here[len(older) :]
            yield [line[2] for line in sorted([*older, *(line for line in page if line[1] not in seen)])]
        if here:
            yield [line[2] for line in here]

    def agent_days(self) -> list[AgentDay]:
        """Today's figures, counted up to now, of every agent of whom there are facts."""
        return self._ledger.book.agent_days(self._now())

    def agent_day(self, agent: str) -> AgentDay | None:
        """Today's figures of one agent; None: there are no facts about the agent."""
        return self._ledger.book.agent_day(agent, self._now())

    async def _all(self, live: bool, agent: str, before: str, limit: int) -> list[RecordJson]:
        place = await self._place(before) if before else None
        if before and place is None:
            return []
        if live:
            lines = self._in_memory(agent, place, lambda c: not c.is_closed)
            return _plain([line[2] for line in lines][-limit:])
        if limit:
            here = self._in_memory(agent, place)
            seen = {line[1] for line in here}
            stored = await self._readers.run(self._page, agent, None, place, limit + len(here), True)
            lines = sorted([*here, *(line for line in stored if line[1] not in seen)])
            return await self._readers.run(_plain, [line[2] for line in lines[-limit:]])
        records: list[RecordJson] = []
        async for page in self.pages(agent, place):
            records += await self._readers.run(_plain, page)
        return records

    def _known(self, call: str) -> CallSoFar | None:
        return self._ledger.book.calls.get(call) or self._ledger.unsaved.get(call)

    def _in_memory(
        self, agent: str, before: _Place | None, wanted: Callable[[CallSoFar], bool] = lambda _call: True
    ) -> list[_Line]:
        calls: dict[str, CallSoFar] = {**self._ledger.unsaved, **self._ledger.book.calls}
        return sorted(
            (c.at.wall, call, _encode(record_of(c)))
            for call, c in calls.items()
            if (not agent or agent in agents_of(c)) and (before is None or (c.at.wall, call) < before) and wanted(c)
        )

    async def _place(self, call: str) -> _Place | None:
        so_far = self._known(call)
        if so_far is not None:
            return (so_far.at.wall, call)
        arrived_at = await self._readers.run(self._arrived_at, call)
        return None if arrived_at is None else (arrived_at, call)

    # -- on a storage thread --------------------------------------------------------------------------------------

    def _body(self, call: str) -> str | None:
        with self._database.engine.connect() as connection:
            return connection.execute(select(_t.body).where(_t.call_id == call)).scalar()

    def _arrived_at(self, call: str) -> float | None:
        with self._database.engine.connect() as connection:
            return connection.execute(select(_t.arrived_at).where(_t.call_id == call)).scalar()

    def _page(self, agent: str, after: _Place | None, before: _Place | None, limit: int, newest: bool) -> list[_Line]:
        order: list[Any] = [_t.arrived_at, _t.call_id]
        query = select(_t.arrived_at, _t.call_id, _t.body).limit(limit)
        if agent:  # read in the order of the agent's own index, however many calls others had
            order = [_a.arrived_at, _a.call]
            query = query.join(tables.call_agent, _a.call == _t.call_id).where(_a.agent == agent)
        place = tuple_(*order)
        query = query.order_by(*([column.desc() for column in order] if newest else order))
        if after is not None:
            query = query.where(place > after)
        if before is not None:
            query = query.where(place < before)
        with self._database.engine.connect() as connection:
            return [(arrived_at, call, body.encode()) for arrived_at, call, body in connection.execute(query)]


def _plain(bodies: list[bytes]) -> list[RecordJson]:
    return [msgspec.json.decode(body) for body in bodies]
