"""Published samples on a whole core, their services in a process of its own that is killed while a script waits."""

import re
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest_twisted
from core_rig import FakeTelephony, RunningCore, running
from test_utility_process import METER, SECONDS, all_are, states, until
from twisted.internet import reactor
from twisted.internet.defer import ensureDeferred
from twisted.internet.task import deferLater

from scriptengine.interpreter import Answered, Confirmed, Continued
from scriptengine.publishing import Shelf
from server.app.components import COMPONENTS
from server.call.dialog_facts import DialogActed
from server.call.dialogs import Beginning, Dialogs, DialogView
from server.demo.scripts import SAMPLES
from tests.fakes.utility_process import INTERFACES, UtilityProcess, service_table

PARTS = ("storage", "acd", "desk", "web", "mail", "dialogs")


@asynccontextmanager
async def core(folder: Path) -> AsyncIterator[RunningCore]:
    for name in ("meter-reading", "power-outage"):
        Shelf(folder / "dialogs").publish(SAMPLES / f"{name}.xml", datetime.now(UTC))
    parts = {name: COMPONENTS[name] for name in PARTS} | {"telephony": FakeTelephony().component}
    async with running(folder, parts, service_table()) as made:
        await made.frame.find("web")
        yield made


class Visitor:
    """Somebody on the web, who confirms and goes on."""

    def __init__(self, dialogs: Dialogs) -> None:
        self._dialogs = dialogs
        self.view: DialogView
        self.texts: list[str] = []

    async def begin(self, script: str) -> "Visitor":
        await self._shown(await self._dialogs.begin(Beginning(script=script, channel="web")))
        return self

    async def answer(self, question: str, value: Any) -> None:
        event = Answered({question: value})
        await self._shown(await self._dialogs.take(self.view.session, event, self.view.revision))

    async def _shown(self, view: DialogView) -> None:
        self.view = view
        self.texts.append(repr(view))
        if view.ask is not None and view.ask.kind in ("info", "confirm"):
            event = Continued() if view.ask.kind == "info" else Confirmed()
            await self._shown(await self._dialogs.take(view.session, event, view.revision))


def kept(program: UtilityProcess, question: str) -> list[Any]:
    with sqlite3.connect(program.db) as db:
        return list(db.execute(question))


async def becomes_true(look: Callable[[], bool]) -> None:
    until_seconds = reactor.seconds() + SECONDS
    while not look():
        assert reactor.seconds() < until_seconds, "it never became true"
        await deferLater(reactor, 0.01)


async def first_acted(ledger: Any) -> DialogActed:
    """The first action that the ledger tells of, as soon as it does."""
    until_seconds = reactor.seconds() + SECONDS
    while reactor.seconds() < until_seconds:
        for entry in await ledger.read(0, 1000):
            if isinstance(entry.fact, DialogActed):
                return entry.fact
        await deferLater(reactor, 0.05)
    raise AssertionError("the ledger tells of no action")


@pytest_twisted.ensureDeferred
async def test_a_script_reaches_the_company_and_what_it_says_is_kept_there(tmp_path: Path) -> None:
    async with core(tmp_path / "data") as made:
        dialogs = await made.frame.find("dialogs")
        with UtilityProcess(tmp_path, made.web) as program:
            await until(made.frame.directory, all_are("up"))
            reading = await Visitor(dialogs).begin("meter-reading")
            for question, value in (("meter", METER), ("reading", 20500), ("today", True)):
                await reading.answer(question, value)
            assert reading.view.ended is not None
            assert (reading.view.ended.node, reading.view.ended.outcome) == ("done", "success")
            assert kept(program, f"SELECT value FROM readings WHERE meter = {METER} AND value > 20418") == [(20500,)]
            assert "R-000024" in reading.texts[-1]

            outage = await Visitor(dialogs).begin("power-outage")
            await outage.answer("danger", False)
            await outage.answer("place", "01310100")
            assert any(re.search(r"expect power to be back at \D*\d+:\d\d", text) for text in outage.texts), (
                outage.texts
            )
            await outage.answer("notify", False)
            assert outage.view.ended is not None
            assert outage.view.ended.node == "told"


@pytest_twisted.ensureDeferred
async def test_killed_while_a_script_waits_it_hears_so_at_once_and_the_next_one_is_served(tmp_path: Path) -> None:
    async with core(tmp_path / "data") as made:
        dialogs = await made.frame.find("dialogs")
        with UtilityProcess(tmp_path, made.web) as program:
            await until(made.frame.directory, all_are("up"))
            visitor = await Visitor(dialogs).begin("meter-reading")
            program.kill(signal.SIGSTOP)
            asked = ensureDeferred(visitor.answer("meter", METER))
            gate = await made.frame.find("service-gate")
            await becomes_true(lambda: gate.running == 1)
            program.kill(signal.SIGKILL)
            await asked.addTimeout(SECONDS, reactor)
            acted = await first_acted(await made.frame.find("storage"))
            assert acted.why == "meters.find_meter was lost while it was asked.", "not only late"
            assert any("I cannot reach our meter system right now" in text for text in visitor.texts)
            assert visitor.view.ended is not None
            assert (visitor.view.ended.node, visitor.view.ended.outcome) == ("person", "transfer")
            assert states(made.frame.directory) == dict.fromkeys(INTERFACES, "suspect")

            nobody = await Visitor(dialogs).begin("meter-reading")
            await nobody.answer("meter", METER)
            assert nobody.view.ended is not None
            assert nobody.view.ended.node == "person"

            program.start()
            await until(made.frame.directory, all_are("up"))
            again = await Visitor(dialogs).begin("meter-reading")
            for question, value in (("meter", METER), ("reading", 20500), ("today", True)):
                await again.answer(question, value)
            assert again.view.ended is not None
            assert again.view.ended.node == "done"
