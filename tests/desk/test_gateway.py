"""Desks over real WebSockets on loopback; the switchboard, customers and storage are fakes."""

from collections.abc import Callable
from typing import Any

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from server.call.events import AgentAsked, CustomerFound, DeskSeen, RequestRefused
from server.call.facts import (
    CallConnected,
    CallOffered,
    CallQueued,
    NotesSaved,
    OfferEnded,
    OfferWon,
    PresenceChosen,
    Why,
    WrapUpEnded,
)
from server.config.site import Queue, Reason, Result, Site, SiteFile, Web
from server.desk.connection import BURST_MESSAGES, MOST_UNANSWERED
from server.wire import desk
from tests.fakes.switchboard import NOW, a_call
from tests.fakes.web_server import WebServer, done
from tests.fakes.web_sockets import SocketRefused, TestSocket, open_socket

SITE = SiteFile(
    site=Site(country="PT"),
    web=Web(listen="127.0.0.1:0"),
    queue=[Queue(id="service", name="Service line")],
    reason=[Reason(id="lunch", name="Lunch"), Reason(id="nap")],
    result=[Result(id="solved", name="Solved")],
)
MARIA = desk.Customer(id="m1", name="Maria Silva", numbers=["+351210000001"])
MARIO = desk.Customer(id="m2", name="Mario Silva", numbers=["+351210000001"])
CONTACT = desk.Contact(call="c0", channel="call", at=NOW - 86400, number="+351210000001", notes="n" * 1000)
WHY = Why(strategy="longest-idle", rule="", candidates=[], candidate_count=1, sentence="")


def offered(call: str = "c1", agent: str = "ana") -> CallOffered:
    return CallOffered(call=call, queue="service", agent=agent, offer=1, leg="l1", why=WHY)


@pytest.fixture
def server():
    made = WebServer(SITE)
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def connect(server: WebServer, origin: str | None = None) -> TestSocket:
    return await open_socket(server.address, "/desk", [desk.SUBPROTOCOL], origin)


async def log_in(server: WebServer, user: str = "ana") -> tuple[TestSocket, Any]:
    """A desk and its first state."""
    opened = await server.sessions.open(user, "agent")
    socket = await connect(server)
    socket.say(t="hello", token=opened.token)
    return socket, await socket.next("welcome")


async def request(socket: TestSocket, t: str, **fields: Any) -> Any:
    """Ask, and the reply; what else comes in between is dropped."""
    socket.say(t=t, id=7, **fields)
    while True:
        message = await socket.next()
        if message["t"] not in ("changed", "welcome"):
            assert message["id"] == 7
            return message


async def section(socket: TestSocket, name: str) -> Any:
    """The next change of a section."""
    while True:
        message = await socket.next("changed")
        if name in message:
            return message[name]


def ring(server: WebServer, **changes: Any) -> None:
    """Call c1 is offered to ana."""
    server.switchboard.put_call(a_call("c1", state="offered", agent="ana", position=None, **changes))
    server.switchboard.set_agent("ana", presence="ready", work_state="reserved", call="c1", since=NOW)
    server.switchboard.commit(offered())


# ---- log-in ----


@pytest_twisted.ensureDeferred
async def test_the_first_message_is_the_whole_state(server):
    server.switchboard.set_agent("rui", presence="ready")
    server.records.days["ana"] = desk.MyDay(calls=3, talk_seconds=61)
    socket, welcome = await log_in(server)
    assert (welcome["revision"], welcome["now"]) == (1, NOW)
    state = welcome["state"]
    assert (state["me"]["id"], state["me"]["presence"], state["me"]["phone"]) == ("ana", "logged-out", "registered")
    assert (state["call"], state["wrap_up"]) == (None, None)
    assert [queue["id"] for queue in state["queues"]] == ["service"]
    assert state["colleagues"] == [{"id": "rui", "name": "Rui", "presence": "ready", "work_state": "idle"}]
    assert state["my_day"]["calls"] == 3
    assert state["reasons"] == [{"id": "lunch", "name": "Lunch"}, {"id": "nap", "name": "nap"}]
    assert state["results"] == [{"id": "solved", "name": "Solved"}]
    assert server.switchboard.told == [DeskSeen("ana", True)]
    await socket.close()
    await settled(lambda: server.switchboard.told[-1] == DeskSeen("ana", False))
    assert server.gateway.connected == 0


async def settled(holds: Callable[[], bool]) -> None:
    """Let the reactor turn until something holds."""
    for _ in range(12_000):
        if holds():
            return
        await deferLater(reactor, 0.005)
    raise AssertionError("it did not come to hold")


