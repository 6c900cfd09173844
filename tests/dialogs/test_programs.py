"""Published scripts: broken ones harm nobody, new ones are noticed, versions stay what they were."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dialogs_rig import publish, until
from pytest_twisted import ensureDeferred
from twisted.internet import reactor

from scriptengine.publishing import Shelf
from server.call.dialogs import NO_SCRIPT, DialogRefused
from server.dialogs import programs as programs_module
from server.dialogs.programs import Programs


@ensureDeferred
async def test_a_broken_record_or_script_is_refused_in_words(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    folder = data / "dialogs"
    for name in ("garbage", "gone"):
        shutil.copytree(folder / "order", folder / name)
    (folder / "garbage" / "published.json").write_text("{")
    shutil.rmtree(folder / "gone" / "1")
    (folder / "no folder").write_text("")
    assert Shelf(folder).names() == ["gone", "order"]
    made = Programs(reactor, folder)
    await made.start()
    try:
        assert [view.id for view in made.views()] == ["order"]
        assert (await made.current("order")).script.version == "1"
        for name in ("garbage", "gone", "no folder", "..", "x" * 100, ""):
            with pytest.raises(DialogRefused) as refused:
                await made.current(name)
            assert refused.value.code == NO_SCRIPT
        with pytest.raises(DialogRefused):
            await made.version("order", "../1")
    finally:
        made.stop()


@ensureDeferred
async def test_what_is_published_is_noticed_and_a_version_is_that_very_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs_module, "LOOK_SECONDS", 0.05)
    data = tmp_path / "data"
    made = Programs(reactor, data / "dialogs")
    await made.start()
    try:
        assert made.views() == ()
        publish(data)
        await until(lambda: [view.version for view in made.views()] == ["1"])
        old = await made.current("order")
        publish(data, "2", "Another text?")
        assert (await made.current("order")).script.version == "2"
        await until(lambda: [view.version for view in made.views()] == ["2"])
        assert await made.version("order", "1", old.script.hash) is old
        with pytest.raises(DialogRefused, match="was changed"):
            await made.version("order", "1", "another hash")
        Shelf(data / "dialogs").rollback("order", datetime.now(UTC))
        await until(lambda: [view.version for view in made.views()] == ["1"])
        assert await made.current("order") is old
    finally:
        made.stop()
