"""Dialog sessions are kept whole or not at all, on each database that this machine has."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytest_twisted import ensureDeferred
from storage_rig import WALL, Clock, beside, running, site
from twisted.internet import reactor

from scriptengine.interpreter import Ended, Perform, Trodden
from server.call.dialog_facts import DialogAnswered
from server.call.dialog_store import DONE, Change, KeptAction, KeptDialog, Overtaken
from server.storage import storage as storage_module
from server.storage.errors import StorageAway
from server.storage.storage import Storage
from tests.sip.test_house_databases import DATABASES, url_of

NEW = KeptDialog(
    id="s1",
    script="meter-reading",
    version="1",
    hash="ab",
    status="running",
    channel="web",
    began_channel="web",
    began_at=WALL,
    touched_at=WALL,
    state=b'{"text": "\\u0000"}',
    call="c1",
    customer="k1",
    untold=(DialogAnswered(session="s1", number=1, call="c1", answers={"day": "2026-11-22"}),),
)
FIRST = Trodden("meter-reading", "meter")
SECOND = Trodden("meter-reading", "reading", "meter", 7)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with url_of(request.param) as found:
        yield found


def _action(ident: str) -> KeptAction:
    perform = Perform(
        id=ident, kind="call", when="commit", is_awaited=False, service="mail", operation="send",
        arguments={"to": "ana@example.com", "due": Decimal("12.50"), "day": date(2026, 11, 22)},
    )  # fmt: skip
    return KeptAction(
        id=ident, session="s1", script="meter-reading", call="c1", perform=perform, since=WALL, due_at=WALL,
        is_idempotent=False,
    )  # fmt: skip


@ensureDeferred
async def test_a_session_from_its_beginning_to_its_end(url: str, tmp_path: Path) -> None:
    storage = Storage(reactor, url, tmp_path, site(), Clock())
    await storage.start()
    try:
        store = storage.dialogs
        await store.add(Change(dialog=NEW, nodes=(FIRST,)))
        with pytest.raises(Overtaken):
            await store.add(Change(dialog=NEW))
        assert await store.get("s1") == NEW
        assert await store.get("s2") is None
        assert await store.untold() == [NEW]
        await store.told("s1", NEW.serial)
        assert await store.untold() == []
        assert await store.reusable("k1") == {}
        ended = Ended(
            node="done", outcome="success", disposition="read", results={"amount": Decimal("1.10")},
            reusable={"email": "ana@example.com"},
        )  # fmt: skip
        last = replace(
            NEW, serial=1, revision=2, status="ended", touched_at=WALL + 9, ended_at=WALL + 9, ended=ended, untold=()
        )
        await store.save(Change(dialog=last, actions=(_action("a"), _action("b")), nodes=(SECOND,)))
        assert await store.get("s1") == last
        with pytest.raises(Overtaken):
            await store.save(Change(dialog=last))
        assert await store.of_call("c1") == "s1"
        assert await store.of_call("c1", "s1") == await store.of_call("c2") == ""
        assert await store.counts() == {"ended": 1}
        assert await store.reusable("k1") == {"email": "ana@example.com"}
        assert await store.listed(False, 10) == []
        [row] = await store.listed(True, 10)
        assert (row.id, row.outcome, row.disposition) == ("s1", "success", "read")
        [trace] = await store.traces("meter-reading", "1", WALL - 1, WALL + 1)
        assert trace.steps == ((WALL, (FIRST,)), (WALL + 9, (SECOND,)))
        assert (trace.channel, trace.ended_at, trace.end, trace.outcome) == ("web", WALL + 9, "done", "success")
        assert await store.traces("meter-reading", "2", WALL - 1, WALL + 1) == []
        assert await store.traces("meter-reading", "", WALL + 1, WALL + 2) == []
    finally:
        await storage.stop()


@ensureDeferred
async def test_actions_are_there_once_and_changed_by_who_knows_them(url: str, tmp_path: Path) -> None:
    storage = Storage(reactor, url, tmp_path, site(), Clock())
    await storage.start()
    try:
        store = storage.dialogs
        await store.add(Change(dialog=NEW, actions=(_action("a"),)))
        again = replace(_action("a"), attempts=9)
        await store.save(Change(dialog=replace(NEW, serial=1), actions=(again, _action("b"))))
        first, second = await store.open_actions()
        assert (first, second) == (_action("a"), _action("b"))
        assert await store.save_action(replace(first, state="asked"))
        assert not await store.save_action(replace(first, state="asked"))
        asked = (await store.open_actions())[0]
        assert (asked.state, asked.version) == ("asked", 1)
        with pytest.raises(ValueError, match="not over"):
            await store.save_action(replace(asked, is_told=True))
        assert await store.save_action(replace(asked, state=DONE, is_told=True))
        assert [one.id for one in await store.open_actions()] == ["b"]
    finally:
        await storage.stop()


@ensureDeferred
async def test_while_the_database_is_away_nothing_of_a_step_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "LOCK_SECONDS", 0.1)
    async with running(tmp_path) as storage:
        await storage.dialogs.add(Change(dialog=NEW))
        lock = beside(tmp_path)
        lock.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageAway):
            await storage.dialogs.save(Change(dialog=replace(NEW, serial=1), actions=(_action("a"),), nodes=(FIRST,)))
        assert await storage.dialogs.get("s1") == NEW
        lock.execute("ROLLBACK")
        assert await storage.dialogs.open_actions() == []
        assert (await storage.dialogs.traces("meter-reading", "", WALL, WALL + 1))[0].steps == ()