@pytest_twisted.ensureDeferred
async def test_a_bad_token_is_closed_with_4401(server):
    socket = await connect(server)
    socket.say(t="hello", token="nonsense")
    assert await socket.ended() == 4401
    assert server.switchboard.told == []


@pytest_twisted.ensureDeferred
async def test_the_session_of_somebody_unknown_to_the_site_is_closed_with_4401(server):
    opened = await server.sessions.open("gone", "agent")
    socket = await connect(server)
    socket.say(t="hello", token=opened.token)
    assert await socket.ended() == 4401


@pytest_twisted.ensureDeferred
async def test_without_the_subprotocol_there_is_no_connection(server):
    with pytest.raises(SocketRefused, match="400"):
        await open_socket(server.address, "/desk", ["something.else"])


@pytest.mark.parametrize(
    "message",
    [
        b"nonsense",
        b'{"t": "dance", "id": 1}',
        b'{"t": "mute", "id": 1}',
        b'{"t": "mute", "id": 1, "on": "yes"}',
        b'{"t": "beat", "id": 1}',
        b"[" * 10_000,
    ],
)
@pytest_twisted.ensureDeferred
async def test_what_is_not_of_the_protocol_is_closed_with_4409(server, message):
    socket = await connect(server)
    socket.sendMessage(message)
    assert await socket.ended() == 4409


@pytest_twisted.ensureDeferred
async def test_hello_is_said_once(server):
    socket, _ = await log_in(server)
    socket.say(t="hello", token="token-1")
    assert await socket.ended() == 4409


@pytest_twisted.ensureDeferred
async def test_a_message_that_is_too_long_ends_the_connection(server):
    socket, _ = await log_in(server)
    socket.sendMessage(b'{"t": "find-customers", "text": "' + b"x" * desk.MAX_MESSAGE_OCTETS + b'"}')
    assert await socket.ended() == 1009


@pytest_twisted.ensureDeferred
async def test_a_second_desk_takes_over(server):
    first, _ = await log_in(server)
    second, _ = await log_in(server)
    assert await first.ended() == 4402
    assert server.gateway.connected == 1
    assert (await request(second, "beat"))["t"] == "done"
    assert server.switchboard.told == [DeskSeen("ana", True)]  # nobody was away


@pytest_twisted.ensureDeferred
async def test_a_session_that_ends_ends_its_desk(server):
    socket, _ = await log_in(server)
    await server.ask("DELETE", "/api/v1/sessions", token="token-1")
    assert await socket.ended() == 4401
    await settled(lambda: server.switchboard.told[-1] == DeskSeen("ana", False))


# ---- what a desk is shown ----


@pytest_twisted.ensureDeferred
async def test_only_what_changed_is_sent_and_revisions_have_no_gap(server):
    socket, _ = await log_in(server)
    server.switchboard.set_agent("ana", presence="ready", since=NOW + 1)
    server.switchboard.commit(PresenceChosen(agent="ana", presence="ready"))
    changed = await socket.next()
    assert changed.keys() == {"t", "revision", "now", "me"}
    assert (changed["revision"], changed["me"]["presence"]) == (2, "ready")
    server.switchboard.set_queue("service", waiting=2, longest_since=NOW - 5)
    server.switchboard.commit(CallQueued(call="c9", queue="service", priority=0, joined_mono=1, joined_at=1))
    changed = await socket.next()
    assert changed.keys() == {"t", "revision", "now", "queues"}
    assert (changed["revision"], changed["queues"][0]["waiting"]) == (3, 2)


@pytest_twisted.ensureDeferred
async def test_others_changes_reach_a_desk_only_as_colleagues(server):
    socket, _ = await log_in(server)
    server.switchboard.set_agent("rui", presence="not-ready", reason="lunch")
    server.switchboard.commit(PresenceChosen(agent="rui", presence="not-ready"))
    changed = await socket.next()
    assert changed.keys() == {"t", "revision", "now", "colleagues"}
    assert changed["colleagues"][0]["presence"] == "not-ready"
    server.switchboard.commit(PresenceChosen(agent="sofia", presence="ready"))  # shares no queue
    assert (await request(socket, "beat"))["t"] == "done"


