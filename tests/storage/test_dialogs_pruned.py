"""Dialog sessions go with the rest that is pruned, but for those that still have something to do."""

from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from pytest_twisted import ensureDeferred
from storage_rig import URL, WALL, beside, running, site
from test_stored_dialogs import FIRST, NEW, _action

from server.call.dialog_store import DONE, Change
from server.records.summary import Terms
from server.storage.archive import Archive

DAY = 86_400


@ensureDeferred
async def test_what_is_old_and_over_goes(tmp_path: Path) -> None:
    over = replace(_action("a"), state=DONE, is_told=True)
    async with running(tmp_path) as storage:
        await storage.dialogs.add(Change(dialog=NEW, actions=(over,), nodes=(FIRST,)))
        await storage.dialogs.add(Change(dialog=replace(NEW, id="young", touched_at=WALL + 5 * DAY)))
        await storage.dialogs.add(
            Change(dialog=replace(NEW, id="busy"), actions=(replace(_action("b"), session="busy"),))
        )
    terms = Terms.of(site(), ZoneInfo("Europe/Berlin"))
    archive = Archive(URL, tmp_path)
    try:
        assert archive.doomed(terms, WALL + DAY).dialogs == 1
        assert archive.prune(terms, WALL + DAY).dialogs == 1
        assert archive.prune(terms, WALL + DAY).dialogs == 0
    finally:
        archive.close()
    database = beside(tmp_path)
    assert database.execute("SELECT id FROM dialog_session ORDER BY id").fetchall() == [("busy",), ("young",)]
    assert database.execute("SELECT id FROM dialog_action").fetchall() == [("b",)]
    assert database.execute("SELECT count(*) FROM dialog_step").fetchone() == (0,)
