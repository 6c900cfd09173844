"""Actions that nobody waits for: until they are done, over restarts, none twice."""

import shutil
import sqlite3
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from dialogs_rig import Orders, Rig, core, publish, until
from pytest_twisted import ensureDeferred
from twisted.internet.defer import Deferred

from scriptengine.interpreter import Answered, Perform, decode_words
from server.call import dialog_facts as f
from server.call.dialogs import Beginning, DialogView
from server.call.events import RequestRefused
from server.dialogs import outbox as outbox_module
from server.dialogs.outbox import IN_DOUBT
from server.mail.absent import NoMail
from server.mail.service import MailService
from server.storage import storage as storage_module
from server.wire.desk import Customer
from tests.mail.mail_rig import relay, service
from tests.mail.smtp_server import Mailbox, smtp_server
from tests.storage.storage_rig import beside, running


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "PAUSES_SECONDS", (0.1, 0.2))
    monkeypatch.setattr(outbox_module, "SAVE_AGAIN_SECONDS", 0.1)


async def _ordered(rig: Rig, **words: Any) -> DialogView:
    """A session through to its end: a mail and a word of thanks are in the outbox."""
    view = await rig.dialogs.begin(Beginning(script="order", channel="desk", call="c-1", **words))
    for answers in ({"article": "7"}, {"code": None}, {"sure": "yes"}):
        view = await rig.dialogs.take(view.session, Answered(answers))
    assert view.status == "ended"
    return view


def _came(rig: Rig, action: str) -> list[tuple[str, str]]:
    told = [fact for fact in rig.facts if isinstance(fact, f.DialogActed) and not fact.number]
    return [(fact.came, fact.why) for fact in told if fact.action == action]


@ensureDeferred
async def test_a_service_that_is_away_is_asked_when_it_is_back(tmp_path: Path) -> None:
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        orders.answers["thank"] = RequestRefused("service-busy", "It has too much to do.")
        await _ordered(rig)
        await until(lambda: rig.outbox.counters["again"] >= 2)
    async with core(data, NoMail(), orders) as rig:
        rig.services.clear()
        await until(lambda: rig.outbox.counters["again"] >= 1)
        assert rig.outbox.waiting == 1
    asked = orders.times("thank")
    orders.answers["thank"] = {}
    async with core(data, NoMail(), orders) as rig:
        await until(lambda: _came(rig, "orders.thank") == [("done", "")])
        assert orders.times("thank") == asked + 1
        assert len({key for operation, _, key in orders.asked if operation == "thank"}) == 1
    async with core(data, NoMail(), orders) as rig:
        assert (rig.outbox.waiting, rig.facts) == (0, [])
        assert orders.times("thank") == asked + 1


@ensureDeferred
async def test_what_may_have_been_done_is_not_done_again(tmp_path: Path) -> None:
    """The word of thanks is not idempotent: no answer, a refusal and a dead core end it, each for its reason."""
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        orders.answers["thank"] = ConnectionError("gone")
        await _ordered(rig)
        await until(lambda: len(_came(rig, "orders.thank")) == 1)
        orders.answers["thank"] = RequestRefused("no", "Nobody is thanked today.")
        await _ordered(rig)
        await until(lambda: len(_came(rig, "orders.thank")) == 2)
        orders.answers["thank"] = hanging = Deferred()
        await _ordered(rig)
        await until(lambda: orders.times("thank") == 3)
        [action] = [one for one in await rig.store.open_actions() if one.perform.service == "orders"]
        assert action.state == "asked"
        async with core_after_death(data, tmp_path / "after", orders) as next_core:
            await until(lambda: _came(next_core, "orders.thank") == [("failed", IN_DOUBT)])
        hanging.callback({})
        await until(lambda: len(_came(rig, "orders.thank")) == 3)
        assert _came(rig, "orders.thank") == [
            ("failed", "orders.thank was lost while it was asked."),
            ("failed", "Nobody is thanked today."),
            ("done", ""),
        ]
        assert orders.times("thank") == 3


def core_after_death(data: Path, to: Path, orders: Orders) -> Any:
    """A core on what is on the disk when the present one is killed now."""
    shutil.copytree(data, to)
    return core(to, NoMail(), orders)


@ensureDeferred
async def test_the_database_is_away_while_an_action_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_module, "LOCK_SECONDS", 0.1)
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        orders.answers["thank"] = hanging = Deferred()
        await _ordered(rig)
        await until(lambda: orders.times("thank") == 1 and rig.outbox.waiting == 1)
        lock = beside(data)
        lock.execute("BEGIN IMMEDIATE")
        hanging.callback({})
        await until(lambda: rig.outbox.counters["done"] == 1)
        assert _came(rig, "orders.thank") == []
        lock.execute("ROLLBACK")
        await until(lambda: _came(rig, "orders.thank") == [("done", "")])
        assert orders.times("thank") == 1


@ensureDeferred
async def test_a_mail_is_sent_once_by_a_real_mail_server(tmp_path: Path) -> None:
    """Asked for, and asked for again by a core that does not know that it was: the queue knows the key."""
    data, box = tmp_path / "data", Mailbox()
    publish(data)
    with smtp_server(box) as port:
        async with running(data) as storage:
            card = await storage.customers.save(Customer(number="4711", name="Bia", email="bia@example.com"))
            async with service(storage, relay(port)) as mail:
                async with _dialogs(storage, data, mail) as rig:
                    view = await _ordered(rig, customer=card.id)
                    await until(lambda: len(_came(rig, "mail.send")) == 1)
                    perform = next(one for one in _performed(rig, view) if one.service == "mail")
                    assert await rig.performing.perform(perform) == {"id": (await mail.mails(True))[0].id}
                    await until(lambda: len(box.taken) == 1)
                    assert _came(rig, "mail.send") == [("done", "")]
                assert [to for to, _ in box.taken] == [["bia@example.com"]]
                assert box.taken[0][1].get_content().strip() == "O-1"


def _dialogs(storage: Any, data: Path, mail: MailService) -> Any:
    @asynccontextmanager
    async def made() -> Any:
        rig = Rig(storage, data / "dialogs", mail, Orders())
        await rig.start()
        try:
            yield rig
        finally:
            await rig.stop()

    return made()


def _performed(rig: Rig, view: DialogView) -> list[Any]:
    """The actions of the outbox as they were released."""
    database = sqlite3.connect(rig.storage._database.url.database)
    rows = database.execute("SELECT perform FROM dialog_action WHERE session = ?", (view.session,))
    return [decode_words(body, Perform) for (body,) in rows]