@pytest_twisted.ensureDeferred
async def test_a_desk_that_comes_back_finds_call_notes_and_result(server):
    server.customers.cards["m1"] = MARIA
    ring(server)
    server.switchboard.set_call(
        "c1", state="talking", notes="asked twice", result="solved", answered_at=NOW - 3, customer="m1"
    )
    server.switchboard.set_agent("ana", work_state="talking")
    _, welcome = await log_in(server)
    call = welcome["state"]["call"]
    assert (call["call"], call["state"], call["notes"], call["result"]) == ("c1", "talking", "asked twice", "solved")
    assert (call["customer"]["name"], call["looked_up"]) == ("Maria Silva", True)
    assert call["queue_name"] == "Service line"
    assert call["number_shown"] == "21 000 0001"


@pytest_twisted.ensureDeferred
async def test_wrap_up_is_shown_with_its_end(server):
    socket, _ = await log_in(server)
    ring(server)
    server.switchboard.set_agent(
        "ana", work_state="wrap-up", wrap_up_began_at=NOW - 2, wrap_up_ends_at=NOW + 28, presence="ready"
    )
    changed = await socket.next()
    assert changed["wrap_up"] == {"call": "c1", "began_at": NOW - 2, "ends_at": NOW + 28}
    assert (changed["call"]["state"], changed["call"]["since"]) == ("wrap-up", NOW - 2)
    server.switchboard.set_agent("ana", work_state="idle", call=None, wrap_up_began_at=None, wrap_up_ends_at=None)
    server.switchboard.drop_call("c1")
    server.records.days["ana"] = desk.MyDay(calls=1)
    server.switchboard.commit(WrapUpEnded(agent="ana", call="c1", by="agent"))
    seen: dict[str, Any] = {}
    while not {"call", "wrap_up", "my_day"} <= seen.keys():
        seen |= await socket.next("changed")
    assert (seen["call"], seen["wrap_up"], seen["my_day"]["calls"]) == (None, None, 1)


# ---- the customer ----


@pytest_twisted.ensureDeferred
async def test_a_call_that_rings_at_two_is_shown_to_both_and_the_slower_one_is_told_who_took_it(server):
    ana, _ = await log_in(server)
    rui, _ = await log_in(server, "rui")
    server.customers.cards["m1"] = MARIA
    server.switchboard.put_call(
        a_call("c1", state="offered", agent=None, position=None, since=NOW - 5, ringing=["ana", "rui"])
    )
    for number, agent in enumerate(("ana", "rui"), 1):
        server.switchboard.set_agent(agent, presence="ready", work_state="ringing", call="c1", since=NOW - number)
        server.switchboard.commit(offered(agent=agent))
    for number, socket in enumerate((ana, rui), 1):
        pop = await section(socket, "call")
        assert (pop["call"], pop["state"], pop["since"]) == ("c1", "ringing", NOW - number)
        assert pop["customer"]["name"] == "Maria Silva"
    server.switchboard.set_agent("rui", work_state="idle", call=None)
    server.switchboard.set_call("c1", agent="ana", ringing=[])
    server.switchboard.commit(
        OfferWon(call="c1", agent="ana", offer=1),
        OfferEnded(call="c1", agent="rui", offer=2, result="answered-elsewhere", by="ana"),
    )
    assert (await section(rui, "me"))["taken_by"] == "ana"
    # The one who has it keeps the customer's card, which both desks showed.
    server.switchboard.set_agent("ana", work_state="talking")
    server.switchboard.set_call("c1", state="talking")
    server.switchboard.commit(CallConnected(call="c1", queue="service", agent="ana", offer=1))
    while (talk := await section(ana, "call"))["state"] == "ringing":
        pass
    assert (talk["state"], talk["customer"]["name"]) == ("talking", "Maria Silva")
    server.switchboard.set_agent("rui", work_state="ringing", call="c1")
    server.switchboard.commit(offered(agent="rui"))
    assert (await section(rui, "me"))["taken_by"] == ""


@pytest_twisted.ensureDeferred
async def test_the_customer_pops_with_the_call(server):
    server.customers.cards["m1"] = MARIA
    server.customers.contacts = [CONTACT]
    socket, _ = await log_in(server)
    ring(server)
    call = (await socket.next("changed"))["call"]
    assert (call["state"], call["looked_up"], call["customer"]["id"]) == ("reserved", True, "m1")
    assert call["history"][0]["call"] == "c0"
    assert len(call["history"][0]["notes"]) == 400
    assert CustomerFound("c1", "m1", numbers=["+351210000001"]) in server.switchboard.told
    server.switchboard.set_call("c1", customer="m1")
    server.switchboard.set_agent("ana", work_state="ringing")
    server.switchboard.commit(PresenceChosen(agent="ana", presence="ready"))
    assert (await socket.next("changed"))["call"]["state"] == "ringing"
    assert server.switchboard.told.count(CustomerFound("c1", "m1", numbers=["+351210000001"])) == 1
    assert [what for what, _ in server.customers.asked] == ["by_number", "history"]


