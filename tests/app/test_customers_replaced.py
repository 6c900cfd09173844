"""A customers service of higher rank that registers during a call answers for the next pop."""

from pathlib import Path
from typing import Any

import pytest_twisted
from core_rig import FakeTelephony, RunningCore, running

from server.app.components import COMPONENTS
from server.wire.desk import SUBPROTOCOL, Customer
from tests.fakes.customers import FakeCustomers
from tests.fakes.web_sockets import TestSocket, open_socket

CALLER, E164 = "0301234567", "+49301234567"
OLD = Customer(name="Frau Alt", number="1001", numbers=[E164])
NEW = Customer(id="crm-7", name="Frau Neu", number="7", numbers=[E164])


async def desk_of_ana(core: RunningCore) -> TestSocket:
    """A desk that is logged in and ready."""
    await core.frame.find("web")
    code, session = await core.ask("POST", "/api/v1/sessions", {"user": "ana", "password": "ana's word"})
    assert code == 201, session
    desk = await open_socket(core.web, "/desk", [SUBPROTOCOL])
    desk.say(t="hello", token=session["token"])
    await desk.next("welcome")
    desk.say(t="set-presence", id=1, presence="ready")
    assert (await desk.next("done"))["id"] == 1
    return desk


async def shown_call(desk: TestSocket, call: str, state: str) -> Any:
    """What the desk shows of the call once it is in that state and the customer is looked up."""
    while True:
        shown = (await desk.next("changed")).get("call")
        if shown and (shown["call"], shown["state"], shown["looked_up"]) == (call, state, True):
            return shown


@pytest_twisted.ensureDeferred
async def test_the_next_pop_asks_the_service_of_higher_rank(tmp_path: Path) -> None:
    cards = FakeTelephony()
    parts = {name: COMPONENTS[name] for name in ("storage", "acd", "desk", "web")} | {"telephony": cards.component}
    async with running(tmp_path, parts) as core:
        await (await core.frame.find("customers")).save(OLD)
        await core.frame.find("telephony")
        desk = await desk_of_ana(core)

        cards.customer_calls("first", CALLER)
        popped = await shown_call(desk, "first", "ringing")
        assert (popped["customer"]["name"], popped["number"]) == ("Frau Alt", E164)
        cards.agent_answers("first")
        await shown_call(desk, "first", "talking")

        crm = FakeCustomers(NEW)
        core.frame.directory.provide("customers", "1.0", crm, instance="crm", rank=10)
        assert crm.asked == []  # the call that is there keeps its card
        cards.customer_hangs_up("first")
        assert (await shown_call(desk, "first", "wrap-up"))["customer"]["name"] == "Frau Alt"
        desk.say(t="finish-wrap-up", id=2)
        assert (await desk.next("done"))["id"] == 2

        cards.customer_calls("second", CALLER)
        assert (await shown_call(desk, "second", "ringing"))["customer"]["name"] == "Frau Neu"
        assert ("by_number", E164) in crm.asked
        desk.say(t="look-up", id=3, interface="customers")
        there = (await desk.next("services"))["services"]
        assert [(service["instance"], service["rank"]) for service in there] == [("crm", 10), ("customers", 0)]
        await desk.close()
