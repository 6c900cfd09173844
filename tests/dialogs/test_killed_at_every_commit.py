"""The core is killed after each commit of a session: the next one brings it to an end, and does nothing twice."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from dialogs_rig import SCRIPT, Orders, Rig, core, publish, until
from pytest_twisted import ensureDeferred

from scriptengine.interpreter import Answered
from server.call.dialogs import Beginning, DialogView
from server.call.mails import Letter, Mailing
from server.mail.absent import NoMail

SESSION = "killed"
ANSWERS = {"article": "7", "code": "8842", "sure": "yes"}


class Post(NoMail):
    """A mail queue that outlives cores and keeps one mail for each key, as the real one does."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    async def queue(self, letter: Letter, key: str) -> Mailing:
        self.keys.add(key)
        return Mailing(
            id="m", key=key, message_id="<m@x>", subject=letter.subject, recipients=[], octets=1, asked_at=0, since=0,
            due_at=0,
        )  # fmt: skip


class Disk:
    """Copies what is on the disk after each commit of a core; `asked`: what services had been asked by then."""

    def __init__(self, data: Path, rig: Rig, orders: Orders) -> None:
        self.copies: list[tuple[Path, list[Any]]] = []
        self._data = data
        self._orders = orders
        for name in ("add", "save", "save_action"):
            setattr(rig.store, name, self._watched(getattr(rig.store, name)))

    def _watched(self, work: Any) -> Any:
        async def kept(change: Any) -> Any:
            result = await work(change)
            copy = self._data.parent / f"copy-{len(self.copies)}"
            self.copies.append((copy, list(self._orders.asked)))
            shutil.copytree(self._data, copy)
            return result

        return kept


async def _to_the_end(rig: Rig, view: DialogView) -> DialogView:
    while view.ask is not None:
        view = await rig.dialogs.take(view.session, Answered({view.ask.node: ANSWERS[view.ask.node]}))
    await until(lambda: rig.outbox.waiting == 0)
    return view


def _script() -> str:
    return SCRIPT.replace('value="customer.email"', "value=\"'ana@example.com'\"")


@ensureDeferred
async def test_nothing_is_done_twice_wherever_the_core_dies(tmp_path: Path) -> None:
    data, orders, post = tmp_path / "data", Orders(), Post()
    publish(data, script=_script())
    beginning = Beginning(script="order", channel="web", session=SESSION)
    async with core(data, post, orders) as rig:
        disk = Disk(data, rig, orders)
        over = await _to_the_end(rig, await rig.dialogs.begin(beginning))
        assert over.ended is not None
        assert over.ended.disposition == "ordered"
    assert len(disk.copies) >= 10
    ends = Counter[str]()
    for copy, asked in disk.copies:
        later = Orders()
        mails = set(post.keys)
        async with core(copy, post, later) as rig:
            view = await _to_the_end(rig, await rig.dialogs.begin(beginning))
            assert view.ended is not None
            ends[view.ended.disposition or ""] += 1
            if view.ended.disposition == "ordered":
                assert msgspec.structs.replace(view, revision=0) == msgspec.structs.replace(over, revision=0)
        everything = [*asked, *later.asked]
        for operation in ("place", "thank"):
            assert sum(one == operation for one, _, _ in everything) <= 1, (copy.name, operation)
        assert len({key for one, _, key in everything if one == "price"}) == 1
        assert post.keys == mails  # the same action has the same key in every core
        assert len(post.keys) == 1
    assert ends["ordered"] > ends["to-agent"] >= 1