@pytest_twisted.ensureDeferred
async def test_several_customers_are_a_choice_and_none_is_a_new_card(server):
    server.customers.cards |= {"m1": MARIA, "m2": MARIO}
    socket, _ = await log_in(server)
    ring(server)
    call = (await socket.next("changed"))["call"]
    assert (call["customer"], [match["id"] for match in call["matches"]]) == (None, ["m1", "m2"])
    assert (await request(socket, "choose-customer", call="c1", customer="m2"))["t"] == "done"
    asked = desk.ChooseCustomer(id=7, call="c1", customer="m2")
    assert server.switchboard.told[-1] == AgentAsked("ana", "ana", asked, MARIO.numbers)
    server.switchboard.put_call(a_call("c2", caller="anonymous", caller_e164="", agent="ana", position=None))
    server.switchboard.set_agent("ana", call="c2")
    server.switchboard.commit(offered("c2"))
    call = await call_shown(socket, "c2")
    assert (call["customer"], call["matches"], call["looked_up"], call["number_shown"]) == (None, [], True, "anonymous")
    assert ("by_number", "anonymous") not in server.customers.asked


async def call_shown(socket: TestSocket, call: str) -> Any:
    """The next call section about that call."""
    while True:
        shown = (await socket.next("changed")).get("call")
        if shown and shown["call"] == call:
            return shown


@pytest_twisted.ensureDeferred
async def test_a_chosen_customer_replaces_the_matches(server):
    server.customers.cards |= {"m1": MARIA, "m2": MARIO}
    socket, _ = await log_in(server)
    ring(server)
    await socket.next("changed")
    server.switchboard.on_told = lambda _: server.switchboard.set_call("c1", customer="m2")
    socket.say(t="choose-customer", id=1, call="c1", customer="m2")
    server.switchboard.commit(NotesSaved(call="c1", agent="ana", text=""))
    call = await call_shown(socket, "c1")
    assert (call["customer"]["id"], call["matches"]) == ("m2", [])


@pytest_twisted.ensureDeferred
async def test_a_slow_customers_service_does_not_keep_the_call_from_the_desk(server):
    server.customers.cards["m1"] = MARIA
    server.customers.answer_after = Deferred()
    socket, _ = await log_in(server)
    ring(server)
    first = (await socket.next("changed"))["call"]
    assert (first["call"], first["looked_up"], first["customer"]) == ("c1", False, None)
    server.customers.answer_after.callback(None)
    second = (await socket.next("changed"))["call"]
    assert (second["looked_up"], second["customer"]["id"]) == (True, "m1")


@pytest_twisted.ensureDeferred
async def test_a_card_is_saved_and_linked_with_the_call(server):
    socket, _ = await log_in(server)
    ring(server)
    await socket.next("changed")
    card = {"name": "Nova Cliente", "numbers": ["+351210000001"]}
    server.switchboard.on_told = lambda _: server.switchboard.set_call("c1", customer="c1")
    saved = await request(socket, "save-customer", customer=card, call="c1")
    assert (saved["t"], saved["customer"]["id"], saved["customer"]["name"]) == ("saved", "c1", "Nova Cliente")
    assert server.switchboard.told[-1].request == desk.ChooseCustomer(id=7, call="c1", customer="c1")
    refused = await request(socket, "save-customer", customer=card, call="c2")
    assert (refused["t"], refused["problem"]) == ("refused", "not-your-call")
    refused = await request(socket, "save-customer", customer={**card, "id": "nobody"})
    assert refused["problem"] == "customer-unknown"
    assert len(server.customers.cards) == 1
    assert not [told for told in server.switchboard.told if isinstance(told, CustomerFound)]  # the agent said it


# ---- requests ----


@pytest_twisted.ensureDeferred
async def test_requests_are_answered_when_they_are_committed(server):
    socket, _ = await log_in(server)
    server.switchboard.hold = True
    socket.say(t="save-notes", id=3, call="c1", text="called about the bill")
    socket.say(t="beat", id=4)
    assert await socket.next() == {"t": "done", "id": 4}
    server.switchboard.held[0].callback(None)
    assert await socket.next() == {"t": "done", "id": 3}
    told = desk.SaveNotes(id=3, call="c1", text="called about the bill")
    assert server.switchboard.told[-1] == AgentAsked("ana", "ana", told)


