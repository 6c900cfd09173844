"""A visitor wants a person: a call-back in the queue, with the session that goes along."""

import sys
from pathlib import Path

import pytest
import pytest_twisted

sys.path.insert(0, str(Path(__file__).parent))
from dialog_rig import Visitor, a_server
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import deferLater

from server.call.events import CallBackOrdered, RequestRefused
from server.call.visits import PersonalLink
from server.config.site import Queue
from server.web.dialogs.tokens import hash_of
from server.wire.desk import Customer
from tests.fakes.web_server import done


@pytest.fixture
def server(tmp_path):
    made = a_server(tmp_path)
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def wants_a_person(server, path="/dialogs/everything", headers=None):
    visitor = Visitor(server, headers=headers)
    await visitor.go(path)
    await visitor.press("begin")
    return await visitor.press("person")


def orders(server):
    return [event for event in server.switchboard.told if isinstance(event, CallBackOrdered)]


@pytest_twisted.ensureDeferred
async def test_who_wants_a_person_is_asked_for_a_number_and_called_back(server):
    visitor = await wants_a_person(server)
    assert "A colleague goes on with you." in visitor.text()
    assert visitor.value("number") == ""
    await visitor.press("call", number="(030) 1234-567")
    assert "We will call you at 0301234567" in visitor.text()
    (order,) = orders(server)
    assert (order.queue, order.number, order.e164, order.origin) == ("service", "0301234567", "+49301234567", "web")
    assert (order.is_typed, order.customer) == (True, "")
    (session,) = server.dialogs.events
    assert (await server.dialogs.of_call(order.call)).session == session
    assert server.visits.kept[session].is_ordered
    await visitor.go(visitor.at)
    assert "We will call you at" in visitor.text()
    assert not visitor.page.xpath("//main//button")
    assert len(orders(server)) == 1
    server.switchboard._calls.clear()
    await visitor.go(visitor.at)
    assert "A colleague has taken this over" in visitor.text()


@pytest_twisted.ensureDeferred
async def test_a_number_that_is_written_with_the_own_country_is_dialled_the_national_way(server):
    visitor = await wants_a_person(server)
    await visitor.press("call", number="+49 30 1234567")
    assert [(order.number, order.e164) for order in orders(server)] == [("0301234567", "+49301234567")]


@pytest.mark.parametrize(
    "number",
    [
        "",
        "abc",
        "+1 900 555 0100 x",
        "sip:evil@example.org",
        "0900 1234567",
        "+49 900 1234567",
        "0049 900 1234567",
        "+1 900 555 0100",
        "01805 123456",
    ],
)
@pytest_twisted.ensureDeferred
async def test_what_is_no_number_is_said_to_be_none(server, number):
    visitor = await wants_a_person(server)
    await visitor.press("call", number=number)
    assert visitor.status == 422
    assert "Please enter a telephone number of this country" in visitor.text('*[@id="number.wrong"]')
    assert visitor.value("number") == number
    assert orders(server) == []


@pytest_twisted.ensureDeferred
async def test_what_the_rules_refuse_is_told_in_words_and_can_be_tried_again(server):
    visitor = await wants_a_person(server)
    for problem, words in (
        ("number-refused", "number of this country"),
        ("asked-already", "already"),
        ("too-many", "No further call-back"),
        ("stopping", "not possible at the moment"),
    ):
        server.switchboard.refusal = RequestRefused(problem, "refused")
        await visitor.go(visitor.at)
        await visitor.press("call", number="0301234567")
        assert words in visitor.text()
    server.switchboard.refusal = None
    await visitor.go(visitor.at)
    await visitor.press("call", number="0301234567")
    assert "We will call you" in visitor.text()


@pytest.mark.parametrize("queue", [Queue(id="other", call_back_typed=["0"]), Queue(id="service")])
@pytest_twisted.ensureDeferred
async def test_where_nobody_is_called_back_no_number_is_asked_for(tmp_path, queue):
    server = a_server(tmp_path)
    server.web._visits._hand_over._takes_typed = {queue.id: bool(queue.call_back_typed)}
    server.start()
    visitor = await wants_a_person(server)
    assert "not possible at the moment" in visitor.text()
    assert not visitor.page.xpath('//*[@name="number"]')
    await server.stop()


@pytest_twisted.ensureDeferred
async def test_who_does_not_want_to_be_called_is_not(server):
    visitor = await wants_a_person(server)
    await visitor.press("no-call")
    assert "nobody will call you" in visitor.text()
    assert orders(server) == []


@pytest_twisted.ensureDeferred
async def test_a_customer_of_a_personal_link_finds_the_own_number_there_and_is_known_to_the_agent(server):
    server.customers.cards["c7"] = Customer(
        id="c7", number="4711", name="Ana Reis", segment="gold", numbers=["+351210000001"]
    )
    server.visits.links[hash_of("own")] = PersonalLink(
        token=hash_of("own"), script="everything", customer="c7", session="PERS-ONAL", made_at=0,
        expires_at=server.clock.wall + 900,
    )  # fmt: skip
    visitor = await wants_a_person(server, "/dialogs/everything/p/own")
    assert visitor.value("number") == "+351210000001"
    await visitor.press("call")
    (order,) = orders(server)
    assert (order.number, order.is_typed, order.customer, order.name, order.segment) == (
        "+351210000001", False, "c7", "Ana Reis", "gold",
    )  # fmt: skip


@pytest_twisted.ensureDeferred
async def test_what_a_dead_core_did_not_tell_the_rules_is_told_by_the_next(server):
    visitor = await wants_a_person(server)
    server.switchboard.refusal = ConnectionError("the core dies here")
    await visitor.press("call", number="0301234567")
    assert visitor.status == 503
    server.switchboard.refusal = None
    server.switchboard.told.clear()
    (visit,) = await server.visits.unordered()
    await server.web._visits._hand_over.finish()
    assert [(order.call, order.number) for order in orders(server)] == [(visit.call, "0301234567")]
    assert await server.visits.unordered() == []
    await visitor.go(visitor.at)
    assert "We will call you at 0301234567" in visitor.text()


@pytest_twisted.ensureDeferred
async def test_what_the_rules_know_already_is_not_told_again(server):
    visitor = await wants_a_person(server)
    server.switchboard.refusal = ConnectionError("the core dies here")
    await visitor.press("call", number="0301234567")
    (visit,) = await server.visits.unordered()
    server.switchboard.refusal = None
    server.switchboard.told.clear()
    server.records.records.append({"call_id": visit.call})
    await visitor.go(visitor.at)
    await server.web._visits._hand_over.finish()
    assert orders(server) == []
    assert await server.visits.unordered() == []


@pytest_twisted.ensureDeferred
async def test_who_presses_twice_is_called_once_and_the_session_goes_along(server):
    visitor = await wants_a_person(server)
    keep = server.visits.save

    async def slowly(visit):
        await deferLater(reactor, 0.02)
        await keep(visit)

    server.visits.save = slowly
    fields = [
        (box.get("name"), box.get("value") or "") for box in visitor.page.xpath('//form[.//*[@name="number"]]//input')
    ]
    sent = [(name, "0301234567" if name == "number" else value) for name, value in fields] + [("do", "call")]
    twins = [Visitor(server) for _ in range(3)]
    await gatherResults([Deferred.fromCoroutine(twin.send(visitor.at, sent)) for twin in twins])
    (order,) = orders(server)
    (session,) = server.dialogs.events
    assert (await server.dialogs.of_call(order.call)).session == session
    assert (server.visits.kept[session].call, server.visits.kept[session].is_ordered) == (order.call, True)
