"""The service of dialog sessions on a real storage and a real folder of published scripts."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twisted.internet import reactor, task
from twisted.internet.defer import Deferred, succeed

from scriptengine.publishing import Publication, Shelf
from server import clock
from server.call.dialog_facts import DialogFact
from server.call.ports import Mail
from server.dialogs.house import House
from server.dialogs.letters import Letters
from server.dialogs.objects import HouseObjects
from server.dialogs.outbox import Outbox
from server.dialogs.performing import Performing
from server.dialogs.programs import Programs
from server.dialogs.reporting import Reporting
from server.dialogs.sessions import DialogSessions
from server.storage.storage import Storage
from tests.storage.storage_rig import running, site

NAMES = """
[services.orders.operations.place]
arguments = { article = "integer" }
results = { number = "string" }

[services.orders.operations.price]
arguments = { article = "integer" }
results = { price = "decimal" }
idempotent = true

[services.orders.operations.thank]
arguments = { article = "integer" }
"""
SCRIPT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="order" version="{version}" xml:lang="en" languages="en pt" start="article">
 <title>Order</title><title xml:lang="pt">Pedido</title>
 <use class="Customer" as="customer" key="caller.customer_id"/>
 <var name="price" type="decimal"/>
 <var name="number" type="string"/>
 <on event="person"><go to="person"/></on>
 <question id="article" name="article" type="integer" min="1" max="999">
  <text>Which article?</text><text xml:lang="pt">Qual artigo?</text>
 </question>
 <block id="ask-price">
  <call service="orders" op="price" timeout="2" onerror="person"><arg name="article" value="article"/><result name="price" to="price"/></call>
 </block>
 <question id="code" name="code" type="text" digits="4" sensitive="yes" required="no">
  <text>{text}</text><text xml:lang="pt">Seu código?</text>
 </question>
 <question id="sure" name="sure" type="yesno">
  <text>It costs <value of="price" else="?"/>. Shall we order it?</text><text xml:lang="pt">Custa <value of="price" else="?"/>. Podemos pedir?</text>
  <go to="place" if="sure"/>
  <go to="no"/>
 </question>
 <block id="place">
  <call service="orders" op="place" timeout="2" onerror="person"><arg name="article" value="article"/><result name="number" to="number"/></call>
  <log>Ordered <value of="article" else="?"/>, code <value of="code" else="none"/></log>
  <call service="mail" op="send" when="commit"><arg name="to" value="customer.email"/><arg name="subject" value="'Order'"/><arg name="text" value="number"/></call>
  <call service="orders" op="thank" when="end" timeout="2"><arg name="article" value="article"/></call>
 </block>
 <end id="done" outcome="success" disposition="ordered"><text>Thank you.</text><text xml:lang="pt">Obrigado.</text></end>
 <end id="no" outcome="failure" disposition="refused"><text>Good-bye.</text><text xml:lang="pt">Até logo.</text></end>
 <end id="person" outcome="transfer" disposition="to-agent" queue="service"><text>One moment.</text><text xml:lang="pt">Um momento.</text></end>
</dialog>
"""  # noqa: E501


class Orders:
    """A company's service. `answers`: a result, a failure or a Deferred by operation. `asked`: what came, with keys."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"price": {"price": "12.50"}, "place": {"number": "O-1"}, "thank": {}}
        self.asked: list[tuple[str, dict[str, Any], str]] = []

    def call(self, operation: str, arguments: Mapping[str, Any], key: str) -> Awaitable[Mapping[str, Any]]:
        self.asked.append((operation, dict(arguments), key))
        answer = self.answers[operation]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Deferred) else succeed(answer)

    def times(self, operation: str) -> int:
        return sum(asked == operation for asked, _, _ in self.asked)


class Rig:
    """One core's dialogs. `facts`: what was told to the ledger."""

    def __init__(self, storage: Storage, folder: Path, mail: Mail, orders: Orders, letters: Path | None = None) -> None:
        self.storage = storage
        self.store = storage.dialogs
        self.orders = orders
        self.services: dict[str, Any] = {"orders": orders}
        self.facts: list[DialogFact] = []
        self.now = clock.now
        settings = site()
        zone = UTC
        objects = HouseObjects(storage.customers, storage.records, zone, self.now)
        self.performing = Performing(
            reactor, lambda name, _version: self.services.get(name), mail, objects, Letters(letters)
        )
        self.programs = Programs(reactor, folder)
        self.outbox = Outbox(reactor, self.store, self.performing, self.tell, self.now)
        self.reporting = Reporting(self.store, self.tell)
        house = House(reactor, settings, storage.customers)
        self.dialogs = DialogSessions(
            self.store, self.programs, house, self.performing, self.outbox, self.reporting, self.now, zone
        )

    async def tell(self, facts: Sequence[DialogFact]) -> None:
        self.facts += facts

    async def start(self) -> None:
        await self.programs.start()
        await self.reporting.start()
        await self.outbox.start()

    async def stop(self) -> None:
        self.programs.stop()
        await self.dialogs.idle(reactor, 3)
        await self.outbox.stop()


def publish(
    data: Path, version: str = "1", text: str = "Your code?", script: str = SCRIPT, names: str = NAMES
) -> Publication:
    """Make a version current."""
    drafts = data.parent / f"{data.name}-drafts"
    drafts.mkdir(exist_ok=True)
    (drafts / "interfaces.toml").write_text(names)
    file = drafts / "order.xml"
    file.write_text(script.replace("{version}", version).replace("{text}", text))
    return Shelf(data / "dialogs").publish(file, datetime.now(UTC))


@asynccontextmanager
async def core(data: Path, mail: Mail, orders: Orders | None = None, **words: Any) -> AsyncIterator[Rig]:
    """A core from its start to its end; the next one finds what it kept."""
    async with running(data) as storage:
        rig = Rig(storage, data / "dialogs", mail, orders or Orders(), **words)
        await rig.start()
        try:
            yield rig
        finally:
            await rig.stop()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it, at most a minute."""
    for _ in range(3000):
        if condition():
            return
        await task.deferLater(reactor, 0.02)
    raise AssertionError("it did not come about")
