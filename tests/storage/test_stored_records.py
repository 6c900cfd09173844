"""Records, live and ended, in one order."""

from pathlib import Path

import msgspec
from pytest_twisted import ensureDeferred
from storage_rig import WALL, Clock, at, beside, call, running

from server.call import facts as f
from server.call.now import Now
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


def passed_on(name: str, start: float) -> list[tuple[Now, f.AnyFact]]:
    """Ana talks, passes the call on to bo, and both wrap up."""
    why = f.Why(strategy="top-down", rule="order", candidates=[], candidate_count=1, sentence="bo is first")
    story = call(name, start)
    moved = f.CallTransferred(
        call=name, agent="ana", kind="blind", to="agent:bo", by="ana", queue="service", talked_seconds=4
    )
    told: list[tuple[float, f.AnyFact]] = [
        (7, moved),
        (7, f.WrapUpBegan(agent="ana", call=name, seconds=5, began_mono=5_007.0 + start, began_at=WALL + start + 7)),
        (7, f.CallOffered(call=name, queue="service", agent="bo", offer=2, leg="a2", why=why)),
        (8, f.CallConnected(call=name, queue="service", agent="bo", offer=2)),
        (12, f.WrapUpEnded(agent="ana", call=name, by="time-out")),
        (15, f.CallReleased(call=name, by="customer", cause="normal", agent="bo")),
        (15, f.WrapUpBegan(agent="bo", call=name, seconds=5, began_mono=5_015.0 + start, began_at=WALL + start + 15)),
        (15, f.CallClosed(call=name, outcome="answered", cause="normal")),
        (20, f.WrapUpEnded(agent="bo", call=name, by="time-out")),
    ]
    return [*story[:4], *((at(start + second), fact) for second, fact in told)]


@ensureDeferred
async def test_who_passed_a_call_on_has_it_still(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        await storage.ledger.append(call("c0", 0, "bo"))
        await storage.ledger.append(passed_on("c1", 20))
        await storage.ledger.append(passed_on("c2", 40)[:8])  # ana has it no more, bo talks
        await storage.ledger.append(call("c3", 60, "cleo"))
        assert ids(await storage.records.all(agent="ana")) == ["c1", "c2"]
        assert ids(await storage.records.all(agent="ana", limit=1)) == ["c2"]
        assert ids(await storage.records.all(agent="ana", limit=1, before="c2")) == ["c1"]
        assert ids(await storage.records.all(agent="ana", live=True)) == ["c2"]
        assert ids(await storage.records.all(agent="bo")) == ["c0", "c1", "c2"]
        assert ids(await storage.records.all(agent="cleo")) == ["c3"]
    with beside(tmp_path) as rows:
        plan = rows.execute(
            "EXPLAIN QUERY PLAN SELECT r.body FROM call_record r JOIN call_agent a ON a.call = r.call_id "
            "WHERE a.agent = 'ana' AND (a.arrived_at, a.call) < (1.0, 'c') ORDER BY a.arrived_at DESC, a.call DESC"
        ).fetchall()
    assert any("ix_call_agent_agent_arrived_at" in row[-1] for row in plan)
    assert not any("TEMP B-TREE" in row[-1] for row in plan)


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
