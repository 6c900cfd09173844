"""Records, live and ended, in one order."""

from pathlib import Path

import msgspec
from pytest_twisted import ensureDeferred
from storage_rig import Clock, at, call, running

from server.call.ports import RecordJson
from server.storage.storage import Storage


def ids(records: list[RecordJson]) -> list[str]:
    return [str(record["call_id"]) for record in records]


async def a_morning(storage: Storage) -> None:
    """Twelve calls; the fourth never ends, the ninth is still wrapped up."""
    for number in range(12):
        story = call(f"c{number:02}", number * 20.0, "ana" if number % 2 else "bo")
        await storage.ledger.append({3: story[:4], 8: story[:8]}.get(number, story))


@ensureDeferred
async def test_live_and_ended_calls_stand_in_the_order_of_arrival(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        await a_morning(storage)
        every = [f"c{number:02}" for number in range(12)]
        assert ids(await storage.records.all()) == every
        assert ids(await storage.records.all(live=True)) == ["c03"]
        assert [record.state for record in storage.records.live()] == ["talking"]
        for size in (1, 2, 3, 5, 100):
            pages = [page async for page in storage.records.pages(page_size=size)]
            assert ids([msgspec.json.decode(body) for page in pages for body in page]) == every
        assert ids(await storage.records.all(limit=4)) == every[-4:]
        assert ids(await storage.records.all(limit=4, before="c10")) == every[6:10]
        assert ids(await storage.records.all(before="c03")) == every[:3]
        assert ids(await storage.records.all(agent="ana")) == every[1::2]
        assert ids(await storage.records.all(agent="ana", limit=2, before="c08")) == ["c05", "c07"]
        assert await storage.records.all(before="nothing") == []


@ensureDeferred
async def test_one_record(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        await a_morning(storage)
        for name, state in (("c03", "talking"), ("c08", "closed"), ("c05", "closed")):
            record = await storage.records.one(name)
            assert record is not None
            assert (record["call_id"], record["from"], record["state"]) == (name, "0301234567", state)
        assert await storage.records.one("nothing") is None


@ensureDeferred
async def test_the_agents_day(tmp_path: Path) -> None:
    clock = Clock()
    async with running(tmp_path, clock) as storage:
        await a_morning(storage)
        clock.wall = at(240).wall
        day = await storage.records.my_day("bo")
        assert (day.calls, day.talk_seconds, day.missed) == (6, 36, 0)
        assert [d.agent for d in storage.records.agent_days()] == ["bo", "ana"]
        assert (await storage.records.my_day("nobody")).calls == 0