@pytest_twisted.ensureDeferred
async def test_refusals_carry_their_problem(server):
    socket, _ = await log_in(server)
    server.switchboard.refusal = RequestRefused("no-call", "You have no call.")
    assert await request(socket, "hang-up") == {
        "t": "refused",
        "id": 7,
        "problem": "no-call",
        "detail": "You have no call.",
    }


@pytest.mark.parametrize(
    ("t", "fields", "problem"),
    [
        ("set-presence", {"presence": "asleep"}, "presence-unknown"),
        ("keypad", {"digits": "12x"}, "digits-invalid"),
        ("keypad", {"digits": ""}, "digits-invalid"),
        ("keypad", {"digits": "1" * 33}, "digits-invalid"),
        ("save-notes", {"call": "c1", "text": "x" * (desk.MAX_NOTES_CHARACTERS + 1)}, "notes-too-long"),
        ("extend-wrap-up", {"seconds": 0}, "seconds-invalid"),
        ("extend-wrap-up", {"seconds": 601}, "seconds-invalid"),
        ("find-customers", {"text": "x" * 201}, "text-too-long"),
        ("save-customer", {"customer": {}}, "card-empty"),
        ("save-customer", {"customer": {"name": "x", "email": "a@" + "b" * 253}}, "text-too-long"),
        ("save-customer", {"customer": {"name": "x", "numbers": ["1"] * 21}}, "card-too-long"),
        ("choose-customer", {"call": "c1", "customer": "nobody"}, "customer-unknown"),
    ],
)
@pytest_twisted.ensureDeferred
async def test_values_out_of_range_never_reach_the_rules(server, t, fields, problem):
    socket, _ = await log_in(server)
    reply = await request(socket, t, **fields)
    assert (reply["t"], reply["problem"]) == ("refused", problem)
    assert server.switchboard.told == [DeskSeen("ana", True)]


@pytest_twisted.ensureDeferred
async def test_searching_and_looking_services_up(server):
    server.customers.cards |= {"m1": MARIA, "m2": MARIO}
    socket, _ = await log_in(server)
    found = await request(socket, "find-customers", text="silva")
    assert [customer["id"] for customer in found["customers"]] == ["m1", "m2"]
    services = await request(socket, "look-up")
    assert services["services"][0]["interface"] == "acd"
    assert (await request(socket, "look-up", interface="mail"))["services"] == []


@pytest_twisted.ensureDeferred
async def test_a_service_that_fails_ends_the_request_and_not_the_desk(server):
    socket, _ = await log_in(server)
    server.customers.failure = ConnectionError("away")
    assert (await request(socket, "find-customers", text="silva"))["problem"] == "internal-error"
    assert (await request(socket, "beat"))["t"] == "done"


@pytest_twisted.ensureDeferred
async def test_a_desk_that_asks_too_much_is_slowed_down(server):
    socket, _ = await log_in(server)
    for number in range(BURST_MESSAGES + 10):
        socket.say(t="beat", id=number)
    replies = [await socket.next() for _ in range(BURST_MESSAGES + 10)]
    assert [reply["t"] for reply in replies[:BURST_MESSAGES]] == ["done"] * BURST_MESSAGES
    assert "too-fast" in [reply.get("problem") for reply in replies]


@pytest_twisted.ensureDeferred
async def test_unanswered_requests_are_limited(server):
    socket, _ = await log_in(server)
    server.switchboard.hold = True
    for number in range(MOST_UNANSWERED + 1):
        socket.say(t="save-notes", id=number, call="c1", text="x")
    refused = await socket.next()
    assert (refused["id"], refused["problem"]) == (MOST_UNANSWERED, "too-many-unanswered")


@pytest_twisted.ensureDeferred
async def test_desks_are_told_when_the_server_ends(server):
    socket, _ = await log_in(server)
    server.gateway.stop()
    assert await socket.ended() == 1001


@pytest_twisted.ensureDeferred
async def test_a_desk_that_does_not_read_is_dropped_and_the_others_go_on(server):
    server.customers.cards = {
        str(i): desk.Customer(id=str(i), name="Silva", email="x" * 190, numbers=["9" * 190] * 20) for i in range(20)
    }
    deaf, _ = await log_in(server)
    deaf.transport.pauseProducing()
    for number in range(BURST_MESSAGES):
        deaf.say(t="find-customers", id=number, text="silva")
    await settled(lambda: server.gateway.connected == 0)
    other, _ = await log_in(server, "rui")
    assert (await request(other, "beat"))["t"] == "done"
    deaf.transport.abortConnection()
